import type { GroupDocument } from '../store/port.ts';

/** Bounds of what is committed in one transaction. */
export interface GroupLimits {
  readonly documents: number;
  /** Rows of any one table. */
  readonly rows: number;
}

export const GROUP_LIMITS: GroupLimits = { documents: 100, rows: 2000 };

type DocumentGroup = readonly GroupDocument[];

/** What groups are made of; released once its documents are in groups that were taken, or in the one that is still open. */
export interface GroupSource {
  readonly documents: readonly GroupDocument[];
  readonly release: () => void;
}

/**
 * Collects the documents of consecutive pages into groups, in order. A group that is not full waits for the next page,
 * unless `isDue` says after a page that it must not; what is left at the end is a group of its own.
 */
export async function* collectGroups(
  pages: AsyncIterable<GroupSource>,
  isDue: () => boolean,
  limits: GroupLimits = GROUP_LIMITS,
): AsyncGenerator<DocumentGroup> {
  let open: DocumentGroup = [];
  for await (const page of pages) {
    try {
      const groups = groupDocuments([...open, ...page.documents], limits);
      open = groups.at(-1) ?? [];
      yield* groups.slice(0, -1);
    } finally {
      page.release();
    }
    if (open.length === 0 || !isDue()) continue;
    yield open;
    open = [];
  }
  if (open.length > 0) yield open;
}

/** Cuts documents into groups, in order; a document that is too large by itself is a group of its own. */
export function groupDocuments(documents: readonly GroupDocument[], limits: GroupLimits): readonly DocumentGroup[] {
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
