import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRandom } from '../../src/generate/random.ts';
import { runLocally } from '../../src/run/local.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import { mixedDocuments, openWorkload } from './workload.ts';

const DOCUMENTS = mixedDocuments(30);

/** What a run may be asked for, or a process set to, that must not show in its rows. */
interface Way {
  readonly instanceCount: number;
  readonly parallelism: number | null;
  readonly partitionBy: 'modulo' | 'hash' | 'range';
  readonly batchSize: number;
  readonly workers: number;
  readonly maxPageBytes: number;
  readonly maxPages: number;
  readonly sliceSeconds: number;
}

const ONE: Way = {
  instanceCount: 1,
  parallelism: null,
  partitionBy: 'modulo',
  batchSize: 500,
  workers: 0,
  maxPageBytes: 8_000_000,
  maxPages: 4,
  sliceSeconds: 60,
};

/** One of the ways of a grid of some ten thousand, the same for the same number. */
function wayOf(index: number): Way {
  const random = openRandom(2026, index);
  return {
    instanceCount: random.pick([1, 2, 3, 5, 7, 16]),
    parallelism: random.pick([null, 1, 2]),
    partitionBy: random.pick(['modulo', 'hash', 'range']),
    batchSize: random.pick([1, 2, 7, 50, 500]),
    workers: index === 4 ? 2 : 0,
    maxPageBytes: random.pick([1, 10_000, 8_000_000]),
    maxPages: random.pick([1, 4]),
    sliceSeconds: random.pick([1, 60]),
  };
}

function shuffled(documents: readonly SourceDocument[], index: number): SourceDocument[] {
  const random = openRandom(2027, index);
  return documents
    .map((document) => ({ document, at: random.int(0, 1_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ document }) => document);
}

test('rows and log do not depend on how the work is split, nor on the order in which documents came', async (t) => {
  const made = async (way: Way, documents: readonly SourceDocument[]) => {
    const work = await openWorkload(t, documents, { workers: way.workers });
    const run = await runLocally({
      ...work.deps,
      maxPageBytes: way.maxPageBytes,
      maxPages: way.maxPages,
      request: work.request({
        instance_count: way.instanceCount,
        parallelism: way.parallelism,
        partition_by: way.partitionBy,
        batch_size: way.batchSize,
        slice_seconds: way.sliceSeconds,
      }),
    });
    assert.equal(run.status, 'completed', JSON.stringify(way));
    return { log: work.log(), rows: work.rows() };
  };
  const wanted = await made(ONE, DOCUMENTS);
  assert.equal(wanted.log.length, 30);
  for (let index = 0; index < 7; index += 1) {
    const way = wayOf(index);
    assert.deepEqual(await made(way, shuffled(DOCUMENTS, index)), wanted, JSON.stringify(way));
  }
});
