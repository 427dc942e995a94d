import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runLocally } from '../../src/run/local.ts';
import type { RunRequest } from '../../src/run/request.ts';
import { mixedDocuments, openWorkload } from './workload.ts';

const DOCUMENTS = mixedDocuments(90);

const WAYS: {
  readonly title: string;
  readonly request: Partial<RunRequest>;
  readonly workers?: number;
  readonly maxPageBytes?: number;
}[] = [
  { title: '7 instances', request: { instance_count: 7 } },
  { title: 'partitions by hash', request: { partition_by: 'hash' } },
  { title: 'partitions by range', request: { partition_by: 'range', instance_count: 3 } },
  { title: 'one lane for many instances', request: { instance_count: 5, parallelism: 1 } },
  { title: 'pages of one document', request: { batch_size: 1 } },
  { title: 'pages bounded by bytes', request: {}, maxPageBytes: 10_000 },
  { title: 'threads', request: {}, workers: 2 },
];

for (const { title, request, workers = 0, maxPageBytes } of WAYS) {
  test(`rows and log do not depend on how the work is split: ${title}`, async (t) => {
    const one = await openWorkload(t, DOCUMENTS);
    await runLocally({ ...one.deps, request: one.request({ instance_count: 1 }) });
    const other = await openWorkload(t, DOCUMENTS, { workers });
    const run = await runLocally({
      ...other.deps,
      ...(maxPageBytes === undefined ? {} : { maxPageBytes }),
      request: other.request(request),
    });
    assert.equal(run.status, 'completed');
    assert.equal(one.log().length, 90);
    assert.deepEqual(other.rows(), one.rows());
    assert.deepEqual(other.log(), one.log());
  });
}

test('memory is bounded by pages, not by instances: all are drained with one page at a time', async (t) => {
  const work = await openWorkload(t, DOCUMENTS);
  const run = await runLocally({
    ...work.deps,
    maxPages: 1,
    request: work.request({ instance_count: 16, batch_size: 2 }),
  });
  assert.deepEqual([run.status, work.log().length], ['completed', 90]);
});
