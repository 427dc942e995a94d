import type { AnyContract, Contract, Mapping, Table } from '../contract/contract.ts';
import { decimalOf, factsOf } from '../contract/data-types.ts';
import type { ColumnType, DestinationColumn, DestinationTable, RowOwner, WorkSet } from '../store/destination.ts';
import { toNestedTables, toNestedWorkSet } from './nested-tables.ts';

/** What a contract reads and logs. */
export function toWorkSet(contract: AnyContract): WorkSet {
  if (contract.format === 2) return toNestedWorkSet(contract);
  return {
    schema: contract.targetSchema,
    sourceTable: contract.source.table,
    sourceColumn: contract.source.column,
    application: contract.applicationTable,
    logTable: contract.logTable,
  };
}

/** The tables that a contract fills, in insertion order, with the narrowest types that hold all it says. */
export function toDestinationTables(contract: AnyContract): readonly DestinationTable[] {
  if (contract.format === 2) return toNestedTables(contract);
  return contract.tables.map((table) => toDestinationTable(contract, table));
}

function toDestinationTable(contract: Contract, table: Table): DestinationTable {
  const columns = mergeColumns([...keyColumns(contract, table), ...rowColumns(table), ...mappedColumns(table)]);
  return {
    name: table.name,
    role: table.rows.kind === 'root' ? 'root' : 'other',
    columns,
    primaryKey: primaryKeyOf(table, columns),
    uniqueKey: table.uniqueKey,
    onDuplicate: table.onDuplicate,
    updateColumns: table.updateColumns,
    owner: ownerOf(contract, table),
  };
}

/** Rows carry the document's id, or the key of a contact, whose row carries it. */
function ownerOf(contract: Contract, { keys }: Table): RowOwner | null {
  const document = keys.find(({ of }) => of === 'document');
  if (document !== undefined) return { of: 'document', column: document.column };
  const contact = keys.find(({ of }) => of === 'contact');
  const parent = contract.tables.find(({ rows }) => rows.kind === 'contact');
  const key = parent?.keys.find(({ of }) => of === 'contact');
  return parent === undefined || key === undefined || contact === undefined
    ? null
    : { of: 'row', table: parent.name, columns: [{ own: contact.column, its: key.column }] };
}

/** Keys are set on every row (spec 7.4). Their type is that of a mapping of the same column, wherever it is. */
function keyColumns(contract: Contract, table: Table): DestinationColumn[] {
  const unmapped: Record<'document' | 'contact', ColumnType> = {
    document: { kind: 'bigint' },
    contact: { kind: 'text', length: 50 },
  };
  return table.keys.map(({ column, of }) => {
    const mapping = mappingOf(table, column) ?? contract.tables.flatMap((other) => mappingOf(other, column) ?? [])[0];
    return { name: column, type: mapping === undefined ? unmapped[of] : toColumnType(mapping), nullable: false };
  });
}

function mappingOf(table: Table, column: string): Mapping | undefined {
  return table.mappings.find((mapping) => mapping.column.toLowerCase() === column.toLowerCase());
}

const NAME: ColumnType = { kind: 'text', length: 128 };

/** Columns that the kind of row brings with it (spec 9). */
function rowColumns({ rows, mappings }: Table): DestinationColumn[] {
  const value = widest(mappings.map(toColumnType)) ?? { kind: 'text', length: null };
  const longestText = mappings.some(({ length }) => length === null)
    ? null
    : Math.max(0, ...mappings.map(({ length }) => length ?? 0));
  const text: ColumnType = { kind: 'text', length: longestText === 0 ? null : longestText };
  switch (rows.kind) {
    case 'score':
      return [filled(rows.columns.identifier, NAME), open(rows.columns.value, value)];
    case 'indicator':
      return [filled(rows.columns.name, NAME), open(rows.columns.value, { kind: 'text', length: 10 })];
    case 'history':
      return [filled(rows.columns.name, NAME), filled(rows.columns.source, NAME), open(rows.columns.value, text)];
    case 'report':
      return [filled(rows.columns.name, NAME), open(rows.columns.value, text), open(rows.columns.key, NAME)];
    case 'exception':
      return [
        filled(rows.columns.type, { kind: 'int' }),
        open(rows.columns.reason, text),
        open(rows.columns.notes, text),
      ];
    case 'group':
      return [
        filled(rows.groupColumn, { kind: 'int' }),
        ...Object.entries(rows.always).map(([name, fixed]) =>
          open(name, mappingTypeOf(mappings, name) ?? typeOf(fixed)),
        ),
      ];
    default:
      return [];
  }
}

