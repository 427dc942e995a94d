import { readStartTag, type Scope, type StartTag, type TagContext } from './attributes.ts';
import { fail } from './fault.ts';
import type { CompiledReach } from './reach.ts';
import * as scan from './scan.ts';

/** What is kept of an open element that is copied. */
export interface Level {
  /** Where it stands on the paths of the reach. */
  readonly state: number;
  /** Whether all that is below it is kept. */
  readonly isWhole: boolean;
  /** Whether its texts behind the first child are kept too. */
  readonly hasTexts: boolean;
}

/** Where a walk through one document stands. The lists are stacks of the open elements, one entry each. */
export interface Walk extends TagContext {
  readonly reach: CompiledReach;
  readonly maxDepth: number;
  /** Places of the start tags, and where the names in them end. */
  readonly starts: number[];
  readonly nameEnds: number[];
  /** Only known of those that are copied, as are the namespaces in force inside. */
  readonly levels: Level[];
  readonly scopes: Scope[];
  depth: number;
  /** How many of the open elements, from the root down, are copied so far. */
  kept: number;
  out: string;
  readonly tags: CopiedTag[];
  /** Place of the next colon, once it is searched for: each part of the text is searched once. */
  colon: number;
}

/** A start tag that is copied. */
export interface CopiedTag extends StartTag {
  /** As it is written. */
  readonly name: string;
  readonly lt: number;
}

/** Checks the text between two pieces of markup. */
export function checkText({ text, codes, references }: TagContext, start: number, end: number): void {
  if (scan.skipSpace(codes, start) >= end) return;
  const between = text.slice(start, end);
  const brackets = between.indexOf(']]>');
  if (brackets !== -1) fail(start + brackets, ']]> in text: there it is written ]]&gt;');
  scan.checkCharacters(between, start);
  references.text(between, start);
}

/** Where the end tag at `lt` ends (behind its `>`): it must close the element with the index `open`. */
export function endOfEndTag(walk: Walk, lt: number, open: number): number {
  const { codes } = walk;
  const at = (walk.starts[open] ?? 0) + 1;
  const end = walk.nameEnds[open] ?? 0;
  const shift = lt + 2 - at;
  for (let i = at; i < end; i += 1) if (codes[i] !== codes[i + shift]) failEndTag(walk, lt, open);
  const gt = scan.skipSpace(codes, end + shift);
  return codes[gt] === scan.GREATER ? gt + 1 : failEndTag(walk, lt, open);
}

function failEndTag(walk: Walk, lt: number, open: number): never {
  const { text, codes } = walk;
  const name = text.slice(lt + 2, scan.nameEnd(codes, lt + 2));
  const due = nameOf(walk, open);
  if (name === due || !text.includes('>', lt)) fail(lt, 'this end tag is never closed');
  return fail(
    lt,
    (place) =>
      `end tag </${scan.show(name)}> where </${scan.show(due)}> is due, for <${scan.show(due)}> opened at ${place(walk.starts[open] ?? 0)}`,
  );
}

/** The name of an open element, as it is written. */
export function nameOf({ text, starts, nameEnds }: Walk, open: number): string {
  return text.slice((starts[open] ?? 0) + 1, nameEnds[open]);
}

/** The document ends while so many elements are open. */
export function failUnclosed(walk: Walk, depth: number): never {
  const open = depth - 1;
  return fail(
    walk.text.length,
    (place) =>
      `the document ends before </${scan.show(nameOf(walk, open))}>, for <${scan.show(nameOf(walk, open))}> opened at ${place(walk.starts[open] ?? 0)}`,
  );
}

/** Elements are nested too deeply at `lt`. */
export function failDepth({ maxDepth }: Walk, lt: number): never {
  return fail(lt, `elements nested more than ${maxDepth} deep`);
}

/** The start tag at `lt`, which was looked at in passing, has something wrong: a strict look tells what, or nothing follows it. */
export function failInTag(walk: Walk, lt: number, depth: number): never {
  const nameEnd = scan.nameEnd(walk.codes, lt + 1);
  const { gt } = readStartTag(walk, lt, nameEnd, null);
  if (walk.codes[gt - 1] === scan.SLASH) failUnclosed(walk, depth);
  walk.starts[depth] = lt;
  walk.nameEnds[depth] = nameEnd;
  return failUnclosed(walk, depth + 1);
}
