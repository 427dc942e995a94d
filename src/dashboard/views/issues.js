import { html } from '../html.js';
import { countOf, formatCount } from '../format.js';
import { Name, Table } from '../parts/basics.js';
import { placeHref } from '../router.js';

const KINDS = new Map([
  ['unreadable', 'Unreadable value, NULL or a default instead'],
  ['unmapped', 'Text that the map does not have'],
  ['required_column_missing', 'Required column missing'],
  ['no_valid_contact', 'No valid contact'],
  ['column_failed', 'Column could not be computed'],
  ['table_failed', 'Table could not be made'],
  ['several_product_lines', 'Elements of several product lines'],
  ['cut', 'Text cut to the width of the column'],
  ['rounded', 'Number rounded'],
  ['several', 'Several values where one is read'],
  ['duplicate', 'Row left out, its key is there already'],
]);

/** @param {string} kind */
export function kindName(kind) {
  const words = kind.replaceAll('_', ' ');
  return KINDS.get(kind) ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const COLUMNS = [
  { head: 'What', header: true },
  { head: 'Where', cls: 'c-where' },
  { head: 'Documents', num: true, cls: 'c-count' },
];

const SHOWN_IDS = 3;

/**
 * What was converted, although something is missing.
 * @param {{ run: import('../answers.js').RunView }} props
 */
export function Issues({ run }) {
  const { quality_issues: issues, never_matched: empty, product_line: line, ended } = run;
  const rows = issues.map(({ kind, table, column, documents, app_ids: ids }) => ({
    key: `${kind} ${table} ${column}`,
    cells: [
      kindName(kind),
      html`${table === null ? 'the whole document' : html`<code><${Name} text=${column === null ? table : `${table}.${column}`} /></code>`}
        <small class="ids">
          ${ids.slice(0, SHOWN_IDS).map((id) => html`<a href=${placeHref(['documents', line, id])}>${id}</a> `)}${ids.length > SHOWN_IDS && '…'}
        </small>`,
      formatCount(documents),
    ],
  }));
  return html`<section class="panel" aria-labelledby="h-issues">
    <header class="panel-head">
      <h2 id="h-issues">Quality issues</h2>
      <p class="note">
        ${issues.length > 0 ? 'converted, but something is missing' : ended === null ? 'none so far' : 'none'}
      </p>
    </header>
    ${
      issues.length === 0
        ? html`<div class="empty"><p>Nothing was unreadable, and no required column was missing.</p></div>`
        : html`<${Table} caption="Quality issues of this run" cls="issues top" columns=${COLUMNS} rows=${rows} />`
    }
    ${
      empty.length > 0 &&
      html`<div class="panel-foot">
        <details>
          <summary>${countOf(empty.length, 'path')} of the contract found in no document</summary>
          <ul class="missed">
            ${empty.map(
              ({ table, column, path }) =>
                html`<li>
                  <code class="path"><${Name} text=${path} /></code>
                  <span class="quiet">for <code>${[table, column].filter(Boolean).join('.')}</code></span>
                </li>`,
            )}
          </ul>
        </details>
      </div>`
    }
  </section>`;
}
