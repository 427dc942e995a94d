/** Numbers of the events in a history, as the Durable extension writes them. */
export const EVENT = {
  executionStarted: 0,
  taskScheduled: 4,
  taskCompleted: 5,
  taskFailed: 6,
  subCreated: 7,
  subCompleted: 8,
  subFailed: 9,
  timerCreated: 10,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
  eventRaised: 15,
} as const;

/** Numbers of the actions that an orchestrator answers with. */
export const ACTION = {
  activity: 0,
  activityWithRetry: 1,
  subOrchestrator: 2,
  subOrchestratorWithRetry: 3,
  continueAsNew: 4,
  timer: 5,
  externalEvent: 6,
  whenAny: 11,
  whenAll: 12,
} as const;

export interface HistoryEvent {
  readonly EventType: number;
  readonly EventId: number;
  readonly Timestamp: string;
  IsPlayed: boolean;
  readonly Name?: string;
  readonly Version?: string;
  readonly Input?: string | null;
  readonly InstanceId?: string;
  readonly FireAt?: string;
  readonly TimerId?: number;
  readonly TaskScheduledId?: number;
  readonly Result?: string;
  readonly Reason?: string;
  readonly Details?: string;
}

export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly fireAt?: string;
  readonly externalEventName?: string;
  readonly isCanceled?: boolean;
  readonly retryOptions?: {
    readonly maxNumberOfAttempts: number;
    readonly firstRetryIntervalInMilliseconds: number;
    readonly backoffCoefficient?: number;
    readonly maxRetryIntervalInMilliseconds?: number;
  };
  readonly compoundActions?: readonly Action[];
}

/** What an orchestrator answers after a replay. */
export interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
}

export type NewEvent = Partial<HistoryEvent> & { readonly EventType: number };

/** An event as it is stored: stamped, not yet played. */
export function stamp(event: NewEvent, at: Date): HistoryEvent {
  return { EventId: -1, ...event, IsPlayed: false, Timestamp: at.toISOString() };
}
