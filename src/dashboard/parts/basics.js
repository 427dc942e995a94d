import { html } from '../html.js';
import { formatCount, formatFullTime, formatTime, shortId } from '../format.js';
import { placeHref } from '../router.js';

// The smallest parts: marks, words of state, names, times, bars.

/** @param {{ name: string, cls?: string }} props */
export function Icon({ name, cls = '' }) {
  return html`<svg class=${`mark ${cls}`} aria-hidden="true"><use href=${`#i-${name}`} /></svg>`;
}

/** What a state is called where it is not called like itself. */
const WORDS = new Map([
  ['planned', 'Waiting'],
  ['slow', 'Running, slow'],
  ['success', 'Success'],
]);
/** Whose shape a state has where it has none of its own. */
const SHAPES = new Map([
  ['success', 'completed'],
  ['stopped', 'cancelled'],
  ['pausing', 'paused'],
]);

/**
 * A state by shape, word and colour.
 * @param {{ state: string, label?: string, chip?: boolean }} props
 */
export function Status({ state, label, chip = false }) {
  const shape = SHAPES.get(state) ?? state;
  const word = label ?? WORDS.get(state) ?? state.charAt(0).toUpperCase() + state.slice(1);
  return html`<span class=${`status${chip ? ' chip' : ''} is-${shape}`}><${Icon} name=${shape} />${word}</span>`;
}

/**
 * A long name, which may break after its dots, lines and slashes.
 * @param {{ text: string }} props
 */
export function Name({ text }) {
  return html`${text.split(/(?<=[._/])(?=\w)/).map((part, at) => (at === 0 ? part : [html`<wbr />`, part]))}`;
}

/** @param {{ at: string, seconds?: boolean }} props */
export function Time({ at, seconds = false }) {
  return html`<time datetime=${at} title=${formatFullTime(at)}>${formatTime(at, { seconds })}</time>`;
}

/** @param {{ id: string }} props */
export function RunLink({ id }) {
  return html`<a href=${placeHref(['runs', id])}><code>${shortId(id)}</code></a>`;
}

/** @param {{ value: number, max: number, label: string, cls?: string }} props */
export function Bar({ value, max, label, cls = '' }) {
  return html`<progress
    class=${cls}
    max=${max || 1}
    value=${max === 0 ? 1 : value}
    aria-label=${label}
    aria-valuetext=${`${formatCount(value)} of ${formatCount(max)}`}
  ></progress>`;
}

/**
 * @typedef {object} Column
 * @property {string} head
 * @property {boolean} [num] right-aligned figures
 * @property {boolean} [header] names the row
 * @property {boolean} [hidden] its heading is for screen readers only
 * @property {string} [label] shown before the value on narrow screens
 * @property {string} [cls]
 */

/**
 * A table whose rows become blocks on narrow screens; roles keep it a table for screen readers.
 * @param {{ caption: string, cls: string, columns: readonly Column[], rows: readonly { key: string | number, cells: readonly unknown[] }[] }} props
 */
export function Table({ caption, cls, columns, rows }) {
  return html`<table class=${`reflow ${cls}`} role="table">
    <caption class="sr">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(
          ({ head, num, hidden, cls: own = '' }) =>
            html`<th
              scope="col"
              role="columnheader"
              class=${`${num ? 'num ' : ''}${own.includes('wide-only') ? 'wide-only' : ''}`}
            >
              ${hidden ? html`<span class="sr">${head}</span>` : head}
            </th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        ({ key, cells }) =>
          html`<tr role="row" key=${key}>
            ${cells.map((cell, at) => cellOf(columns[at] ?? { head: '' }, cell))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/**
 * @param {Column} column
 * @param {unknown} cell
 */
function cellOf({ num, header, label, cls = '' }, cell) {
  const classes = `${num ? 'num ' : ''}${cls}`;
  return header
    ? html`<th scope="row" role="rowheader" class=${classes} data-label=${label}>${cell}</th>`
    : html`<td role="cell" class=${classes} data-label=${label}>${cell}</td>`;
}
