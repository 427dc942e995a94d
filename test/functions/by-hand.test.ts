import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runView } from '../../src/api/views.ts';
import { appForEach, startLetters } from '../support/functions/app.ts';
import { slowClock } from '../support/slow-clock.ts';

// What a person may do to orchestrations through Durable's own endpoint while a run works, which knows nothing of runs.

const DOCUMENTS = 20;
const world = appForEach(DOCUMENTS);

/** A run in the middle of its work, and one of its lanes. */
async function begin() {
  const id = await startLetters(world.app, { instance_count: 2, batch_size: 1, slice_seconds: 1 });
  await world.app.drain(() => world.app.times('processSlice') >= 4);
  const lane = [...world.app.orchestrations.keys()].find((other) => other.startsWith(`${id}:`));
  assert.ok(lane !== undefined);
  return { run: id, lane };
}

async function manage(id: string, ...verbs: readonly string[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const verb of verbs) statuses.push(await world.app.manage(id, verb));
  return statuses;
}

/** Lets everything go as far as it can, the watchdog looks, and so on until nothing is left to do. */
async function assertEnds(id: string): Promise<void> {
  for (let minute = 0; minute < 3; minute += 1) {
    await world.app.drain();
    await world.app.timer('watchLiveRuns');
  }
  await world.app.drain();
  const run = runView.parse((await world.app.http('getRun', `runs/${id}`)).json());
  assert.deepEqual(
    [run.error, run.status, run.totals.success, run.totals.documents],
    [null, 'completed', DOCUMENTS, DOCUMENTS],
  );
  const { store } = world.workplace.line('letters');
  assert.deepEqual(
    (await store.verify()).filter(({ passed }) => !passed),
    [],
  );
  const left = [...world.app.orchestrations.values()].filter(({ status }) => status === 'Running');
  assert.deepEqual(left, []);
}

const COPY = 'restart?restartWithNewInstanceId=true';
const IN_PLACE = 'restart?restartWithNewInstanceId=false';

const DONE: readonly { of: 'run' | 'lane'; verbs: readonly string[]; statuses: readonly number[] }[] = [
  { of: 'run', verbs: ['terminate'], statuses: [202] },
  { of: 'run', verbs: ['terminate', ''], statuses: [202, 200] },
  { of: 'run', verbs: ['terminate', IN_PLACE], statuses: [202, 202] },
  { of: 'run', verbs: ['terminate', COPY], statuses: [202, 202] },
  { of: 'run', verbs: ['suspend', 'resume'], statuses: [202, 202] },
  { of: 'run', verbs: [IN_PLACE], statuses: [409] },
  { of: 'run', verbs: [COPY], statuses: [202] },
  { of: 'lane', verbs: ['terminate'], statuses: [202] },
  { of: 'lane', verbs: ['terminate', IN_PLACE], statuses: [202, 202] },
  { of: 'lane', verbs: ['suspend', 'resume'], statuses: [202, 202] },
  { of: 'lane', verbs: [COPY], statuses: [202] },
];

for (const { of, verbs, statuses } of DONE)
  test(`a run ends although somebody asked the extension to ${verbs.map((verb) => verb || 'purge').join(', then to ')} its ${of}`, async (t) => {
    slowClock(t);
    const ids = await begin();

    assert.deepEqual(await manage(ids[of], ...verbs), statuses);

    await assertEnds(ids.run);
  });
