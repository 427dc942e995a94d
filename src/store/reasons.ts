import { MALFORMED_WORDS } from '../xml/fault.ts';

const ORIGINAL_START = `validation: ['${MALFORMED_WORDS}`;
const NESTED_START = 'malformed: ';

/** Each malformed document has a reason of its own, which tells a place: by reason they are counted, and asked for, as one. Of each format. */
export const MALFORMED_REASONS = {
  original: { start: ORIGINAL_START, together: `${ORIGINAL_START}']` },
  nested: { start: NESTED_START, together: `${NESTED_START}The document is not well-formed XML.` },
} as const;

export interface LogRow {
  readonly appId: string;
  readonly status: string;
  readonly failureReason: string | null;
  readonly processingTime: string;
  readonly sessionId: string | null;
}

/** A log row that a redrive or a redo moved away. */
export interface HistoryRow extends LogRow {
  readonly movedAt: string;
  /** Null in rows of versions that knew redrives only. */
  readonly movedBy: string | null;
}

/** How many documents failed for a reason. */
export interface FailureReason {
  /** As the log has it; of reasons that differ in values only, what they have in common, with `ANY` where those stand. */
  readonly reason: string;
  readonly documents: number;
  /** When the first of them failed; null if nobody noted it. */
  readonly firstAt: string | null;
}

/** Which failed documents: `reason` is the beginning of theirs, or one that `groupReasons` gave. */
export interface FailureFilter {
  readonly reason?: string;
  readonly runId?: string;
}

/** Stands for a value in a reason. */
const ANY = '…';

/** Exact reasons that are looked at, those of most documents first; and groups that are told. */
export const MOST_EXACT = 2000;
const MOST_REASONS = 50;

/**
 * Puts reasons together that differ only in values: what stands in quotes, and words with digits that are no names of tables and
 * columns. Most documents first; what is alone keeps its text.
 */
export function groupReasons(exact: readonly FailureReason[]): readonly FailureReason[] {
  const alike = Map.groupBy(exact, ({ reason }) => withoutValues(reason));
  const groups = [...alike].map(([common, group]): FailureReason => {
    const [first] = group;
    if (first !== undefined && group.length === 1) return first;
    const times = group.flatMap(({ firstAt }) => firstAt ?? []).toSorted();
    return {
      reason: common,
      documents: group.reduce((sum, { documents }) => sum + documents, 0),
      firstAt: times[0] ?? null,
    };
  });
  return mostFirst(groups).slice(0, MOST_REASONS);
}

/** Those of most documents first. */
export function mostFirst(reasons: readonly FailureReason[]): readonly FailureReason[] {
  return reasons.toSorted((a, b) => b.documents - a.documents);
}

const WRONG_ID = /(Invalid app_id (?:format|value): ).*( \(must be )/s;
/** In quotes within a message, which may itself be an item in the quotes of a printed list. */
const QUOTED = /(?<=[\s(=:])(\\?["'])(?:(?!\1).)+\1(?=[\s).,;:!?]|\\?["'\]]|$)/gs;
const WITH_DIGITS = /[\p{L}\p{N}_.:+-]*\p{N}(?:[\p{L}\p{N}_.:+-]|,(?=\p{N}))*/gu;
const NAME = /^[\p{L}_]\w*(?:\.[\p{L}_]\w*)+[.:]?$/u;

function withoutValues(reason: string): string {
  return reason
    .replace(WRONG_ID, `$1${ANY}$2`)
    .replaceAll(QUOTED, (_, mark: string) => `${mark}${ANY}${mark}`)
    .replaceAll(WITH_DIGITS, (word) => (NAME.test(word) ? word : `${ANY}${/[.:]?$/.exec(word)?.[0] ?? ''}`));
}

/** Whether a reason is one of several that were put together. */
export function isGrouped({ reason }: FailureReason): boolean {
  return reason.includes(ANY);
}

/** The pattern of `LIKE`, with `~` before what is meant as it stands: reasons that begin so, or of a group that `groupReasons` made. */
export function reasonPattern(reason: string): string {
  const malformed = Object.values(MALFORMED_REASONS).find(({ together }) => together === reason);
  if (malformed !== undefined) return reasonPattern(malformed.start);
  const pattern = reason.replaceAll(/[~%_[]/g, '~$&');
  return pattern.includes(ANY) ? pattern.replaceAll(ANY, '%') : `${pattern}%`;
}

/** Limits of a run; null = none. */
export interface FailureLimits {
  /** Share of failed documents (0-1), judged from 200 documents on. */
  readonly rate: number | null;
  /** Most failed documents. */
  readonly count: number | null;
}
