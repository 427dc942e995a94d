import type { Outcome } from '../mapping/outcome.ts';
import type { GroupDocument, Instance, SourceDocument } from '../store/port.ts';
import type { Line } from './line.ts';
import type { RunRequest } from './request.ts';
import type { SliceDeps } from './slice.ts';

/** A page that is ready to be written. */
export interface MappedPage {
  /** Counts from 1 in each slice. */
  readonly number: number;
  readonly documents: readonly GroupDocument[];
  readonly bytes: number;
  /** From the end of reading to the end of mapping. */
  readonly seconds: number;
  readonly last: boolean;
  /** Says that the page is written: its memory counts as free. */
  readonly release: () => void;
}

interface ReadPage {
  readonly number: number;
  readonly documents: readonly SourceDocument[];
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
  let cursor = instance.cursor;
  for (let number = 1, last = false; !last; number += 1) {
    const release = await deps.slots.take();
    try {
      const page = await line.store.readPage({
        partition: instance.partition,
        cursor,
        maxDocuments: request.batch_size,
        maxBytes: deps.maxPageBytes,
      });
      last = page.last || page.documents.length === 0;
      cursor = page.documents.at(-1)?.appId ?? cursor;
      yield { number, documents: page.documents, last, release };
    } catch (error) {
      release();
      throw error;
    }
  }
}

async function* mapPages(deps: SliceDeps, line: Line, pages: AsyncGenerator<ReadPage>): AsyncGenerator<MappedPage> {
  for await (const { number, documents, last, release } of pages) {
    const started = performance.now();
    try {
      const outcomes = await deps.pool.map(line, documents);
      yield {
        number,
        documents: documents.map((document, index) => toGroupDocument(document, outcomes[index])),
        bytes: documents.reduce((sum, { xml }) => sum + xml.length, 0),
        seconds: Math.round(performance.now() - started) / 1000,
        last,
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
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
