import type { DestinationTable } from '../../store/destination.ts';
import type { Orphans } from '../../store/orphans.ts';
import type { Different, Matches } from './match.ts';
import type { Settled } from './shared.ts';

/** What the destination holds against what would be written. Differences hold values of documents. */
export interface Comparison {
  readonly product_line: string;
  /** Converted documents that were looked at. */
  readonly documents: number;
  /** Not compared: their source is gone. */
  readonly without_source: SomeIds;
  /** Not compared: redone or redriven while they were looked at. */
  readonly taken_back: SomeIds;
  /** Not compared: converted when documents behind them were looked at already; of a sample it is not counted. */
  readonly converted_meanwhile: number;
  /** Converted before, while the contract now rejects them. */
  readonly rejected: SomeIds & { readonly reasons: readonly string[] };
  readonly tables: readonly TableComparison[];
  readonly columns: readonly ColumnComparison[];
  /** Rows that no converted document has; null = not looked for, since only a sample is compared. */
  readonly orphans: readonly TableOrphans[] | null;
  /** Tables whose rows do not tell their document, so that they cannot be compared. */
  readonly not_compared: readonly string[];
  /** Columns that the database does not have, or fills alone: `orders.weight`. */
  readonly columns_not_compared: readonly string[];
  readonly is_equal: boolean;
}

export interface TableComparison {
  readonly table: string;
  /** Rows that would be written, and rows that are held. */
  readonly wanted: number;
  readonly held: number;
  readonly equal: number;
  readonly different: number;
  readonly missing: SomeRows;
  /** Held more often than they would be written. */
  readonly doubled: SomeRows;
  /** Held, and of no row that would be written. */
  readonly extra: SomeRows;
  /** Rows whose key a row of another document holds: a run leaves them out, or updates that one. */
  readonly shared: number;
  /** Rows of contacts, or with shared keys, that are right if a document that was not compared says so. */
  readonly undecided: SomeRows;
}

interface TableOrphans extends Orphans {
  readonly table: string;
}

export interface ColumnComparison {
  readonly table: string;
  readonly column: string;
  readonly rows: number;
  readonly first: readonly { readonly app_id: string; readonly wanted: string | null; readonly held: string | null }[];
}

interface SomeIds {
  readonly documents: number;
  readonly app_ids: readonly string[];
}

interface SomeRows {
  readonly rows: number;
  readonly app_ids: readonly string[];
}

/** As many examples as are kept of each difference. */
const MOST_EXAMPLES = 5;

/** What is added up; bounded by the number of columns, not of documents. */
export interface Sums {
  readonly documents: (count: number) => void;
  readonly withoutSource: (appIds: readonly string[]) => void;
  readonly takenBack: (appIds: readonly string[]) => void;
  /** How many documents are converted after all were looked at. */
  readonly convertedNow: (documents: number) => void;
  readonly rejected: (appId: string, reason: string) => void;
  /** Of the rows that would be written, `wanted` in number, those of `shared` others hold. */
  readonly table: (
    table: string,
    counts: Pick<TableComparison, 'wanted' | 'held' | 'shared'>,
    matches: Matches,
  ) => void;
  /** `isWhole`: no document that might have written it is left out. */
  readonly settled: (table: string, row: Settled, isWhole: boolean) => void;
  readonly columnsNotCompared: (table: string, columns: readonly string[]) => void;
  readonly orphans: (table: string, found: readonly Orphans[]) => void;
}

/** Begins a comparison. */
export function openComparison(
  productLine: string,
  tables: readonly DestinationTable[],
): { readonly sums: Sums; readonly report: () => Comparison } {
  const compared = tables.filter(({ owner }) => owner !== null);
  const byTable = new Map(compared.map(({ name }) => [name, emptyTable(name)]));
  const byColumn = new Map<string, ColumnComparison>();
  const reasons = new Set<string>();
  const unread = new Set<string>();
  let [documents, withoutSource, takenBack, rejected, meanwhile] = [0, NO_IDS, NO_IDS, NO_IDS, 0];
  let orphans: readonly TableOrphans[] | null = null;
  const add = (name: string, more: TableComparison): void => {
    const before = byTable.get(name);
    if (before !== undefined) byTable.set(name, sumOf(before, more));
  };
  const addMatches = (name: string, matches: Matches): void => {
    add(name, countsOf(name, matches));
    addDifferences(byColumn, name, matches.different);
  };
  return {
    sums: {
      documents: (count) => (documents += count),
      withoutSource: (appIds) => (withoutSource = addIds(withoutSource, appIds)),
      takenBack: (appIds) => (takenBack = addIds(takenBack, appIds)),
      convertedNow: (now) => (meanwhile = Math.max(0, now - (documents - takenBack.documents))),
      rejected(appId, reason) {
        rejected = addIds(rejected, [appId]);
        if (reasons.size < MOST_EXAMPLES) reasons.add(reason);
      },
      table(name, counts, matches) {
        add(name, { ...emptyTable(name), ...counts });
        addMatches(name, matches);
      },
      settled(name, row, isWhole) {
        if (row.is === 'shared') return;
        const isDecided = isWhole || row.is === 'missing' || (row.is === 'different' && row.isCertain);
        if (isDecided) addMatches(name, matchesOf(row));
        else add(name, { ...emptyTable(name), undecided: addRows(NO_ROWS, [row.row]) });
      },
      columnsNotCompared: (table, columns) => columns.forEach((column) => unread.add(`${table}.${column}`)),
      orphans: (table, found) => (orphans = [...(orphans ?? []), ...orphansOf(table, found)]),
    },
    report: () => ({
      product_line: productLine,
      documents,
      without_source: withoutSource,
      taken_back: takenBack,
      converted_meanwhile: meanwhile,
      rejected: { ...rejected, reasons: [...reasons] },
      tables: [...byTable.values()],
      columns: [...byColumn.values()],
      orphans,
      not_compared: tables.filter(({ owner }) => owner === null).map(({ name }) => name),
      columns_not_compared: [...unread],
      is_equal: rejected.documents + (orphans ?? []).length === 0 && [...byTable.values()].every(isEqual),
    }),
  };
}

