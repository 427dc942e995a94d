import type { DestinationTable, DestinationRow, WorkSet } from './destination.ts';
import type { ExistingTable } from './existing.ts';
import type { Matches, Unmatched } from './matches.ts';
import type { Held, HeldFilter } from './held.ts';
import type { Orphans } from './orphans.ts';
import type { Made, MadeFilter, RedoResult } from './redo.ts';
import type { Partition, PartitionBy } from './partition.ts';
import type { Bounds } from './ids.ts';
import type { FailureFilter, FailureLimits, FailureReason, HistoryRow, LogRow } from './reasons.ts';
import type { Sample } from './samples.ts';
import type { Totals } from './totals.ts';

export type { HistoryRow, LogRow, Totals };

/** An opened database. One a process or thread; work sets share its connections. */
export interface Database {
  readonly dialect: 'sqlite' | 'mssql';
  /** What a table is called here. */
  readonly tableName: (schema: string, table: string) => string;
  /** The port of one work set; cheap, reads nothing. */
  store(workSet: WorkSet): Store;
  /** Throws a `StoreError` if the database does not answer. */
  ping(): Promise<void>;
  /** All tables that are there with their columns, for whoever writes a contract for them. */
  existingTables(): Promise<readonly ExistingTable[]>;
  close(): Promise<void>;
}

/** Durations that every claim and sign of life is given; the times themselves are the database's. */
export interface Leases {
  /** How long an instance stays claimed without a group being written. */
  readonly leaseSeconds: number;
  /** How long a run counts as alive without a sign of life; above the redelivery time of a lost activity. */
  readonly aliveSeconds: number;
}

/**
 * All that xmlfan asks of a database, for one work set. Ids of documents are text (`readDocumentId`), ordered as the database orders them, times ISO text in UTC.
 * Every method retries transient errors with jittered back-off and in the end throws a `StoreError`.
 */
export interface Store {
  // --- set-up -------------------------------------------------------------------------------------------------
  /** Creates the tables xmlfan owns where they are missing, adds what a later version needs, and touches nothing else. Duplicate log rows stop it. */
  init(): Promise<InitResult>;
  /** Creates the source table (and the joined application table) where missing: for local use and tests. */
  createSource(): Promise<readonly string[]>;
  /** Creates destination tables where missing; returns the names of those it made. */
  createDestination(tables: readonly DestinationTable[]): Promise<readonly string[]>;
  /** Gives a user, who is made where missing, exactly the rights that `check` asks for on the tables that are there. SQLite refuses with an `InputError`. */
  grant(tables: readonly DestinationTable[], user: string): Promise<void>;
  /** Everything in which the database does not fit the contract; empty = ready to run. */
  check(tables: readonly DestinationTable[]): Promise<readonly Mismatch[]>;
  // --- source documents ---------------------------------------------------------------------------------------
  /** One pass over what is pending; with a limit, only the first `limit` documents by id and the upper bound that makes it so. */
  survey(request: SurveyRequest): Promise<Survey>;
  /** The next pending documents of a partition after `cursor`, ordered by id, bounded by count and bytes (at least one if any is left). */
  readPage(request: PageRequest): Promise<Page>;
  readDocument(appId: string): Promise<SourceDocument | null>;
  /** Documents by id in a form of which `hashSource` makes the same as of `readPage`'s, those left out that are not there or NULL. All are in memory at once. */
  readDocuments(appIds: readonly string[]): Promise<readonly SourceDocument[]>;
  /** Adds documents (and their ids to the joined table); an id that exists is skipped unless `replace`. */
  importDocuments(documents: readonly SourceDocument[], options: { replace: boolean }): Promise<ImportResult>;
  /** Ids of pending documents in order, after `afterAppId`. */
  listPending(page: { afterAppId?: string; limit: number }): Promise<readonly string[]>;
  /** Looks through source and log: seconds where they hold millions. */
  countDocuments(): Promise<DocumentCounts>;
  /** The highest id in the source table, or null if it is empty. */
  lastDocumentId(): Promise<string | null>;

