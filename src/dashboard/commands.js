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
 * @param {readonly (string | number)[]} words after `xmlfan`
 */
export function cliText(words) {
  const [line = '', ...more] = words
    .map((word) => quote(String(word)))
    .reduce(
      (/** @type {string[]} */ lines, word) => {
        const last = lines.at(-1) ?? '';
        if (`${last} ${word}`.length > 76 && word.startsWith('--')) return [...lines, word];
        return [...lines.slice(0, -1), `${last} ${word}`];
      },
      ['xmlfan'],
    );
  return [line, ...more].join(' \\\n  ');
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
