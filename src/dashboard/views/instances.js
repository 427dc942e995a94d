import { html } from '../html.js';
import { countOf, formatCount, formatDuration, formatPercent, formatTime } from '../format.js';
import { Bar, Icon, Status, Table } from '../parts/basics.js';
import { useHold } from '../parts/hold.js';
import { Segments } from '../parts/segments.js';
import { MANY_INSTANCES, endsAt, instanceStates } from '../rates.js';
import { change, place } from '../router.js';
import { useStore } from '../store.js';

/** @typedef {import('../answers.js').InstanceView} InstanceView */
/** @typedef {import('../answers.js').RunView} RunView */
/** @typedef {import('../rates.js').InstanceState} InstanceState */

const SORTS = new Map(
  Object.entries({
    ends: { name: 'Ends last', by: byEnd },
    number: { name: 'Number', by: byNumber },
    rate: { name: 'Per minute', by: (/** @type {InstanceView} */ one) => one.documents_per_minute },
    heartbeat: { name: 'Heartbeat', by: (/** @type {InstanceView} */ one) => -(one.heartbeat_age_seconds ?? -1) },
  }),
);

/** Later than any time. */
const AFTER_ALL = 1e14;

/**
 * Those that are at work end after all that have ended.
 * @param {InstanceView} one
 */
function byEnd({ eta_seconds: left, ended }) {
  return -(left === null ? Date.parse(ended ?? '') || 0 : AFTER_ALL + left);
}

/** @param {InstanceView} one */
function byNumber(one) {
  return one.instance_id;
}

/** What needs a look comes first, whatever the order. */
const ODD = new Set(['failed', 'silent', 'slow']);

const BARS = new Map([
  ['silent', 'warn'],
  ['slow', 'warn'],
  ['pausing', 'warn'],
  ['paused', 'warn'],
  ['stopped', 'idle'],
  ['completed', 'ok'],
  ['failed', 'bad'],
]);

/** @param {{ run: RunView }} props */
export function Instances({ run }) {
  const { query } = useStore(place);
  const states = instanceStates(run);
  const many = run.instances.length >= MANY_INSTANCES;
  const grouped = many && query['view'] !== 'table';
  const sort = query['sort'] ?? (many ? 'number' : 'ends');
  const sorted = sortInstances(run.instances, states, sort);
  const { keys, handlers } = useHold(
    sorted.map((one) => one.instance_id),
    `${sort} ${sorted.length}`,
  );
  const order = keys.flatMap((id) => sorted.find((one) => one.instance_id === id) ?? []);
  return html`<section class="panel" aria-labelledby="h-inst" ...${handlers}>
    <header class="panel-head">
      <h2 id="h-inst">Instances</h2>
      <p class="note">${summary(states)}</p>
      <div class="tools">
        ${!grouped && html`<${SortBy} sort=${sort} />`}
        ${many && html`<${Segments} name="view" label="View of instances" values=${{ grouped: 'Grouped', table: 'Table' }} chosen=${grouped ? 'grouped' : 'table'} onChoose=${(/** @type {string} */ view) => change({ view: view === 'table' ? view : null })} />`}
      </div>
    </header>
    ${
      run.instances.length === 0
        ? html`<div class="empty">
            <p>
              ${run.ended === null ? 'Not planned yet: what is pending is being counted.' : 'None: it ended before it was planned.'}
            </p>
          </div>`
        : grouped
          ? html`<${Groups} run=${run} instances=${order} states=${states} />`
          : html`<${InstanceTable} run=${run} caption="Instances of this run" instances=${order} states=${states} />`
    }
  </section>`;
}

/**
 * @param {readonly InstanceView[]} instances
 * @param {ReadonlyMap<number, InstanceState>} states
 * @param {string} sort
 */
function sortInstances(instances, states, sort) {
  const by = SORTS.get(sort)?.by ?? byNumber;
  const odd = (/** @type {InstanceView} */ one) => (ODD.has(states.get(one.instance_id) ?? '') ? 0 : 1);
  return instances.toSorted((a, b) => odd(a) - odd(b) || by(a) - by(b) || a.instance_id - b.instance_id);
}

/** @param {{ sort: string }} props */
function SortBy({ sort }) {
  return html`<label class="choice" for="sort">
    Sort by
    <select
      id="sort"
      class="small"
      value=${sort}
      onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ event) => change({ sort: event.currentTarget.value })}
    >
      ${[...SORTS].map(([value, { name }]) => html`<option value=${value} selected=${value === sort}>${name}</option>`)}
    </select>
  </label>`;
}

