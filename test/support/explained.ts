import assert from 'node:assert/strict';
import type { AnyContract } from '../../src/contract/contract.ts';
import type { ExplainedColumn, Explanation } from '../../src/mapping/explain/explanation.ts';
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

/** The first column of that name in any table. */
export function columnOf({ tables }: Explanation, name: string): ExplainedColumn {
  const columns = tables.flatMap(({ rows }) => rows.flatMap((row) => row.columns));
  return columns.find(({ column }) => column === name) ?? assert.fail(`no column ${name}`);
}

/** Code, a part of the sentence and the nearest path of why a column is not what the document has. */
export type Why = readonly [code: string, sentence: RegExp, nearest: string | null];

export function assertWhy({ reason }: Pick<ExplainedColumn, 'reason'>, [code, sentence, nearest]: Why): void {
  assert.equal(reason?.code, code);
  assert.match(reason.sentence, sentence);
  assert.equal(reason.nearest, nearest);
}
