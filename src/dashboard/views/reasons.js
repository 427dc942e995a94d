import { html } from '../html.js';
import { useEffect, useState } from 'preact/hooks';
import { redriveAction } from '../actions.js';
import { countOf, formatCount, formatShare, stageOf } from '../format.js';
import { Name, Time } from '../parts/basics.js';
import { ActionButton } from '../parts/question.js';
import { Loading, Notice, Problem } from '../parts/states.js';
import { useAnswer } from '../polling.js';
import { listFailures } from '../queries.js';
import { change, place, placeHref } from '../router.js';
import { useStore } from '../store.js';

/** @typedef {import('../answers.js').FailureGroup} FailureGroup */
/** @typedef {{ productLine: string, runId?: string }} Where a run, or all that a product line has logged */

/** Reasons that are shown at first. */
const MOST_REASONS = 10;

/** How many reasons the API tells of at most. */
export const TOLD_REASONS = 50;

/**
 * Failed documents by reason, each with its documents.
 * @param {{ where: Where, failures: readonly FailureGroup[] }} props
 */
export function Reasons({ where, failures }) {
  const { reasons, reason } = useStore(place).query;
  const all = countListed(failures);
  const shown = failures.filter((group, at) => at < MOST_REASONS || reasons === 'all' || isOf(group, reason));
  const rest = failures.length - shown.length;
  return html`<ol class="reasons">
      ${shown.map((group, at) => html`<${Reason} key=${group.reason} group=${group} all=${all} where=${where} id=${`reason-${at}`} />`)}
    </ol>
    ${rest > 0 && html`<div class="panel-foot"><button type="button" class="small" onClick=${() => change({ reasons: 'all' })}>Show ${countOf(rest, 'more reason')}</button></div>`}`;
}

/**
 * Where it is told what became of a redrive: nowhere else.
 * @param {Where} where
 */
export function resultPlace({ productLine, runId }) {
  return `failures ${runId ?? productLine}`;
}

/** @param {readonly FailureGroup[]} failures */
export function countListed(failures) {
  return failures.reduce((sum, group) => sum + group.documents, 0);
}

/** @param {{ group: FailureGroup, all: number, where: Where, id: string }} props `id` of its text, which describes its buttons */
function Reason({ group, all, where, id }) {
  const { reason, sentence, documents, first_at: first } = group;
  const open = isOf(group, useStore(place).query['reason']);
  const action = () => redriveAction({ place: resultPlace(where), ...where, reason, sentence, documents });
  return html`<li>
    <p class="why">
      <span class="stage">${stageOf(group)}</span><span class="text" id=${id}><${Name} text=${sentence} /></span>
    </p>
    <p class="many">${formatCount(documents)}<small>${formatShare(documents, all)} %</small></p>
    <svg class="share" aria-hidden="true">
      <rect class="f-bad" width=${`${((documents / all) * 100).toFixed(2)}%`} height="100%" />
    </svg>
    <p class="do">
      <button
        type="button"
        class="plain"
        aria-expanded=${open}
        aria-describedby=${id}
        onClick=${() => change({ reason: open ? null : reason })}
      >
        ${open ? 'Hide documents' : 'Show documents'}
      </button>
      <${ActionButton} cls="plain" action=${action} describedBy=${id}
        >${documents === 1 ? 'Redrive it…' : `Redrive all ${formatCount(documents)}…`}<//
      >
      ${first !== null && html`<span class="quiet">since <${Time} at=${first} /></span>`}
    </p>
    ${open && html`<${Documents} where=${where} reason=${reason} documents=${documents} />`}
  </li>`;
}

/**
 * Whether a reason is that of a group, or one of those that it puts together.
 * @param {FailureGroup} group
 * @param {string | undefined} reason
 */
function isOf({ reason: common }, reason) {
  if (reason === undefined || reason === common || !common.includes('…')) return reason === common;
  const parts = common.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(reason);
}

const PAGE = 10;

/** @param {{ where: Where, reason: string, documents: number }} props */
function Documents({ where: { productLine, runId }, reason, documents }) {
  const [pages, setPages] = useState(/** @type {(string | undefined)[]} */ ([undefined]));
  const after = pages.at(-1);
  const query = { product_line: productLine, run_id: runId, reason, after_app_id: after, limit: PAGE };
  const { value, error } = useAnswer(`${reason} ${after} ${documents}`, async () => listFailures(query));
  const [kept, setKept] = useState(value);
  useEffect(() => {
    if (value !== null) setKept(value);
  }, [value]);
  if (error !== null) return html`<div class="more"><${Problem} error=${error} /></div>`;
  const list = value ?? kept;
  if (list === null) return html`<div class="more"><${Loading} title="Documents" /></div>`;
  if (list.failures.length === 0)
    return html`<div class="more">
      <${Notice} tone="run"><p>None is left here: they have been redriven.</p><//>
    </div>`;
  const next = list.next_after_app_id;
  const first = (pages.length - 1) * PAGE + 1;
  return html`<div class="more">
    <${DocumentTable} failures=${list.failures} line=${productLine} />
    <div class="panel-foot">
      <span>Documents ${formatCount(first)} to ${formatCount(first + list.failures.length - 1)}</span>
      <span class="actions">
        <button
          type="button"
          class="small"
          disabled=${pages.length === 1}
          onClick=${() => setPages(pages.slice(0, -1))}
        >
          Back
        </button>
        <button
          type="button"
          class="small"
          disabled=${next === null}
          onClick=${() => next !== null && setPages([...pages, next])}
        >
          More
        </button>
      </span>
    </div>
  </div>`;
}

/** @param {{ failures: import('../answers.js').FailureList['failures'], line: string }} props */
function DocumentTable({ failures, line }) {
  return html`<table>
    <caption class="sr">
      Failed documents with this reason
    </caption>
    <thead>
      <tr>
        <th scope="col">Document</th>
        <th scope="col" class="num">Failed at</th>
        <th scope="col"><span class="sr">Action</span></th>
      </tr>
    </thead>
    <tbody>
      ${failures.map(({ app_id: appId, processing_time: at }) => {
        const href = placeHref(['documents', line, appId]);
        return html`<tr key=${appId}>
          <th scope="row"><a href=${href}>${appId}</a></th>
          <td class="num"><${Time} at=${at} seconds /></td>
          <td class="num"><a href=${href} aria-label=${`Why did ${appId} fail?`}>Why?</a></td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
