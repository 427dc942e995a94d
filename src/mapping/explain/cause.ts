import { printValueType } from '../../values/typed/value-type.ts';
import { asType } from '../convert.ts';
import type { Cause, ExplainedRead } from './explanation.ts';
import type { RecordedCell } from './recorder.ts';
import { remedyFor } from './remedy.ts';

/** What an issue is about. */
interface About {
  readonly of: RecordedCell['of'];
  readonly read: readonly ExplainedRead[];
  /** The text, quoted; as it is, or null. */
  readonly text: string;
  readonly raw: string | null;
  /** The step that made nothing of it. */
  readonly step: string;
  /** Of the column, in the row. */
  readonly value: string | null;
  readonly missing: () => Cause;
}

/** What a kind of issue says of a column, and what can be done about it. */
const ISSUES: Readonly<Record<string, (about: About) => string>> = {
  column_failed: ({ text }) => `The mapper failed on ${text}.`,
  unreadable: describeUnreadable,
  unmapped: describeUnmapped,
  cut: ({ text, of }) => `${text} is longer than ${typeOf(of)}, and cut.`,
  too_long: ({ text, of }) => `${text} is longer than ${typeOf(of)}, and left out.`,
  extracted: ({ text }) => `The value is only a part of ${text}.`,
  zone_dropped: ({ text }) => `The zone of ${text} is dropped, its clock time kept.`,
  unescaped_twice: ({ text }) => `${text} was escaped twice, and is unescaped twice.`,
  rounded: ({ text, of }) => `${text} has more digits behind the point than ${typeOf(of)}, and is rounded.`,
  several: ({ read, value }) =>
    value === null
      ? `${read.length} values are found where there may be one.`
      : `Of the ${read.length} values found the first is taken; \`take\` says which is meant.`,
  required: ({ missing }) => `The column is required, and the document has no value for it. ${missing().sentence}`,
  long: ({ text, of }) => `${text} is longer than ${typeOf(of)}.`,
  digits: ({ text, of }) => `${text} has more digits behind the point than ${typeOf(of)}.`,
};

/** Steps that give a value where there is none. */
const DEFAULTS = new Set(['default', 'default_value']);

/**
 * Why a column has no value, or another than was read; null where it is what was read. `missing` says why there is nothing to
 * read, and is asked only if there is not.
 */
export function causeOf(
  { of, steps, notes }: RecordedCell,
  read: readonly ExplainedRead[],
  value: string | null,
  missing: () => Cause,
): Cause | null {
  const hasText = [...steps, ...read.map(({ text }) => ({ step: '', value: text }))].some(
    (step) => !DEFAULTS.has(step.step) && step.value !== null && step.value.trim() !== '' && step.value !== value,
  );
  const issue = [...notes].find((kind) => ISSUES[kind] !== undefined);
  if (issue !== undefined && (hasText || value === null)) {
    const at = steps.findIndex((step) => step.value === null);
    const before = (at === -1 ? [] : steps.slice(0, at)).findLast((step) => step.value !== null)?.value;
    const raw = before ?? read.findLast((one) => one.text !== null)?.text ?? null;
    const text = raw === null ? 'The value' : quote(raw);
    const step = steps[at]?.step ?? 'as the type of the column';
    const sentence = ISSUES[issue]?.({ of, read, raw, text, step, value, missing }) ?? '';
    const taken = steps.some((one) => DEFAULTS.has(one.step)) ? ' The default is taken.' : '';
    return { code: issue, sentence: `${sentence}${taken}`, nearest: issue === 'required' ? missing().nearest : null };
  }
  if (value === null || value === '') return missing();
  const hasDefault = steps.some(({ step }) => DEFAULTS.has(step));
  const isInstead = hasDefault || steps.at(-1)?.value === null || (!hasText && read.every(isBlankRead));
  // What an expression gives where it finds nothing is its own, and so is a count.
  const isOwn = steps.some(({ step }) => step === 'expression' || step === 'count') || (isComputed(of) && !hasDefault);
  if (!isInstead || isOwn) return null;
  const { sentence, nearest } = missing();
  return { code: 'default', sentence: `Without a value the column takes ${quote(value)}. ${sentence}`, nearest };
}

/** Whether an expression gives the value. */
function isComputed(of: RecordedCell['of']): boolean {
  return 'source' in of ? of.source.kind === 'expression' : of.expression !== null;
}

function isBlankRead({ text }: ExplainedRead): boolean {
  return text === null || text.trim() === '';
}

function describeUnreadable({ of, read, text, raw, step }: About): string {
  if (isComputed(of) && ('source' in of || step === 'text')) {
    const given = read.map((one) => `${one.name ?? one.at?.path} ${one.text === null ? 'missing' : quote(one.text)}`);
    const from = given.length === 0 ? '' : ` from ${given.join(', ')}`;
    return `The expression could not be computed${from}, or its value does not fit the column.`;
  }
  if (!step.startsWith('as ')) return `\`${step}\` makes nothing of ${text}.`;
  const remedy = 'source' in of && raw !== null ? remedyFor(of, raw) : '';
  return `${text} cannot be read ${step}.${remedy === '' ? '' : ` ${remedy}`}`;
}

/** As many entries of a map as are listed. */
const MOST_ENTRIES = 6;

function describeUnmapped({ of, text, value }: About): string {
  const map = 'source' in of ? ('map' in of.source ? of.source.map?.values : undefined) : of.enumeration;
  const keys = [...(map?.keys() ?? [])].filter((key) => key !== '');
  const more = keys.length > MOST_ENTRIES ? ', …' : '';
  const known = keys.length === 0 ? '' : ` There are ${keys.slice(0, MOST_ENTRIES).join(', ')}${more}.`;
  const taken = value === null ? '' : ` It takes ${quote(value)}, as any other text.`;
  return `There is no entry for ${text}.${taken}${known}`;
}

/** The type of a column, as the contract has it. */
function typeOf(of: RecordedCell['of']): string {
  return 'source' in of ? printValueType(of.type) : asType(of).slice('as '.length);
}

const MOST = 60;

/** A value within a sentence, shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
}
