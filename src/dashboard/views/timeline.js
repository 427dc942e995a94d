import { html } from '../html.js';
import { formatDuration, formatTime, formatTimes } from '../format.js';
import { MANY_INSTANCES, instanceStates, judgeEnds, noEndYet } from '../rates.js';

/** @typedef {import('../answers.js').InstanceView} InstanceView */
/** @typedef {import('../answers.js').RunView} RunView */
/** @typedef {import('../rates.js').InstanceState} InstanceState */

const ODD = new Set(['failed', 'silent', 'slow']);
/** At work until their last sign of life, and without an end. */
const STILL = new Set(['silent', 'pausing', 'paused']);

const FILLS = new Map([
  ['silent', 'f-warn'],
  ['slow', 'f-warn'],
  ['failed', 'f-bad'],
  ['completed', 'f-idle'],
]);

/**
 * When each instance worked and when it is expected to end. Drawn for the eye: the sentence above and the table tell the same.
 * @param {{ run: RunView }} props
 */
export function Timeline({ run }) {
  const lanes = lanesOf(run);
  if (lanes.length === 0) return null;
  const dense = run.instances.length >= MANY_INSTANCES;
  const now = run.seconds;
  const far = Math.max(now, ...lanes.map((lane) => lane.end), 1);
  const at = (/** @type {number} */ second) => `${((second / far) * 100).toFixed(2)}%`;
  const { pauses } = run;
  const shown = dense ? lanes : lanes.slice(0, MANY_INSTANCES);
  return html`<section class="panel" aria-labelledby="h-time">
    <header class="panel-head">
      <h2 id="h-time">Timeline</h2>
      <p class="note">
        ${dense ? 'the latest ends on top; named only where they stand out' : 'from first claim to last sign of life, and what is expected'}
      </p>
    </header>
    <p class="saying">${saying(lanes, run)}</p>
    <div class="panel-body">
      <ol class=${`gantt${dense ? ' dense' : ''}`}>
        ${shown.map((lane) => html`<${LaneRow} key=${lane.id} lane=${lane} at=${at} now=${now} pauses=${pauses} dense=${dense} />`)}
        <${Axis} run=${run} far=${far} />
      </ol>
      <${Legend}
        states=${new Set(lanes.map((lane) => lane.state))}
        still=${[...new Set(pauses.map(([, , why]) => (why === 'silent' ? 'nobody at work' : why)))]}
        expected=${lanes.some(({ end }) => end > now)}
      />
    </div>
  </section>`;
}

/**
 * @typedef {{ id: number, state: InstanceState, from: number, to: number, end: number, known: boolean, odd: boolean, word: string }} Lane `known`: it has ended, or when it will can be told
 */

/**
 * Instances that have begun, the latest end on top; seconds count from the start of the run.
 * @param {RunView} run
 * @returns {Lane[]}
 */
function lanesOf(run) {
  const states = instanceStates(run);
  const begun = Date.parse(run.started);
  const since = (/** @type {string} */ moment) => Math.max(0, (Date.parse(moment) - begun) / 1000);
  return run.instances
    .flatMap((one) => {
      if (one.started === null) return [];
      const state = states.get(one.instance_id) ?? 'running';
      const to =
        one.ended === null ? run.seconds - (STILL.has(state) ? (one.heartbeat_age_seconds ?? 0) : 0) : since(one.ended);
      const end = one.eta_seconds === null || STILL.has(state) ? to : run.seconds + one.eta_seconds;
      const known = one.ended !== null || (one.eta_seconds !== null && !STILL.has(state));
      const word = STILL.has(state) || state === 'failed' ? state : known ? formatTime(begun + end * 1000) : '–';
      return [{ id: one.instance_id, state, from: since(one.started), to, end, known, odd: ODD.has(state), word }];
    })
    .toSorted((a, b) => Number(b.odd) - Number(a.odd) || b.end - a.end || a.id - b.id);
}

