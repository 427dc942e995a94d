import type { Stage } from './outcome.ts';

/** Why a document failed: what a stage has to say about it. */
export type Failure =
  | { readonly stage: 'source'; readonly message: string }
  /** Everything that validation found (spec 4), or one message that stands without a list. */
  | { readonly stage: 'validation'; readonly errors: readonly string[] | string }
  | { readonly stage: 'parsing' | 'mapping' | 'constraint_violation' | 'unknown'; readonly message: string };

const MAX_BYTES = 500;

/**
 * Words why a document failed, as the log row has it (spec 4, *Reason text*): the stage, then the message, cut to 500 bytes
 * of UTF-8, which a `varchar(500)` of any collation holds. `sentenceOf` makes it readable.
 */
export function wordReason(failure: Failure): { readonly stage: Stage; readonly reason: string } {
  const text = failure.stage === 'validation' ? printErrors(failure.errors) : failure.message;
  return { stage: failure.stage, reason: cutBytes(`${failure.stage}: ${text}`) };
}

function cutBytes(text: string): string {
  if (text.length * 3 <= MAX_BYTES || Buffer.byteLength(text) <= MAX_BYTES) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_BYTES), { stream: true });
}

const LIST_ITEM = /'((?:[^'\\]|\\.)*)(?:'|$)|"((?:[^"\\]|\\.)*)(?:"|$)/gs;

/** A reason of the log, ours or the original's, as sentences for people: without the stage, a printed list item by item. */
export function sentenceOf(reason: string): string {
  const text = reason.replace(/^(?:no rows|[a-z_]+): /, '');
  const items = text.startsWith('[')
    ? [...text.matchAll(LIST_ITEM)].map(([, single, double]) => unescape(single ?? double ?? ''))
    : [withoutPlace(text)];
  return items.map(toSentence).join(' ');
}

/** `PLACE: SENTENCE` of format 2 without the place, if the sentence names it too. */
function withoutPlace(text: string): string {
  const [, place = '', sentence = ''] = /^(\S+): (.+)$/s.exec(text) ?? [];
  return place !== '' && sentence.includes(place) ? sentence : text;
}

function toSentence(text: string): string {
  const plain = text.replace(/^CRITICAL: /, '').trim();
  const begun = /^[a-z]['a-z-]*(?=\s|$)/.test(plain) ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain;
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

const SHORT = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The text that `escape` made an escape of. */
function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:x(..)|u(.{4})|U(.{8})|(.))/gs,
    (_, x?: string, u?: string, big?: string, one: string = '') => {
      const hex = x ?? u ?? big;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16) || 0xfffd);
      return SHORT.get(one) ?? one;
    },
  );
}

function printErrors(errors: readonly string[] | string): string {
  return typeof errors === 'string' ? errors : `[${errors.map(quote).join(', ')}]`;
}

/** A text as Python prints it inside a list: in single quotes, unless it holds those and no double ones. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'\p{C}\p{Z}]/gu, (character) => escape(character, mark));
  return mark + escaped + mark;
}

const SHORT_ESCAPES = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  [' ', ' '],
]);

function escape(character: string, mark: string): string {
  if (character === "'") return mark === "'" ? "\\'" : character;
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
