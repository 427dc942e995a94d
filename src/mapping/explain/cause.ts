import type { Cause, ExplainedRead } from './explanation.ts';
import type { RecordedCell } from './recorder.ts';

/** What a kind of issue says of a column, given the text that it is about. */
const ISSUES: Readonly<Record<string, (text: string, step: string) => string>> = {
  column_failed: (text) => `The mapper failed on ${text}.`,
  unreadable: (text, step) =>
    step.startsWith('as ') ? `${text} cannot be read ${step}.` : `\`${step}\` makes nothing of ${text}.`,
  unmapped: (text) => `There is no entry for ${text}.`,
  cut: (text) => `${text} is longer than the column, and cut.`,
  too_long: (text) => `${text} is longer than the column, and left out.`,
  extracted: (text) => `The value is only a part of ${text}.`,
  zone_dropped: (text) => `The zone of ${text} is dropped, its clock time kept.`,
  unescaped_twice: (text) => `${text} was escaped twice, and is unescaped twice.`,
  rounded: (text) => `${text} has more digits behind the point than the column, and is rounded.`,
  several: () => 'There are several values where one is read.',
  required: () => 'The column is required, and the document has no value for it.',
  long: (text) => `${text} is longer than the column.`,
  digits: (text) => `${text} has more digits behind the point than the column.`,
};

/** Steps that give a value where there is none. */
const DEFAULTS = new Set(['default', 'default_value']);

/**
 * Why a column has no value, or another than was read; null where it is what was read. `missing` says why there is nothing to
 * read, and is asked only if there is not.
 */
export function causeOf(
  { steps, notes }: RecordedCell,
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
    const text = before ?? read.findLast((one) => one.text !== null)?.text ?? null;
    const failed = steps[at]?.step ?? 'as the type of the column';
    const sentence = ISSUES[issue]?.(text === null ? 'the value' : quote(text), failed) ?? '';
    const taken = steps.some(({ step }) => DEFAULTS.has(step)) ? ' The default is taken.' : '';
    return { code: issue, sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${taken}`, nearest: null };
  }
  if (value === null) return missing();
  const isDefault =
    steps.some(({ step }) => DEFAULTS.has(step)) ||
    steps.at(-1)?.value === null ||
    (!hasText && read.every(isBlankRead));
  if (!isDefault || steps.some(({ step }) => step === 'expression' || step === 'count')) return null;
  const { sentence, nearest } = missing();
  return { code: 'default', sentence: `Without a value the column takes ${quote(value)}. ${sentence}`, nearest };
}

function isBlankRead({ text }: ExplainedRead): boolean {
  return text === null || text.trim() === '';
}

const MOST = 60;

/** A value within a sentence, shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
}
