import { MALFORMED_WORDS } from '../xml/fault.ts';

const ORIGINAL_START = `validation: ['${MALFORMED_WORDS}`;
const NESTED_START = 'malformed: ';

/** Each malformed document has a reason of its own, which tells a place: by reason they are counted, and asked for, as one. Of each format. */
export const MALFORMED_REASONS = {
  original: { start: ORIGINAL_START, together: `${ORIGINAL_START}']` },
  nested: { start: NESTED_START, together: `${NESTED_START}The document is not well-formed XML.` },
} as const;

/** What reasons begin with that are asked for by `reason`. */
export function startOfReason(reason: string): string {
  return Object.values(MALFORMED_REASONS).find(({ together }) => together === reason)?.start ?? reason;
}

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
  readonly reason: string;
  readonly documents: number;
  /** When the first of them failed; null if nobody noted it. */
  readonly firstAt: string | null;
}

/** Limits of a run; null = none. */
export interface FailureLimits {
  /** Share of failed documents (0-1), judged from 200 documents on. */
  readonly rate: number | null;
  /** Most failed documents. */
  readonly count: number | null;
}
