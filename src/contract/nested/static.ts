import { namesIn, namesOf } from '../../expression/sql/names.ts';
import { isTextType, printValueType, type ValueType } from '../../values/typed/value-type.ts';
import { checkExpressions } from './expressions.ts';
import type { IdType } from '../../document-id.ts';
import type { NestedContract, NestedTable } from './model.ts';
import { checkPaths } from './reachable.ts';
import { fault, warn, type NestedReading } from './reading.ts';
import { same } from './scope.ts';
import { ownTablesOf } from '../../own-tables.ts';
import type { PlacedTable } from './tables.ts';
import { withNested } from './tree.ts';

type ContractHead = Omit<NestedContract, 'tables'>;

/** Checks what only the whole contract can tell, and completes its tables. */
export function checkTables(
  reading: NestedReading,
  head: ContractHead,
  tables: readonly PlacedTable[],
): readonly NestedTable[] {
  checkDestinations(reading, head, tables);
  checkPaths(reading, head.roots, tables);
  warnOfUnread(reading, tables);
  return tables.map((table) => completeTable(reading, head, table, []));
}

/** A column that is neither stored nor read does nothing, or nothing but keep documents out, which nobody sees in the tables. */
function warnOfUnread(reading: NestedReading, tables: readonly PlacedTable[]): void {
  const read = new Set(withNested(tables).flatMap(readsOf));
  for (const { name: table, place, columns } of withNested(tables)) {
    for (const column of columns) {
      if (column.stored || read.has(`${table}.${column.name}`.toLowerCase())) continue;
      const keepsOut = waysToKeepOut(column);
      const use = keepsOut.length === 0 ? '' : `: it only keeps documents out (${keepsOut.join(', ')})`;
      const advice =
        keepsOut.length === 0 ? 'Remove it, or its store: false.' : 'Remove it, unless that is what it is for.';
      warn(reading, [...place, 'columns', column.name], `is not stored, and no expression reads it${use}`, advice);
    }
  }
}

/** What the expressions of a table read, as `table.column` in lower case. */
function readsOf({ name: table, columns, where }: PlacedTable): readonly string[] {
  const names = [
    ...columns.flatMap(({ source }) => (source.kind === 'expression' ? namesOf(source.expression) : [])),
    ...(where === null ? [] : namesIn(where)),
  ];
  return names.map((name) => (name.includes('.') ? name : `${table}.${name}`).toLowerCase());
}

/** The rules of a column by which it fails documents. */
function waysToKeepOut({ required, type, long, source }: PlacedTable['columns'][number]): readonly string[] {
  const isLong = isTextType(type) && type.length !== null && long === 'fail';
  const ways = [...(required ? ['required'] : []), ...(isLong ? [`longer than ${printValueType(type)}`] : [])];
  if (source.kind === 'expression') return ways;
  return [
    ...ways,
    ...(source.unreadable === 'fail' ? ['unreadable'] : []),
    ...(source.digits === 'fail' ? ['digits'] : []),
    ...(source.take === 'only' ? ['take: only'] : []),
    ...(source.map?.otherwise === 'fail' ? ['map'] : []),
  ];
}

function completeTable(
  reading: NestedReading,
  head: ContractHead,
  table: PlacedTable,
  lineage: readonly PlacedTable[],
): NestedTable {
  checkKeyColumns(reading, head, table, lineage);
  const evaluation = checkExpressions(reading, { key: head.key, idType: head.source.idType, table, lineage }, table);
  const { place: _place, ...rest } = table;
  return {
    ...rest,
    evaluation,
    tables: table.tables.map((child) => completeTable(reading, head, child, [...lineage, table])),
  };
}

