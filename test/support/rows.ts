import type { DestinationTable, DestinationRow } from '../../src/store/destination.ts';

/** A row as tests write it: column -> value; a column left out is absent. */
export type Cells = Readonly<Record<string, string | null>>;

/** The row in the order of the table's columns; values of columns that it has not, or of no known table, stand behind. */
export function rowOf(tables: readonly DestinationTable[], table: string, cells: Cells): DestinationRow {
  const columns = tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
  const others = Object.keys(cells).filter((column) => !columns.includes(column));
  return [...columns, ...others].map((column) => cells[column]);
}
