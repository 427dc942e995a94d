import { z } from 'zod';
import { NUMBER } from './run-rows.ts';
import type { Session, Statement } from './statement.ts';

/** A column as the database has it. */
export interface CatalogColumn {
  readonly name: string;
  /** Base type, e.g. `decimal`, `nvarchar`; of a CLR type its own name, e.g. `geography`. */
  readonly type: string;
  /** Characters (bytes for binary types), -1 = no bound; 0 for types without a length. */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  readonly identity: boolean;
  /** Computed, a row version, or `GENERATED ALWAYS`: filled by the server, and by nobody else. */
  readonly serverOnly: boolean;
  /** Null for types without one. */
  readonly collation: string | null;
  /** Code page of a `char`, `varchar` or `text` column; 65001 is UTF-8. Null for all other types. */
  readonly codePage: number | null;
}

export interface CatalogTable {
  readonly name: string;
  /** By name in lower case: how names compare is up to the database, but two that differ in case only are not in use. */
  readonly columns: ReadonlyMap<string, CatalogColumn>;
  /** Column lists of unique indexes and keys. */
  readonly uniqueKeys: readonly (readonly string[])[];
  /** Those that refuse every row with a complete key that is there. */
  readonly refusing: readonly (readonly string[])[];
}

/** Where a table is. */
interface Place {
  readonly schema: string;
  readonly name: string;
}

/** Tables and views that are there; undefined for one that is not, or that the login may not see. */
export type Catalog = (place: Place) => CatalogTable | undefined;

/** Reads what is there of some tables and views, of whatever schemas, in one statement. */
export async function readCatalog(db: Session, places: readonly Place[]): Promise<Catalog> {
  const rows = places.length === 0 ? [] : await db.all(ROW, catalogStatement(places));
  const tables = new Map(
    [...Map.groupBy(rows, ({ schemaName, tableName }) => keyOf({ schema: schemaName, name: tableName }))].map(
      ([key, columns]) => [key, tableOf(columns)],
    ),
  );
  return (place) => tables.get(keyOf(place));
}

/** Reads one of them. */
export async function readTable(db: Session, schema: string, name: string): Promise<CatalogTable | undefined> {
  return (await readCatalog(db, [{ schema, name }]))({ schema, name });
}

function keyOf({ schema, name }: Place): string {
  return `${schema}\n${name}`.toLowerCase();
}

/** The type of a column as SQL writes it, e.g. `decimal(18, 2)`, `nvarchar(max)`. */
export function typeText({ type, length, precision, scale }: CatalogColumn): string {
  if (LENGTH_TYPES.has(type)) return `${type}(${length === -1 ? 'max' : length})`;
  if (type === 'decimal' || type === 'numeric') return `${type}(${precision}, ${scale})`;
  return ['datetime2', 'datetimeoffset', 'time'].includes(type) ? `${type}(${scale})` : type;
}

/** The same with its collation, for a column beside which it is compared. */
export function declaredType(column: CatalogColumn): string {
  return column.collation === null ? typeText(column) : `${typeText(column)} COLLATE ${column.collation}`;
}

/** Whether a unique index or key covers exactly these columns, in any order. */
export function hasUniqueKey(table: CatalogTable, columns: readonly string[]): boolean {
  return isAmong(table.uniqueKeys, columns);
}

/** Whether an index refuses every row that has all of these columns, none NULL, in common with another. */
export function refusesDuplicates(table: CatalogTable, columns: readonly string[]): boolean {
  return isAmong(table.refusing, columns);
}

function isAmong(keys: readonly (readonly string[])[], columns: readonly string[]): boolean {
  const wanted = setOf(columns);
  return keys.some((key) => setOf(key) === wanted);
}

/** Names in any order and case as one text. */
function setOf(names: readonly string[]): string {
  return names
    .map((name) => name.toLowerCase())
    .toSorted()
    .join('\n');
}

const LENGTH_TYPES = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'binary', 'varbinary']);
const CODE_PAGE_TYPES = new Set(['char', 'varchar', 'text']);

/** What is read of a column `c` of a table `t`. */
export const CATALOG_COLUMNS = `t.name AS tableName, c.name, COALESCE(TYPE_NAME(c.system_type_id), TYPE_NAME(c.user_type_id), N'') AS type, c.max_length AS maxLength, c.precision, c.scale,
  c.is_nullable AS nullable, CASE WHEN c.default_object_id <> 0 THEN 1 ELSE 0 END AS hasDefault, c.is_identity AS [identity],
  c.is_computed AS computed, CAST(c.generated_always_type AS int) AS generated, c.collation_name AS collation,
  CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int) AS codePage`;

