import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { printIdType } from '../../../src/document-id.ts';
import type { DestinationColumn, DestinationTable, WorkSet } from '../../../src/store/destination.ts';
import type { Cells } from '../../support/rows.ts';
import { rowOf } from '../../support/rows.ts';
import { numbered, numberOf, type IdKind } from './ids.ts';
import type {
  Claim,
  Database,
  Group,
  GroupDocument,
  GroupResult,
  Instance,
  Leases,
  NewRun,
  Store,
} from '../../../src/store/port.ts';
import type { PartitionBy } from '../../../src/store/partition.ts';
import type { Bounds } from '../../../src/store/ids.ts';

/** What a database engine gives the suite besides the port. */
export interface Engine {
  readonly name: string;
  /** What documents are told apart by; whole numbers unless given. */
  readonly ids?: IdKind;
  /** An empty database, or an empty schema in one. */
  open(leases: Leases): Promise<Opened>;
}

export interface Opened {
  readonly database: Database;
  readonly schema: string;
  /** The quoted name of a table in the schema. */
  table(name: string): string;
  /** Runs a statement that both engines understand and returns its rows. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

const column = (name: string, type: DestinationColumn['type'], nullable = true): DestinationColumn => ({
  name,
  type,
  nullable,
});
const text = (length: number | null): DestinationColumn['type'] => ({ kind: 'text', length });
const bigint = { kind: 'bigint' } as const;

export const BASE: DestinationTable = {
  name: 'app_base',
  role: 'root',
  columns: [
    column('app_id', bigint, false),
    column('title', text(20)),
    column('age', { kind: 'tinyint' }),
    column('small', { kind: 'smallint' }),
    column('whole', { kind: 'int' }),
    column('large', bigint),
    column('flag', { kind: 'bit' }),
    column('amount', { kind: 'decimal', precision: 38, scale: 10 }),
    column('price', { kind: 'decimal', precision: 6, scale: 2 }),
    column('ratio', { kind: 'float' }),
    column('born', { kind: 'date' }),
    column('seen', { kind: 'datetime' }),
    column('called', { kind: 'smalldatetime' }),
    column('story', text(null)),
  ],
  primaryKey: ['app_id'],
  uniqueKey: null,
  onDuplicate: 'fail',
  updateColumns: [],
  owner: { of: 'document', column: 'app_id' },
};

export const CONTACT: DestinationTable = {
  name: 'contact',
  role: 'other',
  columns: [column('con_id', bigint, false), column('app_id', bigint, false), column('surname', text(20))],
  primaryKey: ['con_id'],
  uniqueKey: ['con_id'],
  onDuplicate: 'skip',
  updateColumns: [],
  owner: { of: 'document', column: 'app_id' },
};

export const ADDRESS: DestinationTable = {
  name: 'address',
  role: 'other',
  columns: [column('con_id', bigint), column('kind', text(10)), column('city', text(20))],
  primaryKey: [],
  uniqueKey: ['con_id', 'kind'],
  onDuplicate: 'skip',
  updateColumns: [],
  owner: { of: 'row', table: 'contact', columns: [{ own: 'con_id', its: 'con_id' }] },
};

export const SCORES: DestinationTable = {
  name: 'scores',
  role: 'other',
  columns: [
    column('grp', bigint, false),
    column('code', text(20), false),
    column('score', { kind: 'int' }),
    column('source', text(20)),
  ],
  primaryKey: ['grp', 'code'],
  uniqueKey: ['grp', 'code'],
  onDuplicate: 'update',
  updateColumns: ['score'],
  owner: null,
};

/** The same without a primary key. */
export const MARKS: DestinationTable = {
  ...SCORES,
  name: 'marks',
  columns: SCORES.columns.map((scored) => ({ ...scored, nullable: true })),
  primaryKey: [],
};

export const NOTES: DestinationTable = {
  name: 'notes',
  role: 'other',
  columns: [column('app_id', bigint, false), column('note', text(20))],
  primaryKey: [],
  uniqueKey: null,
  onDuplicate: 'fail',
  updateColumns: [],
  owner: { of: 'document', column: 'app_id' },
};

export const TABLES = [BASE, CONTACT, ADDRESS, SCORES, MARKS, NOTES];

export const LONG: Leases = { leaseSeconds: 60, aliveSeconds: 60 };
export const EVERYTHING: Bounds = { start: null, end: null };

/** A work set with all its tables in an empty database, closed after the test. */
export async function openWorld(engine: Engine, t: TestContext, leases: Leases = LONG): Promise<World> {
  const opened = await openEmpty(engine, t, leases);
  await opened.store.init();
  await opened.store.createSource();
  await opened.store.createDestination(TABLES);
  return opened;
}

export interface World extends Opened {
  readonly workSet: WorkSet;
  readonly store: Store;
  /** SQL of the id that a number stands for. */
  readonly sqlId: (number: number | string) => string;
  readonly sqlIdType: string;
}

/** The same without any table. */
export async function openEmpty(engine: Engine, t: TestContext, leases: Leases = LONG): Promise<World> {
  const opened = await engine.open(leases);
  t.after(() => opened.close());
  const workSet: WorkSet = {
    schema: opened.schema,
    sourceTable: 'app_xml',
    sourceColumn: 'document',
    application: { schema: opened.schema, table: 'application' },
    logTable: 'processing_log',
  };
  const { ids } = engine;
  if (ids === undefined)
    return { ...opened, workSet, store: opened.database.store(workSet), sqlId: String, sqlIdType: 'bigint' };
  const typed: WorkSet = { ...workSet, idType: ids.type };
  const store = numbered(opened.database.store(typed), ids);
  return {
    ...opened,
    workSet: typed,
    store,
    sqlIdType: printIdType(ids.type),
    sqlId: (number) => `'${ids.idOf(String(number))}'`,
  };
}

export async function seed({ store }: World, ids: readonly (number | string)[]): Promise<void> {
  const documents = ids.map((appId) => ({ appId: String(appId), xml: `<d id="${appId}"/>` }));
  await store.importDocuments(documents, { replace: false });
}

/** A test of what only whole numbers have: remainders, signs, ends. */
export function testOfNumbers(engine: Engine, name: string, work: (t: TestContext) => Promise<void>): void {
  if (engine.ids === undefined) test(name, work);
}

export function newRun(runId: string, more: Partial<NewRun> = {}): NewRun {
  return { runId, productLine: 'CC', contractHash: 'hash', request: '{}', trigger: 'cli', dryRun: false, ...more };
}

interface StartOptions {
  readonly runId?: string;
  readonly by?: PartitionBy;
  readonly instanceCount?: number;
  readonly dryRun?: boolean;
}

/** A planned run with its first instance claimed. */
export async function start(
  world: World,
  options: StartOptions = {},
): Promise<{ claim: Claim; instances: readonly Instance[] }> {
  const { runId = 'run-1', by = 'modulo', instanceCount = 1, dryRun = false } = options;
  const { store } = world;
  const opened = await store.openRun(newRun(runId, { dryRun }));
  assert.equal(opened.result, 'opened');
  const survey = await store.survey({ by, instanceCount, bounds: EVERYTHING, limit: null });
  // Also where nothing is pending there is something to do: what a test writes need not be in the source.
  const plan = survey.instances.map((instance) => ({ ...instance, planned: Math.max(1, instance.planned) }));
  const instances = await store.savePlan(runId, plan);
  return { claim: await claimed(world, runId, 0), instances };
}

export async function claimed(
  { store }: World,
  runId: string,
  instanceId: number,
  token = `token-${instanceId}`,
): Promise<Claim> {
  const result = await store.claimInstance(runId, instanceId, token);
  assert.equal(result.result, 'claimed');
  return result.claim;
}

type Tables = Readonly<Record<string, readonly Cells[]>>;

/** What a contract might look for: a table's rows, a column of it, and another. */
export const PLACES = ['rows', 'first', 'second'].map((path) => ({ table: 't', column: path, path: `/${path}` }));

/** A mapped document with a root row, and rows of other tables. */
export function mapped(
  appId: number | string,
  base: Cells = {},
  others: Tables = {},
  known: readonly DestinationTable[] = TABLES,
  digits = '',
): GroupDocument {
  const tables = { [BASE.name]: [{ app_id: String(appId), ...base }], ...others };
  return {
    appId: String(appId),
    sourceHash: null,
    issues: [],
    outcome: 'mapped',
    tables: Object.entries(tables).map(([table, list]) => ({
      table,
      rows: list.map((cells) => rowOf(known, table, cells)),
    })),
    matches: { places: PLACES, digits },
  };
}

export function rejected(appId: number | string, reason = 'validation: bad'): GroupDocument {
  return { appId: String(appId), sourceHash: null, issues: [], outcome: 'rejected', reason };
}

type Written = Extract<GroupResult, { result: 'written' }>;

export async function write(
  { store }: World,
  claim: Claim,
  documents: readonly GroupDocument[],
  more: Partial<Group> = {},
): Promise<Written> {
  const cursor = documents.at(-1)?.appId ?? '0';
  const result = await store.writeGroup(claim, {
    documents,
    cursor,
    range: EVERYTHING,
    tables: TABLES,
    dryRun: false,
    ...more,
  });
  assert.equal(result.result, 'written');
  return result;
}

/** Rows of a table as text, in order; columns may be left out from the end. */
export async function rows(world: World, table: string, columns: readonly string[]): Promise<(string | null)[][]> {
  const list = columns.map((name) => `CAST(${name} AS nvarchar(200)) AS ${name}`).join(', ');
  const found = await world.query(`SELECT ${list} FROM ${world.table(table)}`);
  const values = found.map((row) => columns.map((name) => asText(row[name])));
  return values.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b), 'en', { numeric: true }));
}

function asText(value: unknown): string | null {
  if (value === null) return value;
  if (typeof value === 'string') return numberOf(value);
  throw new TypeError(`a cast to text gave a ${typeof value}`);
}

/** Status of log rows by id, `none` without one. */
export async function logged({ store }: World, ids: readonly (number | string)[]): Promise<string[]> {
  const found = await Promise.all(ids.map((appId) => store.findLog(String(appId))));
  return found.map((row) => (row === null ? 'none' : row.status));
}