const NO_IDS: SomeIds = { documents: 0, app_ids: [] };
const NO_ROWS: SomeRows = { rows: 0, app_ids: [] };
const NO_MATCHES: Matches = { equal: 0, different: [], missing: [], extra: [] };

function orphansOf(table: string, found: readonly Orphans[]): readonly TableOrphans[] {
  return found.filter(({ rows }) => rows > 0).map((one) => ({ table, ...one }));
}

/** One row that was settled, as what is compared at once is told. */
function matchesOf(row: Exclude<Settled, { is: 'shared' }>): Matches {
  return {
    ...NO_MATCHES,
    ...(row.is === 'missing' && { missing: [row.row] }),
    ...(row.is === 'extra' && { extra: [row.row] }),
    ...(row.is === 'different' && { different: [row.row] }),
  };
}

function emptyTable(table: string): TableComparison {
  const counts = { wanted: 0, held: 0, equal: 0, different: 0, shared: 0 };
  return { table, ...counts, missing: NO_ROWS, doubled: NO_ROWS, extra: NO_ROWS, undecided: NO_ROWS };
}

function countsOf(table: string, { equal, different, missing, extra }: Matches): TableComparison {
  const [doubled, others] = [true, false].map((isDouble) => extra.filter((row) => row.isDouble === isDouble));
  return {
    ...emptyTable(table),
    equal,
    different: different.length,
    missing: addRows(NO_ROWS, missing),
    doubled: addRows(NO_ROWS, doubled ?? []),
    extra: addRows(NO_ROWS, others ?? []),
  };
}

function sumOf(one: TableComparison, other: TableComparison): TableComparison {
  return {
    table: one.table,
    wanted: one.wanted + other.wanted,
    held: one.held + other.held,
    equal: one.equal + other.equal,
    different: one.different + other.different,
    missing: sumOfRows(one.missing, other.missing),
    doubled: sumOfRows(one.doubled, other.doubled),
    extra: sumOfRows(one.extra, other.extra),
    shared: one.shared + other.shared,
    undecided: sumOfRows(one.undecided, other.undecided),
  };
}

function addDifferences(byColumn: Map<string, ColumnComparison>, table: string, different: readonly Different[]): void {
  for (const { appId, differences } of different) {
    for (const { column, ...values } of differences) {
      const key = JSON.stringify([table, column]);
      const { rows, first } = byColumn.get(key) ?? { rows: 0, first: [] };
      const more = first.length < MOST_EXAMPLES ? [{ app_id: appId, ...values }] : [];
      byColumn.set(key, { table, column, rows: rows + 1, first: [...first, ...more] });
    }
  }
}

function addIds({ documents, app_ids: ids }: SomeIds, more: readonly string[]): SomeIds {
  return { documents: documents + more.length, app_ids: [...ids, ...more].slice(0, MOST_EXAMPLES) };
}

function addRows(sum: SomeRows, more: readonly { readonly appId: string | null }[]): SomeRows {
  const known = more.flatMap(({ appId }) => (appId === null ? [] : [appId]));
  return sumOfRows(sum, { rows: more.length, app_ids: known });
}

function sumOfRows(one: SomeRows, other: SomeRows): SomeRows {
  const ids = new Set([...one.app_ids, ...other.app_ids]);
  return { rows: one.rows + other.rows, app_ids: [...ids].slice(0, MOST_EXAMPLES) };
}

function isEqual({ different, missing, doubled, extra }: TableComparison): boolean {
  return different + missing.rows + doubled.rows + extra.rows === 0;
}
