import { html } from '../html.js';
import { Icon } from '../parts/basics.js';
import { countOf, formatFault } from '../format.js';

/** @typedef {import('../request-form.js').FormField} FormField */

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
      ><${Icon} name="failed" /><span>${formatFault(fault)} ${fault.advice}</span></span
    >`;
  const help = html`<span class="hint" id=${`${name}-h`}
    >${kind === 'line' ? (pending === undefined ? 'Not counted' : `${countOf(pending, 'document')} pending`) : hint}</span
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
