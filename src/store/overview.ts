import type { LogRow, Run, RunStatus } from './port.ts';

/** Conditions that runs meet; what is left out is not asked for. */
export interface RunFilter {
  readonly productLine?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly trigger?: Run['trigger'] | undefined;
}

/** How many documents of a work set wait, and how many failed. */
export interface DocumentCounts {
  readonly pending: number;
  /** The lowest id that is pending; null = none is. */
  readonly firstPending: string | null;
  readonly failed: number;
}

export interface FailureReason {
  readonly reason: string;
  readonly documents: number;
  /** When the first of them failed; null if nobody noted it. */
  readonly firstAt: string | null;
}

/** A log row that a redrive or a redo moved away. */
export interface HistoryRow extends LogRow {
  readonly movedAt: string;
  /** Null in rows of versions that knew redrives only. */
  readonly movedBy: string | null;
}
