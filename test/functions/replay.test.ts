import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openHost } from '../support/functions/host.ts';
import type { OrchestrationContext } from 'durable-functions';

// What the test host must hold for the other tests to mean anything; the worker's stand-in has to be in place before the library is loaded.
const df = await import('durable-functions');
const failures = new Set<string>();
const host = await openHost({
  beforeActivity: (name, input) => {
    if (failures.delete(`${name} ${String(input)}`)) throw new Error('the worker is gone');
  },
});
after(() => host.close());

df.app.activity('double', { handler: (value: number) => 2 * value });

async function run(name: string, input?: unknown) {
  const id = host.start(name, input);
  await host.drain();
  return host.orchestrations.get(id)!;
}

test('activities that are awaited together all run, and their results come back in order', async () => {
  df.app.orchestration('fanOut', function* ({ df: durable }: OrchestrationContext) {
    return yield durable.Task.all([1, 2, 3].map((value) => durable.callActivity('double', value)));
  });

  const { status, output } = await run('fanOut');

  assert.deepEqual([status, output], ['Completed', [2, 4, 6]]);
});

test('a failed activity is retried after a durable timer and takes new numbers', async () => {
  df.app.orchestration('retry', function* ({ df: durable }: OrchestrationContext) {
    const first: unknown = yield durable.callActivityWithRetry('double', new df.RetryOptions(5000, 3), 21);
    const second: unknown = yield durable.callActivity('double', 1);
    return [first, second];
  });
  failures.add('double 21');

  const { status, output, history } = await run('retry');

  assert.deepEqual([status, output], ['Completed', [42, 2]]);
  const scheduled = history
    .filter(({ EventType }) => EventType === 4 || EventType === 10)
    .map(({ EventId }) => EventId);
  assert.deepEqual(scheduled, [0, 1, 2, 3]);
});

test('an activity that fails for good is an error that the orchestrator can catch', async () => {
  df.app.activity('refuse', {
    handler: () => {
      throw new Error('not today');
    },
  });
  df.app.orchestration('giveUp', function* ({ df: durable }: OrchestrationContext) {
    try {
      yield durable.callActivityWithRetry('refuse', new df.RetryOptions(5000, 3), null);
    } catch (error) {
      return String(error).split('\n', 1)[0];
    }
    return 'never';
  });

  const { output } = await run('giveUp');

  assert.equal(output, "Error: Activity function 'refuse' failed: not today ");
  assert.equal(host.activities.filter(({ name }) => name === 'refuse').length, 3);
});

test('a failing sub-orchestration fails its parent, which says why', async () => {
  df.app.orchestration('child', function* ({ df: durable }: OrchestrationContext) {
    yield durable.callActivity('double', 7);
    throw new Error('no more');
  });
  df.app.orchestration('parent', function* ({ df: durable }: OrchestrationContext) {
    return yield durable.callSubOrchestrator('child');
  });

  const { status, output } = await run('parent');

  assert.equal(status, 'Failed');
  assert.match(String(output), /^Orchestrator function 'parent' failed: Orchestrator function 'child' failed: no more/);
});

test('continue-as-new starts a fresh history with the new input', async () => {
  df.app.orchestration('countdown', function* ({ df: durable }: OrchestrationContext) {
    const left = durable.getInput<number>();
    yield durable.callActivity('double', left);
    if (left > 1) return durable.continueAsNew(left - 1);
    return durable.version;
  });

  const { status, output, generations, history } = await run('countdown', 5);

  assert.deepEqual([status, output, generations], ['Completed', '1.1', 5]);
  assert.equal(history.filter(({ EventType }) => EventType === 4).length, 1);
});

test('a task that stands in two compounds is scheduled twice, as the real host does', async () => {
  df.app.orchestration('window', function* ({ df: durable }: OrchestrationContext) {
    const [a, b] = [durable.callActivity('double', 11), durable.callActivity('double', 12)];
    yield durable.Task.any([a, b]);
    yield durable.Task.any([b, durable.callActivity('double', 13)]);
  });

  await run('window');

  const inputs = host.activities.map(({ input }) => String(input)).filter((input) => input.startsWith('1'));
  assert.deepEqual(inputs.toSorted(), ['1', '1', '1', '11', '12', '12', '13']);
});

test('an orchestrator that does not repeat itself is an error', async () => {
  let calls = 0;
  df.app.orchestration('restless', function* ({ df: durable }: OrchestrationContext) {
    return yield durable.callActivity('double', calls++);
  });
  host.start('restless', null);

  await assert.rejects(async () => host.drain(), /orchestrator "restless" is not deterministic/);
});
