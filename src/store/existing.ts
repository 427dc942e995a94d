/** A table that is in a database, whoever made it, as far as a contract cares. */
export interface ExistingTable {
  readonly schema: string;
  readonly name: string;
  /** In their order in the table. */
  readonly columns: readonly ExistingColumn[];
  /** Columns of the primary key in its order; none without one. */
  readonly primaryKey: readonly string[];
}

export interface ExistingColumn {
  readonly name: string;
  /** As SQL writes it, `nvarchar(20)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** Whether it is filled where a row says nothing of it: by a default, a number of its own, or the server alone. */
  readonly isFilled: boolean;
}

/** Groups rows of a catalog, which are ordered by table and column. */
export function groupTables(
  rows: readonly (ExistingColumn & {
    readonly schema: string;
    readonly table: string;
    /** Its place in the primary key, 0 for none. */
    readonly inKey: number;
  })[],
): readonly ExistingTable[] {
  const tables = Map.groupBy(rows, ({ schema, table }) => JSON.stringify([schema, table]));
  return [...tables.values()].flatMap((own): readonly ExistingTable[] => {
    const [first] = own;
    if (first === undefined) return [];
    const keys = own.filter(({ inKey }) => inKey > 0).toSorted((a, b) => a.inKey - b.inKey);
    return [
      {
        schema: first.schema,
        name: first.table,
        columns: own.map(({ name, type, nullable, isFilled }) => ({ name, type, nullable, isFilled })),
        primaryKey: keys.map(({ name }) => name),
      },
    ];
  });
}
