import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEXT_IDS } from './ids.ts';
import {
  claimed,
  EVERYTHING,
  mapped,
  newRun,
  openWorld,
  rejected,
  rows,
  seed,
  start,
  testOfNumbers,
  write,
} from './world.ts';
import { MOST_EXACT } from '../../../src/store/reasons.ts';
import type { FailureReason } from '../../../src/store/reasons.ts';
import type { Verification } from '../../../src/store/port.ts';
import type { Engine, World } from './world.ts';

const range = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

/** Ten documents over three instances: 3, 6 and 9 fail. */
async function convert(world: World): Promise<void> {
  await seed(world, range(10));
  const { instances } = await start(world, { instanceCount: 3 });
  for (const { partition } of instances) {
    const claim = await claimed(world, 'run-1', partition.instanceId);
    const { documents } = await world.store.readPage({ partition, cursor: null, maxDocuments: 100, maxBytes: 1e6 });
    await write(
      world,
      claim,
      documents.map(({ appId }) => (Number(appId) % 3 === 0 ? rejected(appId, reasonOf(appId)) : mapped(appId))),
    );
    await world.store.endInstance('run-1', partition.instanceId, { status: 'completed', claim });
  }
  await world.store.finishRun('run-1');
}

function invalidId(id: string): string {
  return `validation: ['Invalid app_id format: ${id} (must be integer)']`;
}

function reasonOf(appId: string): string {
  return appId === '9' ? 'mapping: No data mapped from XML' : 'validation: 50%_off';
}

function withoutTime({ reason, documents }: FailureReason): Omit<FailureReason, 'firstAt'> {
  return { reason, documents };
}

function failedChecks(checks: readonly Verification[]): readonly Verification[] {
  return checks.filter(({ passed }) => !passed);
}

