import type { CompiledReach, Step } from './project-reach.ts';
import type { Walk } from './project-walk.ts';
import { isWatched, mayBeWatched } from './scan-attributes.ts';
import { hasName } from './scan-names.ts';
import * as scan from './scan.ts';

/**
 * Passes over what is out of reach, from the `<` at `from` to that of a start tag in reach or of the end tag of an
 * element that is copied; -1 if malformed. Nearly all of a document is read here. Hence one loop that keeps its state in
 * variables and jumps from mark to mark: taken apart into a function a tag and one an attribute, it takes a third longer.
 */
export function skip(walk: Walk, reach: CompiledReach, from: number): number {
  const { text, codes, starts, nameEnds, kept, maxDepth } = walk;
  const { watch } = reach;
  const parent = walk.steps[kept - 1] ?? null;
  let { depth, colon } = walk;
  let lt = from;
  while (lt !== -1) {
    const code = codes[lt + 1];
    let end: number;
    let next = -1;
    if (code === scan.SLASH) {
      if (depth === kept) break;
      depth -= 1;
      end = scan.endTagEnd(codes, lt, (starts[depth] ?? 0) + 1, nameEnds[depth] ?? 0);
      next = text.indexOf('<', end);
    } else if (code === scan.EXCLAMATION || code === scan.QUESTION) {
      end = scan.skipMarkup(text, lt, true);
      next = text.indexOf('<', end);
    } else {
      // It must lie behind the tag, since values cannot hold one.
      next = text.indexOf('<', lt + 1);
      const nameEnd = scan.nameEnd(codes, lt + 1);
      if (colon < lt) colon = scan.find(text, ':', lt);
      let met = false;
      for (end = nameEnd; ;) {
        end = scan.skipSpace(codes, end);
        if (codes[end] === scan.GREATER || codes[end] === scan.SLASH) break;
        // An attribute starts here, so the first quote of either kind opens its value.
        const name = end;
        let quote = end;
        let mark = codes[quote] ?? 0;
        // Letters are beyond all marks.
        while (mark > scan.GREATER || (quote < next && mark !== scan.DOUBLE_QUOTE && mark !== scan.SINGLE_QUOTE))
          mark = codes[++quote] ?? 0;
        if (quote >= next) return -1;
        if ((colon < quote || mayBeWatched(watch, codes, name, quote)) && isWatched(watch, walk, quote)) met = true;
        end = text.indexOf(mark === scan.DOUBLE_QUOTE ? '"' : "'", quote + 1) + 1;
        if (end === 0) return -1;
      }
      if (nameEnd === lt + 1 || end >= next || depth >= maxDepth) return -1;
      const local = colon < nameEnd ? colon + 1 : lt + 1;
      if (met || isInReach(walk, reach, depth === kept ? parent : null, local, nameEnd)) break;
      if (codes[end] === scan.GREATER) {
        starts[depth] = lt;
        nameEnds[depth] = nameEnd;
        depth += 1;
      } else if (codes[++end] !== scan.GREATER) return -1;
      end += 1;
    }
    if (end === -1 || (depth === kept && next !== -1 && !scan.isText(walk, end, next))) return -1;
    lt = next;
  }
  walk.depth = depth;
  walk.colon = colon;
  return lt;
}

/** Whether an element counts by its name, or by its path from `parent`. */
function isInReach(source: Walk, { names }: CompiledReach, parent: Step | null, start: number, end: number): boolean {
  return hasName(names, source, start, end) || (parent !== null && hasName(parent.next, source, start, end));
}
