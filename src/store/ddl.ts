import { InputError } from '../errors.ts';
import { keyFaults, sameColumns } from './key-width.ts';
import { index } from './schema.ts';
import type { Dialect } from './dialect.ts';
import type { TableDdl } from './schema.ts';
import { placeOf, type DestinationColumn, type DestinationTable } from './destination.ts';

/**
 * The destination tables a contract needs, in the order given; a statement of `create` or `indexes` ends without a semicolon.
 * Throws an `InputError` with all keys that SQL Server could not index.
 */
export function destinationTables(
  schema: string,
  tables: readonly DestinationTable[],
  dialect: Dialect,
): readonly TableDdl[] {
  const faults = dialect.name === 'mssql' ? keyFaults(schema, tables) : [];
  if (faults.length > 0) throw new InputError('The tables cannot be made:', faults);
  const places = new Map(tables.map((table) => [table.name, placeOf(schema, table)]));
  return tables.map((table) => {
    const place = placeOf(schema, table);
    return {
      ...place,
      columns: table.columns.map((column) => column.name),
      create: createTable(place, places.get(table.parent?.table ?? ''), table, dialect),
      indexes: uniqueIndexes(place, table, dialect),
      additions: [],
    };
  });
}

/** A script that makes the destination tables of a contract (CLI `ddl`). */
export function ddl(schema: string, tables: readonly DestinationTable[], dialect: Dialect): string {
  const statements = destinationTables(schema, tables, dialect).flatMap((table) => [table.create, ...table.indexes]);
  return statements.map((statement) => `${statement};\n`).join('\n');
}

type Place = ReturnType<typeof placeOf>;

function createTable(
  { schema, name }: Place,
  parentPlace: Place | undefined,
  table: DestinationTable,
  dialect: Dialect,
): string {
  const inKey = new Set([...table.primaryKey, ...(table.uniqueKey ?? [])]);
  const lines = table.columns.map((column) => {
    const required = !column.nullable || table.primaryKey.includes(column.name);
    const type = dialect.typeOf(column.type, inKey.has(column.name));
    const nullable = required ? 'NOT NULL' : 'NULL';
    const parts = [dialect.quote(column.name), type, nullable, dialect.check(schema, name, column)];
    return parts.filter((part) => part !== '').join(' ');
  });
  if (table.primaryKey.length > 0) lines.push(`PRIMARY KEY (${list(table.primaryKey, dialect)})`);
  const { parent } = table;
  if (parent && parentPlace !== undefined) {
    const columns = list(parent.columns, dialect);
    lines.push(
      `FOREIGN KEY (${columns}) REFERENCES ${dialect.qualify(parentPlace.schema, parentPlace.name)} (${columns})`,
    );
  }
  return `CREATE TABLE ${dialect.qualify(schema, name)} (\n  ${lines.join(',\n  ')}\n)`;
}

// Rows lacking part of their key may repeat (spec 11.2), which SQL Server only allows outside the index.
function uniqueIndexes({ schema, name }: Place, table: DestinationTable, dialect: Dialect): readonly string[] {
  const key = table.uniqueKey;
  if (key === null || key.length === 0 || sameColumns(key, table.primaryKey)) return [];
  return [index(dialect, schema, name, 'ux', key, completeKey(key, dialect))];
}

/** The condition of the index that a unique key gets: no column of it is NULL. */
export function completeKey(key: readonly string[], dialect: Dialect): string {
  return key.map((column) => `${dialect.quote(column)} IS NOT NULL`).join(' AND ');
}

function list(columns: readonly DestinationColumn['name'][], dialect: Dialect): string {
  return columns.map((column) => dialect.quote(column)).join(', ');
}
