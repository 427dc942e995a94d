import type { Place } from '../store/matches.ts';
import type { GroupDocument, Instance, SourceDocument } from '../store/port.ts';
import type { Line } from './line.ts';
import type { Mapped } from './mappers.ts';
import type { RunRequest } from './request.ts';
import type { MapPool } from './pool.ts';
import type { Slots } from './slots.ts';

/** What pages are read and mapped with. */
export interface PageDeps {
  readonly pool: MapPool;
  /** Pages that may be in memory at the same time, over all instances. */
  readonly slots: Slots;
  readonly maxPageBytes: number;
  /** Milliseconds of a clock that only goes on; measures durations. */
  readonly clock: () => number;
}

/**
 * A page that is ready to be written. `release` empties it and says that its memory is free: suspended generators
 * keep what they last held, so emptying is what really frees it.
 */
export interface MappedPage {
  /** Counts from 1 in each slice. */
  readonly number: number;
  documents: readonly GroupDocument[];
  readonly bytes: number;
  /** From the end of reading to the end of mapping. */
  readonly seconds: number;
  readonly last: boolean;
  readonly release: () => void;
}

interface ReadPage {
  readonly number: number;
  /** Emptied once they are mapped. */
  documents: readonly SourceDocument[];
  readonly cursor: string | null;
  readonly last: boolean;
  readonly release: () => void;
}

/** Pages of an instance that are being read and mapped while one is written: enough for all threads, or a server, to have work meanwhile. */
const PAGES_AHEAD = 3;
/** Nothing is gained where this thread does all of it, and rows are the more work for the collector the longer they wait. */
const PAGES_AHEAD_ALONE = 1;

/** The pending documents of an instance from its cursor on, mapped. */
export async function* readPages(
  deps: PageDeps,
  line: Line,
  instance: Instance,
  request: RunRequest,
): AsyncGenerator<MappedPage> {
  const source = fetchPages(deps, line, instance, request);
  const ahead: Promise<MappedPage | null>[] = [];
  const take = (): void => {
    const page = source.next().then(({ value }) => (value === undefined ? null : mapPage(deps, line, value)));
    // A failure is reported when the page's turn comes; until then it must not count as unhandled.
    page.catch(() => undefined);
    ahead.push(page);
  };
  try {
    take();
    for (let page = await ahead.shift(); page !== undefined && page !== null; page = await ahead.shift()) {
      const isAlone = line.isEmbedded && deps.pool.isAlone();
      while (ahead.length < (isAlone ? PAGES_AHEAD_ALONE : PAGES_AHEAD)) take();
      yield page;
    }
  } finally {
    // In their order, since a page may wait for the memory of those before it.
    for (const page of ahead) (await page.catch(() => null))?.release();
    await source.return(undefined);
  }
}

async function* fetchPages(
  deps: PageDeps,
  line: Line,
  instance: Instance,
  request: RunRequest,
): AsyncGenerator<ReadPage, undefined> {
  let { cursor } = instance;
  for (let number = 1, last = false; !last; number += 1) {
    const release = await deps.slots.take();
    const page = await releasing(release, () => fetchPage(deps, line, instance, request, { number, cursor, release }));
    ({ cursor, last } = page);
    yield page;
  }
}

async function fetchPage(
  { maxPageBytes }: PageDeps,
  { store }: Line,
  { partition }: Instance,
  { batch_size: maxDocuments }: RunRequest,
  at: { readonly number: number; readonly cursor: string | null; readonly release: () => void },
): Promise<ReadPage> {
  const { documents, last } = await store.readPage({
    partition,
    cursor: at.cursor,
    maxDocuments,
    maxBytes: maxPageBytes,
  });
  return { ...at, documents, cursor: documents.at(-1)?.appId ?? at.cursor, last: last || documents.length === 0 };
}

function mapPage({ pool, clock }: PageDeps, line: Line, page: ReadPage): Promise<MappedPage> {
  return releasing(page.release, async () => {
    const started = clock();
    const { number, last, documents } = page;
    page.documents = [];
    // Before they are mapped: the memory of documents may move to another thread.
    const bytes = documents.reduce((sum, { xml }) => sum + xml.length, 0);
    const outcomes = await pool.map(line, documents);
    const mapped = pair(documents, outcomes, pool.places(line));
    const seconds = Math.round(clock() - started) / 1000;
    return emptiable({ number, last, documents: mapped, bytes, seconds, release: page.release });
  });
}

/** In a function of its own: a closure keeps all that is captured beside it, and this one must keep nothing but the page. */
function emptiable(page: MappedPage): MappedPage {
  const { release } = page;
  return Object.assign(page, {
    release: () => {
      page.documents = [];
      release();
    },
  });
}

function pair(
  documents: readonly SourceDocument[],
  outcomes: readonly Mapped[],
  places: readonly Place[],
): GroupDocument[] {
  return documents.map((document, index) => toGroupDocument(document, outcomes[index], places));
}

/** Gives a slot back if what it was taken for fails. */
async function releasing<Result>(release: () => void, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    release();
    throw error;
  }
}

function toGroupDocument(
  { appId }: SourceDocument,
  outcome: Mapped | undefined,
  places: readonly Place[],
): GroupDocument {
  if (outcome === undefined) throw new Error(`document ${appId} was sent to be mapped and did not come back`);
  const { sourceHash, issues } = outcome;
  if (outcome.outcome === 'rejected') return { appId, sourceHash, issues, outcome: 'rejected', reason: outcome.reason };
  const matches = { places, digits: outcome.matches };
  return { appId, sourceHash, issues, outcome: 'mapped', tables: outcome.tables, matches };
}
