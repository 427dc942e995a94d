import { ApiError, ask } from './api.js';

// What the page asks the API for, each with the shape of its answer.

/**
 * @param {string} id
 * @returns {Promise<import('./answers.js').RunView>}
 */
export function getRun(id) {
  return ask(`runs/${encodeURIComponent(id)}`);
}

/**
 * @param {Record<string, string | number | undefined>} query
 * @returns {Promise<import('./answers.js').RunList>}
 */
export function listRuns(query) {
  return ask('runs', { query });
}

/**
 * @param {{ counts: boolean }} options counting looks through whole tables
 * @returns {Promise<import('./answers.js').ContractList>}
 */
export function listLines({ counts }) {
  return ask('contracts', { query: { counts: String(counts) } });
}

/**
 * @param {string} line
 * @param {{ check: boolean }} options
 * @returns {Promise<import('./answers.js').ContractView>}
 */
export function getContract(line, { check }) {
  return ask(`contracts/${encodeURIComponent(line)}`, { query: { check: String(check) } });
}

/**
 * @param {Record<string, string | number | undefined>} query
 * @returns {Promise<import('./answers.js').FailureList>}
 */
export function listFailures(query) {
  return ask('failures', { query });
}

/**
 * @param {string} line
 * @returns {Promise<import('./answers.js').FailureReasons>}
 */
export function listReasons(line) {
  return ask('failures/reasons', { query: { product_line: line } });
}

/**
 * @param {string} line
 * @param {string} id
 * @param {Record<string, string>} [more] which contents
 * @returns {Promise<import('./answers.js').DocumentView>}
 */
export function getDocument(line, id, more = {}) {
  return ask(`documents/${encodeURIComponent(id)}`, { query: { product_line: line, ...more } });
}

/**
 * Fails no caller: an app that is not well says what it can.
 * @returns {Promise<Partial<import('./answers.js').HealthView>>}
 */
export async function getHealth() {
  try {
    return await ask('health');
  } catch (error) {
    const { version } = error instanceof ApiError ? error.problem : {};
    return typeof version === 'string' ? { version } : {};
  }
}
