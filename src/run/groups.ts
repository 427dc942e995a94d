import type { GroupDocument } from '../store/port.ts';

/** Bounds of what is committed in one transaction. */
export interface GroupLimits {
  readonly documents: number;
  /** Rows of any one table. */
  readonly rows: number;
}

export const GROUP_LIMITS: GroupLimits = { documents: 100, rows: 2000 };

/** Cuts documents into groups, in order; a document that is too large by itself is a group of its own. */
export function groupDocuments(
  documents: readonly GroupDocument[],
  limits: GroupLimits = GROUP_LIMITS,
): readonly (readonly GroupDocument[])[] {
  const groups: GroupDocument[][] = [];
  let group: GroupDocument[] = [];
  let rows = new Map<string, number>();
  for (const document of documents) {
    if (group.length > 0 && (group.length >= limits.documents || overflows(rows, document, limits.rows))) {
      groups.push(group);
      group = [];
      rows = new Map();
    }
    group.push(document);
    for (const [table, count] of rowCounts(document)) rows.set(table, (rows.get(table) ?? 0) + count);
  }
  return group.length > 0 ? [...groups, group] : groups;
}

function overflows(rows: ReadonlyMap<string, number>, document: GroupDocument, limit: number): boolean {
  return rowCounts(document).some(([table, count]) => (rows.get(table) ?? 0) + count > limit);
}

function rowCounts(document: GroupDocument): (readonly [string, number])[] {
  return document.outcome === 'mapped' ? document.tables.map(({ table, rows }) => [table, rows.length] as const) : [];
}
