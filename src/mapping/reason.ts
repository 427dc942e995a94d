import type { Stage } from './outcome.ts';
import { cut } from '../values/text.ts';

/** Why a document failed: what a stage has to say about it. */
export type Failure =
  | { readonly stage: 'source'; readonly message: string }
  /** Everything that validation found (spec 4), or one message that stands without a list. */
  | { readonly stage: 'validation'; readonly errors: readonly string[] | string }
  | { readonly stage: 'parsing' | 'mapping' | 'constraint_violation' | 'unknown'; readonly message: string };

const MAX_LENGTH = 500;

/** Words why a document failed, as the log row has it (spec 4, *Reason text*): the stage, then the message, cut to 500 characters. */
export function wordReason(failure: Failure): { readonly stage: Stage; readonly reason: string } {
  const text = failure.stage === 'validation' ? printErrors(failure.errors) : failure.message;
  return { stage: failure.stage, reason: cut(`${failure.stage}: ${text}`, MAX_LENGTH) };
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
