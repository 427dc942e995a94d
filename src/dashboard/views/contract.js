import { html } from '../html.js';
import { useEffect } from 'preact/hooks';
import { countOf } from '../format.js';
import { Icon, Name } from '../parts/basics.js';
import { Segments } from '../parts/segments.js';
import { CommandMenu, Loading, Problem, SameCommands } from '../parts/states.js';
import { useAnswer } from '../polling.js';
import { getContract, listLines } from '../queries.js';
import { change, place, placeHref } from '../router.js';
import { useStore } from '../store.js';
import { ContractTable } from './contract-table.js';
import { Paths } from './contract-paths.js';
import { ContractFaults } from './lines.js';

/** @typedef {import('../answers.js').ContractView} ContractView */
/** @typedef {ContractView['tables'][number]} TableView */

/** The product lines, each a contract. */
export function Contracts() {
  const { value, error } = useAnswer('contracts', async () => listLines({ counts: false }));
  useEffect(() => {
    document.title = 'Contracts, xmlfan';
  }, []);
  return html`
    <div class="head"><h1 tabindex="-1">Contracts</h1></div>
    ${error !== null && html`<${Problem} error=${error} />`}
    ${value === null && error === null && html`<${Loading} title="Contracts" />`}
    ${
      value !== null &&
      html`
        ${value.faults.length > 0 && html`<${ContractFaults} faults=${value.faults} />`}
        <section class="panel" aria-label="Product lines">
          <ul class="hits">
            ${value.contracts.map(
              (line) =>
                html`<li>
                  <a href=${placeHref(['contracts', line.product_line])}>${line.product_line}</a>
                  <span class="quiet"
                    >${line.product_name === line.product_line ? '' : `${line.product_name}, `}${countOf(line.tables.length, 'table')},
                    ${countOf(line.mappings, 'mapping')}</span
                  >
                </li>`,
            )}
          </ul>
        </section>
      `
    }
  `;
}

/**
 * Tables and columns with the paths that feed them.
 * @param {{ line: string }} props
 */
export function Contract({ line }) {
  const path = `contracts/${encodeURIComponent(line)}`;
  const { value, error } = useAnswer(path, async () => getContract(line, { check: false }));
  useEffect(() => {
    document.title = `Contract of ${line}, xmlfan`;
  }, [line]);
  if (error !== null)
    return html`<h1 tabindex="-1">${line}</h1>
      <${Problem} error=${error} />`;
  if (value === null)
    return html`<h1 class="sr" tabindex="-1">${line}</h1>
      <${Loading} title="Contract" />`;
  return html`
    <${Head} contract=${value} />
    <${Check} line=${line} />
    <${Found} contract=${value} />
  `;
}

/** @param {{ contract: ContractView }} props */
function Head({ contract }) {
  const { product_line: line, source_table: source, application_table: joined } = contract;
  return html`<div class="head">
    <nav class="crumbs" aria-label="Where this is">
      <ol>
        <li><a href="#/contracts">Contracts</a></li>
        <li aria-current="page">${line}</li>
      </ol>
    </nav>
    <h1 tabindex="-1">${line} <span class="id mono">${contract.hash.slice(0, 8)}</span></h1>
    <div class="actions">
      <a class="button main" href=${placeHref(['start'], { line })}>Start a run</a>
      <${CommandMenu}>
        <${SameCommands}
          what="Check against the database"
          cli=${['check', '--product-line', line]}
          call=${{ method: 'GET', path: `contracts/${encodeURIComponent(line)}?check=true` }}
        />
        <${SameCommands}
          what="Compare the rows of converted documents with those it would write now"
          cli=${['compare', '--product-line', line, '--sample', '1000']}
        />
        <${SameCommands} what="Print its tables" cli=${['ddl', '--product-line', line]} />
      <//>
    </div>
    <dl class="meta">
      <div>
        <dt>Reads</dt>
        <dd>
          <code><${Name} text=${`${contract.target_schema}.${source}.${contract.source_column}`} /></code
          >${joined !== null && html`, joined with <code>${joined}</code>`}
        </dd>
      </div>
      <div>
        <dt>Writes to</dt>
        <dd><code>${contract.target_schema}</code>, ${countOf(contract.tables.length, 'table')}</dd>
      </div>
      <div>
        <dt>Log</dt>
        <dd><code>${contract.log_table}</code></dd>
      </div>
      <div>
        <dt>Root</dt>
        <dd><code>${contract.root_element}</code></dd>
      </div>
    </dl>
  </div>`;
}