export function logSuite(engine: Engine): void {
  test('a log row is found by id', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const sessions = (await world.store.listInstances('run-1')).map(({ sessionId }) => sessionId);
    const { processingTime, sessionId, ...row } = (await world.store.findLog('3')) ?? {
      processingTime: '',
      sessionId: '',
    };
    assert.deepEqual(row, { appId: '3', status: 'failed', failureReason: 'validation: 50%_off' });
    assert.ok(sessions.includes(sessionId ?? ''));
    assert.match(processingTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/u);
    assert.equal(await world.store.findLog('11'), null);
  });

  test('failures are listed by id, a page at a time, by run and by the start of their reason', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const list = async (filter: Partial<Parameters<typeof world.store.listFailures>[0]>): Promise<string[]> =>
      (await world.store.listFailures({ limit: 10, ...filter })).map(({ appId }) => appId);
    assert.deepEqual(await list({}), ['3', '6', '9']);
    assert.deepEqual(await list({ limit: 2 }), ['3', '6']);
    assert.deepEqual(await list({ afterAppId: '3', limit: 1 }), ['6']);
    assert.deepEqual(await list({ reason: 'validation' }), ['3', '6']);
    assert.deepEqual(await list({ reason: 'validation: 50%_' }), ['3', '6']);
    assert.deepEqual(await list({ reason: 'v%' }), []);
    assert.deepEqual(await list({ runId: 'run-1' }), ['3', '6', '9']);
    assert.deepEqual(await list({ runId: 'other' }), []);
  });

  test('failures are grouped by reason, most first', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const reasons = [
      { reason: 'validation: 50%_off', documents: 2 },
      { reason: 'mapping: No data mapped from XML', documents: 1 },
    ];
    const found = await world.store.failureReasons();
    assert.deepEqual(found.map(withoutTime), reasons);
    assert.ok(found.every(({ firstAt }) => /^\d{4}-\d\d-\d\dT.*Z$/.test(firstAt ?? '')));
    assert.deepEqual((await world.store.failureReasons('run-1')).map(withoutTime), reasons);
    assert.deepEqual(await world.store.failureReasons('other'), []);
  });

  testOfNumbers(
    engine,
    'a reason is as old as its first failure; what another program logged may lack one',
    async (t) => {
      const world = await openWorld(engine, t);
      await convert(world);
      const log = world.table('processing_log');
      await world.query(`UPDATE ${log} SET processing_time = '2020-01-02 03:04:05' WHERE app_id = 6`);
      const [oldest] = await world.store.failureReasons();
      assert.match(oldest?.firstAt ?? '', /^2020-01-02[T ]03:04:05/);
      await world.query(`UPDATE ${log} SET failure_reason = NULL WHERE app_id IN (3, 9)`);
      const [most] = await world.store.failureReasons();
      assert.deepEqual(most && withoutTime(most), { reason: '', documents: 2 });
    },
  );

  test('malformed documents, each with a reason of its own, are counted and asked for as one, in both formats', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const original = "validation: ['Invalid XML structure or format: line ";
    await write(world, claim, [
      rejected(1, `${original}1']`),
      rejected(2, `${original}2']`),
      rejected(3, 'validation: []'),
      rejected(4, 'malformed: line 1: no end'),
      rejected(5, 'malformed: line 2: no end'),
      rejected(6, 'malformed: line 3: no end'),
    ]);
    const together = "validation: ['Invalid XML structure or format']";
    const nested = 'malformed: The document is not well-formed XML.';
    assert.deepEqual((await world.store.failureReasons()).map(withoutTime), [
      { reason: nested, documents: 3 },
      { reason: together, documents: 2 },
      { reason: 'validation: []', documents: 1 },
    ]);
    const listed = async (reason: string) =>
      (await world.store.listFailures({ reason, limit: 9 })).map(({ appId }) => appId);
    assert.deepEqual(
      [await listed(together), await listed(nested)],
      [
        ['1', '2'],
        ['4', '5', '6'],
      ],
    );
    assert.equal(await world.store.redrive({ appIds: ['1', '4', '5'] }), 3);
    assert.deepEqual((await world.store.failureReasons()).map(({ reason }) => reason).toSorted(), [
      'malformed: line 3: no end',
      `${original}2']`,
      'validation: []',
    ]);
    assert.deepEqual(
      [await world.store.redrive({ reason: together }), await world.store.redrive({ reason: nested })],
      [1, 1],
    );
  });

  test('failures whose reasons differ in values only are counted, listed and redriven as one, of a run or all', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [rejected(1, invalidId('A-137')), rejected(2, invalidId('x y')), rejected(3, 'other 1')]);
    const common = invalidId('…');
    assert.deepEqual((await world.store.failureReasons('run-1')).map(withoutTime), [
      { reason: common, documents: 2 },
      { reason: 'other 1', documents: 1 },
    ]);
    const listed = await world.store.listFailures({ reason: common, runId: 'run-1', limit: 9 });
    assert.deepEqual(
      listed.map(({ failureReason }) => failureReason),
      [invalidId('A-137'), invalidId('x y')],
    );
    assert.equal(await world.store.redrive({ reason: common, runId: 'other' }), 0);
    assert.equal(await world.store.redrive({ reason: common, runId: 'run-1' }), 2);
    assert.equal(await world.store.redrive({ runId: 'run-1' }), 1);
  });

  testOfNumbers(
    engine,
    'where reasons are too many to be looked at, those put together are counted to the last',
    async (t) => {
      const world = await openWorld(engine, t);
      const { claim } = await start(world);
      await write(
        world,
        claim,
        range(MOST_EXACT + 5).map((id) => rejected(id, id <= 2 ? 'mapping: none' : invalidId(`A-${id}`))),
      );
      const reasons = await world.store.failureReasons('run-1');
      assert.deepEqual(reasons.map(withoutTime), [
        { reason: invalidId('…'), documents: MOST_EXACT + 3 },
        { reason: 'mapping: none', documents: 2 },
      ]);
      assert.ok(reasons.every(({ firstAt }) => firstAt !== null));
    },
  );

  test('a redrive moves failed log rows to the history and makes their documents pending', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    assert.equal(await world.store.redrive({ reason: 'mapping' }), 1);
    assert.equal(await world.store.redrive({ appIds: ['6', '7', '99'] }), 1);
    assert.deepEqual(await rows(world, 'processing_log_history', ['app_id', 'status', 'failure_reason']), [
      ['6', 'failed', 'validation: 50%_off'],
      ['9', 'failed', 'mapping: No data mapped from XML'],
    ]);
    const { claim, instances } = await start(world, { runId: 'run-2' });
    const { documents } = await world.store.readPage({
      partition: instances[0]!.partition,
      cursor: null,
      maxDocuments: 9,
      maxBytes: 1e6,
    });
    assert.deepEqual(
      documents.map(({ appId }) => appId),
      ['6', '9'],
    );
    await write(world, claim, [mapped(6), rejected(9, 'again')]);
    assert.equal((await world.store.findLog('6'))?.status, 'success');
    assert.equal(await world.store.redrive({}), 2);
    assert.deepEqual(failedChecks(await world.store.verify()), []);
  });

  test('the log rows of a run are counted by status, with those that a redrive replaced', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const counts = await world.store.logCounts('run-1');
    assert.ok(counts.success > 0 && counts.failed > 0);
    assert.equal(await world.store.redrive({}), counts.failed);
    assert.deepEqual(await world.store.logCounts('run-1'), counts);
    assert.deepEqual(await world.store.logCounts('other'), { success: 0, failed: 0 });
  });

  test('verify passes after a run', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const checks = await world.store.verify();
    assert.deepEqual(
      checks,
      [
        'No document is logged twice.',
        'Every session of a run touches one partition only.',
        'Every document that was pending when a completed run was planned is accounted for.',
        'The totals of every instance equal what its session logged.',
      ].map((check) => ({ check, passed: true, offenders: [] })),
    );
  });

  testOfNumbers(
    engine,
    'verify finds a session that touched two partitions, and totals that the log does not bear out',
    async (t) => {
      const world = await openWorld(engine, t);
      await convert(world);
      const [first, second] = await world.store.listInstances('run-1');
      await world.query(
        `UPDATE ${world.table('processing_log')} SET session_id = '${first?.sessionId}' WHERE app_id = ${world.sqlId(4)}`,
      );
      const [stray, totals, ...others] = failedChecks(await world.store.verify());
      assert.deepEqual(stray?.offenders, [
        { session_id: first?.sessionId, instance_id: 0, documents: 1, first_app_id: '4' },
      ]);
      assert.deepEqual(
        totals?.offenders.map((row) => [
          row['instance_id'],
          row['success'],
          row['logged_success'],
          row['failed'],
          row['logged_failed'],
        ]),
        [
          [0, 0, 1, 3, 3],
          [1, 4, 3, 0, 0],
        ],
      );
      assert.equal(second?.totals.success, 4);
      assert.deepEqual(others, []);
    },
  );

  testOfNumbers(engine, 'lines whose ids are of different kinds share the tables of runs and instances', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const workSet = { ...world.workSet, sourceTable: 'letters', logTable: 'letters_log', application: null };
    const store = world.database.store({ ...workSet, idType: TEXT_IDS.type });
    await store.init();
    await store.createSource();
    const ids = ['A', 'B', 'C', '17'];
    await store.importDocuments(
      ids.map((appId) => ({ appId, xml: '<d/>' })),
      { replace: false },
    );
    await store.openRun(newRun('run-t'));
    const survey = await store.survey({ by: 'range', instanceCount: 3, bounds: EVERYTHING, limit: null });
    const letters = { ...world, store };
    const read: string[] = [];
    for (const { partition } of await store.savePlan('run-t', survey.instances)) {
      const claim = await claimed(letters, 'run-t', partition.instanceId);
      const { documents } = await store.readPage({ partition, cursor: null, maxDocuments: 100, maxBytes: 1e6 });
      read.push(...documents.map(({ appId }) => appId));
      const outcomes = documents.map(({ appId }) => rejected(appId));
      await write(letters, claim, outcomes, { tables: [], range: { start: 'A', end: null } });
      await store.endInstance('run-t', partition.instanceId, { status: 'completed', claim });
    }
    assert.deepEqual(read.toSorted(), ids.toSorted());
    assert.equal((await store.finishRun('run-t')).status, 'completed');
    for (const each of [store, world.store]) assert.deepEqual(failedChecks(await each.verify()), []);
  });

  test('verify finds a completed run that left planned documents out', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, range(3));
    const { claim } = await start(world);
    await write(world, claim, [mapped(1), mapped(2), mapped(3)]);
    await world.store.endInstance('run-1', 0, { status: 'completed', claim });
    await world.store.finishRun('run-1');
    await world.query(`UPDATE ${world.table('xmlfan_run')} SET planned = 5`);
    const [only, ...others] = failedChecks(await world.store.verify());
    assert.deepEqual(only?.offenders, [{ run_id: 'run-1', planned: 5, documents: 3 }]);
    assert.deepEqual(others, []);
  });

  testOfNumbers(engine, "the operators' own two queries find nothing wrong", async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const log = world.table('processing_log');
    const sessions = await world.query(
      `SELECT session_id, MIN(app_id), MAX(app_id), COUNT(*), COUNT(DISTINCT (app_id % 3)) AS unique_partitions FROM ${log} GROUP BY session_id`,
    );
    assert.deepEqual(
      sessions.map(({ unique_partitions }) => Number(unique_partitions)),
      [1, 1, 1],
    );
    const twice = await world.query(
      `SELECT app_id, COUNT(*), STRING_AGG(session_id, ', ') FROM ${log} GROUP BY app_id HAVING COUNT(*) > 1`,
    );
    assert.deepEqual(twice, []);
  });
}