  // --- runs ---------------------------------------------------------------------------------------------------
  /** Inserts a live run row, or says why not. Takes over a stale live run in the same transaction. Dry runs take no live run's place. */
  openRun(run: NewRun): Promise<OpenResult>;
  /** Records a closed row with status `skipped`. */
  recordSkipped(run: NewRun, liveRunId: string): Promise<void>;
  findRun(runId: string): Promise<Run | null>;
  /** The live run of this work set (dry runs left out), stale or not. */
  liveRun(): Promise<Run | null>;
  /** Newest first. */
  listRuns(page: RunFilter & { limit: number; offset: number }): Promise<readonly Run[]>;
  /** Asks a run to pause, resume or cancel. A silent run is cancelled at once. Returns the run as it then is; null if unknown. */
  requestStatus(runId: string, to: 'paused' | 'running' | 'cancelling'): Promise<RunAfter | null>;
  /** Pushes `alive_until` on and returns the run's status. */
  keepAlive(runId: string): Promise<RunStatus>;
  /** Writes the instance rows and `planned`, once: a second call changes nothing and returns what the first wrote. Instances without documents have ended then. */
  savePlan(runId: string, plan: readonly PlannedInstance[]): Promise<readonly Instance[]>;
  /** Turns a running run that is above its limits, over all instances, to `cancelling`, with an error text. */
  enforceFailureLimits(runId: string, limits: FailureLimits): Promise<RunStatus>;
  /** Closes a run if `decideEnding` says so, and clears all its leases; anything else changes nothing. `error` closes it whatever its instances do. */
  finishRun(runId: string, error?: string): Promise<RunAfter>;
  /**
   * Deletes runs that ended more than so many days ago with their instances, dry and skipped ones too, those that ended first, at most 100 at once;
   * returns how many. Live ones stay however old they are, and so does the log.
   */
  forgetRuns(days: number): Promise<number>;

  // --- instances ----------------------------------------------------------------------------------------------
  /** Takes the lease of an instance with a fresh token if it is free or expired. Never steals one. */
  claimInstance(runId: string, instanceId: number, token: string): Promise<ClaimResult>;
  /** Gives the lease back if it is still ours. */
  releaseInstance(claim: Claim): Promise<void>;
  /** Marks an instance `completed` or `failed` and frees its lease; does nothing if it has ended, or if somebody other than `claim` holds its lease. */
  endInstance(
    runId: string,
    instanceId: number,
    end: { status: 'completed' | 'failed'; error?: string; claim?: Claim },
  ): Promise<void>;
  listInstances(runId: string): Promise<readonly Instance[]>;

  // --- writing ------------------------------------------------------------------------------------------------
  /** Does what the first group of a process, which is of this run, would have to wait for, and changes nothing. If it fails nothing is lost: that group does it then. */
  prepareGroups(runId: string, tables: readonly DestinationTable[]): Promise<void>;
  /**
   * Commits documents in `appId` order, exactly as if one by one (architecture, point 6): fence first, then rows, then log rows, in one transaction;
   * halved on a document error until the bad document stands alone. With `dryRun` only the fence, cursor and counts.
   */
  writeGroup(claim: Claim, group: Group): Promise<GroupResult>;

  // --- log ----------------------------------------------------------------------------------------------------
  findLog(appId: string): Promise<LogRow | null>;
  /** Log rows that the document had before, newest first, at most 100. */
  listHistory(appId: string): Promise<readonly HistoryRow[]>;
  /** Failed log rows by id, after `afterAppId`. */
  listFailures(filter: FailureFilter & { afterAppId?: string; limit: number }): Promise<readonly LogRow[]>;
  /** Failed documents of a run (or of all) grouped by reason (`groupReasons`; malformed ones together), most first, at most 50. */
  failureReasons(runId?: string): Promise<readonly FailureReason[]>;
  /** How many documents of a run the log holds, by status; failed ones that a redrive moved to the history included. */
  logCounts(runId: string): Promise<{ readonly success: number; readonly failed: number }>;
  /** Moves failed log rows to the history, so that the next run takes the documents again. */
  redrive(filter: FailureFilter & { appIds?: readonly string[] }): Promise<number>;
  /** The checks of operators, each with its offending rows (at most 20). */
  verify(): Promise<readonly Verification[]>;

