import { html } from '../html.js';
import { useEffect } from 'preact/hooks';
import { cancelAction } from '../actions.js';
import { cliText } from '../commands.js';
import { countOf, firstFault, formatCount, formatPercent, formatTime, shortId } from '../format.js';
import { Bar, RunLink, Status } from '../parts/basics.js';
import { ActionButton, Result } from '../parts/question.js';
import { Command, Notice, Waiting } from '../parts/states.js';
import { usePolled } from '../polling.js';
import { listRuns } from '../queries.js';
import { place, placeHref } from '../router.js';
import { endsAt, stateOf } from '../rates.js';
import { useStore } from '../store.js';
import { Lines } from './lines.js';
import { RUNS_A_PAGE, Runs } from './runs.js';

/** @typedef {import('../answers.js').RunSummary} RunSummary */
/** @typedef {{ live: import('../answers.js').RunList, page: import('../answers.js').RunList }} Answers */

const LIVE = new Set(['running', 'paused', 'cancelling']);

/** Everything that can be seen at once: what needs a look, what runs, what waits, what ran. */
export function Overview() {
  const { query } = useStore(place);
  const { line: productLine, status, trigger, offset = '0' } = query;
  const load = async () => {
    const filter = { product_line: productLine, status, trigger, offset, limit: RUNS_A_PAGE };
    const plain = !productLine && !status && !trigger && offset === '0';
    const page = await listRuns(filter);
    return {
      page,
      live: plain ? page : await listRuns({ limit: RUNS_A_PAGE }),
    };
  };
  const { value } = usePolled(`overview ${productLine} ${status} ${trigger} ${offset}`, load, OPTIONS);
  useEffect(() => {
    document.title = 'xmlfan';
  }, []);
  return html`
    <div class="head">
      <h1 tabindex="-1">Overview</h1>
      <div class="actions"><a class="button main" href=${placeHref(['start'])}>Start a run</a></div>
    </div>
    ${
      value === null
        ? html`<${Waiting} title="Runs" />`
        : html`<${Attention} runs=${value.live.runs} notReady=${value.live.not_ready} />
            <${RunningNow} runs=${value.live.runs} />
            <${Lines} runs=${value.live.runs} />
            <${Runs} runs=${value.page.runs} />`
    }
  `;
}

const OPTIONS = {
  /** @param {Answers} answers */
  sign: ({ page, live }) =>
    JSON.stringify(
      [page.runs, live.runs].flat().map((run) => [run.run_id, run.status, run.stale, run.totals.documents]),
    ),
  isLive: () => true,
};

/** @param {{ runs: readonly RunSummary[], notReady: readonly { product_line: string, detail: string }[] }} props */
function Attention({ runs, notReady }) {
  const stale = runs.filter((run) => run.stale);
  if (stale.length === 0 && notReady.length === 0) return html`<${Result} place="overview" />`;
  return html`<section class="attention" aria-label="What needs a look">
    <${Result} place="overview" />
    ${stale.map(
      (run) =>
        html`<${Notice}
          tone="warn"
          actions=${html`<${ActionButton} cls="small" action=${() => ({ ...cancelAction(run), place: 'overview' })}>Cancel it…<//>`}
        >
          <p>
            <strong>One run shows no sign of life.</strong> <${RunLink} id=${run.run_id} /> of ${run.product_line} is
            stale. The next start takes its place; what it converted stays.
          </p>
        <//>`,
    )}
    ${notReady.map(({ product_line: line, detail }) => html`<${NotReady} line=${line} detail=${detail} />`)}
  </section>`;
}

/** @param {{ line: string, detail: string }} props */
function NotReady({ line, detail }) {
  const { text, command } = firstFault(detail, line);
  return html`<${Notice} tone="bad">
    <p>
      <strong>${line} cannot run.</strong> ${text}
      <a href=${placeHref(['contracts', line])}>What the database says</a>
    </p>
    ${command && html`<${Command} label=${`Prepare ${line}`} text=${cliText(command)} />`}
  <//>`;
}

/** @param {{ runs: readonly RunSummary[] }} props */
function RunningNow({ runs }) {
  const live = runs.filter((run) => LIVE.has(run.status) && !run.stale);
  if (live.length === 0) return null;
  return html`<section class="panel" aria-labelledby="h-live">
    <header class="panel-head">
      <h2 id="h-live">Running now</h2>
      <p class="note">${countOf(live.length, 'run')}</p>
    </header>
    <ul class="runs-live">
      ${live.map((run) => html`<${LiveRun} key=${run.run_id} run=${run} />`)}
    </ul>
  </section>`;
}

/** @param {{ run: RunSummary }} props */
function LiveRun({ run }) {
  const { totals, planned, eta_seconds: eta } = run;
  const ends = eta === null ? '–' : formatTime(endsAt(run, eta), { seconds: eta < 300 });
  return html`<li>
    <div class="name">
      <a href=${placeHref(['runs', run.run_id])}>${run.product_line}</a>
      <span class="quiet"
        ><${Status} state=${stateOf(run)} /> <code>${shortId(run.run_id)}</code> by
        ${run.trigger}${run.dry_run ? ', dry run' : ''}</span
      >
    </div>
    <div class="way">
      <strong class="pct">${formatPercent(run.percent)} %</strong>
      <span>${formatCount(totals.documents)} of ${formatCount(planned)}<span class="wide-only"> documents</span></span>
      <${Bar}
        value=${totals.documents}
        max=${planned ?? 0}
        label=${`Progress of ${run.product_line}`}
        cls=${stateOf(run) === 'running' ? '' : 'warn'}
      />
    </div>
    <dl class="pair">
      <dt>Per minute</dt>
      <dd>${formatCount(run.documents_per_minute_now)}</dd>
    </dl>
    <dl class="pair">
      <dt>Ends about</dt>
      <dd>${ends}</dd>
    </dl>
    <dl class="pair">
      <dt>Failed</dt>
      <dd>${formatCount(totals.failed)}</dd>
    </dl>
  </li>`;
}
