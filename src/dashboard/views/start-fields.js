import { html } from '../html.js';
import { Icon } from '../parts/basics.js';
import { formatCount } from '../format.js';

// The fields of the start form, made from the schema that the API describes its request with.

export const GROUPS = ['What', 'How it is spread', 'Safety'];

/** Where known fields stand, and what they are called; others come under More by their own names. */
const KNOWN = new Map(
  Object.entries({
    product_line: ['What', 'Product line'],
    limit: ['What', 'Limit'],
    app_id_start: ['What', 'First document id'],
    app_id_end: ['What', 'Last document id'],
    instance_count: ['How it is spread', 'Instances'],
    parallelism: ['How it is spread', 'At the same time'],
    partition_by: ['How it is spread', 'Split by'],
    max_failure_rate: ['Safety', 'Stop above failed share'],
    max_failures: ['Safety', 'Stop above failed documents'],
    dry_run: ['Safety', 'Dry run'],
  }),
);

/**
 * @typedef {object} FormField
 * @property {string} name
 * @property {string} label
 * @property {string} group
 * @property {'line' | 'choice' | 'number' | 'switch' | 'text'} kind
 * @property {string} hint
 * @property {string} initial
 * @property {boolean} nullable empty = null
 * @property {readonly string[]} choices
 * @property {number | undefined} min
 * @property {number | undefined} max
 */

/**
 * @typedef {{ type?: string, enum?: string[], anyOf?: Schema[], default?: string | number | boolean | null, description?: string, minimum?: number, maximum?: number }} Schema
 */

/**
 * @param {any} openapi
 * @returns {FormField[]}
 */
export function readFields(openapi) {
  /** @type {Record<string, Schema>} */
  const properties = openapi.paths['/api/runs'].post.requestBody.content['application/json'].schema.properties;
  return Object.entries(properties).map(([name, schema]) => fieldOf(name, schema));
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @returns {FormField}
 */
function fieldOf(name, schema) {
  const forms = leaves(schema);
  const nullable = forms.some(({ type }) => type === 'null');
  const form = forms.find(({ type }) => type !== 'null') ?? {};
  const [group = 'More', label = nameOf(name)] = KNOWN.get(name) ?? [];
  const several = forms.filter(({ type }) => type !== 'null').length > 1;
  const number = !several && (form.type === 'integer' || form.type === 'number');
  const kind =
    name === 'product_line'
      ? 'line'
      : form.enum
        ? 'choice'
        : number
          ? 'number'
          : form.type === 'boolean'
            ? 'switch'
            : 'text';
  const initial = String(schema.default ?? '');
  const { minimum: min, maximum: max } = form;
  return {
    name,
    label,
    group,
    kind,
    hint: hintOf(schema.description ?? ''),
    initial,
    nullable,
    choices: form.enum ?? [],
    min,
    max,
  };
}

/**
 * @param {Schema} schema
 * @returns {Schema[]}
 */
function leaves(schema) {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(leaves);
}

/**
 * Without what only those need who write JSON, and with fields by their names.
 * @param {string} description
 */
function hintOf(description) {
  const short = description.replace(/; null\b.*$/, '');
  return [...KNOWN].reduce((text, [name, [, label = '']]) => text.replaceAll(name, `“${label}”`), short);
}

/** @param {string} name */
function nameOf(name) {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @typedef {Record<string, string | number | boolean>} RunRequest */

/**
 * What is sent: only what differs from the defaults. Text that is no number is left for the API to refuse.
 * @param {readonly FormField[]} fields
 * @param {Readonly<Record<string, string>>} values
 * @returns {RunRequest}
 */
export function requestOf(fields, values) {
  return Object.fromEntries(
    fields.flatMap(({ name, kind, initial }) => {
      /** @type {[string, string | number | boolean][]} */
      const none = [];
      const value = (values[name] ?? '').trim();
      if (value === initial || value === '') return none;
      if (kind === 'switch') return [[name, value === 'true']];
      return [[name, kind === 'number' && Number.isFinite(Number(value)) ? Number(value) : value]];
    }),
  );
}

/**
 * @param {object} props
 * @param {FormField} props.field
 * @param {string} props.value
 * @param {{ message: string, advice: string } | undefined} props.fault
 * @param {import('../answers.js').ContractList['contracts']} props.lines
 * @param {(name: string, value: string) => void} props.onChange
 */
export function Field({ field, value, fault, lines, onChange }) {
  const { name, label, kind, hint } = field;
  const described = {
    'aria-describedby': `${fault ? `${name}-f ` : ''}${name}-h`,
    'aria-invalid': fault ? 'true' : undefined,
  };
  const pending = kind === 'line' ? lines.find((line) => line.product_line === value)?.documents?.pending : undefined;
  const said =
    fault &&
    html`<span class="fault" id=${`${name}-f`}
      ><${Icon} name="failed" /><span>${fault.message} ${fault.advice}</span></span
    >`;
  const help = html`<span class="hint" id=${`${name}-h`}
    >${kind === 'line' ? (pending === undefined ? 'Not counted' : `${formatCount(pending)} documents pending`) : hint}</span
  >`;
  if (kind === 'switch')
    return html`<div class="field">
      <span class="strong">${label}</span>
      <label class="choice"
        ><input
          type="checkbox"
          checked=${value === 'true'}
          onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => onChange(name, String(event.currentTarget.checked))}
          ...${described}
        />
        ${name === 'dry_run' ? 'Read and map only' : 'Yes'}</label
      >
      ${said}${help}
    </div>`;
  return html`<div class=${`field${kind === 'line' ? ' full' : ''}`}>
    <label for=${`f-${name}`}>${label}</label>
    <${Control} field=${field} value=${value} lines=${lines} onChange=${onChange} described=${described} />
    ${said}${help}
  </div>`;
}

/** @param {{ field: FormField, value: string, lines: import('../answers.js').ContractList['contracts'], onChange: (name: string, value: string) => void, described: object }} props */
function Control({ field: { name, kind, choices, min, max, nullable }, value, lines, onChange, described }) {
  const changed = (/** @type {{ currentTarget: HTMLInputElement | HTMLSelectElement }} */ event) =>
    onChange(name, event.currentTarget.value);
  const options = kind === 'line' ? lines.map((line) => line.product_line) : choices;
  if (kind === 'line' || kind === 'choice')
    return html`<select id=${`f-${name}`} value=${value} onChange=${changed} ...${described}>
      ${options.map((option) => html`<option value=${option} selected=${option === value}>${option}</option>`)}
    </select>`;
  const empty = nullable
    ? ({ parallelism: 'all', limit: 'all pending', app_id_start: 'any', app_id_end: 'any' }[name] ?? 'off')
    : '';
  return html`<input
    id=${`f-${name}`}
    type=${kind === 'number' ? 'number' : 'text'}
    inputmode="numeric"
    step="any"
    min=${min}
    max=${max}
    placeholder=${empty}
    value=${value}
    onInput=${changed}
    ...${described}
  />`;
}
