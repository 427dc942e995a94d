// Comments, instructions and CDATA sections.
import { areCharacters, DASH, BRACKET, EXCLAMATION, GREATER, QUESTION, find, isPlainName, isSpace, tagNameLength } from './bytes';

/** Whether the `<` at `p` begins one of them (or a document type, which none of them is). */
@inline export function isMarkup(p: usize): bool {
  const byte = load<u8>(p + 1);
  return byte == EXCLAMATION || byte == QUESTION;
}

export const CDATA_START: i32 = 9;
export const CDATA_END: i32 = 3;

export function isCdata(p: usize): bool {
  return load<u64>(p) == 0x41544144435b213c && load<u8>(p + 8) == 0x5b; // <![CDATA[
}

/** Where a comment or an instruction, or in an element a CDATA section, ends; 0 if malformed or something else. */
export function skipMarkup(p: usize, end: usize, isInElement: bool): usize {
  const behind = endOf(p, end, isInElement);
  return behind != 0 && areCharacters(p, behind) ? behind : 0;
}

function endOf(p: usize, end: usize, isInElement: bool): usize {
  if (load<u8>(p + 1) == QUESTION) return skipInstruction(p, end);
  if (load<u16>(p + 2) == 0x2d2d) return skipComment(p, end);
  return isInElement && isCdata(p) ? skipCdata(p, end) : 0;
}

function skipComment(p: usize, end: usize): usize {
  for (let q = find(p + 4, end, DASH); q < end; q = find(q + 1, end, DASH)) {
    if (load<u8>(q + 1) == DASH) return load<u8>(q + 2) == GREATER ? q + 3 : 0;
  }
  return 0;
}

function skipCdata(p: usize, end: usize): usize {
  for (let q = find(p + CDATA_START, end, BRACKET); q < end; q = find(q + 1, end, BRACKET)) {
    if (load<u16>(q + 1) == 0x3e5d) return q + CDATA_END;
  }
  return 0;
}

/** It has a target, which is not `xml`. */
function skipInstruction(p: usize, end: usize): usize {
  const target = p + 2;
  let length = tagNameLength(target);
  if (length > 1 && load<u8>(target + length - 1) == QUESTION) length--;
  const isEnd = load<u16>(target + length) == 0x3e3f; // ?>
  if (!isPlainName(target, length) || !(isEnd || isSpace(load<u8>(target + length)))) return 0;
  if (length == 3 && (load<u32>(target) & 0xdfdfdf) == 0x4c4d58) return 0;
  for (let q = find(target + length, end, QUESTION); q < end; q = find(q + 1, end, QUESTION)) {
    if (load<u8>(q + 1) == GREATER) return q + 2;
  }
  return 0;
}
