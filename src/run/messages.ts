import type { RunStatus } from '../store/port.ts';
import type { TotalsView } from './report.ts';

/** What orchestrators send to activities and get back: counts, ids and words only, so that histories stay small. */
export interface RunInput {
  readonly runId: string;
  readonly productLine: string;
  /** Tells orchestrations of one run apart: what is left of an earlier one may still be at work. */
  readonly generation?: string;
}

interface PlanInput extends RunInput {
  /** Whoever opened the run has just found that the database fits its contract. */
  readonly checked?: boolean;
}

export interface InstanceInput extends RunInput {
  readonly instanceId: number;
}

/** Something that trying again does not change. An activity returns it; what may pass it throws. */
export interface FailedCall {
  readonly error: string;
}

/** The run or its product line is not known here: another app on the same task hub may know it. */
export interface NotOurs {
  readonly notOurs: string;
}

/** How far a run has come, as custom status shows it. */
export interface Standing {
  /** Of what was planned; 0 to 100. */
  readonly percent: number;
  readonly totals: TotalsView;
}

export interface PlanResult extends Standing {
  readonly planned: number;
  readonly instances: number;
  readonly parallelism: number;
  /** Instances that have not ended, those with most to do first. */
  readonly todo: readonly number[];
  /** Whether somebody has begun one of them before: another orchestration may still be at work on it. Histories from before do not tell. */
  readonly begun?: boolean;
}

export interface NextInput extends RunInput {
  /** Lanes that ask at the same moment get different answers, as far as there are enough instances. */
  readonly lane: number;
}

export interface NextResult {
  /** An instance that nobody has begun, the larger ones first; null if there is none or the run is not running. */
  readonly instanceId: number | null;
}

export type SliceResult =
  /** The time budget is used up, or this process is asked to stop. */
  | { readonly next: 'continue' }
  /** Nothing is left to do; `totals` are those of the instance. */
  | { readonly next: 'ended'; readonly totals: TotalsView }
  /** Somebody else holds the lease. */
  | { readonly next: 'busy'; readonly waitSeconds: number }
  | { readonly next: 'paused' }
  /** The run is being cancelled or has ended. */
  | { readonly next: 'stopped' };

interface FailInput extends InstanceInput {
  readonly error: string;
}

export interface PollResult {
  readonly status: RunStatus;
}

export interface FinishInput extends RunInput {
  /** Ends the run as failed. */
  readonly error?: string;
  /** Instances that had not ended when this round began: a round without progress is the last. */
  readonly before?: number;
}

export interface FinishResult extends Standing {
  readonly status: RunStatus;
  /** Whether there is something left to do. */
  readonly live: boolean;
  readonly left: number;
  /** Above 0: a lease is in the way; ask again. */
  readonly waitSeconds: number;
}

/** Every activity: what it takes and, if nothing goes wrong, returns. */
export interface Messages {
  planRun: { input: PlanInput; result: PlanResult };
  nextInstance: { input: NextInput; result: NextResult };
  processSlice: { input: InstanceInput; result: SliceResult };
  failInstance: { input: FailInput; result: object };
  pollRun: { input: RunInput; result: PollResult };
  finishRun: { input: FinishInput; result: FinishResult };
}

export type ActivityName = keyof Messages;
