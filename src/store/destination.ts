import type { IdType } from '../document-id.ts';
import type { ValueType } from '../values/typed/value-type.ts';

/** What a contract reads and logs (architecture, Terms). Names are plain; adapters quote them. */
export interface WorkSet {
  /** Schema of the source, log, own and destination tables. */
  readonly schema: string;
  readonly sourceTable: string;
  readonly sourceColumn: string;
  /** Where it is not `schema`. */
  readonly sourceSchema?: string | undefined;
  /** Its column of ids, by default `app_id`. */
  readonly idColumn?: string | undefined;
  /** What its ids are, if the contract says so; whole numbers otherwise. */
  readonly idType?: IdType | undefined;
  /** Table inner-joined on the id, in its column `on` (by default `app_id`), or null. */
  readonly application: { readonly schema: string; readonly table: string; readonly on?: string | undefined } | null;
  readonly logTable: string;
}

/** A table that documents become rows of, as the contract sees it. */
export interface DestinationTable {
  /** What it is called among the tables of its contract, and in the database if `at` is not given. */
  readonly name: string;
  /** Where it is, if in another schema than the work set's. */
  readonly at?: { readonly schema: string; readonly table: string } | undefined;
  /** `root`: a document whose root key (the primary key, else the unique key) exists already is not written again. */
  readonly role: 'root' | 'other';
  readonly columns: readonly DestinationColumn[];
  /** Primary key for tables we create ourselves; empty = none. */
  readonly primaryKey: readonly string[];
  /** Columns by which duplicates are told (spec 11.2), or null where any duplicate fails the document. */
  readonly uniqueKey: readonly string[] | null;
  readonly onDuplicate: 'fail' | 'skip' | 'update';
  readonly updateColumns: readonly string[];
  /** By what a row's document is told, so that `redo` can delete its rows; null = by nothing. */
  readonly owner: RowOwner | null;
  /** The table whose key the first columns of the primary key are, for a foreign key in tables that we create; null = none. */
  readonly parent?: { readonly table: string; readonly columns: readonly string[] } | null | undefined;
}

/** Schema and name of a destination table in the database; `schema` is that of the work set. */
export function placeOf(
  schema: string,
  { name, at }: Pick<DestinationTable, 'name' | 'at'>,
): { readonly schema: string; readonly name: string } {
  return at === undefined ? { schema, name } : { schema: at.schema, name: at.table };
}

/** A column with the document's id, or columns with the key of a row of another table, whose document it is. */
export type RowOwner =
  | { readonly of: 'document'; readonly column: string }
  | {
      readonly of: 'row';
      readonly table: string;
      readonly columns: readonly { readonly own: string; readonly its: string }[];
    };

export interface DestinationColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** False: the contract fills it in every row, so a table we create ourselves says NOT NULL. */
  readonly nullable: boolean;
}

export type ColumnType =
  /** Length in characters; null = no bound. */
  | { readonly kind: 'text'; readonly length: number | null }
  | {
      readonly kind:
        | 'tinyint'
        | 'smallint'
        | 'int'
        | 'bigint'
        | 'bit'
        | 'float'
        | 'date'
        | 'datetime'
        | 'smalldatetime'
        | 'time'
        | 'uniqueidentifier';
    }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** A type that the contract names as SQL Server writes it (format 2). */
  | { readonly kind: 'exact'; readonly type: ValueType };

/**
 * A row: the exact text of each value, or null, in the order of its table's columns. Undefined is a column that the document
 * does not set, which takes the table's default (spec 11.3).
 */
export type DestinationRow = readonly (string | null | undefined)[];
