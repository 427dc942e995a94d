import { html } from '../html.js';
import { useMemo } from 'preact/hooks';
import { formatCount, formatTime } from '../format.js';
import { Plot } from '../parts/plot.js';
import { nothingToDraw, throughput } from '../rates.js';
import { change, place } from '../router.js';
import { useStore } from '../store.js';
import { Segments } from '../parts/segments.js';

const SPANS = { all: 'Whole run', hour: '1 h', ten: '10 min' };
const SECONDS = new Map([
  ['hour', 3600],
  ['ten', 600],
]);

const SHORTEST_SECONDS = 3;

/** @param {{ run: import('../answers.js').RunView }} props */
export function Throughput({ run }) {
  const span = useStore(place).query['span'] ?? 'all';
  const { started, documents_per_minute: mean } = run;
  const history = useMemo(() => throughput(run), [run.samples, run.pauses]);
  const end = history.seconds.at(-1) ?? 0;
  const from = Math.max(0, end - (SECONDS.get(span) ?? end));
  const shown = history.rates.filter(
    (rate, at) => rate !== null && (history.seconds[at] ?? 0) >= from && (history.seconds[at] ?? 0) > 0,
  );
  const begun = Date.parse(started) / 1000;
  return html`<section class="panel" aria-labelledby="h-rate">
    <header class="panel-head">
      <h2 id="h-rate">Throughput</h2>
      <p class="note">documents a minute</p>
      <div class="tools">
        <${Segments}
          name="span"
          label="Time shown"
          values=${SPANS}
          chosen=${span}
          onChoose=${(/** @type {string} */ value) => change({ span: value === 'all' ? null : value })}
        />
      </div>
    </header>
    ${
      shown.length < 2 || end < SHORTEST_SECONDS
        ? html`<div class="empty"><p>${nothingToDraw(run)}</p></div>`
        : html`<div class="panel-body">
            <${Plot}
              label="Throughput over time"
              describedBy="rate-text"
              begun=${begun}
              seconds=${history.seconds}
              rates=${history.rates}
              pauses=${run.pauses}
              mean=${mean}
              from=${from}
            />
            <p class="legend" id="rate-text">${describe(shown, mean, run.pauses, begun)}</p>
          </div>`
    }
  </section>`;
}

/**
 * @param {readonly (number | null)[]} rates
 * @param {number} mean
 * @param {import('../answers.js').RunView['pauses']} pauses
 * @param {number} begun
 */
function describe(rates, mean, pauses, begun) {
  const known = rates.filter((rate) => rate !== null);
  const at = (/** @type {number} */ second) => formatTime((begun + second) * 1000, { seconds: true });
  const still = (/** @type {'paused' | 'silent'} */ kind) =>
    pauses
      .filter(([, , why]) => why === kind)
      .map(([from, to]) => `${at(from)} to ${at(to)}`)
      .join(', ');
  return html`<span>
    Dashed: ${formatCount(mean)} on average. Lowest ${formatCount(Math.min(...known))}, highest
    ${formatCount(Math.max(...known))}.
    ${still('paused') && `Paused from ${still('paused')}. `}${still('silent') && `Nobody was at work from ${still('silent')}.`}
  </span>`;
}
