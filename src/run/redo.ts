import { InputError } from '../errors.ts';
import type { DestinationTable } from '../store/destination.ts';
import { contractMark, hashSource } from '../store/origin.ts';
import type { Bounds } from '../store/ids.ts';
import type { Made, RedoResult } from '../store/redo.ts';
import { statesOf, type UnfitDocument } from './document-states.ts';
import type { Line } from './line.ts';
import { giveTurns } from './turns.ts';

/** Which logged documents are to be done anew. One of ids, range, `all`, reason and `changed` must be given; all that are given must hold. */
export interface RedoRequest {
  readonly appIds?: readonly string[];
  readonly range?: Bounds;
  readonly all?: boolean;
  /** A prefix of the failure reason. */
  readonly reason?: string;
  /** Only documents whose source or contract is another than the one they were made of. */
  readonly changed?: boolean;
}

export interface RedoOptions {
  /** Counts and changes nothing. */
  readonly dryRun: boolean;
  /** Told the number of documents after each batch. */
  readonly onProgress?: (documents: number) => void;
  /** Aborted: ends after the batch that is being moved. */
  readonly signal?: AbortSignal;
}

/** What came of a redo, or would. Holds counts and ids only. */
export interface RedoReport {
  readonly dry_run: boolean;
  /** Documents that the next run makes anew. */
  readonly documents: number;
  /** Rows deleted. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[];
  /** What stays and what that means for the next run. */
  readonly stays: readonly { readonly table: string; readonly meaning: string }[];
  /** Left alone: their source is gone, so that no run could make them anew. At most 20 ids. */
  readonly without_source: Ids;
  /** Left alone: rows that no contract names refer to theirs. At most 20 ids. */
  readonly referred_to: Ids;
  /** With `changed`: documents of which nobody noted what they were made of. */
  readonly unknown_origin: number;
  /** Asked for by their ids, and nothing to redo, with what they are. At most 20. */
  readonly unfit: readonly UnfitDocument[];
}

interface Ids {
  readonly documents: number;
  readonly app_ids: readonly string[];
}

const BATCH = 500;

/**
 * Has documents done anew: their rows go and their log rows move to the history, batch by batch, so that the next run takes them as it takes new ones.
 * Throws an `InputError` if the request names no documents.
 */
export async function redo(line: Line, request: RedoRequest, options: RedoOptions): Promise<RedoReport> {
  refuseEverything(request);
  const sums: Sums = {
    documents: 0,
    redone: new Set(),
    rows: new Map(),
    withoutSource: [],
    referredTo: [],
    unknownOrigin: 0,
  };
  for await (const appIds of chosen(line, request, sums)) {
    if (request.appIds !== undefined) for (const appId of appIds) sums.redone.add(appId);
    await redoBatch(line, appIds, options, sums);
    options.onProgress?.(sums.documents);
    await giveTurns();
    if (options.signal?.aborted === true) break;
  }
  return report(line.tables, sums, options.dryRun, await unfitOf(line, request.appIds ?? [], sums));
}

/** What became of the documents that were asked for by their ids and are in none of the sums. */
async function unfitOf({ store }: Line, appIds: readonly string[], sums: Sums): Promise<readonly UnfitDocument[]> {
  return statesOf(store, appIds, new Set([...sums.redone, ...sums.withoutSource, ...sums.referredTo]));
}

function refuseEverything({ appIds, range, all, reason, changed }: RedoRequest): void {
  if (appIds !== undefined || range !== undefined || all === true || reason !== undefined || changed === true) return;
  throw new InputError('Nothing to redo', [
    {
      place: 'documents',
      message: 'none is asked for',
      advice: 'Say which are to be made anew: by ids, a range, a reason, `changed` or `all`.',
    },
  ]);
}

