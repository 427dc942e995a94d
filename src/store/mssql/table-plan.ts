import { refusesDuplicates } from './catalog.ts';
import { misfitOf } from './fit.ts';
import { MSSQL } from './dialect.ts';
import type { CatalogColumn, CatalogTable } from './catalog.ts';
import type { DestinationTable } from '../destination.ts';

/** How rows of one table are written: the contract's table as the catalog has it. */
export interface TablePlan {
  readonly table: DestinationTable;
  /** Quoted, with its schema. */
  readonly name: string;
  /** In the order of the contract. */
  readonly columns: readonly ColumnPlan[];
  /** Columns by which duplicates are told; empty where any duplicate fails the document. */
  readonly key: readonly ColumnPlan[];
  /** Columns by which an existing root row is found; empty for other tables. */
  readonly rootKey: readonly ColumnPlan[];
  readonly updated: readonly ColumnPlan[];
  /**
   * Columns that the database fills by itself if a document does not set them. Which of them a document sets decides which statement
   * its rows go through: that is written as a mask, `1` set, `0` not set, in the order of these columns.
   */
  readonly optional: readonly ColumnPlan[];
  /** The only one possible, or else those that were seen; every statement text holds them all, so that it soon stays the same. */
  readonly masks: Set<string>;
  /**
   * Whether rows with a key that is there are looked for before they are inserted, or left to an index, whose refusal fails the group: that is
   * cheaper, and right for as long as none came.
   */
  readonly duplicates: { expected: boolean };
  /** Whether the database may fill a column by the order in which rows come, as an identity, a sequence and a row version are. */
  readonly ordered: boolean;
}

export interface ColumnPlan {
  readonly name: string;
  readonly quoted: string;
  /** Position of the value in a row. */
  readonly at: number;
  /** Name within a statement. */
  readonly alias: string;
  /** Position of the value in a row's JSON array. */
  readonly path: string;
  readonly catalog: CatalogColumn;
  readonly isText: boolean;
  /** Type in OPENJSON: wide enough that nothing is cut before the INSERT, which refuses what its column cannot hold. */
  readonly inputType: string;
  readonly misfit: (text: string | null) => string | null;
  /** Whether a text of it was sent with characters that stand in for others, which the statement has to put back from then on. */
  readonly standIns: { seen: boolean };
}

/** Fields before the values in a row's JSON array: position in the group, document, mask, whether a row of its document has a complete key. */
const FIRST_VALUE = 4;

/** Plans a table, `target` being its quoted name with its schema, or says which column the database lacks. */
export function planTable(
  target: string,
  table: DestinationTable,
  catalog: CatalogTable,
): TablePlan | { readonly missing: string } {
  const columns: ColumnPlan[] = [];
  for (const [index, { name }] of table.columns.entries()) {
    const column = catalog.columns.get(name.toLowerCase());
    if (column === undefined) return { missing: name };
    columns.push(planColumn(name, index, column));
  }
  const named = (names: readonly string[]): ColumnPlan[] => columns.filter(({ name }) => names.includes(name));
  const optional = columns.filter(({ catalog: { hasDefault, identity } }) => hasDefault || identity);
  const rootKey = table.primaryKey.length > 0 ? table.primaryKey : (table.uniqueKey ?? []);
  return {
    table,
    name: target,
    columns,
    key: table.onDuplicate === 'fail' ? [] : named(table.uniqueKey ?? []),
    rootKey: table.role === 'root' ? named(rootKey) : [],
    updated: table.onDuplicate === 'update' ? named(table.updateColumns) : [],
    optional,
    masks: new Set(optional.length === 0 ? [''] : []),
    duplicates: { expected: !refusesDuplicates(catalog, table.uniqueKey ?? []) },
    ordered: [...catalog.columns.values()].some((column) => column.identity || column.hasDefault || column.serverOnly),
  };
}

function planColumn(name: string, index: number, catalog: CatalogColumn): ColumnPlan {
  const isText = !PARSED_TYPES.has(catalog.type);
  return {
    name,
    quoted: MSSQL.quote(name),
    at: index,
    alias: `c${index}`,
    path: `'$[${FIRST_VALUE + index}]'`,
    catalog,
    isText,
    inputType: isText ? 'nvarchar(max)' : inputType(catalog),
    misfit: misfitOf(catalog),
    standIns: { seen: false },
  };
}

/** Types whose values OPENJSON makes of their text; all others get the text, of which the INSERT makes what the column takes. */
const PARSED_TYPES = new Set(
  (
    'bit tinyint smallint int bigint decimal numeric money smallmoney float real ' +
    'date time smalldatetime datetime datetime2 datetimeoffset uniqueidentifier'
  ).split(' '),
);

function inputType({ type, precision, scale }: CatalogColumn): string {
  if (type === 'decimal' || type === 'numeric') return `decimal(${precision}, ${scale})`;
  // ISO text becomes a datetime2 in every language; the INSERT makes the column's type of it.
  return ['date', 'datetime', 'smalldatetime', 'datetime2'].includes(type) ? 'datetime2(7)' : type;
}
