import { z } from 'zod';
import { qualified } from '../dialect.ts';
import { notedLogs } from '../log-conflict.ts';
import { MOST_ORPHANS, orphanTests, type Orphans } from '../orphans.ts';
import { readCatalog } from './catalog.ts';
import { MSSQL } from './dialect.ts';
import { storedId, within, withoutCollation } from './ids.ts';
import { NUMBER } from './run-rows.ts';
import type { DestinationTable, WorkSet } from '../destination.ts';
import type { Bounds } from '../ids.ts';
import type { Names } from '../names.ts';
import type { Store } from '../port.ts';
import type { Context } from './context.ts';
import type { Statement } from './statement.ts';

/** The part of the store that looks for rows of no document. */
export function orphanStore({ db, names, workSet }: Context): Pick<Store, 'orphans'> {
  return {
    async orphans(table, tables, bounds) {
      const noted = await db.all(z.object({ noted: z.string() }), notedLogsStatement(names));
      const all = notedLogs(
        workSet,
        noted.map((row) => row.noted),
      );
      const { schema } = workSet;
      const places = all.map((name) => ({ schema, name }));
      const catalog = await readCatalog(db, places);
      const others = places.filter((place) => catalog(place) !== undefined).map(({ name }) => name);
      const found: Orphans[] = [];
      for (const { kind, count, first } of orphanStatements(names, workSet, table, tables, others, bounds)) {
        const rows = (await db.get(z.object({ number: NUMBER }), count))?.number ?? 0;
        const ids = rows === 0 ? [] : await db.all(z.object({ id: z.string() }), first);
        found.push({ kind, rows, ids: ids.map(({ id }) => id) });
      }
      return found;
    },
  };
}

export function notedLogsStatement({ logs }: Names): Statement {
  return { sql: `SELECT work_set AS noted FROM ${logs}`, inputs: {} };
}

/** How many there are of each kind, and the first of them. */
export function orphanStatements(
  names: Names,
  { schema }: WorkSet,
  table: DestinationTable,
  tables: readonly DestinationTable[],
  others: readonly string[],
  bounds: Bounds,
): readonly { readonly kind: Orphans['kind']; readonly count: Statement; readonly first: Statement }[] {
  const { ids } = names;
  const tests = orphanTests(MSSQL, schema, table, tables, [
    { table: names.log, id: withoutCollation('l.app_id', ids.type) },
    ...others.map((log) => ({
      table: MSSQL.qualify(schema, log),
      id: storedId(ids, 'CAST(l.app_id AS nvarchar(4000))'),
    })),
  ]);
  return tests.flatMap(({ kind, where, column, isDocument }) => {
    // Rows that carry no document's id are in no range of ids.
    if (!isDocument && (bounds.start ?? bounds.end) !== null) return [];
    const range = isDocument ? within(ids, column, bounds) : { test: '1 = 1', inputs: {} };
    if (range === null) return [];
    const rest = `FROM ${qualified(MSSQL, schema, table)} r0 WHERE ${where} AND (${range.test} OR ${column} IS NULL)`;
    const id = isDocument ? ids.text(column) : `CAST(${column} AS nvarchar(4000))`;
    const first = `SELECT TOP (${MOST_ORPHANS}) ${id} AS id ${rest} AND ${column} IS NOT NULL GROUP BY ${column} ORDER BY ${column}`;
    const { inputs } = range;
    return [{ kind, count: { sql: `SELECT COUNT_BIG(*) AS number ${rest}`, inputs }, first: { sql: first, inputs } }];
  });
}
