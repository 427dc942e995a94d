import { html } from '../html.js';
import { useEffect } from 'preact/hooks';
import { cancelAction, pauseAction, resumeAction } from '../actions.js';
import { countOf, formatCount, formatPercent, shortId } from '../format.js';
import { Status, Time } from '../parts/basics.js';
import { ActionButton, Result } from '../parts/question.js';
import { CommandMenu, Notice, SameCommands, Waiting } from '../parts/states.js';
import { usePolled } from '../polling.js';
import { getRun } from '../queries.js';
import { placeHref } from '../router.js';
import { MANY_INSTANCES, stateOf } from '../rates.js';
import { Failures } from './failures.js';
import { Hero } from './hero.js';
import { Instances } from './instances.js';
import { Issues } from './issues.js';
import { Throughput } from './throughput.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../answers.js').RunView} RunView */

/** @param {{ id: string }} props */
export function Run({ id }) {
  const { value: run } = usePolled(`run ${id}`, () => getRun(id), OPTIONS);
  useEffect(() => {
    document.title = run === null ? 'Run, xmlfan' : `${formatPercent(run.percent)} %, ${run.product_line}, xmlfan`;
  }, [run?.percent, run?.product_line]);
  if (run === null)
    return html`<div class="head">
        <${Crumbs} id=${id} />
        <h1 tabindex="-1">Run ${shortId(id)}</h1>
      </div>
      <${Waiting} title="Run" />`;
  const many = run.instances.length >= MANY_INSTANCES;
  return html`
    <${Head} run=${run} />
    <${Result} place=${`run ${id}`} />
    ${(run.stale || run.silent) && html`<${NoSign} stale=${run.stale} />`}
    ${
      run.error &&
      html`<${Notice} tone="bad"
        ><p><strong>${run.status === 'skipped' ? 'Skipped.' : 'What went wrong.'}</strong> ${run.error}</p><//
      >`
    }
    <${Hero} run=${run} />
    <div class="cols cols-3-2">
      <div class="stack">
        ${many && html`<${Instances} run=${run} />`}
        <${Throughput} run=${run} />
        ${!many && html`<${Instances} run=${run} /><${Timeline} run=${run} />`}
      </div>
      <div class="stack">
        ${many && html`<${Timeline} run=${run} />`}
        <${Failures} run=${run} />
        <${Issues} run=${run} />
      </div>
    </div>
  `;
}

const OPTIONS = {
  /** @param {RunView} run */
  sign: ({ status, stale, totals, instances, failures }) =>
    JSON.stringify([status, stale, totals, instances.map((one) => one.status), failures]),
  /** @param {RunView} run */
  isLive: ({ ended }) => ended === null,
};

/** @param {{ id: string, line?: string }} props */
function Crumbs({ id, line }) {
  return html`<nav class="crumbs" aria-label="Where this is">
    <ol>
      <li><a href="#/">Overview</a></li>
      ${line && html`<li><a href=${placeHref([], { line })}>Runs of ${line}</a></li>`}
      <li aria-current="page">${shortId(id)}</li>
    </ol>
  </nav>`;
}

/** @param {{ run: RunView }} props */
function Head({ run }) {
  const { request } = run;
  const count = request.instance_count;
  const atOnce = request.parallelism === null ? '' : `, ${request.parallelism} at a time`;
  const limits = limitsOf(request);
  return html`<div class="head">
    <${Crumbs} id=${run.run_id} line=${run.product_line} />
    <h1 tabindex="-1">
      ${run.product_line} <span class="id mono">${shortId(run.run_id)}</span>
      <${Status} state=${stateOf(run)} chip />
      ${run.dry_run && html`<span class="chip">Dry run</span>`}
    </h1>
    <p class="sr" role="status">State of the run: ${stateOf(run)}.</p>
    <${Actions} run=${run} />
    <dl class="meta">
      <div>
        <dt>Started</dt>
        <dd><${Time} at=${run.started} /> by ${run.trigger}</dd>
      </div>
      <div>
        <dt>Instances</dt>
        <dd>${count}, by ${byOf(request.partition_by, count)}${atOnce}</dd>
      </div>
      <div>
        <dt>Contract</dt>
        <dd>
          <a href=${placeHref(['contracts', run.product_line])}><code>${run.contract_hash.slice(0, 8)}</code></a>
        </dd>
      </div>
      <div>
        <dt>Limits</dt>
        <dd>${limits}</dd>
      </div>
      <div>
        <dt>Run</dt>
        <dd><code>${run.run_id}</code></dd>
      </div>
    </dl>
  </div>`;
}

/**
 * @param {string} by
 * @param {number} count
 */
function byOf(by, count) {
  return html`<code>${by === 'modulo' ? `app_id % ${count}` : by}</code>`;
}

/** @param {RunView['request']} request */
function limitsOf(request) {
  const { limit, app_id_start: start, app_id_end: end, max_failure_rate: rate, max_failures: failures } = request;
  const words = [
    limit !== null && countOf(limit, 'document'),
    start !== null && `documents ${start} to ${end}`,
    rate !== null && `stops above ${rate * 100} % failed`,
    failures !== null && `stops above ${formatCount(failures)} failed`,
  ].filter(Boolean);
  return words.length === 0 ? 'none' : words.join(', ');
}

/** @param {{ run: RunView }} props */
function Actions({ run }) {
  const { status, run_id: id } = run;
  const live = run.ended === null;
  const path = `runs/${encodeURIComponent(id)}`;
  return html`<div class="actions">
    ${status === 'running' && !run.stale && html`<${ActionButton} action=${() => pauseAction(run)}>Pause…<//>`}
    ${status === 'paused' && html`<${ActionButton} cls="main" action=${() => resumeAction(run)}>Resume…<//>`}
    ${run.stale && html`<a class="button main" href=${placeHref(['start'], { line: run.product_line, like: id })}>Take over…</a>`}
    ${live && status !== 'cancelling' && html`<${ActionButton} cls="danger" action=${() => cancelAction(run)}>Cancel…<//>`}
    ${!live && html`<a class="button" href=${placeHref(['start'], { line: run.product_line, like: id })}>Start another…</a>`}
    <${CommandMenu}>
      <${SameCommands} what="Watch" cli=${['status', id, '--watch']} call=${{ method: 'GET', path }} />
      ${live && !run.stale && html`<${SameCommands} what="Pause" cli=${['pause', id]} call=${{ path: `${path}/pause` }} />`}
      <${SameCommands}
        what="List its failures"
        cli=${['status', id, '--product-line', run.product_line, '--failures', '--format', 'csv']}
      />
    <//>
  </div>`;
}

/** @param {{ stale: boolean }} props */
function NoSign({ stale }) {
  return html`<${Notice} tone="warn">
    <p>
      <strong>No sign of life.</strong>${' '}
      ${
        stale
          ? 'Its process or its orchestration is gone. The next start takes its place; what it converted stays.'
          : 'Its workers are busy with something large, or gone. If that lasts it is called stale, and the next start takes its place.'
      }
    </p>
  <//>`;
}