/** @param {{ line: string }} props */
function Check({ line }) {
  const { value, error, again } = useAnswer(`check ${line}`, async () => getContract(line, { check: true }));
  const findings = value?.database ?? [];
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  return html`<section class="panel" aria-labelledby="h-check">
    <header class="panel-head">
      <h2 id="h-check">What the database says</h2>
      <p class="note" role="status">
        ${value === null ? (error === null ? 'Checking' : '') : errors > 0 ? countOf(errors, 'fault') : warnings > 0 ? `fits, ${countOf(warnings, 'warning')}` : 'fits'}
      </p>
      <div class="tools"><button type="button" class="small" onClick=${again}>Check again</button></div>
    </header>
    ${error !== null && html`<${Problem} error=${error} />`}
    <ul class="checks">
      ${findings.map(
        ({ place: where, message, advice, severity }) =>
          html`<li>
            <${Icon}
              name=${severity === 'error' ? 'failed' : 'stale'}
              cls=${severity === 'error' ? 'c-bad' : 'c-warn'}
            />
            <div>
              <strong>${severity === 'error' ? 'Fault' : 'Warning'}: <code>${where}</code> ${message}</strong>
              <p class="soft">${advice}</p>
            </div>
          </li>`,
      )}
      ${
        value !== null &&
        errors === 0 &&
        html`<li>
          <${Icon} name="completed" cls="c-ok" />
          <div>
            ${findings.length === 0 ? 'All tables and columns are there and fit.' : 'Everything else is there and fits: a run can begin.'}
          </div>
        </li>`
      }
    </ul>
  </section>`;
}

/** @param {{ contract: ContractView }} props */
function Found({ contract }) {
  const { query } = useStore(place);
  const find = (query['find'] ?? '').trim().toLowerCase();
  const byPath = query['by'] === 'path';
  const tables = contract.tables.flatMap((table) => searchTable(table, find));
  const columns = tables.reduce((sum, table) => sum + table.mappings.length, 0);
  return html`
    <form
      class="search"
      role="search"
      aria-label="Find in this contract"
      onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}
    >
      <label class="sr" for="q">Find a table, column, path or step</label>
      <input
        id="q"
        type="search"
        placeholder="Table, column, path or step"
        value=${query['find'] ?? ''}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => change({ find: event.currentTarget.value })}
      />
      <${Segments}
        name="by"
        label="Order"
        values=${{ table: 'By table', path: 'By XML path' }}
        chosen=${byPath ? 'path' : 'table'}
        onChoose=${(/** @type {string} */ by) => change({ by: by === 'path' ? by : null })}
      />
      <span class="quiet" role="status">${countOf(columns, 'mapping')} of ${countOf(tables.length, 'table')}</span>
    </form>
    ${
      byPath
        ? html`<${Paths} tables=${tables} find=${find} />`
        : html`<div class="contract">
            <${Contents} tables=${tables} />
            <div class="stack">
              ${tables.map((table) => html`<${ContractTable} key=${table.name} table=${table} find=${find} />`)}
            </div>
          </div>`
    }
    ${
      tables.length === 0 &&
      html`<section class="panel">
        <div class="empty">
          <p><strong>Nothing of this contract has “${find}” in it.</strong></p>
        </div>
      </section>`
    }
  `;
}

/**
 * The table with what fits: all of it if its name does.
 * @param {TableView} table
 * @param {string} find
 * @returns {TableView[]}
 */
function searchTable(table, find) {
  if (find === '' || table.name.toLowerCase().includes(find)) return [table];
  const fits = (/** @type {TableView['mappings'][number]} */ { column, path, attribute, steps, expression }) =>
    [column, path, attribute, ...steps, expression ?? ''].some((text) => text.toLowerCase().includes(find));
  const mappings = table.mappings.filter(fits);
  const isKey = table.keys.some(({ column }) => column.toLowerCase().includes(find));
  return mappings.length === 0 && !isKey ? [] : [{ ...table, mappings }];
}

/** @param {string} name */
function show(name) {
  const table = document.getElementById(`t-${name}`);
  table?.scrollIntoView();
  table?.querySelector('summary')?.focus();
}

/** @param {{ tables: readonly TableView[] }} props */
function Contents({ tables }) {
  const { path, query } = useStore(place);
  useEffect(() => show(query['table'] ?? ''), []);
  return html`<nav class="panel toc desk-only" aria-labelledby="h-toc">
    <header class="panel-head">
      <h2 id="h-toc">Tables</h2>
      <p class="note">as they are filled</p>
    </header>
    <ul>
      ${tables.map(
        ({ name, mappings }) =>
          html`<li>
            <a href=${placeHref(path, { ...query, table: name })} onClick=${() => show(name)}
              >${name}<span>${mappings.length}</span></a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}
