import { createStore } from './store.js';

// Everything that the page knows it asks the public API for. The key is kept for this tab only.

const KEY = 'xmlfan-key';
const TIMEOUT_MS = 30_000;

/** Whether a key is wanted, and whether the one that was given has been refused. */
export const access = createStore({ needed: false, refused: false });

/** @returns {string | null} */
export function readKey() {
  return sessionStorage.getItem(KEY);
}

/** @param {string} key */
export function giveKey(key) {
  sessionStorage.setItem(KEY, key);
  access.set({ needed: false, refused: false });
}

/** What went wrong with a request: the API's problem document, or that there was no answer. */
export class ApiError extends Error {
  /** @param {{ status: number, problem: Partial<import('./answers.js').ProblemView>, retryAfter?: number | null }} answer `status` 0 = no answer */
  constructor({ status, problem, retryAfter = null }) {
    super(problem.detail ?? problem.title ?? 'The request failed.');
    this.status = status;
    this.problem = problem;
    this.title = problem.title ?? 'No answer';
    /** Seconds that the server asks to wait. */
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {object} Call
 * @property {'GET' | 'POST'} [method]
 * @property {Record<string, string | number | undefined | null>} [query]
 * @property {unknown} [body]
 * @property {Record<string, string>} [headers]
 */

/**
 * Asks the API; the answer is what its schema says, which the caller names.
 * @template T
 * @param {string} path below `/api/`
 * @param {Call} [call]
 * @returns {Promise<T>}
 */
export async function ask(path, call = {}) {
  const response = await send(path, call);
  return response.json();
}

/**
 * @param {string} path
 * @param {Call} call
 */
async function send(path, { method = 'GET', query = {}, body, headers = {} }) {
  const key = readKey();
  const response = await fetch(`/api/${path}${queryText(query)}`, {
    method,
    headers: {
      ...headers,
      ...(key === null ? {} : { 'x-functions-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new ApiError({ status: 0, problem: { title: 'No answer', detail: 'The server cannot be reached.' } });
  });
  if (response.ok) return response;
  throw await refusal(response, key !== null);
}

/**
 * @param {Response} response
 * @param {boolean} hadKey
 */
async function refusal(response, hadKey) {
  if (response.status === 401) access.set({ needed: true, refused: hadKey });
  const problem = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('retry-after')) || null;
  return new ApiError({ status: response.status, problem: { title: response.statusText, ...problem }, retryAfter });
}

/** @param {NonNullable<Call['query']>} query */
function queryText(query) {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/**
 * Saves a list as one CSV file, however many answers it takes.
 * @param {'failures' | 'pending'} path
 * @param {NonNullable<Call['query']>} query
 */
export async function download(path, query) {
  /** @type {string[]} */
  const parts = [];
  for (let next = /** @type {typeof query | null} */ ({ ...query, format: 'csv' }); next !== null;) {
    const response = await send(path, { query: next });
    const text = await response.text();
    parts.push(parts.length === 0 ? `\uFEFF${text}` : text.slice(text.indexOf('\n') + 1));
    const link = /<[^>]*\?([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '');
    next = link === null ? null : Object.fromEntries(new URLSearchParams(link[1]));
  }
  const url = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
  const anchor = Object.assign(document.createElement('a'), {
    href: url,
    download: `${path}-${query['product_line']}.csv`,
  });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), TIMEOUT_MS);
}
