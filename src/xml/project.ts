import { readStartTag, ROOT_SCOPE } from './attributes.ts';
import type { Limits } from './element.ts';
import { fail } from './fault.ts';
import type { Prolog } from './prolog.ts';
import { compileReach } from './reach.ts';
import { DOCUMENT, OFF, type ReachPlan, stateBelow } from './reach-plan.ts';
import * as scan from './scan.ts';
import { skip } from './skip.ts';
import {
  checkText,
  type CopiedTag,
  endOfEndTag,
  failDepth,
  failUnclosed,
  type Level,
  nameOf,
  type Walk,
} from './walk.ts';

/** The elements in reach, their structure and text as a document of its own and their tags beside it. */
export interface Projection {
  /** No attributes, comments, instructions or white space between elements that is not asked for; each tag is `TAG_PREFIX` and the local name. */
  readonly text: string;
  /** One entry per start tag, in order. */
  readonly tags: readonly CopiedTag[];
}

/** Stands before every name, so that `__proto__` is a name like any other. */
export const TAG_PREFIX = 'e.';

/**
 * Copies what is in reach, in order and with its ancestors. Fails with `Malformed`.
 * What is kept is checked strictly. Of what is skipped only the balance of tags, quotes, and closed comments, CDATA
 * and instructions are checked.
 */
export function project(
  source: scan.Source,
  { root, references, attributes }: Prolog,
  plan: ReachPlan,
  { maxDepth }: Limits,
): Projection {
  const walk: Walk = {
    ...source,
    references,
    declared: attributes,
    reach: compileReach(plan),
    maxDepth,
    starts: [],
    nameEnds: [],
    levels: [],
    scopes: [],
    depth: 0,
    kept: 0,
    out: '',
    tags: [],
    colon: -1,
  };
  let at = takeMarkup(walk, root);
  while (walk.depth > 0) at = takeMarkup(walk, nextInReach(walk, at));
  checkEpilog(source, at);
  return { text: walk.out, tags: walk.tags };
}

/** Stands for children that are passed over, where texts on both sides of them are copied. */
const PASSED_OVER = '<passed/>';

/** Takes markup at `lt`, and returns the place behind it, or behind the text in it that comes before its first child. */
function takeMarkup(walk: Walk, lt: number): number {
  const { text, codes } = walk;
  const code = codes[lt + 1];
  if (code === scan.EXCLAMATION || code === scan.QUESTION)
    return scan.skipMarkup(text, lt, { inRoot: true, kept: true });
  return code === scan.SLASH ? closeElement(walk, lt) : openElement(walk, lt);
}

/** The place of the next markup to take behind `end`. */
function nextInReach(walk: Walk, end: number): number {
  const level = walk.levels[walk.kept - 1] ?? NO_LEVEL;
  for (let behind = end; ;) {
    const next = level.hasTexts ? copyText(walk, behind, level) : nextMarkup(walk, behind);
    if (level.isWhole) return next;
    const { at, isBehindChild } = skip(walk, level, next);
    if (!isBehindChild) return at;
    walk.out += PASSED_OVER;
    behind = at;
  }
}

/** The place of the markup that follows on `end`; the text between is checked. */
function nextMarkup(walk: Walk, end: number): number {
  const next = walk.text.indexOf('<', end);
  if (next === -1) failUnclosed(walk, walk.depth);
  checkText(walk, end, next);
  return next;
}

/** Opens an element in reach. Elements between it and the last copied one are on no path, and all that is kept of them is what comes before it. */
function openElement(walk: Walk, lt: number): number {
  const { codes, depth } = walk;
  if (depth >= walk.maxDepth) failDepth(walk, lt);
  walk.starts[depth] = lt;
  walk.nameEnds[depth] = scan.nameEnd(codes, lt + 1);
  walk.depth = depth + 1;
  return copyOpen(walk);
}

const NO_LEVEL: Level = { state: OFF, isWhole: false, hasTexts: false };

