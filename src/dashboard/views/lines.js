import { html } from '../html.js';
import { useEffect, useState } from 'preact/hooks';
import { download } from '../api.js';
import { cliText } from '../commands.js';
import { firstFault, formatCount, formatDuration, formatFault } from '../format.js';
import { Icon, RunLink, Status, Table, Time } from '../parts/basics.js';
import { Command, Loading, Notice, Problem } from '../parts/states.js';
import { useAnswer } from '../polling.js';
import { listLines } from '../queries.js';
import { placeHref } from '../router.js';
import { latestRun, stateOf } from '../rates.js';

/** @typedef {import('../answers.js').ContractList} ContractList */
/** @typedef {import('../answers.js').RunSummary} RunSummary */

/** Counting looks through whole tables. */
const COUNT_EVERY_MS = 60_000;

/** Names of the product lines, without asking the database. */
export function useLineNames() {
  const { value } = useAnswer('lines', async () => listLines({ counts: false }));
  return (value?.contracts ?? []).map((line) => line.product_line);
}

const COLUMNS = [
  { head: 'Product line', header: true, cls: 'full' },
  { head: 'Pending', label: 'Pending', num: true },
  { head: 'Failed', label: 'Failed', num: true },
  { head: 'Lowest pending id', label: 'Lowest pending id', num: true },
  { head: 'Last run', label: 'Last run', cls: 'c-last' },
  { head: 'Action', hidden: true, cls: 'num c-act' },
];

async function countLines() {
  return { at: Date.now(), list: await listLines({ counts: true }) };
}

/**
 * What waits for each product line: counted at most once a minute, sooner only where a run ends or somebody asks.
 * @param {{ runs: readonly RunSummary[] }} props the latest runs, which are looked at more often
 */
export function Lines({ runs }) {
  const signOfLife = runs.map(({ run_id: id, status }) => `${id} ${status}`).join();
  const { value, error, again } = useAnswer('counted', countLines);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const age = value === null ? 0 : Math.max(0, now - value.at);
  useEffect(() => {
    if (age > COUNT_EVERY_MS && !document.hidden) again();
  }, [age > COUNT_EVERY_MS]);
  useEffect(() => {
    if (value !== null) again();
  }, [signOfLife]);
  if (error !== null)
    return html`<${Problem}
      error=${error}
      actions=${html`<button type="button" class="small" onClick=${again}>Try now</button>`}
    />`;
  if (value === null) return html`<${Loading} title="Product lines" />`;
  const { faults } = value.list;
  const contracts = value.list.contracts.map(({ documents, ...line }) =>
    documents === undefined
      ? line
      : { ...line, documents: { ...documents, last_run: latestRun(line.product_line, documents.last_run, runs) } },
  );
  return html`
    ${faults.length > 0 && html`<${ContractFaults} faults=${faults} />`}
    <section class="panel" aria-labelledby="h-lines">
      <header class="panel-head">
        <h2 id="h-lines">Product lines</h2>
        <p class="note">
          ${contracts.length}, counted ${age < 2000 ? 'just now' : `${formatDuration(age / 1000)} ago`}
        </p>
        <div class="tools"><button type="button" class="small" onClick=${again}>Count again</button></div>
      </header>
      ${
        contracts.length === 0
          ? html`<${NoLines} />`
          : html`<${Table}
              caption="Product lines with what waits and what happened last"
              cls="lines"
              columns=${COLUMNS}
              rows=${contracts.map(rowOf)}
            />`
      }
      ${contracts.length > 0 && contracts.every(isEmpty) && html`<${NoDocuments} line=${contracts[0]?.product_line ?? ''} />`}
    </section>
  `;
}

function NoLines() {
  return html`<div class="empty">
    <p>
      <strong>No contract yet.</strong> A product line is a contract file in the contracts folder, JSON or YAML. Check
      yours with:
    </p>
    <${Command} label="Validate" text=${cliText(['validate', 'contracts/my-contract.yaml'])} />
  </div>`;
}

/**
 * Whether nothing has ever been there for a line.
 * @param {import('../answers.js').LineView} line
 */