function filled(name: string, type: ColumnType): DestinationColumn {
  return { name, type, nullable: false };
}

function open(name: string, type: ColumnType): DestinationColumn {
  return { name, type, nullable: true };
}

function typeOf(constant: string): ColumnType {
  return /^-?\d{1,9}$/.test(constant) ? { kind: 'int' } : { kind: 'text', length: null };
}

function mappingTypeOf(mappings: readonly Mapping[], column: string): ColumnType | null {
  const mapping = mappings.find((candidate) => candidate.column === column);
  return mapping === undefined ? null : toColumnType(mapping);
}

const KINDS_WITH_OWN_COLUMNS = new Set(['score', 'indicator', 'history', 'report', 'exception']);

function mappedColumns({ rows, mappings }: Table): DestinationColumn[] {
  if (KINDS_WITH_OWN_COLUMNS.has(rows.kind)) return [];
  return mappings
    .filter(({ column }) => column !== '')
    .map((mapping) => ({
      name: mapping.column,
      type: toColumnType(mapping),
      nullable: rows.kind === 'group' || !alwaysFilled(mapping),
    }));
}

const NEVER_NULL = new Set(['char_to_bit', 'boolean_to_bit', 'default_getutcdate_if_null']);

/** `nullable: false` alone fills nothing (M04): only a default or a type that never yields NULL does. */
function alwaysFilled({ nullable, defaultValue, steps }: Mapping): boolean {
  if (nullable) return false;
  return (defaultValue !== null && defaultValue !== '') || NEVER_NULL.has(steps.at(-1)?.name ?? '');
}

/** The column type of one mapping. */
function toColumnType({ dataType, length }: Mapping): ColumnType {
  const { column: kind } = factsOf(dataType);
  if (kind === 'text') return { kind, length };
  if (kind !== 'decimal') return { kind };
  return { kind, ...decimalOf(length) };
}

/** One column per name, ignoring case: the first one's place and name, the widest type. */
function mergeColumns(columns: readonly DestinationColumn[]): DestinationColumn[] {
  const merged = new Map<string, DestinationColumn>();
  for (const column of columns) {
    const key = column.name.toLowerCase();
    const first = merged.get(key);
    merged.set(key, first === undefined ? column : { ...first, type: widest([first.type, column.type]) ?? first.type });
  }
  return [...merged.values()];
}

const INTEGERS = ['bit', 'tinyint', 'smallint', 'int', 'bigint'];

/** A type that holds the values of all given ones; text if nothing narrower does. */
function widest(types: readonly ColumnType[]): ColumnType | null {
  const [first, ...others] = types;
  return first === undefined ? null : others.reduce(wider, first);
}

function wider(a: ColumnType, b: ColumnType): ColumnType {
  if (a.kind === 'text' && b.kind === 'text')
    return { kind: 'text', length: a.length === null || b.length === null ? null : Math.max(a.length, b.length) };
  if (a.kind === 'decimal' && b.kind === 'decimal') {
    const scale = Math.max(a.scale, b.scale);
    return {
      kind: 'decimal',
      precision: Math.min(38, Math.max(a.precision - a.scale, b.precision - b.scale) + scale),
      scale,
    };
  }
  if (a.kind === b.kind) return a;
  const [i, j] = [INTEGERS.indexOf(a.kind), INTEGERS.indexOf(b.kind)];
  if (i >= 0 && j >= 0) return i > j ? a : b;
  if (i >= 0 && (b.kind === 'decimal' || b.kind === 'float')) return b;
  if (j >= 0 && (a.kind === 'decimal' || a.kind === 'float')) return a;
  return { kind: 'text', length: null };
}

/** The columns that tell a table's rows apart, if the contract fills them all. */
function primaryKeyOf(table: Table, columns: readonly DestinationColumn[]): readonly string[] {
  const always = new Set(columns.filter(({ nullable }) => !nullable).map(({ name }) => name));
  const key = keyCandidate(table);
  return key.every((column) => always.has(column)) ? key : [];
}

function keyCandidate({ rows, keys, uniqueKey }: Table): readonly string[] {
  if (uniqueKey !== null) return uniqueKey;
  const document = keys.filter(({ of }) => of === 'document').map(({ column }) => column);
  if (rows.kind === 'root' || rows.kind === 'application') return document;
  if (rows.kind === 'contact') return keys.filter(({ of }) => of === 'contact').map(({ column }) => column);
  return rows.kind === 'group' ? [...document, rows.groupColumn] : [];
}
