import type { DestinationRow, DestinationTable } from '../../store/destination.ts';
import type { Held } from '../../store/held.ts';
import type { Bounds } from '../../store/ids.ts';
import type { SourceDocument } from '../../store/port.ts';
import type { Made } from '../../store/redo.ts';
import type { Line } from '../line.ts';
import { openMappers, type Mapped } from '../mappers.ts';
import { giveTurns } from '../turns.ts';
import { matchRows, sameId, type Wanted } from './match.ts';
import { openComparison, type Comparison, type Sums } from './report.ts';
import { canBeShared, openSharedRows, type SharedRows } from './shared.ts';

export interface CompareRequest {
  readonly range: Bounds;
  /** So many documents, evenly spread over the range; null = all. */
  readonly sample: number | null;
}

export interface CompareOptions {
  /** Told after each batch how many documents were looked at, of how many. */
  readonly onProgress?: (documents: number, all: number) => void;
  /** Aborted: ends after the batch that is being compared. */
  readonly signal?: AbortSignal;
}

/** Ids listed at a time, and documents in memory. */
const [PAGE, BATCH] = [1000, 20];

/**
 * Compares what the destination holds with what the contract would write now, of documents that are logged as converted, by
 * whatever program; and looks for rows that no converted document has, unless only a sample is compared. Changes nothing. Rows are
 * compared whatever their order, and whichever of the documents that share them came first; what is kept of them in memory is
 * counts and the first differences of each column. A run may be at work: what is converted meanwhile is counted and not compared
 * where it was passed already, and what is taken back is left out.
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
    if (sample === null && !isStopped) sums.convertedNow(await line.store.countConverted(range));
    const isWhole = sample === null && (range.start ?? range.end) === null && !isStopped;
    const { without_source: gone, converted_meanwhile: more, taken_back: less } = comparison.report();
    const isCertain = isWhole && gone.documents + more + less.documents === 0;
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
  const all = await line.store.countConverted(request.range);
  for await (const appIds of converted(line, request, all)) {
    const documents = await line.store.readDocuments(appIds);
    const present = documents.map(({ appId }) => appId);
    const held: (readonly [DestinationTable, Held])[] = [];
    for (const table of tables) held.push([table, await line.store.readHeld(table, line.tables, { appIds: present })]);
    // Asked last: rows are taken back together with the log row of their document.
    const logged = new Set(successes(await line.store.listMade({ ...EVERY, appIds, limit: appIds.length })));
    const compared = documents.filter(({ appId }) => logged.has(appId));
    const wanted = wantedOf(line, compared, map, comparison);
    sums.withoutSource(appIds.filter((appId) => !present.includes(appId)));
    sums.takenBack(present.filter((appId) => !logged.has(appId)));
    for (const [table, { columns, rows }] of held) {
      const isCompared = (owner: string | null): boolean =>
        owner === null || compared.some(({ appId }) => sameId(appId, owner));
      sums.columnsNotCompared(table.name, unreadOf(table, columns));
      const left = { columns, rows: rows.filter(({ appId }) => isCompared(appId)) };
      await compareTable(line, table, left, wanted.get(table.name) ?? [], sums, shared.get(table.name));
    }
    sums.documents(appIds.length);
    onProgress?.(comparison.report().documents, request.sample === null ? all : Math.min(all, request.sample));
    await giveTurns();
    if (signal?.aborted === true) break;
  }
}

/** Columns that are not there; of a table that is not there none, since all of its rows are missing. */
function unreadOf({ columns }: DestinationTable, held: Held['columns']): readonly string[] {
  if (held.every((column) => column === null)) return [];
  return columns.flatMap(({ name }, at) => ((held[at] ?? null) === null ? [name] : []));
}

const EVERY = { bounds: { start: null, end: null }, afterAppId: null };

/** Ids of converted documents, some at a time. */
async function* converted(
  line: Line,
  { range, sample }: CompareRequest,
  all: number,
): AsyncGenerator<readonly string[]> {
  const every = sample === null ? 1 : Math.max(1, all / sample);
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

async function* listConverted({ store }: Line, bounds: Bounds): AsyncGenerator<readonly string[]> {
  for (let afterAppId: string | null = null; ;) {
    const page = await store.listMade({ bounds, afterAppId, limit: PAGE });
    yield successes(page);
    afterAppId = page.at(-1)?.appId ?? null;
    if (page.length < PAGE) return;
  }
}

function successes(made: readonly Made[]): readonly string[] {
  return made.flatMap(({ appId, status }) => (status === 'success' ? [appId] : []));
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
  held: Held,
  wanted: readonly Wanted[],
  sums: Sums,
  shared: SharedRows | undefined,
): Promise<void> {
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
