import { html } from '../html.js';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../api.js';
import { shortId } from '../format.js';
import { Status } from '../parts/basics.js';
import { Loading, Problem } from '../parts/states.js';
import { useAnswer } from '../polling.js';
import { getDocument, listLines, listRuns } from '../queries.js';
import { place, placeHref } from '../router.js';
import { useStore } from '../store.js';

/** @typedef {{ href: string, title: string, status: string }} Hit */

/** Runs that are looked through for a shortened id. */
const LATEST = 100;

/**
 * @param {string} id
 * @returns {Promise<Hit[]>}
 */
async function search(id) {
  const found = await Promise.all([findDocuments(id), findRuns(id)]);
  return found.flat();
}

/**
 * @param {string} id
 * @returns {Promise<Hit[]>}
 */
async function findDocuments(id) {
  if (id.trim() === '') return [];
  const { contracts } = await listLines({ counts: false });
  const hits = contracts.map(async ({ product_line: line }) => {
    try {
      const found = await getDocument(line, id);
      return [
        {
          href: placeHref(['documents', line, found.app_id]),
          title: `Document ${found.app_id} of ${line}`,
          status: found.log?.status ?? 'pending',
        },
      ];
    } catch (error) {
      if (error instanceof ApiError && error.status !== 401 && error.status !== 0) return [];
      throw error;
    }
  });
  return (await Promise.all(hits)).flat();
}

/**
 * @param {string} id
 * @returns {Promise<Hit[]>}
 */
async function findRuns(id) {
  const { runs } = await listRuns({ limit: LATEST });
  return runs
    .filter((run) => run.run_id.startsWith(id.toLowerCase()))
    .map((run) => ({
      href: placeHref(['runs', run.run_id]),
      title: `Run ${shortId(run.run_id)} of ${run.product_line}`,
      status: run.status,
    }));
}

/** Goes where an id leads; asks where it leads to several places. */
export function Find() {
  const id = useStore(place).query['id'] ?? '';
  const { value, error } = useAnswer(id === '' ? null : id, () => search(id));
  const [only] = value?.length === 1 ? value : [];
  useEffect(() => {
    document.title = 'Find, xmlfan';
    if (only !== undefined) location.replace(only.href);
  }, [only?.href]);
  return html`
    <div class="head"><h1 tabindex="-1">Find ${id}</h1></div>
    ${error !== null && html`<${Problem} error=${error} />`}
    ${value === null && error === null && id !== '' && html`<${Loading} title="Looking" />`}
    ${
      value !== null &&
      html`<section class="panel" aria-label="What was found">
        ${
          value.length === 0
            ? html`<div class="empty">
                <p role="status">
                  <strong>No document and none of the latest runs has the id ${id}.</strong> A document is found by its
                  whole id, a run by the beginning of its.
                </p>
              </div>`
            : html`<ul class="hits">
                ${value.map(({ href, title, status }) => html`<li><a href=${href}>${title}</a> <${Status} state=${status} /></li>`)}
              </ul>`
        }
      </section>`
    }
  `;
}
