import { addMatches } from './matches.ts';
import type { Claim, GroupDocument, IssueTotal } from './port.ts';
import { addSample } from './samples.ts';

/** A claim once more documents are written: what its instance row notes beside its totals. */
export function noteDocuments(claim: Claim, documents: readonly GroupDocument[]): Claim {
  return {
    ...claim,
    issues: addIssues(claim.issues, documents),
    samples: addSample(claim.samples, claim.latest),
    unmatched: addMatches(
      claim.unmatched,
      documents.flatMap((document) => (document.outcome === 'mapped' ? [document.matches] : [])),
    ),
  };
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