/** What is kept of the open element with the index `open`, whose parent is copied. */
function levelOf(walk: Walk, open: number): Level {
  const { plan } = walk.reach;
  const above = walk.levels[open - 1] ?? {
    ...NO_LEVEL,
    state: DOCUMENT,
    isWhole: plan.whole[DOCUMENT] === 1,
  };
  const name = localName(nameOf(walk, open));
  const isInReach = open === walk.depth - 1;
  const state = isInReach ? stateBelow(plan, above.state, plan.idOf(name)) : OFF;
  const isWhole = above.isWhole || plan.whole[state] === 1 || plan.reach.whole?.has(name) === true;
  return { state, isWhole, hasTexts: plan.reach.texts === 'all' && (isWhole || isInReach) };
}

function closeElement(walk: Walk, lt: number): number {
  const open = walk.depth - 1;
  const end = endOfEndTag(walk, lt, open);
  walk.depth = open;
  walk.kept = open;
  walk.out += `</${tagName(walk, open)}>`;
  return end;
}

function tagName(walk: Walk, open: number): string {
  return TAG_PREFIX + localName(nameOf(walk, open));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Copies the start tags and leading text of all open elements that are not copied yet; the place behind the last of them. */
function copyOpen(walk: Walk): number {
  const { codes } = walk;
  let end = -1;
  for (; walk.kept < walk.depth; walk.kept += 1) {
    const { kept } = walk;
    const lt = walk.starts[kept] ?? 0;
    const outer = walk.scopes[kept - 1] ?? ROOT_SCOPE;
    const tag = readStartTag(walk, lt, walk.nameEnds[kept] ?? 0, kept === 0 ? ROOT_SCOPE : outer);
    walk.tags.push({ ...tag, name: nameOf(walk, kept), lt });
    walk.scopes[kept] = tag.scope;
    walk.levels[kept] = levelOf(walk, kept);
    if (codes[tag.gt - 1] === scan.SLASH) {
      // Only the last one can be closed already.
      walk.out += `<${tagName(walk, kept)}/>`;
      walk.depth -= 1;
      return tag.gt + 1;
    }
    walk.out += `<${tagName(walk, kept)}>`;
    end = copyText(walk, tag.gt + 1, walk.levels[kept] ?? NO_LEVEL);
  }
  return end;
}

/** Copies text and CDATA sections up to the next tag; comments and instructions go, and so does blank text, unless all is asked for. The place of that tag. */
function copyText(walk: Walk, start: number, { isWhole, hasTexts }: Level): number {
  const { text, codes } = walk;
  let copied = '';
  let at = start;
  for (;;) {
    const lt = text.indexOf('<', at);
    if (lt === -1) failUnclosed(walk, walk.depth);
    if (lt > at) {
      checkText(walk, at, lt);
      copied += withLineFeeds(text.slice(at, lt));
    }
    if (codes[lt + 1] !== scan.EXCLAMATION && codes[lt + 1] !== scan.QUESTION) {
      if ((isWhole && hasTexts) || /[^ \t\r\n]/.test(copied)) walk.out += copied;
      return lt;
    }
    at = scan.skipMarkup(text, lt, { inRoot: true, kept: true });
    if (text.startsWith('<![', lt)) copied += withLineFeeds(text.slice(lt, at));
  }
}

/** Each piece by itself: a carriage return and a line feed that only a comment parts are two line ends (XML 1.0, 2.11). */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

/** Behind the root only comments, instructions and white space may stand. */
function checkEpilog({ text, codes }: scan.Source, start: number): void {
  for (let at = scan.skipSpace(codes, start); at < text.length; at = scan.skipSpace(codes, at)) {
    const isMisc = text.startsWith('<!--', at) || text.startsWith('<?', at);
    if (!isMisc) fail(at, `${text.startsWith('<', at) ? 'markup' : 'text'} behind the root element`);
    at = scan.skipMarkup(text, at, { inRoot: false, kept: true });
  }
}
