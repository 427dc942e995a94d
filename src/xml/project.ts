import type { Limits, Reach } from './element.ts';
import { readTagRest } from './attributes.ts';
import { openReferences, type References } from './references.ts';
import { compileReach } from './project-reach.ts';
import { skip } from './project-skip.ts';
import { openWalk, type Walk } from './project-walk.ts';
import { readProlog } from './prolog.ts';
import { openSource, type Source } from './scan-source.ts';
import * as scan from './scan.ts';

/** The elements in reach, their structure and text as a document of its own and their attributes beside it. */
export interface Projection {
  /** No attributes, comments, instructions or white space between elements; each tag is `TAG_PREFIX` and the local name. */
  readonly text: string;
  /** One entry per start tag, in order. */
  readonly attributes: readonly ReadonlyMap<string, string>[];
  readonly references: References;
}

/** Stands before every name, so that `__proto__` is a name like any other. */
export const TAG_PREFIX = 'e.';

/**
 * Copies what is in reach, in order and with its ancestors; null keeps the whole document. Returns null if malformed.
 * What is kept is checked strictly, but for references in leading text, which only show when it is read.
 * Of what is skipped only the balance of tags, quotes, and closed comments, CDATA and instructions are checked.
 */
export function project(text: string, reach: Reach | null, limits: Limits): Projection | null {
  const source = openSource(text);
  const prolog = readProlog(source);
  if (prolog === null) return null;
  const references = openReferences(prolog.entities, limits);
  const walk = openWalk(source, reach === null ? null : compileReach(reach), references, limits);
  let at = prolog.root;
  do {
    at = takeMarkup(walk, at);
    if (at === -1) return null;
  } while (walk.depth > 0);
  if (!isEpilog(source, at) || !scan.hasLegalCharacters(walk.out)) return null;
  return { text: walk.out, attributes: walk.attributes, references };
}

/** Takes markup at `lt`, be it in reach or neither here nor there, and returns the place of the next to take, or the end after the root. */
function takeMarkup(walk: Walk, lt: number): number {
  const { text, codes, reach } = walk;
  const code = codes[lt + 1];
  let end: number;
  if (code === scan.EXCLAMATION || code === scan.QUESTION) end = scan.skipMarkup(text, lt, true);
  else if (code === scan.SLASH) end = closeElement(walk, lt);
  else end = openElement(walk, lt);
  if (end === -1 || walk.depth === 0) return end;
  const next = text.indexOf('<', end);
  if (next === -1 || !scan.isText(walk, end, next)) return -1;
  return reach === null ? next : skip(walk, reach, next);
}

/** Opens an element in reach. Elements between it and the last copied one are on no path. */
function openElement(walk: Walk, lt: number): number {
  const { text, codes, depth, kept, reach, steps } = walk;
  if (depth >= walk.maxDepth) return -1;
  const nameEnd = scan.nameEnd(codes, lt + 1);
  walk.starts[depth] = lt;
  walk.nameEnds[depth] = nameEnd;
  const local = text.slice(scan.localStart(codes, lt + 1, nameEnd), nameEnd);
  const parent = depth === 0 ? reach?.start : steps[depth - 1];
  steps[depth] = (depth === kept ? parent?.next.values.get(local) : null) ?? null;
  steps.fill(null, kept, depth);
  walk.depth = depth + 1;
  return copyOpen(walk);
}

function closeElement(walk: Walk, lt: number): number {
  const open = walk.depth - 1;
  const end = scan.endTagEnd(walk.codes, lt, (walk.starts[open] ?? 0) + 1, walk.nameEnds[open] ?? 0);
  if (end === -1) return -1;
  walk.depth = open;
  walk.kept = open;
  walk.out += `</${tagName(walk, open)}>`;
  return end;
}

function tagName({ text, codes, starts, nameEnds }: Walk, open: number): string {
  const end = nameEnds[open] ?? 0;
  return TAG_PREFIX + text.slice(scan.localStart(codes, (starts[open] ?? 0) + 1, end), end);
}

/** Copies the start tags and leading text of all open elements that are not copied yet; the end of the last tag. */
function copyOpen(walk: Walk): number {
  const { text, codes, references } = walk;
  let end = -1;
  for (; walk.kept < walk.depth; walk.kept += 1) {
    const nameEnd = walk.nameEnds[walk.kept] ?? 0;
    const rest = readTagRest(walk, nameEnd, references);
    if (rest === null || !scan.isName(text.slice((walk.starts[walk.kept] ?? 0) + 1, nameEnd))) return -1;
    walk.attributes.push(rest.attributes);
    end = rest.gt + 1;
    if (codes[rest.gt - 1] === scan.SLASH) {
      // Only the last one can be closed already.
      walk.out += `<${tagName(walk, walk.kept)}/>`;
      walk.depth -= 1;
      return end;
    }
    const leading = leadingText(text, end);
    if (leading === null) return -1;
    walk.out += `<${tagName(walk, walk.kept)}>${leading}`;
  }
  return end;
}

/** Text and CDATA sections before the first tag, or null if malformed; comments and instructions go. Nothing if blank, since blank text has no meaning. */
function leadingText(text: string, start: number): string | null {
  let leading = '';
  let at = start;
  for (;;) {
    const lt = text.indexOf('<', at);
    if (lt === -1) return null;
    if (lt > at) leading += text.slice(at, lt);
    const code = text.charCodeAt(lt + 1);
    if (code !== scan.EXCLAMATION && code !== scan.QUESTION) return leading.trim() === '' ? '' : leading;
    at = scan.skipMarkup(text, lt, true);
    if (at === -1) return null;
    if (text.startsWith('<![', lt)) leading += text.slice(lt, at);
  }
}

function isEpilog({ text, codes }: Source, start: number): boolean {
  let at = start;
  while (at !== -1) {
    at = scan.skipSpace(codes, at);
    if (at >= text.length) return true;
    at = text.startsWith('<', at) ? scan.skipMarkup(text, at, false) : -1;
  }
  return false;
}
