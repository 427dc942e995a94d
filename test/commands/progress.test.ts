import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { openProgress } from '../../src/commands/progress.ts';
import type { Instance } from '../../src/store/port.ts';
import { NO_TOTALS } from '../../src/store/totals.ts';

describe('progress', () => {
  test('is a bar an instance on a terminal that can move its cursor', async () => {
    const { screen, text } = terminal({ isTTY: true });
    const progress = await openProgress(screen);
    progress.plan([instance(0, 25_000), instance(1, 25_000)]);
    progress.line('a message');
    progress.close();
    assert.match(text(), /^a message\r?$/m);
    assert.match(text(), /^ {2}instance 1 {2}░+ +0% {2}0 of 25,000\r?$/m);
    assert.match(text(), /^ {2}0 of 50,000 documents \(0 %\), 0 failed\r?$/m);
  });

  test('is no bar where nothing is pending', async () => {
    const { screen, text } = terminal({ isTTY: true });
    const progress = await openProgress(screen);
    progress.plan([instance(0, 0), instance(1, 0)]);
    progress.close();
    assert.doesNotMatch(text(), /instance/);
  });

  for (const [where, options] of [
    ['in a file', {}],
    ['on a terminal that cannot move its cursor', { isTTY: true, TERM: 'dumb' }],
  ] as const)
    test(`is a line now and then ${where}, with the rate of the time that was not paused`, async () => {
      const { screen, text, clock } = terminal(options);
      const progress = await openProgress(screen, { now: () => clock.ms });
      progress.plan([instance(0, 500)]);
      clock.ms = 4000;
      progress.step({ instanceId: 0, totals: { ...NO_TOTALS, documents: 40 } });
      clock.ms = 10_000;
      progress.step({ instanceId: 0, totals: { ...NO_TOTALS, documents: 100, failed: 2 } });
      progress.paused('The run is paused.');
      progress.paused('The run is paused.');
      clock.ms = 3_600_000;
      progress.failures([{ reason: "validation: ['CRITICAL: Missing app_id (/a/@b)']", documents: 2 }]);
      progress.step({ instanceId: 0, totals: { ...NO_TOTALS, documents: 100, failed: 2 } });
      clock.ms += 10_000;
      progress.step({ instanceId: 0, totals: { ...NO_TOTALS, documents: 200, failed: 2 } });
      progress.close();
      assert.deepEqual(text().trimEnd().split('\n'), [
        '100 of 500 documents (20 %), 2 failed, 600 a minute, about 40 s to go',
        'The run is paused.',
        '2 failed so far: Missing app_id (/a/@b).',
        '100 of 500 documents (20 %), 2 failed, paused',
        '200 of 500 documents (40 %), 2 failed, 600 a minute, about 30 s to go',
      ]);
    });

  test('tells in a file what it waits for now and then, on a terminal each time in the same place', async () => {
    const file = terminal({});
    const progress = await openProgress(file.screen, { now: () => file.clock.ms });
    for (let left = 40; left > 0; left -= 1) {
      progress.countdown(`${left} s left`);
      file.clock.ms += 1000;
    }
    assert.equal(file.text(), '40 s left\n10 s left\n');

    const { screen, text, clock } = terminal({ isTTY: true });
    const bars = await openProgress(screen, { now: () => clock.ms });
    bars.plan([instance(0, 500)]);
    bars.countdown('9 s left');
    assert.match(text(), /^ {2}0 of 500 documents \(0 %\), 0 failed\r?\n9 s left\r?$/m);
    clock.ms = 5000;
    bars.line('The database is back.');
    assert.doesNotMatch(text().split('The database is back.')[1] ?? '', /left/);
    bars.close();
  });

  test('is events for a program', async () => {
    const { screen, text } = terminal({ isTTY: true });
    const progress = await openProgress(screen, { json: true });
    progress.plan([instance(0, 10), instance(1, 5)]);
    progress.line('a message');
    progress.close();
    const events = text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event }) => event),
      ['progress', 'message', 'progress'],
    );
    assert.deepEqual([events[0].planned, events[0].documents, events[0].instances.length], [15, 0, 2]);
    assert.equal(events[1].text, 'a message');
  });
});

function terminal({ isTTY, TERM = 'xterm' }: { readonly isTTY?: boolean; readonly TERM?: string }) {
  const stream = new PassThrough({ encoding: 'utf8' });
  const stderr = Object.assign(stream, isTTY === true ? { isTTY, columns: 80, rows: 24 } : {});
  let read = '';
  const text = (): string => (read += stripVTControlCharacters(String(stream.read() ?? '')));
  return { screen: { env: { TERM }, stderr }, text, clock: { ms: 0 } };
}

function instance(instanceId: number, planned: number): Instance {
  return {
    runId: 'r',
    partition: { by: 'modulo', instanceId, instanceCount: 2, bounds: { start: null, end: null } },
    sessionId: 's',
    status: 'planned',
    planned,
    cursor: null,
    totals: NO_TOTALS,
    issues: [],
    samples: [],
    unmatched: null,
    started: null,
    heartbeat: null,
    heartbeatAge: null,
    leased: false,
    leaseSeconds: null,
    error: null,
  };
}
