import { MALFORMED_WORDS } from '../xml/fault.ts';

const MALFORMED_START = `validation: ['${MALFORMED_WORDS}`;

/** Each malformed document has a reason of its own, which tells a place: by reason they are counted, and asked for, as one. */
export const MALFORMED_REASON = { start: MALFORMED_START, together: `${MALFORMED_START}']` };

/** What reasons begin with that are asked for by `reason`. */
export function startOfReason(reason: string): string {
  return reason === MALFORMED_REASON.together ? MALFORMED_REASON.start : reason;
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
