import { html } from '../html.js';
import { countOf } from '../format.js';
import { kindName } from './issues.js';

/** @typedef {NonNullable<import('../answers.js').DocumentView['mapped']>} MappedView */

/**
 * What the contract makes of the document now, table by table; nothing is written.
 * @param {{ mapped: MappedView }} props
 */
export function Mapped({ mapped }) {
  const tables = mapped.outcome === 'mapped' ? mapped.tables.filter(({ total }) => total > 0) : [];
  const rows = tables.reduce((sum, table) => sum + table.total, 0);
  return html`<section class="panel" aria-labelledby="h-rows">
    <header class="panel-head">
      <h2 id="h-rows">What it maps to now</h2>
      <p class="note">
        ${mapped.outcome === 'mapped' ? `${countOf(rows, 'row')} in ${countOf(tables.length, 'table')}; nothing is written` : 'nothing'}
      </p>
    </header>
    ${mapped.outcome === 'rejected' && html`<div class="empty"><p>No row, for it is rejected.</p></div>`}
    ${tables.map((table) => html`<${Rows} key=${table.table} table=${table} />`)}
    ${
      mapped.quality_issues.length > 0 &&
      html`<div class="panel-foot">
        <ul>
          ${mapped.quality_issues.map(({ kind, table, column }) => html`<li>${kindName(kind)}${table !== null && html`: <code>${column === null ? table : `${table}.${column}`}</code>`}</li>`)}
        </ul>
      </div>`
    }
  </section>`;
}

/** @param {{ table: { table: string, total: number, rows: Record<string, string | null>[] } }} props */
function Rows({ table: { table, total, rows } }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return html`
    <h3 class="table-name">
      <code>${table}</code>
      <small>${countOf(total, 'row')}${total > rows.length ? `, the first ${rows.length} shown` : ''}</small>
    </h3>
    <div class="scroll" role="region" aria-label=${`Rows of ${table}`} tabindex="0">
      <table class="data">
        <caption class="sr">
          Rows of ${table}
        </caption>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${columns.map((column, at) => html`<${Cell} value=${row[column]} head=${at === 0} />`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{ value: string | null | undefined, head: boolean }} props */
function Cell({ value, head }) {
  const shown =
    value === undefined
      ? html`<span class="null">not set</span>`
      : value === null
        ? html`<span class="null">NULL</span>`
        : html`<span class="cut" title=${value}>${value}</span>`;
  return head ? html`<th scope="row">${shown}</th>` : html`<td>${shown}</td>`;
}
