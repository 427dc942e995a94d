import { qualify, quote } from './identifier.ts';
import type { DestinationTable } from './destination.ts';
import type { Dialect } from './identifier.ts';

/** The rows of one table that belong to some documents: `where` is SQL over the alias `r0` of the table. */
export interface OwnedRows {
  readonly table: string;
  readonly where: string;
}

/**
 * The rows that belong to the documents with the ids that the SQL `ids` gives, of every table that tells whose rows they are. Rows of rows come before
 * those they belong to, so that deleting in this order finds all. Throws if tables own each other.
 */
export function ownedRows(
  dialect: Dialect,
  schema: string,
  tables: readonly DestinationTable[],
  ids: string,
): readonly OwnedRows[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const depth = (table: DestinationTable, seen = 0): number => {
    if (table.owner?.of !== 'row') return 0;
    if (seen > tables.length) throw new Error(`table ${table.name} is owned by itself`);
    const parent = byName.get(table.owner.table);
    return parent === undefined ? 0 : 1 + depth(parent, seen + 1);
  };
  const condition = ({ owner }: DestinationTable, level: number): string | null => {
    if (owner === null) return null;
    const column = (name: string, of: number): string => `r${of}.${quote(dialect, name)}`;
    if (owner.of === 'document') return `${column(owner.column, level)} IN (${ids})`;
    const parent = byName.get(owner.table);
    const owned = parent && condition(parent, level + 1);
    if (parent === undefined || owned === null || owned === undefined) return null;
    const same = owner.columns.map(({ own, its }) => `${column(its, level + 1)} = ${column(own, level)}`).join(' AND ');
    return `EXISTS (SELECT 1 FROM ${qualify(dialect, schema, parent.name)} r${level + 1} WHERE ${same} AND ${owned})`;
  };
  return tables
    .toReversed()
    .toSorted((a, b) => depth(b) - depth(a))
    .flatMap((table) => {
      const where = condition(table, 0);
      return where === null ? [] : [{ table: table.name, where }];
    });
}
