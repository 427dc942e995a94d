import { ApiError, ask } from './api.js';

// What the page asks the API for, each with the shape of its answer.

/**
 * @typedef {Omit<import('zod').output<typeof import('../api/views.ts').runView>, 'request'> & { request: import('../run/request.ts').RunRequest }} RunView
 * @typedef {RunView['instances'][number]} InstanceView
 * @typedef {RunView['failures'][number]} FailureGroup
 * @typedef {import('zod').output<typeof import('../api/views.ts').runList>} RunList
 * @typedef {RunList['runs'][number]} RunSummary
 * @typedef {import('zod').output<typeof import('../api/views.ts').contractList>} ContractList
 * @typedef {ContractList['contracts'][number]} LineView
 * @typedef {import('zod').output<typeof import('../api/views.ts').contractView>} ContractView
 * @typedef {import('zod').output<typeof import('../api/views.ts').failureList>} FailureList
 * @typedef {import('zod').output<typeof import('../api/views.ts').documentView>} DocumentView
 * @typedef {import('zod').output<typeof import('../api/views.ts').healthView>} HealthView
 * @typedef {import('zod').output<typeof import('../api/views.ts').problemView>} ProblemView
 */

/**
 * @param {string} id
 * @returns {Promise<RunView>}
 */
export function getRun(id) {
  return ask(`runs/${encodeURIComponent(id)}`);
}

/**
 * @param {Record<string, string | number | undefined>} query
 * @returns {Promise<RunList>}
 */
export function listRuns(query) {
  return ask('runs', { query });
}

/**
 * @param {{ counts: boolean }} options counting looks through whole tables
 * @returns {Promise<ContractList>}
 */
export function listLines({ counts }) {
  return ask('contracts', { query: { counts: String(counts) } });
}

/**
 * @param {string} line
 * @param {{ check: boolean }} options
 * @returns {Promise<ContractView>}
 */
export function getContract(line, { check }) {
  return ask(`contracts/${encodeURIComponent(line)}`, { query: { check: String(check) } });
}

/**
 * @param {Record<string, string | number | undefined>} query
 * @returns {Promise<FailureList>}
 */
export function listFailures(query) {
  return ask('failures', { query });
}

/**
 * @param {string} line
 * @param {string} id
 * @param {Record<string, string>} [more] which contents
 * @returns {Promise<DocumentView>}
 */
export function getDocument(line, id, more = {}) {
  return ask(`documents/${encodeURIComponent(id)}`, { query: { product_line: line, ...more } });
}

/**
 * Fails no caller: an app that is not well says what it can.
 * @returns {Promise<Partial<HealthView>>}
 */
export async function getHealth() {
  try {
    return await ask('health');
  } catch (error) {
    const { version } = error instanceof ApiError ? error.problem : {};
    return typeof version === 'string' ? { version } : {};
  }
}
