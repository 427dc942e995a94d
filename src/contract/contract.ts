import type { DataType } from './data-types.ts';
import type { Expression } from '../expression/expression.ts';
import type { NestedContract } from './nested/model.ts';

/**
 * A checked contract: every key present, every name of spec section 14 filled in with the original's default,
 * enums and expressions resolved. Only `load` makes one, so whoever holds one need not check it again.
 */
export interface Contract {
  readonly format: 1;
  /** The name it is registered or loaded under, e.g. `CC`. */
  readonly productLine: string;
  /** What messages call documents of this line (spec 4.2), e.g. `Credit Card`. */
  readonly productName: string;
  /** SHA-256 (hex) of the contract's content in canonical JSON: equal for equal meaning of JSON and YAML. */
  readonly hash: string;
  readonly targetSchema: string;
  /** Table in `targetSchema` with `app_id` and the XML column. */
  readonly source: { readonly table: string; readonly column: string };
  /** Table the source query is inner-joined with on `app_id` (spec 12.1), or null. */
  readonly applicationTable: { readonly schema: string; readonly table: string } | null;
  readonly logTable: string;
  readonly rootElement: string;
  /** `optional`: the source row's id stands in where a document has none. */
  readonly applicationId: { readonly path: string; readonly attribute: string; readonly optional: boolean };
  /** Element that must exist (spec 4.2), or null; `name` is its last segment and the prefix of qualified names (8.2). */
  readonly applicationElement: { readonly path: string; readonly name: string } | null;
  /** Columns that hold the application id and the contact id (spec 7.4); they never make a row meaningful (7.2). */
  readonly keyColumns: { readonly document: string; readonly contact: string };
  readonly filters: readonly FilterRule[];
  /** In the order they are inserted: `table_insertion_order` without the log table, then the others by name. */
  readonly tables: readonly Table[];
  readonly bitConversions: {
    readonly charToBit: ReadonlyMap<string, 0 | 1>;
    readonly booleanToBit: ReadonlyMap<string, 0 | 1>;
  };
}

/** A contract of either format. */
export type AnyContract = Contract | NestedContract;

/** Which elements of one kind count, and in what order of preference (spec 2.3). */
export interface FilterRule {
  /** `contact`, `address`, `employment`, or a name of the contract's own. */
  readonly elementType: string;
  readonly path: string;
  /** Last segment of `path`. */
  readonly elementName: string;
  /** Attribute that identifies a contact, `con_id` unless the contact table's `key` says otherwise. */
  readonly idAttribute: string;
  /** In contract order; `true` = present and not the empty string. */
  readonly required: ReadonlyMap<string, true | readonly string[]>;
  /** The first attribute with a list: its first value is the primary or preferred type, its second the secondary. */
  readonly type: { readonly attribute: string; readonly values: readonly string[] } | null;
  /** At least one must not be blank (5.1 placeholder rule, 5.2 step 5); empty = no such test. */
  readonly meaningfulAttributes: readonly string[];
  readonly meaningfulColumns: readonly string[];
  /** Those of them that are meant to be text: in these 0 counts too (C12); none where the contract lists its own. */
  readonly textColumns: readonly string[];
}

/** A destination table and how its rows come about (spec 7.3, 9, 14). */
export interface Table {
  readonly name: string;
  readonly rows: RowSource;
  /** In contract order. */
  readonly mappings: readonly Mapping[];
  /** Key columns set by the mapper on every row, in order, overwriting a mapped column of that name (spec 7.4). */
  readonly keys: readonly RowKey[];
  /** Columns by which duplicates are told (spec 11.2), or null where any duplicate fails the document. */
  readonly uniqueKey: readonly string[] | null;
  readonly onDuplicate: 'fail' | 'skip' | 'update';
  /** For `update`: the columns that the last row overwrites. */
  readonly updateColumns: readonly string[];
}

/** A key column that the mapper sets itself. */
export interface RowKey {
  readonly column: string;
  /** `document`: the application id. `contact`: the id of the row's contact. */
  readonly of: 'document' | 'contact';
}

/** How the rows of a table come about. */
export type RowSource =
  /** One row a document; `keyAlone`: also where nothing else is found, which `app_base` by its original name skips (spec 7.2). */
  | { readonly kind: 'root'; readonly keyAlone: boolean }
  /** At most one row. */
  | { readonly kind: 'application' }
  /** One row per valid contact (5.1). */
  | { readonly kind: 'contact'; readonly filter: FilterRule }
  /** One row per surviving child of a contact (5.2). */
  | { readonly kind: 'address' | 'employment'; readonly filter: FilterRule; readonly contact: FilterRule }
  /** One row per element at the rule's path that passes the rule. */
  | { readonly kind: 'each'; readonly filter: FilterRule }
  | { readonly kind: 'score'; readonly columns: { readonly identifier: string; readonly value: string } }
  | { readonly kind: 'indicator'; readonly columns: { readonly name: string; readonly value: string } }
  | {
      readonly kind: 'history';
      readonly columns: { readonly name: string; readonly source: string; readonly value: string };
    }
  | {
      readonly kind: 'report';
      readonly columns: { readonly name: string; readonly value: string; readonly key: string };
    }
  | {
      readonly kind: 'exception';
      readonly columns: { readonly type: string; readonly reason: string; readonly notes: string };
    }
  /** One row per parameter of `add_collateral(N)` (`collateral`) or `warranty_field(N)` (`warranty`). */
  | {
      readonly kind: 'group';
      readonly flavour: 'collateral' | 'warranty';
      readonly groupColumn: string;
      /** Columns set to this value when the group set none. */
      readonly always: Readonly<Record<string, string>>;
      /** Whether truthy defaults fill columns of a justified row. */
      readonly defaults: boolean;
      /** Columns that justify a row only by a number above 0. */
      readonly positiveOnly: readonly string[];
    };

/** Where the value of one column comes from and what becomes of it (spec 2.2). */
export interface Mapping {
  /** Position in the file: `mappings[index]` is its place in messages. */
  readonly index: number;
  /** Absolute path of local names, `/A/B/C`. */
  readonly path: string;
  /** Attribute to read; the empty string and `text` read the element's text (P06, P10). */
  readonly attribute: string;
  /** Empty only with a row-creating type. */
  readonly column: string;
  readonly dataType: DataType;
  /** `string`: most characters (code points). `decimal`: digits after the point. */
  readonly length: number | null;
  readonly steps: readonly Step[];
  readonly nullable: boolean;
  readonly defaultValue: string | number | boolean | null;
  /** Set exactly when the chain contains `calculated_field`. */
  readonly expression: Expression | null;
  /** Set exactly when the chain contains `enum`: source text -> value, in contract order. */
  readonly enumeration: ReadonlyMap<string, string | number> | null;
}

/** One mapping type of a chain: `name` or `name(parameter)`; `parameter` is null without parentheses. */
export interface Step {
  readonly name: string;
  readonly parameter: string | null;
}
