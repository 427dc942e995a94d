import type { Outcome } from '../mapping/outcome.ts';
import type { GroupDocument, Instance, SourceDocument } from '../store/port.ts';
import type { Line } from './line.ts';
import type { RunRequest } from './request.ts';
import type { SliceDeps } from './slice.ts';

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

/** The pending documents of an instance from its cursor on, mapped: while one page is written, the next is mapped and the one after it read. */
export function readPages(
  deps: SliceDeps,
  line: Line,
  instance: Instance,
  request: RunRequest,
): AsyncGenerator<MappedPage> {
  return ahead(mapPages(deps, line, ahead(fetchPages(deps, line, instance, request), dropPage)), dropPage);
}

async function* fetchPages(
  deps: SliceDeps,
  line: Line,
  instance: Instance,
  request: RunRequest,
): AsyncGenerator<ReadPage> {
  let { cursor } = instance;
  for (let number = 1, last = false; !last; number += 1) {
    const release = await deps.slots.take();
    const page = await releasing(release, () => fetchPage(deps, line, instance, request, { number, cursor, release }));
    ({ cursor, last } = page);
    yield page;
  }
}

async function fetchPage(
  { maxPageBytes }: SliceDeps,
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

async function* mapPages(deps: SliceDeps, line: Line, pages: AsyncGenerator<ReadPage>): AsyncGenerator<MappedPage> {
  for await (const page of pages) yield await releasing(page.release, () => mapPage(deps, line, page));
}

async function mapPage({ pool }: SliceDeps, line: Line, page: ReadPage): Promise<MappedPage> {
  const started = performance.now();
  const { number, last, documents } = page;
  page.documents = [];
  const mapped = pair(documents, await pool.map(line, documents));
  const bytes = documents.reduce((sum, { xml }) => sum + xml.length, 0);
  const seconds = Math.round(performance.now() - started) / 1000;
  return emptiable({ number, last, documents: mapped, bytes, seconds, release: page.release });
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

function pair(documents: readonly SourceDocument[], outcomes: readonly Outcome[]): GroupDocument[] {
  return documents.map((document, index) => toGroupDocument(document, outcomes[index]));
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

function toGroupDocument({ appId }: SourceDocument, outcome: Outcome | undefined): GroupDocument {
  if (outcome === undefined) throw new Error(`document ${appId} was sent to be mapped and did not come back`);
  if (outcome.outcome === 'rejected')
    return { appId, outcome: 'rejected', reason: outcome.reason, issues: outcome.issues };
  return { appId, outcome: 'mapped', tables: outcome.tables, issues: outcome.issues };
}

function dropPage(page: { readonly release: () => void }): void {
  page.release();
}

/** Fetches one value more than was asked for. When the reader stops early, the value in flight is awaited and dropped. */
async function* ahead<Value>(source: AsyncGenerator<Value>, drop: (value: Value) => void): AsyncGenerator<Value> {
  let next = source.next();
  // Its failure is reported when its turn comes; until then it must not count as unhandled.
  next.catch(() => undefined);
  try {
    for (let step = await next; step.done !== true; step = await next) {
      next = source.next();
      next.catch(() => undefined);
      yield step.value;
    }
  } finally {
    const step = await next.catch(() => null);
    if (step !== null && step.done !== true) drop(step.value);
    await source.return(undefined);
  }
}
