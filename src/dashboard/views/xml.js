import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { countOf, formatCount } from '../format.js';
import { html } from '../html.js';
import { change, place } from '../router.js';
import { useStore } from '../store.js';
import { piecesOf, splitLines } from '../xml-lines.js';

/** @typedef {import('../explained.js').Spot} Spot */

const TOKEN = /(<!--.*?(?:-->|$))|(<[/?!]?)([\w:.-]*)|([\w:.-]+)(=)("[^"]*"?|'[^']*'?)|([/?]?>)/gs;

/** @typedef {{ line: number, column: number }} Marked */

/**
 * The text of the document with its lines numbered, one place marked, lines that no mapping reads folded. All of it is set as text.
 * @param {object} props
 * @param {string | null} props.text null cannot be decoded
 * @param {import('../answers.js').DocumentView['xml_cut']} props.cut which part of a long one it is
 * @param {readonly Spot[]} props.spots
 * @param {Marked | null} props.first is marked unless the address says otherwise
 */
export function Xml({ text, cut, spots, first }) {
  const { at = '' } = useStore(place).query;
  const [line, column] = at.split('.').map(Number);
  const marked = line && column ? { line, column } : first;
  const [opened, setOpened] = useState(/** @type {ReadonlySet<number>} */ (new Set()));
  const lines = useMemo(() => splitLines(text ?? ''), [text]);
  const skipped = (cut?.first_line ?? 1) - 1;
  const here = marked && withinPart(marked, lines, cut);
  const pieces = useMemo(() => {
    const read = spots.map((spot) => spot.line - skipped).filter((number) => number >= 1 && number <= lines.length);
    return piecesOf(lines, { read, opened, marked: here });
  }, [lines, spots, opened, here?.line, here?.column]);
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  useEffect(() => {
    showMark(list.current);
    // On narrow screens it is far below what asked for it.
    if (at !== '') list.current?.scrollIntoView({ block: 'nearest' });
  }, [marked?.line, marked?.column]);
  return html`<section class="panel source" aria-labelledby="h-xml">
    <header class="panel-head">
      <h2 id="h-xml">XML</h2>
      <p class="note" role="status">
        ${countOf(lines.length, 'line')}${marked && `; marked: line ${marked.line}, column ${marked.column}`}
      </p>
      ${spots.length > 1 && html`<${Steps} spots=${spots} marked=${marked} />`}
    </header>
    ${cut !== undefined && html`<${Part} cut=${cut} shown=${text?.length ?? 0} marked=${here === null ? marked : null} />`}
    ${
      text === null
        ? html`<div class="empty"><p>Its bytes cannot be decoded, so that there is no text to show.</p></div>`
        : html`<ol class="xml" tabindex="0" aria-label="Lines of the document" ref=${list}>
            ${pieces.map((piece) =>
              piece.kind === 'fold'
                ? html`<li class="fold" key=${`fold ${piece.from}`}>
                    <button type="button" class="plain" onClick=${() => setOpened(new Set([...opened, piece.from]))}>
                      Show ${countOf(piece.to - piece.from + 1, 'line')} that no mapping reads
                    </button>
                  </li>`
                : html`<li key=${piece.number} class=${piece.mark === null ? '' : 'here'}>
                    <span class="ln" aria-hidden="true">${piece.number + skipped}</span
                    ><code>${piece.mark === null ? tokens(piece.text) : withMark(piece.text, piece.mark)}</code>
                  </li>`,
            )}
          </ol>`
    }
  </section>`;
}

/**
 * A place as it stands in the part that is shown, or null if it is in another one.
 * @param {Marked} marked
 * @param {readonly string[]} lines
 * @param {import('../answers.js').DocumentView['xml_cut']} cut
 * @returns {Marked | null}
 */
function withinPart({ line, column }, lines, cut) {
  if (cut === undefined) return { line, column };
  const own = line - cut.first_line + 1;
  const at = own === 1 ? column - cut.first_column + 1 : column;
  return own < 1 || own > lines.length || at < 1 || at > (lines[own - 1] ?? '').length
    ? null
    : { line: own, column: at };
}

/** @param {{ cut: NonNullable<import('../answers.js').DocumentView['xml_cut']>, shown: number, marked: Marked | null }} props */
function Part({ cut, shown, marked }) {
  const begin = cut.first_column > 1 ? `line ${cut.first_line}, column ${cut.first_column}` : `line ${cut.first_line}`;
  const wanted = marked ?? { line: 1, column: 1 };
  const show = () => change({ part: marked === null ? null : `${wanted.line}.${wanted.column}` });
  return html`<div class="panel-body">
    <p class="note">
      ${formatCount(shown)} of ${formatCount(cut.length)} characters, from ${begin} on.
      ${
        (marked !== null || cut.first_line > 1 || cut.first_column > 1) &&
        html`<button type="button" class="small" onClick=${show}>
          ${marked === null ? 'Show its beginning' : `Show line ${marked.line}, column ${marked.column}`}
        </button>`
      }
    </p>
  </div>`;
}

/**
 * Brings what is marked into view, within the list only.
 * @param {HTMLElement | null} list
 */
function showMark(list) {
  const mark = list?.querySelector('mark');
  if (list === null || !(mark instanceof HTMLElement)) return;
  const [box, inner] = [list.getBoundingClientRect(), mark.getBoundingClientRect()];
  if (inner.top < box.top || inner.bottom > box.bottom) list.scrollTop += inner.top - box.top - box.height / 3;
}

/** @param {Spot | undefined} spot */
function go(spot) {
  if (spot !== undefined) change({ at: `${spot.line}.${spot.column}`, column: null });
}

/** @param {{ spots: readonly Spot[], marked: Marked | null }} props */
function Steps({ spots, marked }) {
  const before = spots.filter(
    ({ line, column }) => marked !== null && (line < marked.line || (line === marked.line && column < marked.column)),
  );
  const after = spots.filter(
    ({ line, column }) => marked === null || line > marked.line || (line === marked.line && column > marked.column),
  );
  return html`<div class="tools">
    <button type="button" class="small" disabled=${before.length === 0} onClick=${() => go(before.at(-1))}>
      Previous place
    </button>
    <button type="button" class="small" disabled=${after.length === 0} onClick=${() => go(after[0])}>Next place</button>
  </div>`;
}

/**
 * @param {string} text
 * @param {readonly [number, number]} mark
 */
function withMark(text, [start, end]) {
  return [tokens(text.slice(0, start)), html`<mark>${tokens(text.slice(start, end))}</mark>`, tokens(text.slice(end))];
}

/** @param {string} text */
function tokens(text) {
  /** @type {unknown[]} */
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, comment, open, name, attribute, equals, value] = match;
    if (match.index > at) parts.push(text.slice(at, match.index));
    at = match.index + all.length;
    if (attribute !== undefined)
      parts.push(html`<span class="a">${attribute}</span>`, html`<span class="t">${equals}</span>`, value);
    else parts.push(html`<span class="t">${comment ?? (open === undefined ? all : `${open}${name}`)}</span>`);
  }
  return [...parts, text.slice(at)];
}
