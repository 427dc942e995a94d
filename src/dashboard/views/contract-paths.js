import { html } from '../html.js';
import { Marked } from './contract-table.js';

/** @typedef {import('../answers.js').ContractView['tables'][number]} TableView */

/**
 * What each path of the document feeds.
 * @param {{ tables: readonly TableView[], find: string }} props
 */
export function Paths({ tables, find }) {
  /** @type {Map<string, { attribute: string, column: string, steps: readonly string[] }[]>} */
  const paths = new Map();
  for (const table of tables)
    for (const { whole_paths: whole, attribute, column, steps } of table.mappings)
      for (const path of whole) {
        const feeds = paths.get(path) ?? [];
        feeds.push({ attribute, column: `${table.name}.${column}`, steps });
        paths.set(path, feeds);
      }
  if (paths.size === 0) return null;
  return html`<section class="panel" aria-labelledby="h-paths">
    <header class="panel-head"><h2 id="h-paths">By XML path</h2></header>
    <ul class="paths">
      ${[...paths]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([path, feeds]) =>
            html`<li>
              <code><${Marked} text=${path} find=${find} /></code>
              <ul>
                ${feeds.map(
                  ({ attribute, column, steps }) =>
                    html`<li>
                      <code
                        >${attribute === '' ? whatOf(path) : html`@<${Marked} text=${attribute} find=${find} />`}</code
                      >
                      <span class="to"
                        ><code><${Marked} text=${column} find=${find} /></code>
                        <span class="quiet">${steps.join(' → ')}</span></span
                      >
                    </li>`,
                )}
              </ul>
            </li>`,
        )}
    </ul>
  </section>`;
}

/** @param {string} path */
function whatOf(path) {
  return path.split('/').at(-1)?.startsWith('@') === true ? 'value' : 'text';
}
