import type { IdType } from '../../document-id.ts';
import type { SqlCondition, SqlExpression } from '../../expression/sql/syntax.ts';
import type { ValueType } from '../../values/typed/value-type.ts';
import type { NameTest, Path } from './path.ts';

/**
 * A checked contract of format 2 (docs/contract.md): defaults filled in, paths and expressions parsed, everything resolved that
 * can be known without a document. Only loading makes one.
 */
export interface NestedContract {
  readonly format: 2;
  readonly productLine: string;
  readonly productName: string;
  /** SHA-256 (hex) of the content in canonical JSON. */
  readonly hash: string;
  /** Of source, log and destination tables whose name has none. */
  readonly schema: string;
  readonly source: {
    readonly schema: string;
    readonly table: string;
    readonly column: string;
    readonly id: string;
    readonly idType: IdType;
    /** Inner join on the id. */
    readonly join: { readonly schema: string; readonly table: string; readonly on: string } | null;
  };
  readonly logTable: string;
  readonly roots: readonly NameTest[];
  /** Of the id inside the document; null = the row's id alone counts. */
  readonly documentId: readonly Path[] | null;
  /** Column of the document's id in every table. */
  readonly key: string;
  /** Top tables, each with those nested in it, in the order in which they are written. */
  readonly tables: readonly NestedTable[];
  readonly limits: {
    readonly depth: number | null;
    readonly documentBytes: number | null;
    readonly valueBytes: number | null;
    readonly rows: number;
  };
}

export interface NestedTable {
  /** Its key in the file: what expressions, issues and reasons call it. */
  readonly name: string;
  readonly destination: {
    readonly schema: string;
    readonly table: string;
    /** What it is called among the contract's tables: with its schema where that is another than the contract's. */
    readonly label: string;
  };
  readonly rows: RowsOf;
  /** Column of the ordinal among the rows of one parent row, or null. */
  readonly position: string | null;
  /** Columns that identify a row within its parent row, or null; never both. Neither: at most one row a parent row. */
  readonly unique: readonly string[] | null;
  readonly onDuplicate: 'fail' | 'skip' | 'update';
  readonly count: { readonly min: number; readonly max: number | null };
  readonly where: SqlCondition | null;
  /** What the contract says for it. */
  readonly whereText: string | null;
  /** To which all `from` of the table are relative; finding more than one fails the document. */
  readonly at: readonly Path[] | null;
  /** A row for each part of the text of what `rows` finds. */
  readonly split: string | null;
  /** In the order of the file; the key columns are not among them. */
  readonly columns: readonly NestedColumn[];
  /** Positions in `columns` in an order in which each expression finds what it reads. */
  readonly evaluation: readonly number[];
  readonly tables: readonly NestedTable[];
}

export type RowsOf =
  /** One to one with its parent's row. */
  | { readonly kind: 'parent' }
  /** A row for every find of the union, in document order. */
  | { readonly kind: 'paths'; readonly paths: readonly Path[] }
  /** A row for every find of each, in the order of the list; `as` is what `name()` reads. */
  | { readonly kind: 'list'; readonly entries: readonly { readonly as: string; readonly paths: readonly Path[] }[] };

export interface NestedColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
  readonly long: 'fail' | 'cut' | 'blank';
  readonly stored: boolean;
  readonly source: ColumnSource;
}

export type ColumnSource =
  /** `text` is what the contract says. */
  | { readonly kind: 'expression'; readonly expression: SqlExpression; readonly text: string }
  | {
      readonly kind: 'paths';
      /** Each a union; the first that finds something not blank counts. */
      readonly alternatives: readonly (readonly Path[])[];
      /** `null`: the first, with an issue where there are several. */
      readonly take: 'first' | 'last' | 'only' | 'all' | 'count' | null;
      readonly join: string;
      /** In the exact text of the type; null = none. */
      readonly default: string | null;
      readonly unreadable: 'blank' | 'fail' | 'default';
      readonly digits: 'round' | 'fail';
      readonly space: 'trim' | 'collapse' | 'keep';
      readonly text: 'all' | 'own' | 'spaced';
      /** Patterns tried in order; empty = the forms of XML Schema. */
      readonly formats: readonly string[];
      /** `utc` or `drop`: what becomes of a zone. `name`: the zone of times without one, or null. */
      readonly zone: { readonly given: 'utc' | 'drop'; readonly name: string | null };
      readonly decimal: string;
      readonly group: string | null;
      readonly encoding: 'base64' | 'hex';
      readonly map: ValueMap | null;
    };

export interface ValueMap {
  readonly values: ReadonlyMap<string, string>;
  readonly otherwise: 'blank' | 'fail' | { readonly value: string };
  readonly ignoreCase: boolean;
}