  // --- comparing, and doing anew ------------------------------------------------------------------------------
  /** How many documents of the bounds the log has as converted. */
  countConverted(bounds: Bounds): Promise<number>;
  /** The rows that a table holds now, of documents or with keys; none if it tells no document. `tables` are all of the contract. */
  readHeld(table: DestinationTable, tables: readonly DestinationTable[], filter: HeldFilter): Promise<Held>;
  /** Rows of a table that no converted document of any log of the schema has, or that hang on a row that is not there; without ids only where nothing is bounded. */
  orphans(table: DestinationTable, tables: readonly DestinationTable[], bounds: Bounds): Promise<readonly Orphans[]>;
  /** Logged documents by id, after `afterAppId`. */
  listMade(filter: MadeFilter): Promise<readonly Made[]>;
  /**
   * Deletes the rows of documents, those of the contacts they own first, and moves their log rows to the history, in one transaction, so that the
   * next run makes them anew. Documents that are not logged, or whose source row is gone or NULL, are left alone. `dryRun` counts and changes nothing.
   * `referred_to`: rows of other tables refer to theirs, so that nothing was changed.
   */
  redo(
    appIds: readonly string[],
    tables: readonly DestinationTable[],
    options: { dryRun: boolean },
  ): Promise<RedoResult | 'referred_to'>;
}

export interface ImportResult {
  readonly added: number;
  readonly skipped: number;
  readonly replaced: number;
  /** Of those replaced, the ids that are logged: their rows, or the failure, are those of the old document. */
  readonly logged: readonly string[];
}

export interface InitResult {
  readonly created: readonly string[];
  /** Ids that the log holds more than once (at most 20): they stop `init` before it makes anything. */
  readonly duplicateLogRows: readonly { appId: string; rows: number }[];
}

export interface Mismatch {
  /** `schema.table` or `schema.table.column`. */
  readonly place: string;
  readonly message: string;
  readonly advice: string;
  /** A `warning` does not stop a run. */
  readonly severity: 'error' | 'warning';
  /** What the login may not do there, if that is all that is wrong: whoever does not do it need not care. */
  readonly permission?: string;
  /** The source's ids are not of the contract's type: nothing can be done with such documents. */
  readonly ofIds?: boolean;
}

export interface SourceDocument {
  readonly appId: string;
  readonly xml: string | Uint8Array;
  /** Of bytes, a label of the WHATWG Encoding Standard; without it they are UTF-8, or failing that Windows-1252 (spec 3.1). */
  readonly encoding?: string;
  /** Whether the id is the same one in any case, by the collation of its column. */
  readonly anyCase?: true;
}

export interface SurveyRequest {
  readonly by: PartitionBy;
  readonly instanceCount: number;
  readonly bounds: Bounds;
  /** Null = no limit. */
  readonly limit: number | null;
}

export interface Survey {
  readonly pending: number;
  /** Source rows within the bounds whose XML is NULL: not pending, counted apart. */
  readonly nullDocuments: number;
  readonly instances: readonly PlannedInstance[];
}

export interface PlannedInstance {
  readonly partition: Partition;
  readonly planned: number;
  readonly sessionId?: string;
}

export interface PageRequest {
  readonly partition: Partition;
  readonly cursor: string | null;
  readonly maxDocuments: number;
  readonly maxBytes: number;
}

export interface Page {
  readonly documents: readonly SourceDocument[];
  /** True if nothing is left after this page. */
  readonly last: boolean;
}

/** A time at which a run stood still, in seconds since its start: somebody had paused it, or nobody was at work on it. One that goes on has no end. */
export type Pause = readonly [from: number, to: number | null, why: 'paused' | 'silent'];

export type RunStatus = 'running' | 'paused' | 'cancelling' | 'completed' | 'failed' | 'cancelled' | 'skipped';

export interface NewRun {
  readonly runId: string;
  readonly productLine: string;
  readonly contractHash: string;
  /** The request as canonical JSON. */
  readonly request: string;
  readonly trigger: 'http' | 'timer' | 'cli';
  readonly idempotencyKey?: string;
  readonly dryRun: boolean;
}

export interface Run {
  readonly runId: string;
  readonly productLine: string;
  readonly contractHash: string;
  readonly request: string;
  readonly trigger: 'http' | 'timer' | 'cli';
  readonly status: RunStatus;
  readonly dryRun: boolean;
  readonly started: string;
  readonly ended: string | null;
  readonly aliveUntil: string;
  /** Live, and without a sign of life past `aliveUntil`, by the database's clock. */
  readonly silent: boolean;
  /** Silent and not paused: the next start takes its place. */
  readonly stale: boolean;
  /** How long it has stood still in all, without what goes on. */
  readonly stillSeconds: number;
  /** When that was, the last some 150 times; and the pause that goes on. */
  readonly pauses: readonly Pause[];
  /** Pending documents when the run was planned; null before. */
  readonly planned: number | null;
  readonly error: string | null;
}

