import type { RowSource, Table } from '../contract/contract.ts';

/** A row: the exact text of each column's value, in the order of its table's columns. Null is NULL; undefined is absent (spec 11.3). */
export type Row = readonly (string | null | undefined)[];

/** A row in the making. */
export type MutableRow = (string | null | undefined)[];

/** The columns of a table, by which its rows are ordered. */
export interface Layout {
  readonly columns: readonly string[];
  /** The place of a column. Names are compared without case, as SQL does. */
  readonly at: (column: string) => number;
  /** A row without values. */
  readonly row: () => MutableRow;
}

/** The columns of a table's rows: keys, those that the kind of row brings with it, then those of mappings, each once. */
export function columnsOf(table: Table): readonly string[] {
  const mapped = hasFixedColumns(table.rows) ? [] : table.mappings.map(({ column }) => column);
  const names = [...table.keys.map(({ column }) => column), ...fixedColumns(table.rows), ...mapped];
  const byLower = new Map<string, string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (name !== '' && !byLower.has(lower)) byLower.set(lower, name);
  }
  return [...byLower.values()];
}

/** Compiles the layout of a table's rows. */
export function layOut(table: Table): Layout {
  const columns = columnsOf(table);
  const places = new Map(columns.map((column, at) => [column.toLowerCase(), at]));
  const empty: MutableRow = columns.map(() => undefined);
  return {
    columns,
    at(column) {
      const at = places.get(column.toLowerCase());
      if (at === undefined) throw new RangeError(`${table.name} has no column ${column}`);
      return at;
    },
    row: () => empty.slice(),
  };
}

function fixedColumns(rows: RowSource): readonly string[] {
  if (rows.kind === 'group') return [rows.groupColumn, ...Object.keys(rows.always)];
  return 'columns' in rows ? Object.values(rows.columns) : [];
}

/** Whether mappings name no columns of their own (spec 9). */
function hasFixedColumns(rows: RowSource): boolean {
  return 'columns' in rows;
}
