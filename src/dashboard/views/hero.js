import { html } from '../html.js';
import { countOf, formatCount, formatDuration, formatPercent, formatShare, formatTime } from '../format.js';
import { Bar, Status } from '../parts/basics.js';
import { endsAt, noEndYet, stateOf, stoodStill } from '../rates.js';

/** @typedef {import('../answers.js').RunView} RunView */

const BARS = new Map([
  ['paused', 'warn'],
  ['pausing', 'warn'],
  ['cancelling', 'warn'],
  ['stale', 'warn'],
  ['silent', 'warn'],
  ['completed', 'ok'],
  ['failed', 'bad'],
  ['cancelled', 'idle'],
  ['skipped', 'idle'],
]);

/**
 * The one large answer: how far it is, and when it is done.
 * @param {{ run: RunView }} props
 */
export function Hero({ run }) {
  const { totals, planned, percent } = run;
  return html`<section class="panel hero" aria-labelledby="h-progress">
    <h2 class="sr" id="h-progress">Progress</h2>
    <div class="lead">
      <strong class="pct">${formatPercent(percent)}<small> %</small></strong>
      <span class="count">
        ${
          planned === 0
            ? html`<strong>0</strong> <span class="soft">documents were pending</span>`
            : html`<strong>${formatCount(totals.documents)}</strong>
                <span class="soft">of ${countOf(planned, 'document')}</span>`
        }
      </span>
      <${End} run=${run} />
    </div>
    <${Bar}
      value=${totals.documents}
      max=${planned ?? 1}
      label="Documents done"
      cls=${`large ${BARS.get(stateOf(run)) ?? ''}`}
    />
    <${Figures} run=${run} />
  </section>`;
}

/** @param {{ run: RunView }} props */
function End({ run }) {
  const { status, eta_seconds: eta, ended } = run;
  if (ended !== null) {
    const word = status.charAt(0).toUpperCase() + status.slice(1);
    return html`<span class="end"><${Status} state=${status} chip label=${`${word} at ${formatTime(ended)}`} /></span>`;
  }
  const state = stateOf(run);
  if (state !== 'running') return html`<span class="end"><${Status} state=${state} chip /></span>`;
  if (eta === null) return html`<span class="end soft">${noEndYet(run)}</span>`;
  const last = run.instances.filter((one) => one.eta_seconds === eta);
  const because =
    run.instances.length > 1 && last.length === 1 ? `, when instance ${last[0]?.instance_id} is done` : '';
  return html`<span class="end">
    <span class="soft">Ends about</span> <strong>${formatTime(endsAt(run, eta), { seconds: eta < 300 })}</strong>
    <span class="soft"> in ${formatDuration(eta)}${because}</span>
  </span>`;
}

/** @param {{ run: RunView }} props */
function Figures({ run }) {
  const { totals, worked_seconds: worked, documents_per_minute_now: rate } = run;
  const { documents, failed, rows, already_present: present, done_by_another: another } = totals;
  const { paused, silent } = stoodStill(run);
  const still = [
    paused > 0 && `${formatDuration(paused)} paused`,
    silent > 0 && `${formatDuration(silent)} with nobody at work`,
  ].filter(Boolean);
  const done = documents - failed;
  const average = `${formatCount(run.documents_per_minute)} on average`;
  /** @type {[string, string, string][]} */
  const figures = [
    [
      'Documents a minute',
      formatCount(run.ended === null ? rate : documents === 0 ? null : run.documents_per_minute),
      run.ended === null ? average : 'on average',
    ],
    [
      'Failed',
      formatCount(failed),
      documents === 0
        ? run.ended === null
          ? 'nothing done yet'
          : 'nothing was done'
        : `${formatShare(failed, documents)} % of what is done`,
    ],
    [
      run.dry_run ? 'Rows it would write' : 'Rows written',
      formatCount(rows),
      done > 0 ? `${(rows / done).toFixed(1)} a document` : '',
    ],
    ['Already there', formatCount(present), `and ${formatCount(another)} done by another`],
    ['Worked', formatDuration(worked), still.length === 0 ? 'never paused' : `and ${still.join(' and ')}, not counted`],
  ];
  return html`<dl class="figures">
    ${figures.map(
      ([name, figure, small]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${figure}<small>${small}</small></dd>
        </div>`,
    )}
  </dl>`;
}

/**
 * How many of a run's failed documents no list shows any more.
 * @param {RunView} run
 */
export function redrivenSince({ totals, failures, dry_run: dry }) {
  const listed = failures.reduce((sum, group) => sum + group.documents, 0);
  return dry || failures.length >= 50
    ? ''
    : totals.failed > listed
      ? `${countOf(totals.failed - listed, 'document')} redriven since`
      : '';
}
