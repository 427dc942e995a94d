import { z } from 'zod';
import { qualified } from '../dialect.ts';
import { ownerId, valueTypeOf } from '../held.ts';
import { ownedRows } from '../redo.ts';
import { idList } from './ids.ts';
import { placeOf, type DestinationColumn, type DestinationTable } from '../destination.ts';
import type { Held, HeldColumn, HeldFilter } from '../held.ts';
import type { Store } from '../port.ts';
import type { Context } from './context.ts';
import { EXACT_DIGITS, type SqliteDialect } from './dialect.ts';

/** The part of the store that reads what destination tables hold. */
export function heldStore(context: Context): Pick<Store, 'readHeld'> {
  return { readHeld: (table, tables, filter) => context.db.read(() => readHeld(context, table, tables, filter)) };
}

const CATALOG = z.object({ name: z.string(), standard: z.string().nullable(), hidden: z.int() });
const ROW = z.record(z.string(), z.string().nullable());

function readHeld(
  { db, dialect, names: { ids }, workSet: { schema } }: Context,
  table: DestinationTable,
  tables: readonly DestinationTable[],
  filter: HeldFilter,
): Held {
  const place = placeOf(schema, table);
  const catalog = db.all(
    CATALOG,
    'SELECT lower(name) AS name, dflt_value AS standard, hidden FROM pragma_table_xinfo(?)',
    dialect.tableName(place.schema, place.name),
  );
  const columns = table.columns.map((column): HeldColumn | null => {
    const found = catalog.find(({ name }) => name === column.name.toLowerCase());
    // Generated columns are hidden.
    if (found === undefined || found.hidden !== 0) return null;
    return { type: valueTypeOf(column.type), isFilled: found.standard !== null };
  });
  const where = 'appIds' in filter ? ofDocuments(dialect, ids.list, schema, table, tables) : ofKeys(dialect, table);
  if (where === null || catalog.length === 0) return { columns, rows: [] };
  const values = table.columns.map((column, index) =>
    columns[index] === null ? '' : `, ${printed(column, `r0.${dialect.quote(column.name)}`)} AS c${index}`,
  );
  const sql = `SELECT ${ids.text(ownerId(dialect, schema, table, tables))} AS owner${values.join('')}
    FROM ${qualified(dialect, schema, table)} r0 WHERE ${where}`;
  const rows = db.all(ROW, sql, 'appIds' in filter ? idList(ids, filter.appIds) : JSON.stringify(filter.keys));
  return {
    columns,
    rows: rows.map((row) => ({
      appId: row['owner'] ?? null,
      values: columns.map((_, index) => row[`c${index}`] ?? null),
    })),
  };
}

function ofDocuments(
  dialect: SqliteDialect,
  list: string,
  schema: string,
  table: DestinationTable,
  tables: readonly DestinationTable[],
): string | null {
  return ownedRows(dialect, schema, tables, list).find((owned) => owned.table === table.name)?.where ?? null;
}

function ofKeys(dialect: SqliteDialect, { uniqueKey }: DestinationTable): string | null {
  if (uniqueKey === null || uniqueKey.length === 0) return null;
  const same = uniqueKey.map((name, index) => `r0.${dialect.quote(name)} = json_extract(k.value, '$[${index}]')`);
  return `EXISTS (SELECT 1 FROM json_each(?) k WHERE ${same.join(' AND ')})`;
}

/** As text: of floats all digits, of decimals as many as floats keep for them, of bytes hex. */
function printed({ type }: DestinationColumn, value: string): string {
  const { kind } = valueTypeOf(type);
  if (kind === 'float' || kind === 'real')
    return `CASE typeof(${value}) WHEN 'real' THEN printf('%!.17g', ${value}) ELSE CAST(${value} AS TEXT) END`;
  return `CASE typeof(${value}) WHEN 'blob' THEN hex(${value}) WHEN 'real' THEN printf('%!.${EXACT_DIGITS}g', ${value})
    ELSE CAST(${value} AS TEXT) END`;
}