/** A run after a call that may have ended it: of several at once only one has. */
export interface RunAfter extends Run {
  readonly endedNow: boolean;
}

export type OpenResult =
  | { readonly result: 'opened'; readonly run: Run; readonly tookOver: string | null }
  /** Another run of the work set is live. */
  | { readonly result: 'live'; readonly run: Run }
  /** The idempotency key was used before for the same request. */
  | { readonly result: 'repeated'; readonly run: Run }
  /** The idempotency key was used before for another request. */
  | { readonly result: 'key_reused'; readonly run: Run };

/** Quality issues of an instance: counts by kind, table and column, and the first 20 ids of each. */
export interface IssueTotal {
  readonly kind: string;
  readonly table: string | null;
  readonly column: string | null;
  readonly documents: number;
  readonly appIds: readonly string[];
}

export type InstanceStatus = 'planned' | 'running' | 'completed' | 'failed';

export interface Instance {
  readonly runId: string;
  readonly partition: Partition;
  readonly sessionId: string;
  readonly status: InstanceStatus;
  readonly planned: number;
  readonly cursor: string | null;
  readonly totals: Totals;
  readonly issues: readonly IssueTotal[];
  /** First claim and last sign of life. */
  readonly started: string | null;
  readonly heartbeat: string | null;
  /** Seconds since the heartbeat, by the database's clock. */
  readonly heartbeatAge: number | null;
  /** Whether somebody holds its lease now. */
  readonly leased: boolean;
  /** Seconds until that lease expires if nobody renews it; null if nobody holds one. */
  readonly leaseSeconds: number | null;
  /** How far it was at some moments of the run, at most `MOST_SAMPLES`. */
  readonly samples: readonly Sample[];
  /** Null before the first document is converted. */
  readonly unmatched: Unmatched | null;
  readonly error: string | null;
}

/** The right to write for one instance, and what the instance row said when it was taken or last written. */
export interface Claim {
  readonly runId: string;
  readonly instanceId: number;
  readonly token: string;
  readonly sessionId: string;
  readonly contractHash: string;
  readonly issues: readonly IssueTotal[];
  readonly samples: readonly Sample[];
  readonly unmatched: Unmatched | null;
  /** How far the instance is, once a group was written. */
  readonly latest: Sample | null;
}

export type ClaimResult =
  | { readonly result: 'claimed'; readonly claim: Claim; readonly instance: Instance; readonly status: RunStatus }
  | { readonly result: 'busy'; readonly until: string; readonly waitSeconds: number }
  /** The instance ended, or the run is no longer live. */
  | { readonly result: 'ended'; readonly instance: Instance; readonly status: RunStatus };

export interface Group {
  /** Ordered by id. */
  readonly documents: readonly GroupDocument[];
  /** Where the next page starts: at least the last document's id. */
  readonly cursor: string;
  /** The range options of the run, for the log's `app_id_start` and `app_id_end`. */
  readonly range: Bounds;
  /** In insertion order. */
  readonly tables: readonly DestinationTable[];
  readonly dryRun: boolean;
}

export type GroupDocument = {
  readonly appId: string;
  /** `hashSource` of the XML it was made of. */
  readonly sourceHash: string | null;
  readonly issues: readonly { readonly kind: string; readonly table: string | null; readonly column: string | null }[];
} & (
  | {
      readonly outcome: 'mapped';
      readonly tables: readonly { readonly table: string; readonly rows: readonly DestinationRow[] }[];
      readonly matches: Matches;
    }
  | { readonly outcome: 'rejected'; readonly reason: string }
);

export type GroupResult =
  /** The lease is no longer ours: nothing more may be written; what was committed before stays. */
  | { readonly result: 'lost' }
  | { readonly result: 'written'; readonly claim: Claim; readonly totals: Totals; readonly status: RunStatus };

export interface Verification {
  /** A sentence: what should hold. */
  readonly check: string;
  readonly passed: boolean;
  readonly offenders: readonly Readonly<Record<string, string | number | null>>[];
}

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

/** A database that cannot do what it was asked, through no fault of any document. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** Whether trying later may help. */
  readonly transient: boolean;
  /** Whether the login lacks a right that others may have. */
  readonly permission: boolean;

  constructor(message: string, options: { transient: boolean; permission?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.transient = options.transient;
    this.permission = options.permission ?? false;
  }
}