/** @param {ReadonlyMap<number, InstanceState>} states */
function summary(states) {
  const counts = new Map();
  for (const state of states.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = {
    failed: 'failed',
    silent: 'silent',
    slow: 'slow',
    running: 'at work',
    pausing: 'pausing',
    paused: 'paused',
    stopped: 'stopped',
    planned: 'waiting',
    completed: 'completed',
  };
  return Object.entries(words)
    .flatMap(([state, word]) => (counts.has(state) ? [`${counts.get(state)} ${word}`] : []))
    .join(', ');
}

const COLUMNS = [
  { head: '#', header: true },
  { head: 'State', cls: 'c-state' },
  { head: 'Done', cls: 'bar-cell full' },
  { head: 'Documents', label: 'Documents', num: true, cls: 'c-docs' },
  { head: 'Per minute', label: 'Per minute', num: true, cls: 'c-rate' },
  { head: 'Failed', num: true, cls: 'wide-only' },
  { head: 'Heartbeat', label: 'Heartbeat', num: true, cls: 'c-beat' },
  { head: 'Ends', label: 'Ends', num: true, cls: 'c-ends' },
];

/** @param {{ run: RunView, caption: string, instances: readonly InstanceView[], states: ReadonlyMap<number, InstanceState> }} props */
function InstanceTable({ run, caption, instances, states }) {
  const rows = instances.map((one) => ({
    key: one.instance_id,
    cells: cellsOf(run, one, states.get(one.instance_id) ?? 'planned'),
  }));
  return html`<${Table} caption=${caption} cls="instances" columns=${COLUMNS} rows=${rows} />`;
}

/**
 * @param {RunView} run
 * @param {InstanceView} one
 * @param {InstanceState} state
 */
function cellsOf(run, one, state) {
  const { totals, planned, heartbeat_age_seconds: age, eta_seconds: eta } = one;
  const beat = one.ended !== null || age === null || state === 'stopped' ? '–' : formatDuration(age);
  return [
    html`<span class="sr">Instance </span>${one.instance_id}`,
    html`<${Status} state=${state} />`,
    html`<div class="meter">
        <${Bar}
          value=${totals.documents}
          max=${planned}
          label=${`Instance ${one.instance_id}`}
          cls=${BARS.get(state) ?? ''}
        /><span>${formatPercent(one.percent)} %</span>
      </div>
      ${said(one, state, run.stale)}`,
    html`${formatCount(totals.documents)} <small>of ${formatCount(planned)}</small>`,
    totals.documents > 0 && state !== 'silent' ? formatCount(one.documents_per_minute) : '–',
    formatCount(totals.failed),
    state === 'silent' ? html`<strong class="c-warn">${beat}</strong>` : beat,
    eta === null || state === 'silent'
      ? one.ended === null
        ? '–'
        : formatTime(one.ended)
      : formatTime(endsAt(run, eta)),
  ];
}

/**
 * @param {InstanceView} one
 * @param {InstanceState} state
 * @param {boolean} stale
 */
function said({ error, leased }, state, stale) {
  if (error !== null) return html`<small class="wrap">${error}</small>`;
  if (state === 'silent')
    return html`<small
      >${stale ? 'Nobody is at work on it.' : leased ? 'No sign of life. When its lease ends another worker takes it.' : 'Nobody holds it: another worker takes it.'}</small
    >`;
  return state === 'slow' ? html`<small>Less than half the median rate.</small>` : null;
}

/** @param {{ run: RunView, instances: readonly InstanceView[], states: ReadonlyMap<number, InstanceState> }} props */
function Groups({ run, instances, states }) {
  const of = (/** @type {readonly string[]} */ wanted) =>
    instances.filter((one) => wanted.includes(states.get(one.instance_id) ?? ''));
  const odd = of(['failed', 'silent', 'slow']);
  const [running, waiting, done] = [of(['running']), of(['planned']), of(['completed'])];
  const [pausing, paused, stopped] = [of(['pausing']), of(['paused']), of(['stopped'])];
  const rate = sum(running, (one) => one.documents_per_minute);
  return html`
    ${
      odd.length > 0 &&
      html`<div class="group">
        <h3>
          <${Icon} name="stale" cls="c-warn" /> ${odd.length} ${odd.length === 1 ? 'needs' : 'need'} a look
          <span class="said">failed, silent for more than a minute, or below half the median rate</span>
        </h3>
        <${InstanceTable} run=${run} caption="Instances that need a look" instances=${odd} states=${states} />
      </div>`
    }
    <${Group}
      icon="running"
      cls="c-run"
      title=${`${running.length} running`}
      said=${`${formatCount(rate)} a minute together`}
      instances=${running}
      open
    />
    <${Group}
      icon="paused"
      cls="c-warn"
      title=${`${pausing.length} pausing`}
      said="each after the group it is at"
      instances=${pausing}
      open
    />
    <${Group} icon="paused" cls="c-warn" title=${`${paused.length} paused`} instances=${paused} open />
    <${Group} icon="cancelled" cls="c-idle" title=${`${stopped.length} stopped`} instances=${stopped} open />
    <${Group}
      icon="planned"
      cls="c-idle"
      title=${`${waiting.length} waiting`}
      said=${`for a free lane, ${countOf(
        sum(waiting, (one) => one.planned),
        'document',
      )}`}
      instances=${waiting}
    />
    <${Group}
      icon="completed"
      cls="c-ok"
      title=${`${done.length} completed`}
      said=${countOf(
        sum(done, (one) => one.totals.documents),
        'document',
      )}
      instances=${done}
    />
  `;
}

/**
 * @param {readonly InstanceView[]} instances
 * @param {(one: InstanceView) => number} value
 */
function sum(instances, value) {
  return instances.reduce((all, one) => all + value(one), 0);
}

/** @param {{ icon: string, cls: string, title: string, said: string, instances: readonly InstanceView[], open?: boolean }} props */
function Group({ icon, cls, title, said: words, instances, open = false }) {
  if (instances.length === 0) return null;
  return html`<details class="group" open=${open}>
    <summary><${Icon} name=${icon} cls=${cls} /> <strong>${title}</strong> <span class="said">${words}</span></summary>
    <ol class="cells">
      ${instances.map(
        (one) =>
          html`<li key=${one.instance_id}>
            <span class="cell" title=${`${formatCount(one.totals.documents)} of ${formatCount(one.planned)}`}>
              <span class="no">${one.instance_id}</span>
              <${Bar}
                value=${one.totals.documents}
                max=${one.planned}
                label=${`Instance ${one.instance_id}`}
                cls=${one.status === 'completed' ? 'ok' : ''}
              />
              <span>${Math.floor(one.percent)} %</span>
            </span>
          </li>`,
      )}
    </ol>
  </details>`;
}
