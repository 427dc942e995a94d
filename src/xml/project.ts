import { readStartTag, ROOT_SCOPE } from './attributes.ts';
import type { Limits, Reach } from './element.ts';
import { fail } from './fault.ts';
import type { Prolog } from './prolog.ts';
import { compileReach } from './reach.ts';
import * as scan from './scan.ts';
import { skip } from './skip.ts';
import { checkText, endOfEndTag, failDepth, failUnclosed, nameOf, type Walk } from './walk.ts';

/** The elements in reach, their structure and text as a document of its own and their attributes beside it. */
export interface Projection {
  /** No attributes, comments, instructions or white space between elements; each tag is `TAG_PREFIX` and the local name. */
  readonly text: string;
  /** One entry per start tag, in order. */
  readonly attributes: readonly ReadonlyMap<string, string>[];
}

/** Stands before every name, so that `__proto__` is a name like any other. */
export const TAG_PREFIX = 'e.';

/**
 * Copies what is in reach, in order and with its ancestors; null keeps the whole document. Fails with `Malformed`.
 * What is kept is checked strictly. Of what is skipped only the balance of tags, quotes, and closed comments, CDATA
 * and instructions are checked.
 */
export function project(
  source: scan.Source,
  { root, references, attributes }: Prolog,
  reach: Reach | null,
  { maxDepth }: Limits,
): Projection {
  const walk: Walk = {
    ...source,
    references,
    declared: attributes,
    reach: reach === null ? null : compileReach(reach),
    maxDepth,
    starts: [],
    nameEnds: [],
    steps: [],
    scopes: [],
    depth: 0,
    kept: 0,
    out: '',
    attributes: [],
    colon: -1,
  };
  let at = root;
  do at = takeMarkup(walk, at);
  while (walk.depth > 0);
  checkEpilog(source, at);
  return { text: walk.out, attributes: walk.attributes };
}

/** Takes markup at `lt`, be it in reach or neither here nor there, and returns the place of the next to take, or the end after the root. */
function takeMarkup(walk: Walk, lt: number): number {
  const { text, codes, reach } = walk;
  const code = codes[lt + 1];
  let next: number;
  if (code === scan.EXCLAMATION || code === scan.QUESTION) {
    next = nextMarkup(walk, scan.skipMarkup(text, lt, { inRoot: true, kept: true }));
  } else if (code === scan.SLASH) next = closeElement(walk, lt);
  else next = openElement(walk, lt);
  return walk.depth === 0 || reach === null ? next : skip(walk, reach, next);
}

/** The place of the markup that follows on `end`; the text between is checked. */
function nextMarkup(walk: Walk, end: number): number {
  if (walk.depth === 0) return end;
  const next = walk.text.indexOf('<', end);
  if (next === -1) failUnclosed(walk, walk.depth);
  checkText(walk, end, next);
  return next;
}

/** Opens an element in reach. Elements between it and the last copied one are on no path. */
function openElement(walk: Walk, lt: number): number {
  const { text, codes, depth, kept, reach, steps } = walk;
  if (depth >= walk.maxDepth) failDepth(walk, lt);
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
  const end = endOfEndTag(walk, lt, open);
  walk.depth = open;
  walk.kept = open;
  walk.out += `</${tagName(walk, open)}>`;
  return nextMarkup(walk, end);
}

function tagName(walk: Walk, open: number): string {
  const name = nameOf(walk, open);
  return TAG_PREFIX + name.slice(name.indexOf(':') + 1);
}

/** Copies the start tags and leading text of all open elements that are not copied yet; the place of the markup behind them. */
function copyOpen(walk: Walk): number {
  const { codes } = walk;
  let next = -1;
  for (; walk.kept < walk.depth; walk.kept += 1) {
    const { kept } = walk;
    const { attributes, scope, gt } = readStartTag(
      walk,
      walk.starts[kept] ?? 0,
      walk.nameEnds[kept] ?? 0,
      kept === 0 ? ROOT_SCOPE : (walk.scopes[kept - 1] ?? ROOT_SCOPE),
    );
    walk.attributes.push(attributes);
    walk.scopes[kept] = scope;
    if (codes[gt - 1] === scan.SLASH) {
      // Only the last one can be closed already.
      walk.out += `<${tagName(walk, kept)}/>`;
      walk.depth -= 1;
      return nextMarkup(walk, gt + 1);
    }
    walk.out += `<${tagName(walk, kept)}>`;
    next = copyText(walk, gt + 1);
  }
  return next;
}

/** Copies text and CDATA sections before the first tag; comments and instructions go, and so does blank text, which has no meaning. The place of that tag. */
function copyText(walk: Walk, start: number): number {
  const { text, codes } = walk;
  let leading = '';
  let at = start;
  for (;;) {
    const lt = text.indexOf('<', at);
    if (lt === -1) failUnclosed(walk, walk.depth);
    if (lt > at) {
      checkText(walk, at, lt);
      leading += text.slice(at, lt);
    }
    if (codes[lt + 1] !== scan.EXCLAMATION && codes[lt + 1] !== scan.QUESTION) {
      if (/[^ \t\r\n]/.test(leading)) walk.out += leading;
      return lt;
    }
    at = scan.skipMarkup(text, lt, { inRoot: true, kept: true });
    if (text.startsWith('<![', lt)) leading += text.slice(lt, at);
  }
}

/** Behind the root only comments, instructions and white space may stand. */
function checkEpilog({ text, codes }: scan.Source, start: number): void {
  for (let at = scan.skipSpace(codes, start); at < text.length; at = scan.skipSpace(codes, at)) {
    const isMisc = text.startsWith('<!--', at) || text.startsWith('<?', at);
    if (!isMisc) fail(at, `${text.startsWith('<', at) ? 'markup' : 'text'} behind the root element`);
    at = scan.skipMarkup(text, at, { inRoot: false, kept: true });
  }
}
