import { qualified, type Dialect } from './dialect.ts';
import type { DestinationTable } from './destination.ts';

/** Rows of a destination table that no converted document has. */
export interface Orphans {
  /** `unlogged`: no log has their document as converted. `parentless`: the row that they belong to is not there. */
  readonly kind: 'unlogged' | 'parentless';
  readonly rows: number;
  /** Ids of the first documents, at most `MOST_ORPHANS`; of rows that carry none, what they name in place of it. */
  readonly ids: readonly string[];
}

export const MOST_ORPHANS = 5;

/** SQL over the alias `r0` of the table: which rows are orphans, and the column by which they name their document or parent. */
export interface OrphanTest {
  readonly kind: Orphans['kind'];
  readonly where: string;
  readonly column: string;
  /** Whether that is a document's id. */
  readonly isDocument: boolean;
}

/**
 * How orphans of a table are told, by its own log and those of other sources, whose documents may be in it too: quoted tables, each with
 * the id of its rows as it compares with those of documents.
 */
export function orphanTests(
  dialect: Dialect,
  schema: string,
  table: DestinationTable,
  tables: readonly DestinationTable[],
  logs: readonly { readonly table: string; readonly id: string }[],
): readonly OrphanTest[] {
  const { owner, parent } = table;
  const column = (name: string): string => `r0.${dialect.quote(name)}`;
  const withoutParent = (name: string, same: readonly (readonly [own: string, its: string])[]): string | null => {
    const place = tables.find((one) => one.name === name);
    if (place === undefined) return null;
    const test = same.map(([own, its]) => `r1.${dialect.quote(its)} = ${column(own)}`).join(' AND ');
    return `NOT EXISTS (SELECT 1 FROM ${qualified(dialect, schema, place)} r1 WHERE ${test})`;
  };
  if (owner === null) return [];
  if (owner.of === 'row') {
    const where = withoutParent(
      owner.table,
      owner.columns.map(({ own, its }) => [own, its] as const),
    );
    const first = owner.columns[0]?.own ?? '';
    return where === null ? [] : [{ kind: 'parentless', where, column: column(first), isDocument: false }];
  }
  const document = column(owner.column);
  const unlogged = logs.map(
    (log) => `NOT EXISTS (SELECT 1 FROM ${log.table} l WHERE ${log.id} = ${document} AND l.status = 'success')`,
  );
  const where = parent
    ? withoutParent(
        parent.table,
        parent.columns.map((name) => [name, name] as const),
      )
    : null;
  return [
    { kind: 'unlogged', where: unlogged.join(' AND '), column: document, isDocument: true },
    ...(where === null ? [] : [{ kind: 'parentless' as const, where, column: document, isDocument: true }]),
  ];
}
