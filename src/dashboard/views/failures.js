import { html } from '../html.js';
import { useEffect, useState } from 'preact/hooks';
import { redriveAction } from '../actions.js';
import { download } from '../api.js';
import { countOf } from '../format.js';
import { ActionButton, Result } from '../parts/question.js';
import { Problem, Waiting } from '../parts/states.js';
import { usePolled } from '../polling.js';
import { listReasons } from '../queries.js';
import { placeHref } from '../router.js';
import { redrivenSince } from './hero.js';
import { Reasons, TOLD_REASONS, countListed, resultPlace } from './reasons.js';

/** @typedef {import('../answers.js').RunView} RunView */
/** @typedef {import('../answers.js').FailureGroup} FailureGroup */
/** @typedef {import('./reasons.js').Where} Where */

/**
 * What failed in a run.
 * @param {{ run: RunView }} props
 */
export function Failures({ run }) {
  const { failures, totals, run_id: runId, product_line: productLine } = run;
  const since = redrivenSince(run);
  const none =
    totals.failed === 0
      ? 'No document failed.'
      : run.dry_run
        ? 'A dry run logs nothing, so that its failures are counted only.'
        : 'All that failed have been redriven.';
  return html`<${Panel}
    where=${{ productLine, runId }}
    failures=${failures}
    note=${`${noteOf(totals.failed, failures)}${since && `, ${since}`}`}
    none=${none}
  />`;
}

/**
 * What a product line has logged as failed, whichever run it was.
 * @param {{ line: string }} props
 */
export function LineFailures({ line }) {
  const { value: failures } = usePolled(`failures ${line}`, async () => (await listReasons(line)).reasons, OPTIONS);
  useEffect(() => {
    document.title = `Failures of ${line}, xmlfan`;
  }, [line]);
  return html`
    <div class="head">
      <nav class="crumbs" aria-label="Where this is">
        <ol>
          <li><a href="#/">Overview</a></li>
          <li><a href=${placeHref(['contracts', line])}>${line}</a></li>
          <li aria-current="page">Failures</li>
        </ol>
      </nav>
      <h1 tabindex="-1">Failures of ${line}</h1>
    </div>
    ${failures === null && html`<${Waiting} title="Failures" />`}
    ${
      failures !== null &&
      html`<${Panel}
        where=${{ productLine: line }}
        failures=${failures}
        note=${noteOf(countListed(failures), failures)}
        none=${`No document of ${line} is logged as failed.`}
      />`
    }
  `;
}

const OPTIONS = {
  /** @param {readonly FailureGroup[]} failures */
  sign: (failures) => JSON.stringify(failures),
  /** Grouping looks through the whole log: once, and after what is done here. */
  isLive: () => false,
};

/**
 * @param {number} failed
 * @param {readonly FailureGroup[]} failures
 */
function noteOf(failed, failures) {
  const more = failures.length >= TOLD_REASONS ? ' and more' : '';
  return `${countOf(failed, 'document')}${failures.length === 0 ? '' : `, ${countOf(failures.length, 'reason')}${more}`}`;
}

/** @param {{ where: Where, failures: readonly FailureGroup[], note: string, none: string }} props */
function Panel({ where, failures, note, none }) {
  const { productLine, runId } = where;
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const save = () =>
    download('failures', { product_line: productLine, run_id: runId }).then(() => setFailed(null), setFailed);
  const action = () => redriveAction({ place: resultPlace(where), ...where, documents: countListed(failures) });
  return html`<section class="panel" aria-labelledby="h-fail">
    <header class="panel-head">
      <h2 id="h-fail">Failures</h2>
      <p class="note">${note}</p>
      ${
        failures.length > 0 &&
        html`<div class="tools">
          <button type="button" class="small" aria-label="Download as CSV" onClick=${save}>CSV</button>
          <${ActionButton} cls="small" action=${action}>Redrive all…<//>
        </div>`
      }
    </header>
    <${Result} place=${resultPlace(where)} />
    ${failed !== null && html`<${Problem} error=${failed} />`}
    ${failures.length === 0 ? html`<div class="empty"><p>${none}</p></div>` : html`<${Reasons} where=${where} failures=${failures} />`}
  </section>`;
}
