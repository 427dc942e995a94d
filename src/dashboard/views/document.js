import { html } from '../html.js';
import { useEffect } from 'preact/hooks';
import { redoAction, redriveAction } from '../actions.js';
import { refusedSpot, spotsOf, withRows } from '../explained.js';
import { countOf, formatCount, shortId, stageOf } from '../format.js';
import { Status, Time } from '../parts/basics.js';
import { ActionButton, Result } from '../parts/question.js';
import { CommandMenu, Loading, Notice, Problem, SameCommands, Waiting } from '../parts/states.js';
import { useAnswer, usePolled } from '../polling.js';
import { getDocument } from '../queries.js';
import { place, placeHref } from '../router.js';
import { useStore } from '../store.js';
import { Mapped } from './mapped.js';
import { Why, withLinks } from './why.js';
import { Xml } from './xml.js';

/** @typedef {import('../answers.js').DocumentView} DocumentView */

/**
 * What became of a document, and why.
 * @param {{ line: string, id: string }} props
 */
export function DocumentPage({ line, id }) {
  const { value: document_ } = usePolled(`document ${line} ${id}`, async () => getDocument(line, id), OPTIONS);
  // Asked for once: each look at contents is logged.
  const { part = '', at = '' } = useStore(place).query;
  const asked = [part, at].find((text) => PLACE.test(text));
  const contents = useAnswer(document_ === null ? null : `contents ${line} ${id} ${part}`, async () =>
    getDocument(line, id, { rows: 'true', xml: 'true', explain: 'true', ...(asked !== undefined && { place: asked }) }),
  );
  const more = useRows(line, id);
  useEffect(() => {
    document.title = `Document ${id}, ${line}, xmlfan`;
  }, [line, id]);
  if (document_ === null)
    return html`<div class="head">
        <${Crumbs} line=${line} id=${id} runId=${null} />
        <h1 tabindex="-1">Document ${id}</h1>
      </div>
      <${Waiting} title="Document" />`;
  return html`
    <${Head} document=${document_} />
    <${Result} place=${`document ${line} ${id}`} />
    <${Reason} document=${document_} linked=${contents.value?.xml !== undefined} />
    <${Contents}
      answer=${contents}
      more=${more}
      failure=${document_.log?.failure_reason ?? null}
      history=${document_.history}
    />
  `;
}

/** A line and a column. */
const PLACE = /^[1-9]\d{0,8}\.[1-9]\d{0,8}$/;

/** Rows that are explained at once. */
const PAGE = 20;

/**
 * The rows of one table that the address names, as `table:21`.
 * @param {string} line
 * @param {string} id
 */
function useRows(line, id) {
  const wanted = useStore(place).query['rows'] ?? '';
  const [, table, first] = /^(.*):(\d+)$/s.exec(wanted) ?? [];
  return useAnswer(table === undefined ? null : `rows ${line} ${id} ${wanted}`, () =>
    getDocument(line, id, {
      explain: 'true',
      table: table ?? '',
      row: `${first}-${Number(first) + PAGE - 1}`,
      left: `1-${PAGE}`,
    }),
  );
}

const OPTIONS = {
  /** @param {DocumentView} answer */
  sign: ({ log, history }) => JSON.stringify([log, history.length]),
  /** What is logged stays so until somebody asks for it. @param {DocumentView} answer */
  isLive: ({ log }) => log === null,
};

/** @param {{ line: string, id: string, runId: string | null }} props */
function Crumbs({ line, id, runId }) {
  return html`<nav class="crumbs" aria-label="Where this is">
    <ol>
      <li><a href="#/">Overview</a></li>
      <li><a href=${placeHref(['contracts', line])}>${line}</a></li>
      ${runId !== null && html`<li><a href=${placeHref(['runs', runId])}>Run ${shortId(runId)}</a></li>`}
      <li aria-current="page">Document ${id}</li>
    </ol>
  </nav>`;
}

