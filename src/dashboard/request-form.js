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
 * @property {boolean} whole no fraction is allowed
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
    whole: form.type === 'integer',
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

/** What is given together or not at all. */
const PAIR = ['app_id_start', 'app_id_end'];

/**
 * What is wrong as far as the schema tells, all of it, so that nobody is asked about a run that cannot begin; the rest the API says.
 * @param {readonly FormField[]} fields
 * @param {Readonly<Record<string, string>>} values
 * @returns {{ place: string, message: string, advice: string }[]}
 */
export function faultsOf(fields, values) {
  const given = (/** @type {string} */ name) => (values[name] ?? '').trim();
  const [missing, ...others] = PAIR.filter((name) => given(name) === '');
  return fields.flatMap((field) => {
    const { name, kind } = field;
    const half =
      name === missing && others.length === 0 && fields.some((one) => one.name !== name && PAIR.includes(one.name));
    const message = half
      ? 'missing: the range needs both ends, or neither.'
      : kind === 'number'
        ? numberFault(field, given(name))
        : '';
    return message === '' ? [] : [{ place: name, message, advice: '' }];
  });
}

/**
 * @param {FormField} field
 * @param {string} text
 */
function numberFault({ nullable, whole, min, max }, text) {
  if (text === '') return nullable ? '' : 'must be given.';
  const value = Number(text);
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value)))
    return `must be a ${whole ? 'whole ' : ''}number.`;
  if (min !== undefined && value < min) return `must be at least ${min}.`;
  return max !== undefined && value > max ? `must be at most ${max}.` : '';
}
