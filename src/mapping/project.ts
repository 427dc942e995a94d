import type { Limits, Reach } from './element.ts';
import { readAttributes } from './parse-attributes.ts';
import { openReferences, type References } from './parse-references.ts';
import { compileReach, matchesLetter, type CompiledReach, type Step } from './project-reach.ts';
import { readProlog } from './scan-prolog.ts';
import { find, openTagScan, startTagEnd, type TagScan } from './scan-start-tag.ts';
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
  const prolog = readProlog(text);
  if (prolog === null) return null;
  const references = openReferences(prolog.entities, limits);
  const walk = openWalk(text, reach === null ? null : compileReach(reach), references, limits);
  let at = prolog.root;
  do {
    at = takeMarkup(walk, at);
    if (at === -1) return null;
  } while (walk.depth > 0);
  if (!isEpilog(text, at) || !scan.hasLegalCharacters(walk.out)) return null;
  return { text: walk.out, attributes: walk.attributes, references };
}

/** Where a walk through one document stands. The lists are stacks of the open elements, one entry each. */
interface Walk {
  readonly text: string;
  readonly reach: CompiledReach | null;
  readonly references: References;
  readonly maxDepth: number;
  readonly starts: number[];
  readonly nameEnds: number[];
  readonly tagEnds: number[];
  /** Where the element stands on the paths of the reach, or null if it is on none. */
  readonly steps: (Step | null)[];
  depth: number;
  /** How many of the open elements, from the root down, are copied so far. */
  kept: number;
  out: string;
  readonly attributes: ReadonlyMap<string, string>[];
  readonly tag: TagScan;
  /** Place of the next colon, once it is searched for: it tells whether a name has a prefix. */
  colon: number;
}

function openWalk(text: string, reach: CompiledReach | null, references: References, { maxDepth }: Limits): Walk {
  return {
    text,
    reach,
    references,
    maxDepth,
    starts: [],
    nameEnds: [],
    tagEnds: [],
    steps: [],
    depth: 0,
    kept: 0,
    out: '',
    attributes: [],
    tag: openTagScan(text, reach?.watch ?? null),
    colon: -1,
  };
}

/** Takes the tag, comment, instruction or CDATA section at `lt` and returns the place of the next `<`, or the end after the root. */
function takeMarkup(walk: Walk, lt: number): number {
  const { text } = walk;
  const code = text.charCodeAt(lt + 1);
  const isTag = code !== 33 && code !== 63;
  let next = isTag ? text.indexOf('<', lt + 1) : -1;
  let end: number;
  if (!isTag) end = scan.skipMarkup(text, lt, true);
  else if (code === scan.SLASH) end = closeElement(walk, lt);
  else end = openElement(walk, lt, next === -1 ? text.length : next);
  if (end === -1 || walk.depth === 0) return end;
  if (!isTag) next = text.indexOf('<', end);
  return next !== -1 && walk.kept === walk.depth && !isText(walk, end, next) ? -1 : next;
}

function openElement(walk: Walk, lt: number, nextLess: number): number {
  const { text, depth } = walk;
  const nameEnd = scan.nameEnd(text, lt + 1);
  const gt = startTagEnd(walk.tag, nameEnd, nextLess);
  if (gt === -1 || nameEnd === lt + 1 || depth >= walk.maxDepth) return -1;
  walk.starts[depth] = lt;
  walk.nameEnds[depth] = nameEnd;
  walk.tagEnds[depth] = gt;
  walk.depth = depth + 1;
  if (isInReach(walk, lt, nameEnd) && !copyOpen(walk)) return -1;
  if (text.charCodeAt(gt - 1) !== scan.SLASH) return gt + 1;
  leave(walk);
  return gt + 1;
}

function closeElement(walk: Walk, lt: number): number {
  const open = walk.depth - 1;
  const end = scan.endTagEnd(walk.text, lt, (walk.starts[open] ?? 0) + 1, walk.nameEnds[open] ?? 0);
  if (end !== -1) leave(walk);
  return end;
}

function leave(walk: Walk): void {
  const open = --walk.depth;
  if (walk.kept <= open) return;
  walk.kept = open;
  if (!isSelfClosing(walk, open)) walk.out += `</${tagName(walk, open)}>`;
}

function tagName({ text, starts, nameEnds }: Walk, open: number): string {
  const end = nameEnds[open] ?? 0;
  return TAG_PREFIX + text.slice(scan.localStart(text, (starts[open] ?? 0) + 1, end), end);
}

function isSelfClosing(walk: Walk, open: number): boolean {
  return walk.text.charCodeAt((walk.tagEnds[open] ?? 0) - 1) === scan.SLASH;
}

/** Whether the element opened last must be copied. The root always is. */
function isInReach(walk: Walk, lt: number, nameEnd: number): boolean {
  const { text, reach, steps, tag } = walk;
  const open = walk.depth - 1;
  if (reach === null) return true;
  const parent = open === 0 ? reach.start : (steps[open - 1] ?? null);
  if (walk.colon < lt) walk.colon = find(text, ':', lt);
  const start = walk.colon < nameEnd ? walk.colon + 1 : lt + 1;
  const step = parent?.next.get(text.slice(start, nameEnd)) ?? null;
  steps[open] = step;
  if (open === 0 || step !== null || tag.met) return true;
  if (reach.nameStarts === null || !matchesLetter(reach.nameStarts, text.charCodeAt(start))) return false;
  return reach.names.has(text.slice(start, nameEnd));
}

/** Copies the start tags and leading text of all open elements that are not copied yet. */
function copyOpen(walk: Walk): boolean {
  const { text, references } = walk;
  for (; walk.kept < walk.depth; walk.kept += 1) {
    const nameEnd = walk.nameEnds[walk.kept] ?? 0;
    const gt = walk.tagEnds[walk.kept] ?? 0;
    const attributes = readAttributes(text, nameEnd, gt, references);
    if (attributes === null || !scan.isName(text.slice((walk.starts[walk.kept] ?? 0) + 1, nameEnd))) return false;
    walk.attributes.push(attributes);
    const selfClosing = isSelfClosing(walk, walk.kept);
    const leading = selfClosing ? '' : leadingText(text, gt + 1);
    if (leading === null) return false;
    walk.out += `<${tagName(walk, walk.kept)}${selfClosing ? '/' : ''}>${leading}`;
  }
  return true;
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
    if (code !== 33 && code !== 63) return leading.trim() === '' ? '' : leading;
    at = scan.skipMarkup(text, lt, true);
    if (at === -1) return null;
    if (text.startsWith('<![', lt)) leading += text.slice(lt, at);
  }
}

/** Whether what lies between two pieces of markup is well-formed text. */
function isText(walk: Walk, start: number, end: number): boolean {
  if (scan.skipSpace(walk.text, start) >= end) return true;
  const text = walk.text.slice(start, end);
  return !text.includes(']]>') && scan.hasLegalCharacters(text) && walk.references.text(text) !== null;
}

function isEpilog(text: string, start: number): boolean {
  let at = start;
  while (at !== -1) {
    at = scan.skipSpace(text, at);
    if (at >= text.length) return true;
    at = text.startsWith('<', at) ? scan.skipMarkup(text, at, false) : -1;
  }
  return false;
}
