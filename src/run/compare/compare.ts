import type { DestinationRow, DestinationTable } from '../../store/destination.ts';
import type { Bounds } from '../../store/ids.ts';
import type { SourceDocument } from '../../store/port.ts';
import type { Line } from '../line.ts';
import { openMappers, type Mapped } from '../mappers.ts';
import { matchRows, type Wanted } from './match.ts';
import { openComparison, type Comparison, type Sums } from './report.ts';
import { canBeShared, openSharedRows, type SharedRows } from './shared.ts';

export interface CompareRequest {
  readonly range: Bounds;
  /** So many documents, evenly spread over the range; null = all. */
  readonly sample: number | null;
}

export interface CompareOptions {
  /** Told the number of documents after each batch. */
  readonly onProgress?: (documents: number) => void;
  /** Aborted: ends after the batch that is being compared. */
  readonly signal?: AbortSignal;
}

/** Ids listed at a time, and documents in memory. */
const [PAGE, BATCH] = [1000, 20];

/**
 * Compares what the destination holds with what the contract would write now, of documents that are logged as converted, by
 * whatever program; and looks for rows that no converted document has, unless only a sample is compared. Changes nothing. Rows are
 * compared whatever their order, and whichever of the documents that share them came first; what is kept of them in memory is
 * counts and the first differences of each column.
 */
export async function compare(line: Line, request: CompareRequest, options: CompareOptions = {}): Promise<Comparison> {
  const comparison = openComparison(line.productLine, line.tables);
  const { sums } = comparison;
  const tables = line.tables.filter(({ owner }) => owner !== null);
  const shared = new Map(tables.filter(canBeShared).map((table) => [table.name, openSharedRows(table)]));
  try {
    await compareDocuments(line, request, options, { comparison, tables, shared });
    const { range, sample } = request;
    const isStopped = options.signal?.aborted === true;
    const isWhole = sample === null && (range.start ?? range.end) === null && !isStopped;
    const isCertain = isWhole && comparison.report().without_source.documents === 0;
    for (const [name, rows] of shared) for (const row of rows.settle()) sums.settled(name, row, isCertain);
    if (sample !== null || isStopped) return comparison.report();
    for (const table of tables) sums.orphans(table.name, await line.store.orphans(table, line.tables, range));
    return comparison.report();
  } finally {
    for (const rows of shared.values()) rows.close();
  }
}

interface Comparing {
  readonly comparison: ReturnType<typeof openComparison>;
  readonly tables: readonly DestinationTable[];
  readonly shared: ReadonlyMap<string, SharedRows>;
}

async function compareDocuments(
  line: Line,
  request: CompareRequest,
  { onProgress, signal }: CompareOptions,
  { comparison, tables, shared }: Comparing,
): Promise<void> {
  const map = openMappers([line.contract]);
  const { sums } = comparison;
  for await (const appIds of converted(line, request)) {
    const documents = await line.store.readDocuments(appIds);
    const wanted = wantedOf(line, documents, map, comparison);
    sums.withoutSource(appIds.filter((appId) => !documents.some((document) => document.appId === appId)));
    const present = documents.map(({ appId }) => appId);
    for (const table of tables)
      await compareTable(line, table, present, wanted.get(table.name) ?? [], sums, shared.get(table.name));
    sums.documents(appIds.length);
    onProgress?.(comparison.report().documents);
    if (signal?.aborted === true) break;
  }
}

