import { html } from '../html.js';
import { countOf, formatType } from '../format.js';
import { ifMissing, kindOfRows } from '../mapping-words.js';
import { Name, Table } from '../parts/basics.js';

/** @typedef {import('../answers.js').ContractView['tables'][number]} TableView */
/** @typedef {TableView['mappings'][number]} MappingView */

const COLUMNS = [
  { head: 'Column', header: true },
  { head: 'Type', cls: 'end' },
  { head: 'Fed by', cls: 'full' },
  { head: 'Steps', label: 'Steps', cls: 'wrap' },
  { head: 'If missing', label: 'If missing' },
];

/** What a column of the key tells. */
const KEYS = {
  document: ' of the document',
  contact: ' of the contact',
  parent: ' of the parent row',
  position: ', 1, 2, 3 … among the rows of its parent',
  row: ' of the row',
};

const ON_DUPLICATE = { fail: 'the document fails', skip: 'the first row stays', update: 'its values are set anew' };

/**
 * @param {{ table: TableView, find: string }} props
 */
export function ContractTable({ table, find }) {
  // On a phone they are many screens.
  const folded = find === '' && matchMedia('(max-width: 47.9375rem)').matches;
  const rows = table.mappings.map((mapping) => ({ key: mapping.index, cells: cellsOf(table, mapping, find) }));
  return html`<details class="panel tree" id=${`t-${table.name}`} open=${!folded}>
    <summary>
      <h2>
        <code><${Marked} text=${table.name} find=${find} /></code>
      </h2>
      <span class="said">${countOf(table.mappings.length, 'mapping')}</span>
    </summary>
    <dl class="facts">
      <div>
        <dt>One row</dt>
        <dd>${rowsOf(table)}</dd>
      </div>
      ${
        table.keys.length > 0 &&
        html`<div>
          <dt>Key</dt>
          <dd>
            ${table.keys.map(({ column, of }, at) => html`${at > 0 && ', '}<code><${Marked} text=${column} find=${find} /></code>${KEYS[of]}`)}
          </dd>
        </div>`
      }
      ${
        table.rows.rules.length > 0 &&
        html`<div>
          <dt>Rules</dt>
          <dd>${table.rows.rules.map((rule, at) => html`${at > 0 && ', '}<code>${rule}</code>`)}</dd>
        </div>`
      }
      ${
        table.unique_key !== null &&
        !table.keys.some(({ of }) => of === 'row') &&
        html`<div>
          <dt>Unique</dt>
          <dd><code>${table.unique_key.join(', ')}</code></dd>
        </div>`
      }
      <div>
        <dt>If the key is there already</dt>
        <dd>${ON_DUPLICATE[table.on_duplicate]}</dd>
      </div>
    </dl>
    <${Table} caption=${`Columns of ${table.name}`} cls="columns top" columns=${COLUMNS} rows=${rows} />
  </details>`;
}

/** @param {TableView} table */
function rowsOf({ rows: { kind, path, required } }) {
  const needs = Object.entries(required).map(([attribute, values]) =>
    values === true ? `@${attribute}` : `@${attribute} one of ${values.join(', ')}`,
  );
  return html`${path === null ? kindOfRows(kind) : html`for each <code><${Name} text=${path} /></code>`}${needs.length > 0 && ` with ${needs.join(' and ')}`}`;
}

/**
 * @param {TableView} table
 * @param {MappingView} mapping
 * @param {string} find
 */
function cellsOf(table, mapping, find) {
  const column = table.columns.find(({ name }) => name === mapping.column);
  // One that is not stored has only its mapping to say so.
  const nullable = column?.nullable ?? (mapping.column === '' || mapping.nullable);
  return [
    html`<code><${Marked} text=${mapping.column || 'by the kind of row'} find=${find} /></code>`,
    column === undefined ? '–' : formatType(column.type),
    html`<${Source} mapping=${mapping} find=${find} />`,
    html`<${Steps} mapping=${mapping} find=${find} />`,
    html`<${Missing} mapping=${mapping} nullable=${nullable} />`,
  ];
}

/** @param {{ mapping: MappingView, find: string }} props */
function Source({ mapping: { path, attribute, expression }, find }) {
  if (expression !== null && path === '')
    return html`<code class="path"><${Marked} text=${expression} find=${find} /></code>`;
  return html`<code class="path"
      ><span class="base"><${Marked} text=${path} find=${find} /></span
      >${attribute !== '' && html`<wbr /><span class="attr">/@<${Marked} text=${attribute} find=${find} /></span>`}</code
    >
    ${
      expression !== null &&
      html`<small
        ><code><${Marked} text=${expression} find=${find} /></code
      ></small>`
    }`;
}

/** @param {{ mapping: MappingView, find: string }} props */
function Steps({ mapping: { steps, enumeration, expression }, find }) {
  if (steps.length === 0 && enumeration === null)
    return html`<span class="quiet">${expression === null ? 'as it is' : 'computed'}</span>`;
  return html`${steps.map((step, at) => html`${at > 0 && ' → '}<code><${Marked} text=${step} find=${find} /></code>`)}
  ${
    enumeration !== null &&
    html`<details class="map">
      <summary>${countOf(enumeration.length, 'entry', 'entries')}</summary>
      <ul>
        ${enumeration.map(({ from, to }) => html`<li><code>${from}</code> → <code>${to}</code></li>`)}
      </ul>
    </details>`
  }`;
}

/** @param {{ mapping: MappingView, nullable: boolean }} props */
function Missing({ mapping, nullable }) {
  if (mapping.default !== null) return html`default <code>${String(mapping.default)}</code>`;
  const words = ifMissing(mapping, nullable);
  return words.startsWith('NULL') ? html`<span class="null">${words}</span>` : words;
}

/**
 * A text with what was looked for marked.
 * @param {{ text: string, find: string }} props
 */
export function Marked({ text, find }) {
  const at = find === '' ? -1 : text.toLowerCase().indexOf(find);
  if (at < 0) return html`<${Name} text=${text} />`;
  const end = at + find.length;
  return html`${text.slice(0, at)}<mark>${text.slice(at, end)}</mark
    ><${Marked} text=${text.slice(end)} find=${find} />`;
}
