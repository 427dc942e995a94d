import type { AnyContract } from '../../src/contract/contract.ts';
import type { Explanation } from '../../src/mapping/explain/explanation.ts';
import { columnsOf } from '../../src/mapping/layout.ts';
import { layOutNested } from '../../src/mapping/nested/compile.ts';
import type { Outcome } from '../../src/mapping/outcome.ts';

type Rows = Record<string, readonly Record<string, string | null>[]>;

/** What a run writes, absent columns as null. */
export function written(contract: AnyContract, outcome: Outcome): Rows {
  if (outcome.outcome === 'rejected') return {};
  const columns = new Map<string, readonly string[]>(
    contract.format === 2
      ? layOutNested(contract).map(({ table, columns: names }) => [table.destination.label, names])
      : contract.tables.map((table) => [table.name, columnsOf(table)]),
  );
  return Object.fromEntries(
    outcome.tables.map(({ table, rows }) => [
      table,
      rows.map((row) => Object.fromEntries((columns.get(table) ?? []).map((name, at) => [name, row[at] ?? null]))),
    ]),
  );
}

/** The same of an explanation. */
export function explained({ outcome, tables }: Explanation): Rows {
  if (outcome === 'rejected') return {};
  return Object.fromEntries(
    tables.flatMap(({ table, rows }) =>
      rows.length === 0
        ? []
        : [[table, rows.map(({ columns }) => Object.fromEntries(columns.map(({ column, value }) => [column, value])))]],
    ),
  );
}