/** @param {{ lane: Lane, at: (second: number) => string, now: number, pauses: RunView['pauses'], dense: boolean }} props */
function LaneRow({ lane, at, now, pauses, dense }) {
  const { id, state, from, to, end, odd, word } = lane;
  const ahead =
    end > now &&
    (dense
      ? html`<line class="ahead" x1=${at(now)} x2=${at(end)} y1="50%" y2="50%" />`
      : html`<rect class="ahead" x=${at(now)} y="1" width=${at(end - now)} height="12" rx="2" />`);
  return html`<li class=${`lane${odd ? ' odd' : ''}`}>
    <span>${(odd || !dense) && id}</span>
    <svg aria-hidden="true">
      <rect
        class=${FILLS.get(state) ?? 'f-run'}
        x=${at(from)}
        width=${at(Math.max(0, to - from))}
        height="100%"
        rx=${dense ? 1 : 2}
      />
      ${ahead}
      ${pauses.map(([begin, over]) => html`<rect class="band" x=${at(begin)} width=${at(over - begin)} height="100%" />`)}
    </svg>
    <span class=${odd ? '' : 'quiet'}>${(odd || !dense) && word}</span>
  </li>`;
}

/** @param {{ run: RunView, far: number }} props */
function Axis({ run, far }) {
  const begun = Date.parse(run.started);
  const marks = [0, 0.25, 0.5, 0.75];
  const labels = formatTimes(marks.map((mark) => begun + far * mark * 1000));
  return html`<li class="lane axis-lane" aria-hidden="true">
    <span></span>
    <svg class="axis">
      ${marks.map((mark, at) => html`<text class=${`${mark === 0 ? '' : 'mid'}${mark % 0.5 === 0 ? '' : ' wide-only'}`} x=${`${mark * 100}%`} y="13">${labels[at]}</text>`)}
    </svg>
    <span class="quiet">${run.ended === null ? 'ends' : 'ended'}</span>
  </li>`;
}

/**
 * @param {readonly Lane[]} lanes
 * @param {RunView} run
 */
function saying(lanes, run) {
  const ends = lanes.filter(({ state }) => !STILL.has(state) && state !== 'failed' && state !== 'stopped');
  const { last, said, seconds } = judgeEnds(ends, run);
  if (said === 'none') return run.ended === null ? 'No instance is at work.' : 'No instance came to its end.';
  if (last === null) return `${noEndYet(run)}.`;
  const ended = last.end <= run.seconds;
  const when = `Instance ${last.id} ${ended ? 'ended' : 'ends about'} ${last.word}`;
  if (said === 'alone') return `${when}.`;
  if (said === 'early') return `${when}; too early to tell whether the others end with it.`;
  if (said === 'even')
    return `${when}; all ${ends.length} ${ended ? 'ended' : 'end'} within ${formatDuration(Math.max(1, seconds))}.`;
  return html`${when}, <strong>${formatDuration(seconds)} later</strong> than the median. More instances than work at a
    time, or <code>hash</code>, would even this out.`;
}

/** @type {readonly InstanceState[]} */
const WORKED = ['running', 'pausing', 'paused', 'stopped'];

/** @param {{ states: ReadonlySet<InstanceState>, still: readonly string[], expected: boolean }} props */
function Legend({ states, still, expected }) {
  const marks = [
    {
      cls: 'f-run',
      text: 'worked',
      shown: WORKED.some((state) => states.has(state)),
    },
    { cls: 'f-idle', text: 'completed', shown: states.has('completed') },
    { cls: 'f-warn', text: 'silent or far behind', shown: states.has('silent') || states.has('slow') },
    { cls: 'f-bad', text: 'failed', shown: states.has('failed') },
    { cls: 'band', text: still.join(' or '), shown: still.length > 0 },
  ].filter(({ shown }) => shown);
  return html`<ul class="legend">
    ${marks.map(
      ({ cls, text }) =>
        html`<li>
          <svg aria-hidden="true"><rect class=${cls} width="100%" height="100%" rx="2" /></svg>${text}
        </li>`,
    )}
    ${
      expected &&
      html`<li class="gantt">
        <svg aria-hidden="true"><rect class="ahead" x="1" y="1" width="18" height="8" rx="2" /></svg>expected
      </li>`
    }
  </ul>`;
}