/** Ids of converted documents, some at a time. */
async function* converted(line: Line, { range, sample }: CompareRequest): AsyncGenerator<readonly string[]> {
  const every = sample === null ? 1 : Math.max(1, (await countConverted(line, range)) / sample);
  let batch: string[] = [];
  let [number, next, taken] = [0, 0, 0];
  for await (const page of listConverted(line, range)) {
    for (const appId of page) {
      number += 1;
      if (number <= next || taken === sample) continue;
      next += every;
      taken += 1;
      batch.push(appId);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function countConverted(line: Line, range: Bounds): Promise<number> {
  let count = 0;
  for await (const page of listConverted(line, range)) count += page.length;
  return count;
}

async function* listConverted({ store }: Line, bounds: Bounds): AsyncGenerator<readonly string[]> {
  for (let afterAppId: string | null = null; ;) {
    const page = await store.listMade({ bounds, afterAppId, limit: PAGE });
    yield page.flatMap(({ appId, status }) => (status === 'success' ? [appId] : []));
    afterAppId = page.at(-1)?.appId ?? null;
    if (page.length < PAGE) return;
  }
}

type MapTask = ReturnType<typeof openMappers>;

/** Two moments, in no format alike: what differs between them depends on the time of conversion. */
const MOMENTS = [new Date('2001-02-03T04:05:06.789Z'), new Date('2012-11-10T21:43:54.321Z')] as const;

/** The rows that documents would be given, by table. */
function wantedOf(
  { productLine, tables }: Line,
  documents: readonly SourceDocument[],
  map: MapTask,
  { sums }: { readonly sums: Sums },
): ReadonlyMap<string, readonly Wanted[]> {
  const [then, later] = MOMENTS.map((now) => map({ productLine, documents, now }));
  const wanted = new Map<string, Wanted[]>(tables.map(({ name }) => [name, []]));
  documents.forEach(({ appId }, index) => {
    const [one, other] = [then?.[index], later?.[index]];
    if (one?.outcome !== 'mapped') return sums.rejected(appId, one?.reason ?? '');
    for (const table of tables) {
      const rows = once(table, rowsOf(one, table));
      const others = other === undefined ? [] : once(table, rowsOf(other, table));
      const isUnset = table.columns.map((_, at) => rows.every((row) => row[at] === undefined));
      rows.forEach((row, number) => {
        const isOfNow = row.map((value, at) => value !== others[number]?.[at]);
        wanted.get(table.name)?.push({ appId, row, isOfNow, isUnset });
      });
    }
  });
  return wanted;
}

function rowsOf(mapped: Mapped, { name }: DestinationTable): readonly DestinationRow[] {
  return mapped.outcome === 'mapped'
    ? mapped.tables.filter(({ table }) => table === name).flatMap(({ rows }) => rows)
    : [];
}

/** The rows of one document that are written: of those with one key the first, or with the values of the last (spec 11.2). */
function once(
  { onDuplicate, uniqueKey, updateColumns, columns }: DestinationTable,
  rows: readonly DestinationRow[],
): readonly DestinationRow[] {
  if (onDuplicate === 'fail' || uniqueKey === null) return rows;
  const key = uniqueKey.map((name) => columns.findIndex((column) => column.name === name));
  const isComplete = (row: DestinationRow): boolean => key.every((at) => (row[at] ?? '') !== '');
  const comparesAll = onDuplicate === 'skip' && rows.some(isComplete);
  const updated = columns.map(({ name }) => onDuplicate === 'update' && updateColumns.includes(name));
  const byKey = new Map<string, DestinationRow>();
  rows.forEach((row, number) => {
    const text = JSON.stringify(key.map((at) => (row[at] ?? '').replace(/ +$/, '').toLowerCase()));
    const place = comparesAll || isComplete(row) ? text : `${number} ${text}`;
    const first = byKey.get(place);
    byKey.set(place, first === undefined ? row : first.map((value, at) => (updated[at] === true ? row[at] : value)));
  });
  return [...byKey.values()];
}

async function compareTable(
  { store, tables }: Line,
  table: DestinationTable,
  appIds: readonly string[],
  wanted: readonly Wanted[],
  sums: Sums,
  shared: SharedRows | undefined,
): Promise<void> {
  const held = await store.readHeld(table, tables, { appIds });
  const matches = matchRows(table, wanted, held);
  const isShared = await heldByOthers({ store, tables }, table, matches.missing);
  const left = shared?.take(matches, held.columns, isShared) ?? matches;
  const missing = left.missing.filter((row) => !isShared(row));
  const counts = { wanted: wanted.length, held: held.rows.length, shared: matches.missing.filter(isShared).length };
  sums.table(table.name, counts, { ...left, missing });
}

/** Which of the rows have keys that rows of other documents hold: a run leaves them out. */
async function heldByOthers(
  { store, tables }: Pick<Line, 'store' | 'tables'>,
  table: DestinationTable,
  missing: readonly Wanted[],
): Promise<(wanted: Wanted) => boolean> {
  const { uniqueKey, onDuplicate, columns } = table;
  if (missing.length === 0 || uniqueKey === null || onDuplicate === 'fail') return () => false;
  const key = uniqueKey.map((name) => columns.findIndex((column) => column.name === name));
  const keyOf = ({ row }: Wanted): readonly (string | null)[] => key.map((at) => row[at] ?? null);
  const held = await store.readHeld(table, tables, { keys: missing.map(keyOf) });
  // Compared by the key alone, since all else is the other document's.
  const alone = { ...table, columns: uniqueKey.flatMap((name) => columns.filter((column) => column.name === name)) };
  const matches = matchRows(
    alone,
    missing.map((wanted) => ({ ...wanted, row: keyOf(wanted), isOfNow: [], isUnset: [] })),
    {
      columns: key.map((at) => held.columns[at] ?? null),
      rows: held.rows.map(({ appId, values }) => ({ appId, values: key.map((at) => values[at] ?? null) })),
    },
  );
  const absent = new Set(matches.missing.map((wanted) => JSON.stringify([wanted.appId, wanted.row])));
  return (wanted) => !absent.has(JSON.stringify([wanted.appId, keyOf(wanted)]));
}
