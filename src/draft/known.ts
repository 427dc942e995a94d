import { isTextType, parseValueType, printValueType, type ValueType } from '../values/typed/value-type.ts';
import type { DraftColumn } from './columns.ts';
import { pluralOf, snakeCase } from './names.ts';
import type { DraftTable } from './tables.ts';
import { count } from '../words.ts';

/** A table of a database that documents are meant for. */
export interface KnownTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
    readonly isFilled: boolean;
  }[];
  readonly primaryKey: readonly string[];
}

type KnownColumn = KnownTable['columns'][number];

/** Drafted tables as a database has them, and what it says of the document's id. */
export interface FittedTables {
  readonly tables: readonly DraftTable[];
  /** The column of the id in every table, its type, and where documents have it; null where no table says. */
  readonly key: { readonly name: string; readonly idType: string; readonly idPath: string | null } | null;
}

/** Gives drafted tables names, types and keys of tables that are there; whatever has no match is told beside it. */
export function fitTables(tables: readonly DraftTable[], known: readonly KnownTable[]): FittedTables {
  const [top] = tables;
  const found = top === undefined ? null : matchTable(top, null, known);
  const [name] = found?.primaryKey ?? [];
  const column = found?.columns.find((candidate) => candidate.name === name);
  const inherited = new Set(name === undefined ? [] : [name.toLowerCase()]);
  const fitted = tables.map((table) => fitTable(table, { above: null, known, key: name ?? null, inherited }));
  if (top === undefined || found === null || column === undefined) return { tables: fitted, key: null };
  const type = parseValueType(column.type);
  const isId = typeof type !== 'string' && ID_TYPES.test(type.kind);
  const idPath = found.primaryKey.length === 1 ? (matchColumns(top, found.columns).get(column)?.from ?? null) : null;
  return { tables: fitted, key: { name: column.name, idType: isId ? printValueType(type) : 'bigint', idPath } };
}

const ID_TYPES = /^(?:(?:big|small|tiny)?int|uniqueidentifier|n?(?:var)?char)$/;

/** The table that a drafted one is called like, with or without the table around it; of several the one that has most of its columns. */
function matchTable(table: DraftTable, above: DraftTable | null, known: readonly KnownTable[]): KnownTable | null {
  const names = [table.name, ...(above === null ? [] : [`${above.element}_${table.element}`]), table.element].map(
    nameOfTable,
  );
  const candidates = known
    .map((candidate) => ({ candidate, rank: names.indexOf(nameOfTable(candidate.name)) }))
    .filter(({ rank }) => rank !== -1)
    .map(({ candidate, rank }) => ({ candidate, rank, matched: matchColumns(table, candidate.columns).size }));
  const [best] = candidates.toSorted((a, b) => b.matched - a.matched || a.rank - b.rank);
  return best?.candidate ?? null;
}

