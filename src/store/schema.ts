import { ownTablesOf } from '../own-tables.ts';
import type { Dialect, OwnType } from './dialect.ts';
import { ANY_INTEGER } from '../document-id.ts';
import { COUNTERS } from './totals.ts';
import type { WorkSet } from './destination.ts';
import type { Mismatch } from './port.ts';

/** A table xmlfan makes, with the statements that make it. */
export interface TableDdl {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly create: string;
  readonly indexes: readonly string[];
  /** Columns that a later version of xmlfan added, with the statement that adds each to a table of an earlier one. */
  readonly additions: readonly Addition[];
}

/** A column that is added to an older table, by these statements one after the other. */
interface Addition {
  readonly column: string;
  readonly statements: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: OwnType;
  readonly null?: true;
  readonly default?: 'zero' | 'now';
  /** Came after version 0.1.0, so that `init` adds it where it is missing; such a column is nullable or has a constant default. */
  readonly later?: true;
  /** The whole number of an earlier version that it holds as text. */
  readonly was?: string;
}

/** Names of the tables that belong to xmlfan, in the contract's target schema (architecture, Tables it owns). */
export function ownNames({ logTable: log }: WorkSet): Readonly<{ log: string } & ReturnType<typeof ownTablesOf>> {
  return { log, ...ownTablesOf(log) };
}

/** The tables xmlfan owns. `idType` is how the source's ids are declared, where that is known better than from the contract. */
export function ownTables(
  workSet: WorkSet,
  dialect: Dialect,
  idType = dialect.idType(workSet.idType ?? ANY_INTEGER),
): readonly TableDdl[] {
  const names = ownNames(workSet);
  const make = (
    name: string,
    columns: readonly Column[],
    key: readonly string[],
    indexes: readonly string[] = [],
  ): TableDdl => ({
    schema: workSet.schema,
    name,
    columns: columns.map((column) => column.name),
    create: createTable(dialect, workSet.schema, name, columns, key, idType),
    indexes,
    additions: columns
      .filter(({ later }) => later)
      .map((column) => additionOf(dialect, dialect.qualify(workSet.schema, name), column, idType)),
  });
  return [
    make(names.log, LOG, ['log_id'], [logIndex(workSet, dialect)]),
    make(names.history, HISTORY, ['history_id'], [index(dialect, workSet.schema, names.history, 'ix', ['app_id'])]),
    make(names.origin, ORIGIN, ['app_id']),
    make(names.run, RUN, ['run_id'], runIndexes(workSet.schema, names.run, dialect)),
    make(names.instance, INSTANCE, ['run_id', 'instance_id']),
    make(names.logs, LOGS, ['log_table']),
  ];
}

/** What a check says of a table that is certainly not there. */
export const MISSING_TABLE = 'The table is missing.';

/** What `check` says of a column of a contract that nobody but the database fills. */
export const SERVER_FILLS = {
  message: 'The server fills the column itself; it cannot be written.',
  advice: 'Take it out of the contract.',
  severity: 'error',
} as const;

/** What stands in the way of using a table xmlfan owns. `place` is what it is called, `found` are its columns in small letters; none = there is no such table. */
export function ownMismatches(
  { columns, additions }: TableDdl,
  place: string,
  found: readonly string[],
  absence = MISSING_TABLE,
): readonly Mismatch[] {
  if (found.length === 0) return [{ place, message: absence, advice: 'Run `xmlfan init`.', severity: 'error' }];
  const missing = columns.filter((column) => !found.includes(column));
  if (missing.length === 0) return [];
  const isOlder = missing.every((column) => additions.some((addition) => addition.column === column));
  const list = missing.join(', ');
  return isOlder
    ? [
        {
          place,
          message: `An older version of xmlfan made the table: it lacks ${list}.`,
          advice: 'Run `xmlfan init`, which adds what is missing.',
          severity: 'error',
        },
      ]
    : [
        {
          place,
          message: `The table is not xmlfan's: it lacks ${list}.`,
          advice: 'Rename it, or name another `log_table` in the contract.',
          severity: 'error',
        },
      ];
}

