import { isWhole, printIdType } from '../../document-id.ts';
import { printValueType } from '../../values/typed/value-type.ts';
import { checkedName } from '../dialect.ts';
import { KEY_TEXT_LENGTH } from '../key-width.ts';
import { NOW } from './clock.ts';
import { idsOf } from './ids.ts';
import type { ColumnType } from '../destination.ts';
import type { Dialect, OwnType } from '../dialect.ts';

/** T-SQL. */
export const MSSQL: Dialect = {
  name: 'mssql',
  quote,
  tableName: (schema, table) => `${schema}.${table}`,
  qualify: (schema, table) => `${quote(schema)}.${quote(table)}`,
  // Names of indexes belong to their table.
  index: (_, name) => quote(name),
  typeOf,
  check: () => '',
  ownType,
  idType: (type) => (isWhole(type) ? 'bigint' : printIdType(type)),
  ids: idsOf,
  now: NOW,
};

function quote(name: string): string {
  return `[${checkedName(name).replaceAll(']', ']]')}]`;
}

function typeOf(type: ColumnType, inKey: boolean): string {
  if (type.kind === 'exact') return printValueType(type.type);
  if (type.kind === 'decimal') return `decimal(${type.precision}, ${type.scale})`;
  if (type.kind === 'datetime') return 'datetime2';
  if (type.kind !== 'text') return type.kind;
  if (type.length === null) return inKey ? `nvarchar(${KEY_TEXT_LENGTH})` : 'nvarchar(max)';
  return type.length > 4000 ? 'nvarchar(max)' : `nvarchar(${type.length})`;
}

function ownType(type: OwnType, idType: string): string {
  if (type.startsWith('word')) return `varchar(${type.slice(4)})`;
  if (type.startsWith('text')) return `nvarchar(${type.slice(4)})`;
  const types: Readonly<Record<string, string>> = {
    id: idType,
    identity: 'bigint IDENTITY(1,1)',
    flag: 'bit',
    time: 'datetime2',
    long: 'nvarchar(max)',
  };
  return types[type] ?? type;
}
