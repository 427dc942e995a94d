import type { GroupDocument } from '../store/port.ts';

/** Bounds of what is committed in one transaction. */
export interface GroupLimits {
  readonly documents: number;
  /** Rows of any one table. */
  readonly rows: number;
}

export const GROUP_LIMITS: GroupLimits = { documents: 100, rows: 2000 };

/** What groups are made of; released once its documents are in groups that were taken, or in the one that is still open. */
export interface GroupSource {
  readonly documents: readonly GroupDocument[];
  readonly release: () => void;
}

/**
 * Collects the documents of consecutive pages into groups, in order. A group that is not full waits for the next page,
 * unless `isDue` says after a page that it must not; what is left at the end is a group of its own.
 * A group and the tables of its documents are emptied when the next one is asked for: whoever waits here keeps nothing but the open group in memory.
 */
export async function* collectGroups(
  pages: AsyncIterable<GroupSource>,
  isDue: () => boolean,
  limits: GroupLimits = GROUP_LIMITS,
): AsyncGenerator<readonly GroupDocument[]> {
  let open: GroupDocument[] = [];
  for await (const page of pages) {
    try {
      const groups = continueWith(open, page, limits);
      while (groups.length > 1) yield* emptied(groups.shift());
      open = groups.pop() ?? [];
    } finally {
      page.release();
    }
    if (open.length >= limits.documents || isDue()) yield* emptied(open);
  }
  yield* emptied(open);
}

function continueWith(open: GroupDocument[], page: GroupSource, limits: GroupLimits): GroupDocument[][] {
  return groupDocuments([...open.splice(0), ...page.documents], limits);
}

function* emptied(group: GroupDocument[] = []): Generator<readonly GroupDocument[]> {
  if (group.length > 0) yield group;
  group.forEach(emptyTables);
  group.length = 0;
}

/**
 * V8 gives what often lives for long the memory of what is old from the first. There a list keeps all that is in it until the next full collection,
 * however soon nobody needs it: of documents of 5 KB the collector then copied all rows twice, a tenth of the CPU of a run.
 */
function emptyTables(document: GroupDocument): void {
  if (document.outcome === 'rejected') return;
  for (const { rows } of document.tables) if (Array.isArray(rows)) rows.length = 0;
}

/** Cuts documents into groups, in order; a document that is too large by itself is a group of its own. */
export function groupDocuments(documents: readonly GroupDocument[], limits: GroupLimits): GroupDocument[][] {
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
