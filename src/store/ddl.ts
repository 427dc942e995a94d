import { InputError } from '../errors.ts';
import { printValueType, type ValueType } from '../values/typed/value-type.ts';
import { qualify, quote } from './identifier.ts';
import { KEY_TEXT_LENGTH, keyFaults, sameColumns } from './key-width.ts';
import { index } from './schema.ts';
import { sqliteCheck } from './sqlite/check-constraints.ts';
import type { Dialect } from './identifier.ts';
import type { TableDdl } from './schema.ts';
import type { ColumnType, DestinationColumn, DestinationTable } from './destination.ts';

/**
 * The destination tables a contract needs, in the order given; a statement of `create` or `indexes` ends without a semicolon.
 * Throws an `InputError` with all keys that SQL Server could not index.
 */
export function destinationTables(
  schema: string,
  tables: readonly DestinationTable[],
  dialect: Dialect,
): readonly TableDdl[] {
  const faults = dialect === 'mssql' ? keyFaults(schema, tables) : [];
  if (faults.length > 0) throw new InputError('The tables cannot be made:', faults);
  return tables.map((table) => ({
    schema,
    name: table.name,
    columns: table.columns.map((column) => column.name),
    create: createTable(schema, table, dialect),
    indexes: uniqueIndexes(schema, table, dialect),
    additions: [],
  }));
}

/** A script that makes the destination tables of a contract (CLI `ddl`). */
export function ddl(schema: string, tables: readonly DestinationTable[], dialect: Dialect): string {
  const statements = destinationTables(schema, tables, dialect).flatMap((table) => [table.create, ...table.indexes]);
  return statements.map((statement) => `${statement};\n`).join('\n');
}

function createTable(schema: string, table: DestinationTable, dialect: Dialect): string {
  const inKey = new Set([...table.primaryKey, ...(table.uniqueKey ?? [])]);
  const lines = table.columns.map((column) => {
    const required = !column.nullable || table.primaryKey.includes(column.name);
    const type = dialect === 'sqlite' ? sqliteType(column.type) : mssqlType(column.type, inKey.has(column.name));
    const check = dialect === 'sqlite' ? sqliteCheck(schema, table.name, column) : '';
    return `${quote(dialect, column.name)} ${type} ${required ? 'NOT NULL' : 'NULL'}${check && ` ${check}`}`;
  });
  if (table.primaryKey.length > 0) lines.push(`PRIMARY KEY (${list(table.primaryKey, dialect)})`);
  const { parent } = table;
  if (parent !== undefined && parent !== null) {
    const columns = list(parent.columns, dialect);
    lines.push(`FOREIGN KEY (${columns}) REFERENCES ${qualify(dialect, schema, parent.table)} (${columns})`);
  }
  return `CREATE TABLE ${qualify(dialect, schema, table.name)} (\n  ${lines.join(',\n  ')}\n)`;
}

// Rows lacking part of their key may repeat (spec 11.2), which SQL Server only allows outside the index.
function uniqueIndexes(schema: string, table: DestinationTable, dialect: Dialect): readonly string[] {
  const key = table.uniqueKey;
  if (key === null || key.length === 0 || sameColumns(key, table.primaryKey)) return [];
  const complete = key.map((name) => `${quote(dialect, name)} IS NOT NULL`).join(' AND ');
  return [index(dialect, schema, table.name, 'ux', key, complete)];
}

// Not INTEGER: that would make a single key column an alias of the row id, which takes NULL.
function sqliteType(type: ColumnType): string {
  if (type.kind === 'exact') return exactSqliteType(type.type);
  if (type.kind === 'float') return 'REAL';
  return ['tinyint', 'smallint', 'int', 'bigint', 'bit'].includes(type.kind)
    ? type.kind.toUpperCase().replace('BIT', 'INT')
    : 'TEXT';
}

function exactSqliteType(type: ValueType): string {
  switch (type.kind) {
    case 'float':
    case 'real':
      return 'REAL';
    case 'binary':
    case 'varbinary':
      return 'BLOB';
    case 'money':
      return sqliteType({ kind: 'decimal', precision: 19, scale: 4 });
    case 'decimal':
      return sqliteType(type);
    case 'bit':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return sqliteType({ kind: type.kind });
    default:
      return 'TEXT';
  }
}

function mssqlType(type: ColumnType, inKey: boolean): string {
  if (type.kind === 'exact') return printValueType(type.type);
  if (type.kind === 'decimal') return `decimal(${type.precision}, ${type.scale})`;
  if (type.kind === 'datetime') return 'datetime2';
  if (type.kind !== 'text') return type.kind;
  if (type.length === null) return inKey ? `nvarchar(${KEY_TEXT_LENGTH})` : 'nvarchar(max)';
  return type.length > 4000 ? 'nvarchar(max)' : `nvarchar(${type.length})`;
}

function list(columns: readonly DestinationColumn['name'][], dialect: Dialect): string {
  return columns.map((column) => quote(dialect, column)).join(', ');
}
