import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { openProgress } from '../../src/commands/progress.ts';
import { NO_TOTALS } from '../../src/store/totals.ts';
import type { Instance } from '../../src/store/port.ts';

describe('progress', () => {
  test('is a bar an instance on a terminal, none longer than the terminal is wide', () => {
    for (const columns of [80, 150]) {
      const { screen, lines } = terminal(columns);
      const progress = openProgress(screen);
      progress.plan([instance(0, 25_000), instance(1, 25_000)]);
      progress.close();
      const bars = lines().filter((line) => line.startsWith('  instance '));
      assert.match(bars.at(-1) ?? '', /^ {2}instance 1 of 2 {2}.+ +0% {2}0 of 25,000 documents, 0 failed$/);
      assert.ok(bars.every((line) => line.length < columns));
    }
  });

  test('is no bar where nothing is pending', () => {
    const { screen, lines } = terminal(80);
    const progress = openProgress(screen);
    progress.plan([instance(0, 0), instance(1, 0)]);
    progress.close();
    assert.deepEqual(lines(), ['']);
  });

  test('is no bar on a terminal that cannot move its cursor', () => {
    const { screen, lines } = terminal(80, 'dumb');
    const progress = openProgress(screen);
    progress.plan([instance(0, 500)]);
    progress.line('a message');
    progress.close();
    assert.deepEqual(lines(), ['a message', '']);
  });
});

function terminal(columns: number, TERM = 'xterm') {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns });
  const lines = (): string[] => stripVTControlCharacters(String(stream.read() ?? '')).split(/\r?\n/);
  return { screen: { env: { TERM }, stderr: stream }, lines };
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
    started: null,
    heartbeat: null,
    heartbeatAge: null,
    leased: false,
    leaseSeconds: null,
    samples: [],
    error: null,
  };
}
