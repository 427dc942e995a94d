import { z } from 'zod';
import { qualified } from './dialect.ts';
import type { DestinationTable } from './destination.ts';
import type { Dialect } from './dialect.ts';
import type { Bounds } from './ids.ts';

/** Which documents of the log: all conditions that are given must hold. */
export interface MadeFilter {
  readonly bounds: Bounds;
  readonly afterAppId: string | null;
  /** Only these. */
  readonly appIds?: readonly string[] | undefined;
  readonly limit: number;
  /** As of a `FailureFilter`; only failed documents have one. */
  readonly reason?: string;
}

/** A logged document and what it was made of; null = xmlfan did not note it, or somebody else made it. */
export interface Made {
  readonly appId: string;
  readonly status: string;
  /** `hashSource` of the XML that was read. */
  readonly sourceHash: string | null;
  /** `contractMark` of the contract. */
  readonly contractMark: string | null;
}

/** The shape of a row of `Made` as both adapters select it. */
export const MADE = z.object({
  appId: z.string(),
  status: z.string(),
  sourceHash: z.string().nullable(),
  contractMark: z.string().nullable(),
}) satisfies z.ZodType<Made>;

export interface RedoResult {
  /** Documents whose log rows were moved. */
  readonly documents: number;
  /** Rows deleted, of tables that had any, in the order in which they were. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[];
  /** Left alone since their source row is gone or NULL, so that no run could make them anew. */
  readonly withoutSource: readonly string[];
}

/** The rows of one table that belong to some documents: `where` is SQL over the alias `r0` of the table. */
export interface OwnedRows {
  readonly table: string;
  /** Quoted, with its schema. */
  readonly from: string;
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
  const column = (name: string, of: number): string => `r${of}.${dialect.quote(name)}`;
  const condition = ({ owner }: DestinationTable, level: number): string | null => {
    if (owner === null) return null;
    if (owner.of === 'document') return `${column(owner.column, level)} IN (${ids})`;
    const parent = byName.get(owner.table);
    const owned = parent && condition(parent, level + 1);
    if (parent === undefined || owned === null || owned === undefined) return null;
    const same = owner.columns.map(({ own, its }) => `${column(its, level + 1)} = ${column(own, level)}`).join(' AND ');
    return `EXISTS (SELECT 1 FROM ${qualified(dialect, schema, parent)} r${level + 1} WHERE ${same} AND ${owned})`;
  };
  return tables
    .toReversed()
    .toSorted((a, b) => depth(b) - depth(a))
    .flatMap((table) => {
      const where = condition(table, 0);
      return where === null ? [] : [{ table: table.name, from: qualified(dialect, schema, table), where }];
    });
}
