/** Tables with those nested in them, parents first: the order in which they are written. */
export function withNested<Table extends { readonly tables: readonly Table[] }>(
  tables: readonly Table[],
): readonly Table[] {
  return tables.flatMap((table) => [table, ...withNested(table.tables)]);
}
