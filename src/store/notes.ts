import type { DestinationTable } from './destination.ts';
import type { Claim, GroupDocument, IssueTotal } from './port.ts';
import { addSample } from './samples.ts';

/** A claim once more documents are written: what its instance row notes beside its totals. */
export function noteDocuments(
  claim: Claim,
  tables: readonly DestinationTable[],
  documents: readonly GroupDocument[],
): Claim {
  return {
    ...claim,
    issues: addIssues(claim.issues, documents),
    samples: addSample(claim.samples, claim.latest),
    unfilled: stillUnfilled(claim.unfilled, tables, documents),
  };
}

/** Columns that no document has given a value so far, as `table.column`; only those that are left are looked for. */
function stillUnfilled(
  unfilled: readonly string[] | null,
  tables: readonly DestinationTable[],
  documents: readonly GroupDocument[],
): readonly string[] {
  const known = unfilled === null ? null : new Set(unfilled);
  let left = tables
    .flatMap(({ name, columns }) =>
      columns.map((column, at) => ({ table: name, at, column: `${name}.${column.name}` })),
    )
    .filter(({ column }) => known?.has(column) ?? true);
  for (const document of documents) {
    if (document.outcome !== 'mapped') continue;
    const own = new Map(document.tables.map(({ table, rows }) => [table, rows]));
    left = left.filter(({ table, at }) => !own.get(table)?.some((row) => (row[at] ?? '') !== ''));
  }
  return left.map(({ column }) => column);
}

const LISTED_IDS = 20;

/** The quality issues of an instance once more documents are added: each document counts once a kind and place. */
export function addIssues(
  issues: readonly IssueTotal[],
  documents: readonly Pick<GroupDocument, 'appId' | 'issues'>[],
): readonly IssueTotal[] {
  const totals = new Map(issues.map((issue) => [placeOf(issue), issue]));
  for (const { appId, issues: own } of documents) {
    const places = new Map(own.map((issue) => [placeOf(issue), issue]));
    for (const [place, { kind, table, column }] of places) {
      const before = totals.get(place) ?? { kind, table, column, documents: 0, appIds: [] };
      const appIds = before.appIds.length < LISTED_IDS ? [...before.appIds, appId] : before.appIds;
      totals.set(place, { ...before, documents: before.documents + 1, appIds });
    }
  }
  return [...totals.values()];
}

function placeOf({ kind, table, column }: Pick<IssueTotal, 'kind' | 'table' | 'column'>): string {
  return JSON.stringify([kind, table, column]);
}