/** Every table has a destination of its own, which is no other table of the contract. */
function checkDestinations(
  reading: NestedReading,
  { source, schema, logTable }: ContractHead,
  tables: readonly PlacedTable[],
): void {
  const others = new Map<string, string>([
    [fullName(source), 'the source table'],
    ...Object.values(ownTablesOf(logTable)).map(
      (table) => [fullName({ schema, table }), 'a table of xmlfan itself'] as const,
    ),
    [fullName({ schema, table: logTable }), 'the log table'],
  ]);
  checkSource(reading, source, fullName({ schema, table: logTable }));
  const taken = new Map<string, string>();
  for (const { place, destination } of withNested(tables)) {
    const key = fullName(destination);
    const [other, earlier] = [others.get(key), taken.get(key)];
    if (other !== undefined) fault(reading, place, `${destination.table} is ${other}`, 'Name another destination.');
    if (earlier === undefined) taken.set(key, destination.table);
    else fault(reading, place, `two tables go to ${earlier}`, 'Rename one; an each may be a union of paths (a | b).');
  }
}

function checkSource(reading: NestedReading, source: ContractHead['source'], log: string): void {
  if (fullName(source) === log)
    fault(reading, ['log'], 'the log table is the source table', 'Name another table, which xmlfan makes.');
  if (source.join !== null && fullName(source.join) === fullName(source))
    fault(
      reading,
      ['source', 'join', 'table'],
      'is the source table itself',
      'Name the table to join, or remove join.',
    );
  if (same(source.id, source.column))
    fault(reading, ['source', 'id'], 'is the column of XML as well', 'Name the column that identifies documents.');
}

function fullName({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return `${schema}.${table}`.toLowerCase();
}

/** The key columns that a table has from above, and the width of its key. */
function checkKeyColumns(
  reading: NestedReading,
  { key, source }: ContractHead,
  table: PlacedTable,
  lineage: readonly PlacedTable[],
): void {
  const parents = lineage.flatMap((parent) =>
    keyColumnsOf(parent).map((column) => ({ ...column, of: `the key of ${parent.name}` })),
  );
  const inherited = [{ name: key, bytes: idBytes(source.idType), of: 'the key of the document' }, ...parents];
  const own = table.columns.map(({ name }) => ({ name, place: [...table.place, 'columns', name] }));
  const position = table.position === null ? [] : [{ name: table.position, place: [...table.place, 'position'] }];
  for (const { name, place } of [...own, ...position]) {
    const owner = inherited.find((column) => same(column.name, name));
    if (owner !== undefined) fault(reading, place, `${name} is a column of ${owner.of} as well`, 'Rename one of them.');
  }
  const bytes = [...inherited, ...keyColumnsOf(table)].reduce((sum, column) => sum + column.bytes, 0);
  if (bytes > MOST_KEY_BYTES)
    fault(
      reading,
      table.place,
      `its primary key may have ${bytes} bytes, SQL Server takes ${MOST_KEY_BYTES}`,
      'Shorten the columns of unique, or take position.',
    );
}

const MOST_KEY_BYTES = 900;

/** What a table adds to the key of its rows. */
function keyColumnsOf({
  position,
  unique,
  columns,
}: PlacedTable): readonly { readonly name: string; readonly bytes: number }[] {
  if (position !== null) return [{ name: position, bytes: 4 }];
  return (unique ?? []).map((name) => {
    const type = columns.find((column) => same(column.name, name))?.type;
    return { name, bytes: type === undefined ? 0 : typeBytes(type) };
  });
}

function idBytes(type: IdType): number {
  if (type.kind !== 'text') return { tinyint: 1, smallint: 2, int: 4, bigint: 8, uniqueidentifier: 16 }[type.kind];
  return type.length * (type.sql.startsWith('n') ? 2 : 1);
}

/** Bytes of a value in a key; types without bound are refused there already. */
function typeBytes(type: ValueType): number {
  if ('length' in type) return (type.length ?? 0) * (type.kind.startsWith('n') ? 2 : 1);
  if (type.kind === 'decimal')
    return type.precision <= 9 ? 5 : type.precision <= 19 ? 9 : type.precision <= 28 ? 13 : 17;
  return FIXED_BYTES[type.kind];
}

const FIXED_BYTES: Record<Exclude<ValueType, { length: number | null } | { kind: 'decimal' }>['kind'], number> = {
  bit: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  float: 8,
  real: 4,
  money: 8,
  date: 3,
  datetime: 8,
  smalldatetime: 4,
  datetime2: 8,
  datetimeoffset: 10,
  time: 5,
  uniqueidentifier: 16,
  xml: 0,
};