/** The unique index that makes 'one log row per document' hold. */
export function logIndex(workSet: WorkSet, dialect: Dialect): string {
  return index(dialect, workSet.schema, workSet.logTable, 'ux', ['app_id']);
}

/** The source table and, if the work set joins one, the application table: for local use and tests. */
export function sourceTables(workSet: WorkSet, dialect: Dialect): readonly TableDdl[] {
  const make = (schema: string, name: string, id: string, more: readonly Column[]): TableDdl => {
    const columns: readonly Column[] = [{ name: id, type: 'id' }, ...more];
    return {
      schema,
      name,
      columns: columns.map((column) => column.name),
      create: createTable(dialect, schema, name, columns, [id], dialect.idType(workSet.idType ?? ANY_INTEGER)),
      indexes: [],
      additions: [],
    };
  };
  const { schema, sourceSchema = schema, sourceTable, sourceColumn, idColumn = 'app_id', application } = workSet;
  const source = make(sourceSchema, sourceTable, idColumn, [{ name: sourceColumn, type: 'long', null: true }]);
  return application === null
    ? [source]
    : [source, make(application.schema, application.table, application.on ?? 'app_id', [])];
}

/** `CREATE INDEX` with a name made of table and columns; `ux` unique, `ix` not. */
export function index(
  dialect: Dialect,
  schema: string,
  table: string,
  kind: 'ux' | 'ix',
  columns: readonly string[],
  where = '',
): string {
  const name = `${kind}_${table}_${columns.join('_')}`.slice(0, 120);
  const list = columns.map((column) => dialect.quote(column)).join(', ');
  const unique = kind === 'ux' ? 'UNIQUE ' : '';
  return `CREATE ${unique}INDEX ${dialect.index(schema, name)} ON ${dialect.qualify(schema, table)} (${list})${where && ` WHERE ${where}`}`;
}

function runIndexes(schema: string, table: string, dialect: Dialect): readonly string[] {
  const q = (name: string): string => dialect.quote(name);
  const live = `${q('status')} IN ('running', 'paused', 'cancelling') AND ${q('dry_run')} = 0`;
  return [
    // One live run per work set; a dry run takes no real run's place.
    index(dialect, schema, table, 'ux', ['work_set'], live),
    index(dialect, schema, table, 'ux', ['idempotency_key'], `${q('idempotency_key')} IS NOT NULL`),
  ];
}

function createTable(
  dialect: Dialect,
  schema: string,
  table: string,
  columns: readonly Column[],
  key: readonly string[],
  idType: string,
): string {
  const lines = columns.map((column) => columnText(dialect, column, idType));
  const primaryKey = `PRIMARY KEY (${key.map((name) => dialect.quote(name)).join(', ')})`;
  return `CREATE TABLE ${dialect.qualify(schema, table)} (\n  ${[...lines, primaryKey].join(',\n  ')}\n)`;
}

function additionOf(dialect: Dialect, table: string, column: Column, idType: string): Addition {
  const add = `ALTER TABLE ${table} ADD ${columnText(dialect, column, idType)}`;
  if (column.was === undefined) return { column: column.name, statements: [add] };
  const text = dialect.ids(ANY_INTEGER).text(dialect.quote(column.was));
  return { column: column.name, statements: [add, `UPDATE ${table} SET ${dialect.quote(column.name)} = ${text}`] };
}

function columnText(dialect: Dialect, column: Column, idType: string): string {
  const required = column.null ? 'NULL' : 'NOT NULL';
  return `${dialect.quote(column.name)} ${dialect.ownType(column.type, idType)} ${required}${defaultText(dialect, column)}`;
}

function defaultText(dialect: Dialect, column: Column): string {
  if (column.default === undefined) return '';
  if (column.default === 'zero') return ' DEFAULT 0';
  return ` DEFAULT (${dialect.now})`;
}

