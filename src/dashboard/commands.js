// What the page does, as commands to copy.

/**
 * @typedef {{ method?: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string> }} ApiCall
 */

/**
 * A word as a POSIX shell reads it back unchanged.
 * @param {string} word
 */
function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * One line, which every shell takes. The server says what its commands begin and end with.
 * @param {readonly (string | number)[]} words after `xmlfan`
 * @param {{ program?: string, options?: string }} [server]
 */
export function cliText(words, server = globalThis.document?.documentElement.dataset ?? {}) {
  const { program = 'xmlfan', options = '' } = server;
  const isLine = (/** @type {unknown} */ word) => word === '--product-line' && options.includes(' --contract ');
  const named = words.filter((word, at) => !isLine(word) && !isLine(words[at - 1]));
  const text = [program, ...named.map((word) => quote(String(word)))].join(' ');
  // The one that works on no database.
  return words[0] === 'validate' ? text : text + options;
}

/**
 * @param {ApiCall} call
 * @param {{ origin: string, withKey: boolean }} server
 */
export function curlText({ method = 'POST', path, body, headers = {} }, { origin, withKey }) {
  const sent = { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  return [
    `curl ${method === 'POST' ? '-X POST ' : ''}${quote(`${origin}/api/${path}`)}`,
    ...(withKey ? ['-H "x-functions-key: $XMLFAN_API_KEY"'] : []),
    ...Object.entries(sent).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quote(JSON.stringify(body))}`]),
  ].join(' \\\n  ');
}