/** The ids that fit, a batch at a time. */
async function* chosen(line: Line, request: RedoRequest, sums: Sums): AsyncGenerator<readonly string[]> {
  const filter = {
    bounds: request.range ?? { start: null, end: null },
    limit: BATCH,
    appIds: request.appIds,
    ...(request.reason !== undefined && { reason: request.reason }),
  };
  for (let afterAppId: string | null = null; ;) {
    const page: readonly Made[] = await line.store.listMade({ ...filter, afterAppId });
    const batch = request.changed === true ? await changedOf(line, page, sums) : page.map(({ appId }) => appId);
    if (batch.length > 0) yield batch;
    afterAppId = page.at(-1)?.appId ?? null;
    if (page.length < BATCH) return;
  }
}

/** Sources in memory at a time. */
const SOURCES = 20;

async function changedOf(line: Line, page: readonly Made[], sums: Sums): Promise<readonly string[]> {
  const mark = contractMark(line.contract.hash);
  const known = page.filter(({ sourceHash, contractMark: own }) => sourceHash !== null && own !== null);
  sums.unknownOrigin += page.length - known.length;
  const changed = known.filter((made) => made.contractMark !== mark).map(({ appId }) => appId);
  const hashes = new Map(known.map(({ appId, sourceHash }) => [appId, sourceHash]));
  const others = known.filter((made) => made.contractMark === mark).map(({ appId }) => appId);
  for (let from = 0; from < others.length; from += SOURCES) {
    for (const document of await line.store.readDocuments(others.slice(from, from + SOURCES)))
      if (hashSource(document) !== hashes.get(document.appId)) changed.push(document.appId);
  }
  return changed;
}

/** A batch that something refers to is tried one document after the other, so that each tells for itself. */
async function redoBatch(line: Line, appIds: readonly string[], options: RedoOptions, sums: Sums): Promise<void> {
  const result = await line.store.redo(appIds, line.tables, { dryRun: options.dryRun });
  if (result !== 'referred_to') return add(sums, result);
  if (appIds.length > 1) for (const appId of appIds) await redoBatch(line, [appId], options, sums);
  else sums.referredTo.push(...appIds);
}

interface Sums {
  documents: number;
  /** Of those that were asked for by their ids. */
  readonly redone: Set<string>;
  readonly rows: Map<string, number>;
  readonly withoutSource: string[];
  readonly referredTo: string[];
  unknownOrigin: number;
}

function add(sums: Sums, { documents, rows, withoutSource }: RedoResult): void {
  sums.documents += documents;
  sums.withoutSource.push(...withoutSource);
  for (const { table, rows: count } of rows) sums.rows.set(table, (sums.rows.get(table) ?? 0) + count);
}

function report(
  tables: readonly DestinationTable[],
  sums: Sums,
  dryRun: boolean,
  unfit: readonly UnfitDocument[],
): RedoReport {
  return {
    dry_run: dryRun,
    documents: sums.documents,
    rows: [...sums.rows].map(([table, rows]) => ({ table, rows })),
    stays: sums.documents === 0 ? [] : tables.flatMap((table) => whatStays(table) ?? []),
    without_source: firstIds(sums.withoutSource),
    referred_to: firstIds(sums.referredTo),
    unknown_origin: sums.unknownOrigin,
    unfit,
  };
}

function firstIds(appIds: readonly string[]): Ids {
  return { documents: appIds.length, app_ids: appIds.slice(0, 20) };
}

/** Rows that are not told by their document stay, and so do those that another document wrote first. */
function whatStays({ name, owner, onDuplicate, uniqueKey }: DestinationTable): RedoReport['stays'][number] | null {
  if (owner === null) {
    const next = {
      fail: uniqueKey === null ? 'adds its rows once more' : 'fails on their keys',
      skip: 'leaves out rows with their keys',
      update: 'sets their values anew',
    }[onDuplicate];
    return { table: name, meaning: `Rows do not tell their document, so all stay; the next run ${next}.` };
  }
  const shared = uniqueKey !== null && (owner.of === 'row' || !uniqueKey.includes(owner.column));
  if (!shared) return null;
  const next = onDuplicate === 'update' ? 'sets their values' : 'leaves out rows with their keys';
  return { table: name, meaning: `Rows with keys that another document wrote first stay; the next run ${next}.` };
}
