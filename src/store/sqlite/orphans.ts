import { z } from 'zod';
import { qualified } from '../dialect.ts';
import { notedLogs } from '../log-conflict.ts';
import { MOST_ORPHANS, orphanTests, type Orphans, type OrphanTest } from '../orphans.ts';
import { hasTable } from './check.ts';
import { within } from './ids.ts';
import type { DestinationTable } from '../destination.ts';
import type { Bounds } from '../ids.ts';
import type { Store } from '../port.ts';
import type { Context } from './context.ts';

/** The part of the store that looks for rows of no document. */
export function orphanStore(context: Context): Pick<Store, 'orphans'> {
  return {
    orphans: (table, tables, bounds) => context.db.read(() => findOrphans(context, table, tables, bounds)),
  };
}

function findOrphans(
  context: Context,
  table: DestinationTable,
  tables: readonly DestinationTable[],
  bounds: Bounds,
): readonly Orphans[] {
  const { db, dialect, names, workSet } = context;
  const noted = db.all(z.object({ noted: z.string() }), `SELECT work_set AS noted FROM ${names.logs}`);
  const others = notedLogs(
    workSet,
    noted.map((row) => row.noted),
  ).filter((log) => hasTable(db, dialect.tableName(workSet.schema, log)));
  const logs = [names.log, ...others.map((log) => dialect.qualify(workSet.schema, log))];
  const tests = orphanTests(
    dialect,
    workSet.schema,
    table,
    tables,
    logs.map((log) => ({ table: log, id: 'l.app_id' })),
  );
  return tests.flatMap((test) => orphansOf(context, qualified(dialect, workSet.schema, table), test, bounds));
}

function orphansOf(
  { db, names: { ids } }: Context,
  from: string,
  { kind, where, column, isDocument }: OrphanTest,
  bounds: Bounds,
): readonly Orphans[] {
  // Rows that carry no document's id are in no range of ids.
  if (!isDocument && (bounds.start ?? bounds.end) !== null) return [];
  const range = isDocument ? within(ids, column, bounds) : { test: '1 = 1', values: [] };
  if (range === null) return [];
  const rest = `FROM ${from} r0 WHERE ${where} AND (${range.test} OR ${column} IS NULL)`;
  const rows = db.get(z.object({ rows: z.int() }), `SELECT count(*) AS "rows" ${rest}`, ...range.values)?.rows ?? 0;
  const found = db.all(
    z.object({ id: z.string() }),
    `SELECT DISTINCT ${isDocument ? ids.text(column) : `CAST(${column} AS TEXT)`} AS id ${rest} AND ${column} IS NOT NULL ORDER BY ${column} LIMIT ${MOST_ORPHANS}`,
    ...range.values,
  );
  return [{ kind, rows, ids: found.map(({ id }) => id) }];
}
