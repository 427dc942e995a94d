import { html } from '../html.js';
import { useState } from 'preact/hooks';
import { countOf, formatCount } from '../format.js';

/** Lines and characters that are drawn at first, and added at a time. */
const LINES = 400;
const CHARACTERS = 200_000;

const TOKEN = /(<!--.*?(?:-->|$))|(<[/?!]?)([\w:.-]*)|([\w:.-]+)(=)("[^"]*"?|'[^']*'?)|([/?]?>)/gs;

/**
 * The text of the document with its lines numbered. All of it is set as text.
 * @param {{ text: string | null }} props null = it cannot be decoded
 */
export function Xml({ text }) {
  const [most, setMost] = useState(LINES);
  const lines = (text ?? '').split(/\r\n|[\r\n]/);
  const shown = within(lines, most);
  return html`<section class="panel source" aria-labelledby="h-xml">
    <header class="panel-head">
      <h2 id="h-xml">XML</h2>
      <p class="note">${countOf(lines.length, 'line')}</p>
    </header>
    ${
      text === null
        ? html`<div class="empty"><p>Its bytes cannot be decoded, so that there is no text to show.</p></div>`
        : html`<ol class="xml" tabindex="0" aria-label="Lines of the document">
            ${shown.map(
              (line, at) =>
                html`<li id=${`L${at + 1}`} key=${at}>
                  <span class="ln" aria-hidden="true">${at + 1}</span><code>${tokens(line)}</code>
                </li>`,
            )}
            ${
              shown.length < lines.length &&
              html`<li class="fold">
                <button type="button" class="plain" onClick=${() => setMost(most * 4)}>
                  Show more of ${formatCount(lines.length - shown.length)} lines
                </button>
              </li>`
            }
          </ol>`
    }
  </section>`;
}

/**
 * @param {readonly string[]} lines
 * @param {number} most
 */
function within(lines, most) {
  let characters = 0;
  const end = lines
    .slice(0, most)
    .findIndex((line, at) => at > 0 && (characters += line.length) > CHARACTERS * (most / LINES));
  return lines.slice(0, end < 0 ? most : end);
}

/** @param {string} line */
function tokens(line) {
  if (line.length > CHARACTERS) return line;
  /** @type {unknown[]} */
  const parts = [];
  let at = 0;
  for (const match of line.matchAll(TOKEN)) {
    const [all, comment, open, name, attribute, equals, value] = match;
    if (match.index > at) parts.push(line.slice(at, match.index));
    at = match.index + all.length;
    if (attribute !== undefined)
      parts.push(html`<span class="a">${attribute}</span><span class="t">${equals}</span>${value}`);
    else parts.push(html`<span class="t">${comment ?? (open === undefined ? all : `${open}${name}`)}</span>`);
  }
  return [...parts, line.slice(at)];
}
