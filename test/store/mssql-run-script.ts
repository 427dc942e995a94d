import { instanceStore } from '../../src/store/mssql/instances.ts';
import { runStore } from '../../src/store/mssql/runs.ts';
import { namesOf } from '../../src/store/names.ts';
import { scriptedContext, scriptedConnection } from './mssql-script.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import type { Statement } from '../../src/store/mssql/statement.ts';
import type { Reply } from './mssql-script.ts';

// A SQL Server store whose answers are given, and what it sends told by what it is for.

export const WORK_SET = {
  schema: 'm',
  sourceTable: 'app_xml',
  sourceColumn: 'doc',
  application: null,
  logTable: 'processing_log',
};
export const NAMES = namesOf(WORK_SET, MSSQL);

/** A run as the driver gives it. */
export const runRow = (more: object = {}) => ({
  runId: 'r1',
  productLine: 'CC',
  contractHash: 'hash',
  request: '{}',
  trigger: 'cli',
  status: 'running',
  dryRun: false,
  started: '2024-01-31 10:00:00.000',
  ended: null,
  aliveUntil: '2024-01-31 10:05:00.000',
  silent: false,
  stillSeconds: 0,
  pausedAt: null,
  pauses: '[1000,61500],',
  planned: '4',
  error: null,
  ...more,
});

/** Paused for the second time after two minutes. */
export const PAUSED = runRow({
  status: 'paused',
  pausedAt: '2024-01-31 10:02:00.000',
  pauses: '[1000,61500],[70000,90000,1],',
});

export const instanceRow = (instanceId: number, more: object = {}) => ({
  runId: 'r1',
  instanceId,
  instanceCount: 2,
  by: 'modulo',
  start: null,
  before: null,
  end: null,
  sessionId: `s${instanceId}`,
  status: 'running',
  planned: '2',
  cursor: null,
  documents: '2',
  success: '2',
  failed: '0',
  alreadyPresent: '0',
  doneByAnother: '0',
  rows: '0',
  duplicateRows: '0',
  batches: '1',
  issues: '[]',
  samples: null,
  unmatched: null,
  started: null,
  heartbeat: null,
  heartbeatAge: null,
  leaseSeconds: null,
  error: null,
  ...more,
});

export interface World {
  readonly earlier?: object;
  readonly live?: object;
  readonly run?: object;
  readonly instances?: readonly object[];
  readonly changed?: number;
  /** Errors of the first inserts. */
  readonly inserts?: Error[];
  readonly sums?: object;
  /** Seconds since it began, 300 seconds ago. */
  readonly heard?: number;
  readonly held?: boolean;
}

function rows(found: object | undefined): Reply {
  return [found === undefined ? [] : [found]];
}

/** What a statement is for, told by its text, and what the server answers. */
function answer({
  earlier,
  live,
  run = runRow(),
  instances = [],
  changed = 1,
  inserts = [],
  sums,
  heard = 299,
  held = false,
}: World) {
  return ({ sql }: Statement): Reply => {
    const kinds = kindsOf(sql);
    const failure = kinds.includes('insert run') ? inserts.shift() : undefined;
    if (failure !== undefined) return failure;
    switch (kinds.at(-1)) {
      case 'find by key':
        return rows(earlier);
      case 'live run':
      case 'live run, locked':
        return rows(live);
      case 'instances':
        return [instances];
      case 'run':
      case 'run, locked':
        return rows(run);
      case 'lease':
        return [[{ until: '2024-01-31 10:01:00.000', waitSeconds: 12.5 }]];
      case 'signs':
        return [[{ now: 300, heard, held }]];
      case 'sums':
        return rows(sums);
      default:
        return [[{ changed }]];
    }
  };
}

const KINDS: readonly (readonly [kind: string, text: RegExp])[] = [
  ['find by key', /WHERE idempotency_key = @key/],
  ['live run, locked', /\[xmlfan_run\] WITH \(UPDLOCK\) WHERE work_set/],
  ['live run', /^SELECT run_id AS runId.* dry_run = 0/s],
  ['insert run', /^INSERT INTO \[m\]\.\[xmlfan_run\]/],
  ['insert instances', /^INSERT INTO \[m\]\.\[xmlfan_instance\]/],
  ['run, locked', /\[xmlfan_run\] WITH \(UPDLOCK\) WHERE run_id/],
  ['instances', /^SELECT run_id AS runId, instance_id/],
  ['run', /^SELECT run_id AS runId/],
  ['lease', /AS waitSeconds/],
  ['signs', /AS held/],
  ['stood still', /SET paused_ms = paused_ms/],
  ['sums', /SUM\(documents\)/],
  ['close', /SET status = @status, error = @error, ended/],
  ['claim', /SET token = @token/],
  ['clear tokens', /SET token = NULL, lease_until = NULL WHERE run_id = @run_id$/],
  ['keep alive', /SET alive_until/],
  ['set status', /SET status = @to/],
  ['cancel', /SET status = 'cancelling'/],
  ['set planned', /SET planned/],
];

/** What one request does, in this order. */
function kindsOf(sql: string): string[] {
  return sql
    .split(/;\n(?!SELECT @@ROWCOUNT)/)
    .filter((part) => part !== '')
    .map((part) => KINDS.find(([, text]) => text.test(part))?.[0] ?? part);
}

export function opened(world: World) {
  const db = scriptedConnection(answer(world));
  const context = scriptedContext(db, WORK_SET);
  const sent = () => db.sent.map(({ sql }) => kindsOf(sql).join(' + '));
  const value = (kind: string, name: string) =>
    db.sent.find(({ sql }) => kindsOf(sql).includes(kind))?.inputs[name]?.value;
  return { ...runStore(context), ...instanceStore(context), sent, value };
}
