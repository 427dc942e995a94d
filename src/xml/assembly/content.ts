// What stands between two tags in an element that is kept: text, CDATA sections, comments, instructions.
import { LESS, skipSpace } from './bytes';
import { CDATA_END, CDATA_START, isCdata, isMarkup, skipMarkup } from './markup';
import { writeText } from './records';
import { copyRaw, copyText, isText, out, rewind, units } from './values';

/** Checks it, from `p` up to a tag; the place of the tag, or 0. */
export function checkContent(p: usize, end: usize): usize {
  for (;;) {
    const lt = textEnd(p, end);
    if (lt == 0 || !isMarkup(lt)) return lt;
    p = skipMarkup(lt, end, true);
    if (p == 0) return 0;
  }
  return 0;
}

function textEnd(p: usize, end: usize): usize {
  const next = skipSpace(p);
  if (load<u8>(next) == LESS) return next;
  let lt = next;
  while (lt < end && load<u8>(lt) != LESS) lt++;
  return lt < end && isText(next, lt) ? lt : 0;
}

/** Copies it as one text of the node `owner`, unless it is blank and need not be kept; the place of the tag, or 0. */
export function copyContent(p: usize, end: usize, owner: i32, keepBlank: bool): usize {
  if (!keepBlank) {
    // Mostly there is nothing but white space.
    const next = skipSpace(p);
    if (load<u8>(next) == LESS && !isMarkup(next)) return next;
  }
  const from = units;
  const textFrom = out;
  let isBlank = true;
  for (;;) {
    const next = isBlank ? skipSpace(p) : p;
    if (load<u8>(next) == LESS) {
      // White space that may turn out to lead a text.
      if (next > p && !copyRaw(p, next)) return 0;
      p = next;
    } else {
      p = copyText(p, end);
      if (p == 0) return 0;
      isBlank = false;
    }
    if (p >= end) return 0;
    if (!isMarkup(p)) break;
    const behind = skipMarkup(p, end, true);
    if (behind == 0) return 0;
    if (isCdata(p)) {
      if (!copyRaw(p + CDATA_START, behind - CDATA_END)) return 0;
      isBlank = false;
    }
    p = behind;
  }
  if (isBlank && !keepBlank) rewind(textFrom, from);
  else if (units > from) writeText(from, owner);
  return p;
}
