import { z } from 'zod';
import { parseValueType } from '../../values/typed/value-type.ts';
import { qualified } from '../dialect.ts';
import { ownerId } from '../held.ts';
import { ownedRows } from '../redo.ts';
import { readTable, typeText } from './catalog.ts';
import { MSSQL } from './dialect.ts';
import { idList } from './ids.ts';
import { placeOf, type DestinationTable } from '../destination.ts';
import type { HeldColumn, HeldFilter } from '../held.ts';
import type { Names } from '../names.ts';
import type { Store } from '../port.ts';
import type { CatalogColumn, CatalogTable } from './catalog.ts';
import type { Context } from './context.ts';
import type { Statement } from './statement.ts';

/** The part of the store that reads what destination tables hold. */
export function heldStore({ db, names, workSet: { schema } }: Context): Pick<Store, 'readHeld'> {
  const catalogs = new Map<string, CatalogTable | null>();
  const catalogOf = async (table: DestinationTable): Promise<CatalogTable | null> => {
    const known = catalogs.get(table.name);
    if (known !== undefined) return known;
    const place = placeOf(schema, table);
    const read = (await readTable(db, place.schema, place.name)) ?? null;
    catalogs.set(table.name, read);
    return read;
  };
  return {
    async readHeld(table, tables, filter) {
      const catalog = await catalogOf(table);
      // What the database alone fills is not compared, and a row version cannot even be read as text.
      const columns = table.columns.map(({ name }) => {
        const column = catalog?.columns.get(name.toLowerCase()) ?? null;
        return column?.serverOnly === true ? null : column;
      });
      const statement = heldStatement(names, schema, table, tables, columns, filter);
      const rows = catalog === null || statement === null ? [] : await db.all(ROW, statement);
      return {
        columns: columns.map(describe),
        rows: rows.map((row) => ({
          appId: row['owner'] ?? null,
          values: columns.map((_, index) => row[`c${index}`] ?? null),
        })),
      };
    },
  };
}

function describe(column: CatalogColumn | null): HeldColumn | null {
  if (column === null) return null;
  const type = parseValueType(typeText(column).replace('text', 'varchar(max)').replace('smallmoney', 'money'));
  return { type: typeof type === 'string' ? null : type, isFilled: column.hasDefault || column.identity };
}

const ROW = z.record(
  z.string(),
  z
    .union([
      z.string(),
      z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex').toUpperCase()),
    ])
    .nullable(),
);

/**
 * Null where rows cannot be told by what is asked for. Every value comes as text, exact and without a language, or as bytes, and by no style of
 * `CONVERT` that not every server knows.
 */
export function heldStatement(
  { ids }: Names,
  schema: string,
  table: DestinationTable,
  tables: readonly DestinationTable[],
  columns: readonly (CatalogColumn | null)[],
  filter: HeldFilter,
): Statement | null {
  const where = 'appIds' in filter ? ofDocuments(ids.list, schema, table, tables) : ofKeys(table, columns);
  if (where === null) return null;
  const values = columns.map((column, index) =>
    column === null ? '' : `, ${printed(column, `r0.${MSSQL.quote(column.name)}`)} AS c${index}`,
  );
  return {
    sql: `SELECT ${ids.text(ownerId(MSSQL, schema, table, tables))} AS owner${values.join('')}
FROM ${qualified(MSSQL, schema, table)} r0 WHERE ${where}`,
    inputs:
      'appIds' in filter
        ? { app_ids: idList(ids, filter.appIds) }
        : { keys: { type: 'long', value: JSON.stringify(filter.keys) } },
  };
}

function ofDocuments(
  list: string,
  schema: string,
  table: DestinationTable,
  tables: readonly DestinationTable[],
): string | null {
  return ownedRows(MSSQL, schema, tables, list).find((owned) => owned.table === table.name)?.where ?? null;
}

/** What is no value of a column's type is the key of no row. */
function ofKeys(
  { uniqueKey, columns: all }: DestinationTable,
  columns: readonly (CatalogColumn | null)[],
): string | null {
  const key = (uniqueKey ?? []).map((name) => columns[all.findIndex((column) => column.name === name)] ?? null);
  if (key.length === 0 || key.includes(null)) return null;
  const fields = key.map((_, index) => `k${index} nvarchar(4000) '$[${index}]'`).join(', ');
  const same = key.map((column, index) =>
    column === null ? '' : `r0.${MSSQL.quote(column.name)} = TRY_CAST(k.k${index} AS ${typeText(column)})`,
  );
  return `EXISTS (SELECT 1 FROM OPENJSON(@keys) WITH (${fields}) k WHERE ${same.join(' AND ')})`;
}

function printed({ type }: CatalogColumn, value: string): string {
  switch (type) {
    case 'float':
    case 'real':
      return `CONVERT(varchar(40), ${value}, 3)`;
    case 'money':
    case 'smallmoney':
      return `CAST(CAST(${value} AS decimal(19, 4)) AS varchar(40))`;
    case 'date':
    case 'datetime':
    case 'smalldatetime':
    case 'datetime2':
    case 'datetimeoffset':
    case 'time':
      return `CONVERT(varchar(40), ${value}, 126)`;
    case 'image':
      return `CAST(${value} AS varbinary(max))`;
    case 'binary':
    case 'varbinary':
    case 'char':
    case 'varchar':
    case 'nchar':
    case 'nvarchar':
      return value;
    default:
      return `CAST(${value} AS nvarchar(max))`;
  }
}