// Spec 11.4.
const LOG_VALUES: readonly Column[] = [
  { name: 'app_id', type: 'id' },
  { name: 'status', type: 'word20' },
  { name: 'failure_reason', type: 'word500', null: true },
  { name: 'processing_time', type: 'time', default: 'now' },
  { name: 'session_id', type: 'word50', null: true },
  { name: 'app_id_start', type: 'id', null: true },
  { name: 'app_id_end', type: 'id', null: true },
];

const LOG: readonly Column[] = [{ name: 'log_id', type: 'identity' }, ...LOG_VALUES];

const HISTORY: readonly Column[] = [
  { name: 'history_id', type: 'identity' },
  { name: 'log_id', type: 'bigint' },
  ...LOG_VALUES,
  { name: 'redriven_at', type: 'time', default: 'now' },
  // `redrive` or `redo`.
  { name: 'moved_by', type: 'word8', null: true, later: true },
];

/** What each document was made of: hashes of its XML and of the contract. */
const ORIGIN: readonly Column[] = [
  { name: 'app_id', type: 'id' },
  { name: 'source_hash', type: 'word32', null: true },
  { name: 'contract_mark', type: 'word16' },
];

/** Which source each log table belongs to. */
const LOGS: readonly Column[] = [
  { name: 'log_table', type: 'text128' },
  { name: 'work_set', type: 'text1000' },
];

const RUN: readonly Column[] = [
  { name: 'run_id', type: 'word64' },
  { name: 'product_line', type: 'text128' },
  { name: 'work_set', type: 'text700' },
  { name: 'contract_hash', type: 'word64' },
  { name: 'request', type: 'long' },
  { name: 'trigger', type: 'word8' },
  { name: 'idempotency_key', type: 'text200', null: true },
  { name: 'status', type: 'word12' },
  { name: 'dry_run', type: 'flag' },
  { name: 'started', type: 'time' },
  { name: 'ended', type: 'time', null: true },
  { name: 'alive_until', type: 'time' },
  { name: 'planned', type: 'bigint', null: true },
  { name: 'error', type: 'text1000', null: true },
  { name: 'paused_at', type: 'time', null: true, later: true },
  // Of times at which it stood still, those that are over.
  { name: 'paused_ms', type: 'bigint', default: 'zero', later: true },
  // The same one by one, in milliseconds since the start: `[from,to],` of each pause, `[from,to,1],` where nobody was at work.
  { name: 'pauses', type: 'long', null: true, later: true },
];

const INSTANCE: readonly Column[] = [
  { name: 'run_id', type: 'word64' },
  { name: 'instance_id', type: 'int' },
  { name: 'instance_count', type: 'int' },
  { name: 'partition_by', type: 'word8' },
  { name: 'session_id', type: 'word50' },
  { name: 'status', type: 'word12' },
  { name: 'token', type: 'word64', null: true },
  { name: 'lease_until', type: 'time', null: true },
  { name: 'planned', type: 'bigint' },
  ...Object.values(COUNTERS).map((name): Column => ({ name, type: 'bigint', default: 'zero' })),
  { name: 'issues', type: 'long' },
  { name: 'started', type: 'time', null: true },
  { name: 'heartbeat', type: 'time', null: true },
  { name: 'error', type: 'text1000', null: true },
  // JSON, each: how far the instance was when; what no document has had so far.
  { name: 'samples', type: 'long', null: true, later: true },
  { name: 'unmatched', type: 'long', null: true, later: true },
  // Ids of any type, as text.
  { name: 'id_start', type: 'text900', null: true, later: true, was: 'bound_start' },
  { name: 'id_end', type: 'text900', null: true, later: true, was: 'bound_end' },
  { name: 'id_before', type: 'text900', null: true, later: true },
  { name: 'id_cursor', type: 'text900', null: true, later: true, was: 'cursor_id' },
];
