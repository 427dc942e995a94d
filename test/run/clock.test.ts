import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { describeRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import type { RunView } from '../../src/run/report.ts';
import type { Instance } from '../../src/store/port.ts';
import { goodDocuments, openWorkload } from './workload.ts';

const [DOCUMENTS, HOURS] = [60, 3_600_000];

/** A run whose process has a clock that jumps hours ahead and back behind every group, and what is seen of it meanwhile. */
async function runWithJumps(t: TestContext, hours: number) {
  const leases = { leaseSeconds: 120, aliveSeconds: 900 };
  const work = await openWorkload(t, goodDocuments(DOCUMENTS), { leases });
  const now = Date.now();
  t.mock.timers.enable({ apis: ['Date'], now });
  const views: RunView[] = [];
  const instances: Instance[] = [];
  const claims: string[] = [];
  let looks = Promise.resolve();
  let jumps = 0;
  const run = await runLocally({
    ...work.deps,
    request: work.request({ instance_count: 1, batch_size: 10 }),
    onProgress: ({ runId }) => {
      jumps += 1;
      t.mock.timers.setTime(now + (jumps % 2 === 0 ? 0 : hours * HOURS));
      const look = async (): Promise<void> => {
        const view = await describeRun(work.lines, runId);
        if (view?.status !== 'running') return;
        views.push(view);
        instances.push(...(await work.line.store.listInstances(runId)));
        const claim = await work.line.store.claimInstance(runId, 0, `thief ${jumps}`);
        claims.push(claim.result);
      };
      looks = looks.then(look);
    },
  });
  await looks;
  assert.ok(views.length >= 3, `${views.length} looks`);
  return { work, run, views, instances, claims };
}

for (const [way, hours] of [
  ['ahead', 3],
  ['back', -3],
] as const) {
  test(`a lease outlives a clock that jumps ${way}: nobody takes it, and its holder writes on`, async (t) => {
    const { work, run, claims } = await runWithJumps(t, hours);
    // The last look may find that it has ended.
    const atWork = claims.filter((result) => result !== 'ended');
    assert.ok(atWork.length >= 3, `${atWork.length} while it was at work`);
    assert.deepEqual([...new Set(atWork)], ['busy']);
    assert.deepEqual([run.status, work.log().length], ['completed', DOCUMENTS]);
  });

  test(`signs of life are as old as they are where a clock jumps ${way}`, async (t) => {
    const { views, instances } = await runWithJumps(t, hours);
    for (const { heartbeatAge } of instances) assert.ok((heartbeatAge ?? 0) >= 0 && (heartbeatAge ?? 0) < 1800);
    assert.ok(views.every(({ stale }) => !stale));
  });

  test(`rates, times and what is left are those of the work where a clock jumps ${way}`, async (t) => {
    const { views } = await runWithJumps(t, hours);
    for (const view of views) {
      assert.ok(view.seconds >= 0 && view.seconds < 1800, String(view.seconds));
      assert.ok(view.eta_seconds === null || (view.eta_seconds >= 0 && view.eta_seconds < 1800), `${view.eta_seconds}`);
      assert.ok(view.samples.every(([second]) => second >= 0 && second < 1800));
      // Hours in the sum would leave less than one document a minute.
      assert.ok(view.documents_per_minute === 0 || view.documents_per_minute > 1, `${view.documents_per_minute}`);
    }
  });
}
