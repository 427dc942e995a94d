import type { DestinationTable } from '../../store/destination.ts';
import type { Matches, Wanted } from './match.ts';

/** What the destination holds against what would be written. Differences hold values of documents. */
export interface Comparison {
  readonly product_line: string;
  /** Converted documents that were looked at. */
  readonly documents: number;
  /** Not compared: their source is gone. */
  readonly without_source: SomeIds;
  /** Converted before, while the contract now rejects them. */
  readonly rejected: SomeIds & { readonly reasons: readonly string[] };
  readonly tables: readonly TableComparison[];
  readonly columns: readonly ColumnComparison[];
  /** Tables whose rows do not tell their document, so that they cannot be compared. */
  readonly not_compared: readonly string[];
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
  /** Rows whose key a row of another document holds: a run leaves them out. */
  readonly shared: number;
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
  readonly rejected: (appId: string, reason: string) => void;
  readonly table: (
    table: string,
    wanted: number,
    held: number,
    matches: Matches,
    isShared: (wanted: Wanted) => boolean,
  ) => void;
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
  let [documents, withoutSource, rejected] = [0, NO_IDS, NO_IDS];
  return {
    sums: {
      documents: (count) => (documents += count),
      withoutSource: (appIds) => (withoutSource = addIds(withoutSource, appIds)),
      rejected(appId, reason) {
        rejected = addIds(rejected, [appId]);
        if (reasons.size < MOST_EXAMPLES) reasons.add(reason);
      },
      table(name, wanted, held, matches, isShared) {
        const before = byTable.get(name);
        if (before !== undefined) byTable.set(name, addTable(before, wanted, held, matches, isShared));
        for (const { appId, differences } of matches.different) {
          for (const { column, ...values } of differences) {
            const key = JSON.stringify([name, column]);
            const { rows, first } = byColumn.get(key) ?? { rows: 0, first: [] };
            const more = first.length < MOST_EXAMPLES ? [{ app_id: appId, ...values }] : [];
            byColumn.set(key, { table: name, column, rows: rows + 1, first: [...first, ...more] });
          }
        }
      },
    },
    report: () => ({
      product_line: productLine,
      documents,
      without_source: withoutSource,
      rejected: { ...rejected, reasons: [...reasons] },
      tables: [...byTable.values()],
      columns: [...byColumn.values()],
      not_compared: tables.filter(({ owner }) => owner === null).map(({ name }) => name),
      is_equal: rejected.documents === 0 && [...byTable.values()].every(isEqual),
    }),
  };
}

const NO_IDS: SomeIds = { documents: 0, app_ids: [] };
const NO_ROWS: SomeRows = { rows: 0, app_ids: [] };

function emptyTable(table: string): TableComparison {
  const counts = { wanted: 0, held: 0, equal: 0, different: 0, shared: 0 };
  return { table, ...counts, missing: NO_ROWS, doubled: NO_ROWS, extra: NO_ROWS };
}

function addTable(
  before: TableComparison,
  wanted: number,
  held: number,
  { equal, different, missing, extra }: Matches,
  isShared: (wanted: Wanted) => boolean,
): TableComparison {
  const gone = missing.filter((row) => !isShared(row));
  const [doubled, others] = [true, false].map((isDouble) => extra.filter((row) => row.isDouble === isDouble));
  return {
    table: before.table,
    wanted: before.wanted + wanted,
    held: before.held + held,
    equal: before.equal + equal,
    different: before.different + different.length,
    missing: addRows(before.missing, gone),
    doubled: addRows(before.doubled, doubled ?? []),
    extra: addRows(before.extra, others ?? []),
    shared: before.shared + missing.length - gone.length,
  };
}

function addIds({ documents, app_ids: ids }: SomeIds, more: readonly string[]): SomeIds {
  return { documents: documents + more.length, app_ids: [...ids, ...more].slice(0, MOST_EXAMPLES) };
}

function addRows({ rows, app_ids: ids }: SomeRows, more: readonly { readonly appId: string | null }[]): SomeRows {
  const known = more.flatMap(({ appId }) => (appId === null ? [] : [appId]));
  return { rows: rows + more.length, app_ids: [...new Set([...ids, ...known])].slice(0, MOST_EXAMPLES) };
}

function isEqual({ different, missing, doubled, extra }: TableComparison): boolean {
  return different + missing.rows + doubled.rows + extra.rows === 0;
}