/** @param {{ document: DocumentView }} props */
function Head({ document: { app_id: id, product_line: line, log, run_id: runId, bytes } }) {
  const where = { place: `document ${line} ${id}`, productLine: line };
  const failed = log?.status === 'failed';
  const redrive = () => redriveAction({ ...where, appIds: [id] });
  const redo = (/** @type {boolean} */ dryRun) => () => redoAction({ ...where, appId: id, dryRun });
  return html`<div class="head">
    <${Crumbs} line=${line} id=${id} runId=${runId} />
    <h1 tabindex="-1">Document ${id} <${Status} state=${log?.status ?? 'pending'} chip /></h1>
    <p class="sr" role="status">State of the document: ${log?.status ?? 'pending'}.</p>
    <div class="actions">
      ${failed && html`<${ActionButton} cls="main" action=${redrive}>Redrive…<//>`}
      ${log !== null && !failed && html`<${ActionButton} action=${redo(true)}>Count a redo…<//><${ActionButton} cls="danger" action=${redo(false)}>Redo…<//>`}
      <${CommandMenu}>
        <${SameCommands}
          what="Look"
          call=${{ method: 'GET', path: `documents/${encodeURIComponent(id)}?product_line=${encodeURIComponent(line)}` }}
        />
        <${SameCommands} what="Explain" cli=${['explain', '--product-line', line, '--app-id', id]} />
        ${failed && html`<${SameCommands} what="Redrive" cli=${redrive().cli} call=${redrive().call} />`}
        ${log !== null && !failed && html`<${SameCommands} what="Redo" cli=${redo(false)().cli} call=${redo(false)().call} />`}
      <//>
    </div>
    <dl class="meta">
      <div>
        <dt>Product line</dt>
        <dd><a href=${placeHref(['contracts', line])}>${line}</a></dd>
      </div>
      ${
        log !== null &&
        html`<div>
          <dt>Logged</dt>
          <dd><${Time} at=${log.processing_time} seconds /></dd>
        </div>`
      }
      ${
        log?.session_id &&
        html`<div>
          <dt>Session</dt>
          <dd><code>${log.session_id}</code></dd>
        </div>`
      }
      <div>
        <dt>Size</dt>
        <dd>${bytes === null ? 'its source is gone' : `${formatCount(bytes)} bytes`}</dd>
      </div>
    </dl>
  </div>`;
}

/** @param {{ document: DocumentView, linked: boolean }} props whether the XML is shown, and places in it are links */
function Reason({ document: { log, product_line: line, run_id: runId }, linked }) {
  if (log === null)
    return html`<${Notice} tone="run"
      ><p><strong>Pending.</strong> The next run of ${line} takes it.</p><//
    >`;
  if (log.failure_reason === null) return null;
  const same = runId !== null && placeHref(['runs', runId], { reason: log.failure_reason });
  return html`<${Notice} tone="bad">
    <p>
      <strong>${stageOf({ reason: log.failure_reason, sentence: '' })}:</strong>${' '}
      ${linked ? withLinks(log.sentence ?? '') : log.sentence}
    </p>
    ${same && html`<p class="soft"><a href=${same}>Documents of this run that failed alike</a></p>`}
  <//>`;
}

/**
 * @typedef {{ value: DocumentView | null, error: unknown }} Contained
 * @param {{ answer: Contained, more: Contained, failure: string | null, history: DocumentView['history'] }} props
 */
function Contents({ answer: { value, error: fault }, more, failure, history }) {
  const past = html`<${History} history=${history} />`;
  const error = fault ?? more.error;
  if (error !== null) return html`<${Problem} error=${error} />${past}`;
  if (value === null) return html`<${Loading} title="Why each column is what it is" />${past}`;
  const { withheld, mapped, xml } = value;
  const explanation = value.explanation && withRows(value.explanation, more.value?.explanation);
  if (withheld !== undefined)
    return html`<${Notice} tone="run">
        <p><strong>Its XML and rows are not shown here.</strong> ${withheld}</p>
      <//>
      ${past}`;
  return html`<div class=${`cols${xml === undefined ? '' : ' cols-1-1'}`}>
    ${
      value.not_explained !== undefined &&
      html`<${Notice} tone="run"
        ><p><strong>Too large to be explained here.</strong> ${value.not_explained}</p><//
      >`
    }
    ${explanation && html`<${Why} explanation=${explanation} failure=${failure} />`}
    ${xml !== undefined && html`<${Xml} text=${xml} cut=${value.xml_cut} spots=${explanation ? spotsOf(explanation) : []} first=${explanation ? refusedSpot(explanation, failure) : null} />`}
    ${mapped && html`<${Mapped} mapped=${mapped} />`} ${past}
  </div>`;
}

/** @param {{ history: DocumentView['history'] }} props */
function History({ history }) {
  return html`<section class="panel" aria-labelledby="h-hist">
    <header class="panel-head">
      <h2 id="h-hist">History</h2>
      <p class="note">${history.length === 0 ? 'nothing before' : countOf(history.length, 'former log row')}</p>
    </header>
    ${
      history.length > 0 &&
      html`<ol class="history">
        ${history.flatMap(
          ({
            status,
            failure_reason: reason,
            sentence,
            processing_time: at,
            moved_at: moved,
            moved_by: by,
            session_id: session,
          }) => [
            html`<li>
              <span><${Time} at=${moved} /></span><span class="quiet">${by === 'redo' ? 'Redone' : 'Redriven'}</span
              ><span></span>
            </li>`,
            html`<li>
              <span><${Time} at=${at} /></span><${Status} state=${status} />
              <span class="wrap">${reason === null ? '' : sentence} <code class="quiet">${session ?? ''}</code></span>
            </li>`,
          ],
        )}
      </ol>`
    }
  </section>`;
}
