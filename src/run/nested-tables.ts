import type { NestedContract, NestedTable } from '../contract/nested/model.ts';
import type { ColumnType, DestinationColumn, DestinationTable, WorkSet } from '../store/destination.ts';

/** What a contract of format 2 reads and logs. */
export function toNestedWorkSet({ schema, source, logTable }: NestedContract): WorkSet {
  const { join } = source;
  return {
    schema,
    sourceTable: source.table,
    sourceColumn: source.column,
    ...(source.schema === schema ? {} : { sourceSchema: source.schema }),
    ...(source.id === 'app_id' ? {} : { idColumn: source.id }),
    idType: source.idType,
    application: join === null ? null : { schema: join.schema, table: join.table, on: join.on },
    logTable,
  };
}

/** The tables that a contract of format 2 fills, in insertion order: the key columns first, then those of the contract. */
export function toNestedTables(contract: NestedContract): readonly DestinationTable[] {
  const key: DestinationColumn = { name: contract.key, type: idType(contract), nullable: false };
  return contract.tables.flatMap((table) => withNested(contract, table, [key], null));
}

function idType({ source: { idType: type } }: NestedContract): ColumnType {
  if (type.kind === 'text') return { kind: 'exact', type: { kind: type.sql, length: type.length } };
  return { kind: type.kind };
}

function withNested(
  contract: NestedContract,
  table: NestedTable,
  inherited: readonly DestinationColumn[],
  parent: string | null,
): readonly DestinationTable[] {
  const position: DestinationColumn[] =
    table.position === null ? [] : [{ name: table.position, type: { kind: 'int' }, nullable: false }];
  const columns = table.columns
    .filter(({ stored }) => stored)
    .map(({ name, type, required }): DestinationColumn => ({
      name,
      type: { kind: 'exact', type },
      nullable: !required && !isUnique(table, name),
    }));
  // In the order in which the contract names them: rows of nested tables begin with these values.
  const unique = (table.unique ?? []).flatMap((own) => columns.filter(({ name }) => isSame(name, own)));
  const key = [...inherited, ...position, ...unique];
  return [
    {
      name: table.destination.label,
      ...(table.destination.label === table.destination.table ? {} : { at: table.destination }),
      role: 'other',
      columns: [...inherited, ...position, ...columns],
      primaryKey: namesOf(key),
      uniqueKey: null,
      onDuplicate: 'fail',
      updateColumns: [],
      owner: { of: 'document', column: contract.key },
      parent: parent === null ? null : { table: parent, columns: namesOf(inherited) },
    },
    ...table.tables.flatMap((child) => withNested(contract, child, key, table.destination.label)),
  ];
}

/** They identify a row, so that they are never NULL. */
function isUnique({ unique }: NestedTable, name: string): boolean {
  return unique?.some((column) => isSame(column, name)) ?? false;
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function namesOf(columns: readonly DestinationColumn[]): readonly string[] {
  return columns.map(({ name }) => name);
}