function isEmpty({ documents }) {
  return documents !== undefined && documents.pending + documents.failed === 0 && documents.last_run === null;
}

/** @param {{ line: string }} props */
function NoDocuments({ line }) {
  return html`<div class="empty">
    <p>
      <strong>No document yet.</strong> Put them into the source table, from files for example, or make some up to try
      with:
    </p>
    <${Command} label="Import" text=${cliText(['import', '--product-line', line, 'FOLDER'])} />
    <${Command} label="Generate" text=${cliText(['generate', '--product-line', line, '--count', 1000])} />
  </div>`;
}

/** @param {{ faults: ContractList['faults'] }} props */
export function ContractFaults({ faults }) {
  return html`<section class="attention" aria-label="Contracts that cannot be used">
    ${faults.map(
      (fault) =>
        html`<${Notice} tone="bad">
          <p>
            <strong>A contract cannot be used.</strong> <code>${fault.place}</code> ${formatFault(fault)}
            <span class="soft">${fault.advice}</span>
          </p>
        <//>`,
    )}
  </section>`;
}

/** @param {import('../answers.js').LineView} line */
function rowOf(line) {
  const { product_line: name, product_name: title, documents, not_ready: notReady } = line;
  const unknown = html`<span class="quiet">unknown</span>`;
  return {
    key: name,
    cells: [
      html`<a href=${placeHref(['contracts', name])}>${name}</a><small>${title === name ? '' : title}</small>`,
      documents === undefined ? unknown : html`<${Listed} what="pending" line=${name} count=${documents.pending} />`,
      documents === undefined ? unknown : html`<${Listed} what="failures" line=${name} count=${documents.failed} />`,
      documents?.first_pending_app_id
        ? html`<a href=${placeHref(['documents', name, documents.first_pending_app_id])}
            >${documents.first_pending_app_id}</a
          >`
        : html`<span class="quiet">–</span>`,
      notReady === undefined
        ? html`<${LastRun} run=${documents?.last_run ?? null} />`
        : html`<span class="status"><${Icon} name="failed" cls="c-bad" />Not ready</span
            ><small>${firstFault(notReady, name).text}</small>`,
      html`<${LineAction} line=${line} />`,
    ],
  };
}

/**
 * A count, and the list behind it as a file.
 * @param {{ what: 'pending' | 'failures', line: string, count: number }} props
 */
function Listed({ what, line, count }) {
  const [failed, setFailed] = useState(false);
  if (count === 0) return html`<span class="quiet">0</span>`;
  const save = () => download(what, { product_line: line }).catch(() => setFailed(true));
  const words = what === 'pending' ? 'pending documents' : 'failed documents';
  const shown = formatCount(count);
  return html`${what === 'failures' ? html`<a href=${placeHref(['failures', line])} aria-label=${`${shown} failed documents of ${line}`}>${shown}</a>` : shown}<small>
      <button type="button" class="plain" aria-label=${`Download the ${words} of ${line} as CSV`} onClick=${save}>
        ${failed ? 'failed, again' : 'CSV'}
      </button>
    </small>`;
}

/** @param {{ run: import('../answers.js').RunSummary | null }} props */
function LastRun({ run }) {
  if (run === null) return html`<span class="quiet">none yet</span>`;
  return html`<${Status} state=${stateOf(run)} />
    <small
      >${run.ended === null ? 'since ' : ''}<${Time} at=${run.ended ?? run.started} />, <${RunLink} id=${run.run_id}
    /></small>`;
}

/** @param {{ line: import('../answers.js').LineView }} props */
function LineAction({ line: { product_line: name, documents, not_ready: notReady } }) {
  const last = documents?.last_run ?? null;
  if (notReady !== undefined) return html`<a class="button small" href=${placeHref(['contracts', name])}>See why</a>`;
  if (last !== null && last.ended === null && !last.stale)
    return html`<a class="button small" href=${placeHref(['runs', last.run_id])}>Watch</a>`;
  const label = last?.stale ? 'Take over…' : 'Start…';
  return html`<a class="button small" href=${placeHref(['start'], { line: name })} aria-label=${`${label} ${name}`}
    >${label}</a
  >`;
}