/** The shape of that. */
export const COLUMN = z.object({
  tableName: z.string(),
  name: z.string(),
  type: z.string(),
  maxLength: NUMBER,
  precision: NUMBER,
  scale: NUMBER,
  nullable: z.boolean(),
  hasDefault: NUMBER,
  identity: z.boolean(),
  computed: z.boolean(),
  generated: NUMBER.nullable(),
  collation: z.string().nullable(),
  codePage: NUMBER.nullable(),
});
const ROW = COLUMN.extend({
  schemaName: z.string(),
  indexId: NUMBER.nullable(),
  refuses: NUMBER.nullable(),
  filter: z.string().nullable(),
});
type Row = z.infer<typeof ROW>;

/** A column comes once for each unique index that it is in. */
function tableOf(rows: readonly Row[]): CatalogTable {
  const keys = Map.groupBy(rows, ({ indexId }) => indexId);
  keys.delete(null);
  return {
    name: rows[0]?.tableName ?? '',
    columns: new Map(rows.map((row) => [row.name.toLowerCase(), columnOf(row)])),
    uniqueKeys: [...keys.values()].map((columns) => columns.map(({ name }) => name)),
    refusing: [...keys.values()].filter(isRefusing).map((columns) => columns.map(({ name }) => name)),
  };
}

/** Whether it is in use, and leaves out no rows but those that lack part of the key. */
function isRefusing(columns: readonly Row[]): boolean {
  const [{ refuses, filter } = { refuses: 0, filter: null }] = columns;
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const isPresent = (test: string): boolean => {
    const name = /^\s*\[([^[\]]+)\] IS NOT NULL\s*$/i.exec(test)?.[1];
    return name !== undefined && names.has(name.toLowerCase());
  };
  return refuses === 1 && (filter === null || filter.replaceAll(/[()]/g, '').split(/ AND /i).every(isPresent));
}

/** A column by its row of the catalog. */
export function columnOf(row: z.infer<typeof COLUMN>): CatalogColumn {
  const unicode = row.type === 'nchar' || row.type === 'nvarchar';
  return {
    name: row.name,
    type: row.type,
    length: LENGTH_TYPES.has(row.type) ? (unicode && row.maxLength > 0 ? row.maxLength / 2 : row.maxLength) : 0,
    precision: row.precision,
    scale: row.scale,
    nullable: row.nullable,
    // A computed column shows its expression as a default on some servers.
    hasDefault: row.hasDefault === 1 && !row.computed,
    identity: row.identity,
    serverOnly: row.computed || row.type === 'timestamp' || (row.generated ?? 0) > 0,
    collation: row.collation,
    codePage: CODE_PAGE_TYPES.has(row.type) ? row.codePage : null,
  };
}

/**
 * The columns of tables, with the unique indexes they are in; a filtered one is unique only among some rows, but those are all that have a
 * complete key. Names are compared as the database compares texts: the catalog may have a collation of its own, as in Azure SQL.
 */
export function catalogStatement(places: readonly Place[]): Statement {
  return {
    sql: `SELECT s.name AS schemaName, ${CATALOG_COLUMNS}, k.index_id AS indexId, k.refuses, k.filter_definition AS filter
FROM sys.objects t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.columns c ON c.object_id = t.object_id
LEFT JOIN (SELECT i.object_id, i.index_id, i.filter_definition, ic.column_id,
    CASE WHEN i.is_disabled = 0 AND i.is_hypothetical = 0 AND i.ignore_dup_key = 0 THEN 1 ELSE 0 END AS refuses FROM sys.indexes i
  JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.key_ordinal > 0 WHERE i.is_unique = 1) k
  ON k.object_id = c.object_id AND k.column_id = c.column_id
WHERE t.type IN ('U', 'V') AND EXISTS (SELECT 1 FROM OPENJSON(@places) WITH ([schema] nvarchar(128) '$[0]', name nvarchar(128) '$[1]') p
  WHERE p.[schema] = s.name COLLATE DATABASE_DEFAULT AND p.name = t.name COLLATE DATABASE_DEFAULT)
ORDER BY s.name, t.name, c.column_id`,
    inputs: { places: { type: 'long', value: JSON.stringify(places.map(({ schema, name }) => [schema, name])) } },
  };
}
