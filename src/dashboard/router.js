import { createStore } from './store.js';

/**
 * Where the page is, as its address says: `#/runs/ID?sort=number` is the path `['runs', 'ID']` with a query.
 * @typedef {{ path: readonly string[], query: Readonly<Record<string, string>> }} Place
 */

/**
 * @param {string} hash
 * @returns {Place}
 */
function readPlace(hash) {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return {
    path: path.split('/').filter(Boolean).map(decode),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The address of a place; what is empty in the query is left out.
 * @param {readonly (string | number)[]} path
 * @param {Readonly<Record<string, string | number | null | undefined>>} [query]
 */
export function placeHref(path, query = {}) {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${search}`;
}

/** @type {import('./store.js').Store<Place>} */
export const place = createStore(readPlace(location.hash));

addEventListener('hashchange', () => place.set(readPlace(location.hash)));

/** @param {string} href */
export function go(href) {
  location.hash = href;
}

/**
 * Changes the query of this place without a step in the history: filters, sorting, what is open.
 * @param {Readonly<Record<string, string | number | null | undefined>>} values
 */
export function change(values) {
  const { path, query } = place.get();
  history.replaceState(null, '', placeHref(path, { ...query, ...values }));
  place.set(readPlace(location.hash));
}
