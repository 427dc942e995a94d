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
}

/** The tables and views of a schema that are among `names`, by name in lower case. One that is missing is not in the map. */
export async function readCatalog(
  db: Session,
  schema: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, CatalogTable>> {
  const [columnsOf, keysOf] = catalogStatements(schema, names);
  const columns = await db.all(COLUMN, columnsOf);
  const keys = await db.all(KEY, keysOf);
  const tables = new Map<string, CatalogTable & { readonly columns: Map<string, CatalogColumn> }>();
  for (const row of columns) {
    const key = row.tableName.toLowerCase();
    const table = tables.get(key) ?? {
      name: row.tableName,
      columns: new Map<string, CatalogColumn>(),
      uniqueKeys: uniqueKeys(keys, row.tableName),
    };
    tables.set(key, table);
    table.columns.set(row.name.toLowerCase(), columnOf(row));
  }
  return tables;
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
  const wanted = columns
    .map((name) => name.toLowerCase())
    .toSorted()
    .join('\n');
  return table.uniqueKeys.some(
    (key) =>
      key
        .map((name) => name.toLowerCase())
        .toSorted()
        .join('\n') === wanted,
  );
}

const LENGTH_TYPES = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'binary', 'varbinary']);
const CODE_PAGE_TYPES = new Set(['char', 'varchar', 'text']);

const COLUMN = z.object({
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
const KEY = z.object({ tableName: z.string(), indexId: NUMBER, columnName: z.string() });

function columnOf(row: z.infer<typeof COLUMN>): CatalogColumn {
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

function uniqueKeys(rows: readonly z.infer<typeof KEY>[], table: string): readonly (readonly string[])[] {
  const own = rows.filter(({ tableName }) => tableName === table);
  const indexes = new Map<number, string[]>();
  for (const { indexId, columnName } of own) indexes.set(indexId, [...(indexes.get(indexId) ?? []), columnName]);
  return [...indexes.values()];
}

/** The statements that read a catalog: columns, unique keys. */
export function catalogStatements(
  schema: string,
  names: readonly string[],
): readonly [columns: Statement, keys: Statement] {
  return [columnsStatement(schema, names), keysStatement(schema, names)];
}

function columnsStatement(schema: string, names: readonly string[]): Statement {
  return {
    sql: `SELECT t.name AS tableName, c.name, COALESCE(TYPE_NAME(c.system_type_id), TYPE_NAME(c.user_type_id), N'') AS type, c.max_length AS maxLength, c.precision, c.scale,
  c.is_nullable AS nullable, CASE WHEN c.default_object_id <> 0 THEN 1 ELSE 0 END AS hasDefault, c.is_identity AS [identity],
  c.is_computed AS computed, CAST(c.generated_always_type AS int) AS generated, c.collation_name AS collation, CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int) AS codePage
FROM sys.objects t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.columns c ON c.object_id = t.object_id
WHERE s.name = @schema AND t.type IN ('U', 'V') AND t.name IN (SELECT n.name FROM OPENJSON(@names) WITH (name nvarchar(128) '$[0]') n)
ORDER BY t.name, c.column_id`,
    inputs: { schema: { type: 'text', value: schema }, names: nameList(names) },
  };
}

// A filtered index is unique only among some rows, but those are all that have a complete key.
function keysStatement(schema: string, names: readonly string[]): Statement {
  return {
    sql: `SELECT t.name AS tableName, i.index_id AS indexId, c.name AS columnName
FROM sys.objects t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.indexes i ON i.object_id = t.object_id AND i.is_unique = 1
JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.key_ordinal > 0
JOIN sys.columns c ON c.object_id = t.object_id AND c.column_id = ic.column_id
WHERE s.name = @schema AND t.type IN ('U', 'V') AND t.name IN (SELECT n.name FROM OPENJSON(@names) WITH (name nvarchar(128) '$[0]') n)
ORDER BY t.name, i.index_id, ic.key_ordinal`,
    inputs: { schema: { type: 'text', value: schema }, names: nameList(names) },
  };
}

function nameList(names: readonly string[]) {
  return { type: 'long', value: JSON.stringify(names.map((name) => [name])) } as const;
}
