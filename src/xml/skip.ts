import { isInReach, isWatched, mayBeWatched } from './reach.ts';
import { OFF } from './reach-plan.ts';
import * as scan from './scan.ts';
import { checkText, endOfEndTag, failDepth, failInTag, failUnclosed, type Level, type Walk } from './walk.ts';

/** Where skipping ends: at the `<` that is to be taken next, or behind a child of an element whose texts are kept. */
export interface Skipped {
  readonly at: number;
  readonly isBehindChild: boolean;
}

/**
 * Passes over what is out of reach, from the `<` at `from` to that of a start tag in reach or of the end tag of an
 * element that is copied. Nearly all of a document is read here. Hence one loop that keeps its state in variables
 * and jumps from mark to mark: taken apart into a function a tag and one an attribute, it takes a third longer.
 */
export function skip(walk: Walk, { state, hasTexts }: Level, from: number): Skipped {
  const { text, codes, starts, nameEnds, kept, maxDepth, reach } = walk;
  const { watch } = reach;
  let { depth, colon } = walk;
  let lt = from;
  for (;;) {
    const code = codes[lt + 1];
    let end: number;
    let next = -1;
    if (code === scan.SLASH) {
      if (depth === kept) break;
      depth -= 1;
      end = endOfEndTag(walk, lt, depth);
      next = text.indexOf('<', end);
    } else if (code === scan.EXCLAMATION || code === scan.QUESTION) {
      end = scan.skipMarkup(text, lt, { inRoot: true, kept: depth === kept });
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
        if (quote >= next) failInTag(walk, lt, depth);
        if ((colon < quote || mayBeWatched(watch, codes, name, quote)) && isWatched(watch, walk, quote)) met = true;
        end = text.indexOf(mark === scan.DOUBLE_QUOTE ? '"' : "'", quote + 1) + 1;
        if (end === 0) failInTag(walk, lt, depth);
      }
      if (nameEnd === lt + 1 || end >= next) failInTag(walk, lt, depth);
      if (depth >= maxDepth) failDepth(walk, lt);
      const local = colon < nameEnd ? colon + 1 : lt + 1;
      if (met || isInReach(reach, depth === kept ? state : OFF, walk, local, nameEnd)) break;
      if (codes[end] === scan.GREATER) {
        starts[depth] = lt;
        nameEnds[depth] = nameEnd;
        depth += 1;
      } else if (codes[++end] !== scan.GREATER) failInTag(walk, lt, depth);
      end += 1;
    }
    if (next === -1) failUnclosed(walk, depth);
    if (depth === kept && hasTexts) return leave(walk, { depth, colon }, { at: end, isBehindChild: true });
    if (depth === kept) checkText(walk, end, next);
    lt = next;
  }
  return leave(walk, { depth, colon }, { at: lt, isBehindChild: false });
}

function leave(walk: Walk, state: Pick<Walk, 'depth' | 'colon'>, skipped: Skipped): Skipped {
  Object.assign(walk, state);
  return skipped;
}
