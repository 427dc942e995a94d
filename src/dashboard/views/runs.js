import { STATUSES, TRIGGERS } from '../answers.js';
import { useState } from 'preact/hooks';
import { html } from '../html.js';
import { countOf, formatCount, formatDuration } from '../format.js';
import { RunLink, Status, Table, Time } from '../parts/basics.js';
import { useHold } from '../parts/hold.js';
import { change, place } from '../router.js';
import { stateOf } from '../rates.js';
import { useStore } from '../store.js';
import { useLineNames } from './lines.js';

export const RUNS_A_PAGE = 20;

const COLUMNS = [
  { head: 'Status', cls: 'c-status' },
  { head: 'Run', header: true, cls: 'end' },
  { head: 'Product line', cls: 'full' },
  { head: 'Started by', label: 'Started by' },
  { head: 'Started', label: 'Started', cls: 'nowrap' },
  { head: 'Worked', label: 'Worked', num: true },
  { head: 'Documents', label: 'Documents', num: true },
  { head: 'Failed', label: 'Failed', num: true },
  { head: 'Per minute', label: 'Per minute', num: true },
];

/** @param {{ runs: readonly import('../answers.js').RunSummary[] }} props */
export function Runs({ runs }) {
  const { query } = useStore(place);
  const offset = Number(query['offset'] ?? 0);
  const { keys, waiting, release, handlers } = useHold(
    runs.map((run) => run.run_id),
    JSON.stringify(query),
  );
  const [, draw] = useState(0);
  const shown = keys.flatMap((id) => runs.find((run) => run.run_id === id) ?? []);
  const showNewer = () => {
    release();
    draw((times) => times + 1);
  };
  return html`<section class="panel" aria-labelledby="h-runs" ...${handlers}>
    <header class="panel-head">
      <h2 id="h-runs">Runs</h2>
      ${waiting > 0 && html`<button type="button" class="small" onClick=${showNewer}>${countOf(waiting, 'newer run')}</button>`}
      <${Filters} />
    </header>
    ${
      runs.length === 0
        ? html`<${NoRuns} />`
        : html`<${Table} caption="Runs, newest first" cls="runs" columns=${COLUMNS} rows=${shown.map(rowOf)} />`
    }
    ${
      (offset > 0 || runs.length > 0) &&
      html`<footer class="panel-foot">
        <span>${runs.length === 0 ? 'No more runs' : `Runs ${offset + 1} to ${offset + runs.length}`}</span>
        <nav class="actions" aria-label="Pages of runs">
          <button type="button" class="small" disabled=${offset === 0} onClick=${() => turn(offset - RUNS_A_PAGE)}>
            Newer
          </button>
          <button
            type="button"
            class="small"
            disabled=${runs.length < RUNS_A_PAGE}
            onClick=${() => turn(offset + RUNS_A_PAGE)}
          >
            Older
          </button>
        </nav>
      </footer>`
    }
  </section>`;
}

/** @param {number} offset */
function turn(offset) {
  change({ offset: offset <= 0 ? null : offset });
}

/** @param {import('../answers.js').RunSummary} run */
function rowOf(run) {
  const { totals } = run;
  const counted = run.status !== 'skipped';
  return {
    key: run.run_id,
    cells: [
      html`<${Status} state=${stateOf(run)} />`,
      html`<${RunLink} id=${run.run_id} />`,
      html`<span class="wrap">${run.product_line}</span
        >${run.dry_run && html`<small>dry run, nothing written</small>`}`,
      run.trigger,
      html`<${Time} at=${run.started} />`,
      counted ? formatDuration(run.worked_seconds) : '–',
      counted ? formatCount(totals.documents) : '–',
      counted ? formatCount(totals.failed) : '–',
      counted && totals.documents > 0 ? formatCount(run.documents_per_minute) : '–',
    ],
  };
}

function NoRuns() {
  const { query } = useStore(place);
  const { line, status, trigger, offset } = query;
  if (!line && !status && !trigger && !offset)
    return html`<div class="empty">
      <p><strong>No run yet.</strong> “Start a run” begins the first one; a schedule or the command line can too.</p>
    </div>`;
  const words = [status && `that is ${status}`, line && `of ${line}`, trigger && `started by ${trigger}`]
    .filter(Boolean)
    .join(' ');
  return html`<div class="empty">
    <p><strong>No run ${words} here.</strong></p>
    <button
      type="button"
      class="small"
      onClick=${() => change({ line: null, status: null, trigger: null, offset: null })}
    >
      Clear the filters
    </button>
  </div>`;
}

function Filters() {
  const lines = useLineNames();
  return html`<form
    class="tools filters"
    aria-label="Filter runs"
    onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}
  >
    <${Filter} label="Product line" name="line" values=${lines} />
    <${Filter} label="Status" name="status" values=${STATUSES} />
    <${Filter} label="Started by" name="trigger" values=${TRIGGERS} />
  </form>`;
}

/** @param {{ label: string, name: string, values: readonly string[] }} props */
function Filter({ label, name, values }) {
  const chosen = useStore(place).query[name] ?? '';
  const choose = (/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) =>
    change({ [name]: currentTarget.value, offset: null });
  return html`<label>
    ${label}
    <select name=${name} value=${chosen} onChange=${choose}>
      <option value="">All</option>
      ${values.map((value) => html`<option value=${value} selected=${value === chosen}>${value}</option>`)}
    </select>
  </label>`;
}