function nameOfTable(name: string): string {
  return plain(pluralOf(snakeCase(name)));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Columns of a table and the drafted ones that are called so: by the whole name first, then by parts of it that mean only one. */
function matchColumns(table: DraftTable, columns: readonly KnownColumn[]): ReadonlyMap<KnownColumn, DraftColumn> {
  const matched = new Map<KnownColumn, DraftColumn>();
  const left = new Set(table.columns);
  for (const variant of VARIANTS) {
    const byName = Map.groupBy(left, (column) => plain(variant(column, table)));
    for (const column of columns) {
      const [only, ...others] = byName.get(plain(column.name)) ?? [];
      if (only === undefined || others.length > 0 || matched.has(column)) continue;
      matched.set(column, only);
      left.delete(only);
    }
  }
  return matched;
}

/** What a drafted column may be called. */
const VARIANTS: readonly ((column: DraftColumn, table: DraftTable) => string)[] = [
  ({ name }) => name,
  ({ name }, { element }) => `${element}_${name}`,
  ({ from }) => from.replaceAll('@', ''),
  ({ from }) => lastStep(from),
  ({ from }, { element }) => `${element}_${lastStep(from)}`,
];

function lastStep(from: string): string {
  return from
    .slice(from.lastIndexOf('/') + 1)
    .replace(/^@/, '')
    .replace(/^.*:/, '');
}

interface Surroundings {
  readonly above: DraftTable | null;
  readonly known: readonly KnownTable[];
  /** The column of the document's id, and all key columns from above in lower case. */
  readonly key: string | null;
  readonly inherited: ReadonlySet<string>;
}

function fitTable(table: DraftTable, around: Surroundings): DraftTable {
  const { above, known, key, inherited } = around;
  const found = matchTable(table, above, known);
  const ownKey = (found?.primaryKey ?? []).filter((name) => !inherited.has(name.toLowerCase()));
  const keys = new Set([...inherited, ...ownKey.map((name) => name.toLowerCase())]);
  const tables = table.tables.map((nested) => fitTable(nested, { ...around, above: table, inherited: keys }));
  if (found === null)
    return { ...table, tables, notes: ['no table of the store is called so; `xmlfan ddl CONTRACT` prints one'] };
  const matched = [...matchColumns(table, found.columns)];
  const byDraft = new Map(matched.map(([column, drafted]) => [drafted, column]));
  const filled = new Set(matched.map(([{ name }]) => name.toLowerCase()));
  const isUnique = ownKey.length > 0 && ownKey.every((name) => filled.has(name.toLowerCase()));
  const [counted, ...more] = ownKey.filter((name) => !filled.has(name.toLowerCase()));
  const position = counted !== undefined && more.length === 0 ? counted : table.position;
  const given = new Set([...filled, ...inherited, ...(position === null ? [] : [position.toLowerCase()])]);
  const isThere = (name: string): boolean =>
    found.columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
  return {
    ...table,
    name: found.name,
    destination: found.schema.toLowerCase() === 'dbo' ? null : `${found.schema}.${found.name}`,
    position: isUnique || table.position === null ? null : position,
    unique: isUnique && table.position !== null ? ownKey : null,
    notes: [
      ...[key ?? [], isUnique || table.position === null ? [] : (position ?? [])]
        .flat()
        .filter((name) => !isThere(name))
        .map((name) => `not in the store: ${name}, a column of the key`),
      ...found.columns.filter(({ name }) => !given.has(name.toLowerCase())).map(describeUnfilled),
    ],
    columns: table.columns
      // What is a key column from above is given already.
      .filter((column) => !inherited.has(byDraft.get(column)?.name.toLowerCase() ?? ''))
      .map((column) => fitColumn(column, byDraft.get(column), table)),
    tables,
  };
}

function describeUnfilled({ name, type, nullable, isFilled }: KnownColumn): string {
  const must = nullable || isFilled ? '' : ', NOT NULL without a default: no row can be written without it';
  return `in the store and not filled: ${name} (${type})${must}`;
}

function fitColumn(column: DraftColumn, known: KnownColumn | undefined, { rows }: DraftTable): DraftColumn {
  if (known === undefined)
    return { ...column, isAbsent: true, comment: `${column.comment}; no such column in the store` };
  const { name, nullable, isFilled } = known;
  const type = parseValueType(known.type);
  const isNeeded = !nullable && !isFilled;
  const remarks = [
    ...(isNeeded && column.seen.count < rows ? ['NOT NULL in the store: give it a default'] : []),
    ...(typeof type === 'string' ? unknownType(known.type) : contradictions(column, type)),
  ];
  return {
    ...column,
    name,
    type: typeof type === 'string' ? column.type : typeInStore(column.type, type),
    required: isNeeded,
    comment: [column.comment, ...remarks].join('; '),
  };
}

/** Formats and zones are those of dates and times only. */
function typeInStore(drafted: DraftColumn['type'], type: ValueType): DraftColumn['type'] {
  return { ...(kindOf(type) === 'moment' && drafted), type: printValueType(type) };
}

/** What SQLite declares says no more than the samples do. */
function unknownType(type: string): readonly string[] {
  return ['', 'text', 'integer', 'numeric', 'real', 'blob'].includes(type)
    ? []
    : [`${type} in the store, which no type of a contract is`];
}

/** What of the samples the type of the store does not hold. */
function contradictions({ type: drafted, seen }: DraftColumn, type: ValueType): readonly string[] {
  if (isTextType(type))
    return seen.longest > (type.length ?? Infinity)
      ? [`up to ${count(seen.longest, 'character')}, which is too long`]
      : [];
  const own = parseValueType(drafted.type);
  if (typeof own === 'string' || kindOf(own) === kindOf(type) || (kindOf(own) === 'whole' && kindOf(type) === 'number'))
    return [];
  return [`looks like ${drafted.type}`];
}

function kindOf({ kind }: ValueType): string {
  if (/^(?:tinyint|smallint|int|bigint|bit)$/.test(kind)) return 'whole';
  if (/^(?:decimal|money|float|real)$/.test(kind)) return 'number';
  return /date|time/.test(kind) ? 'moment' : kind;
}
