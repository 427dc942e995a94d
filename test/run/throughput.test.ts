import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentRate, mergeSamples, withoutPauses, workedUntil } from '../../src/run/throughput.ts';
import type { Sample } from '../../src/store/samples.ts';

test('the current rate is that of the last minute, whatever was before', () => {
  const samples: readonly Sample[] = [
    [0, 0, 0],
    [100, 10_000, 0],
    [130, 10_100, 0],
    [160, 10_200, 3],
  ];

  assert.equal(currentRate(samples), 200);
  assert.equal(currentRate(samples.slice(0, 2)), 6000);
  assert.equal(currentRate(samples.slice(0, 1)), null);
  assert.equal(currentRate([]), null);
});

test('samples of instances add up at each moment that one of them tells of', () => {
  const merged = mergeSamples([
    {
      samples: [
        [10, 100, 1],
        [20, 300, 1],
      ],
    },
    { samples: [[15, 50, 4]] },
    { samples: [] },
  ]);

  assert.deepEqual(merged, [
    [10, 133, 4],
    [15, 250, 5],
    [20, 350, 5],
  ]);
});

test('samples after a moment can be left out', () => {
  const samples: readonly Sample[] = [
    [10, 100, 1],
    [20, 300, 1],
  ];

  assert.deepEqual(mergeSamples([{ samples }], 19), [[10, 100, 1]]);
});

test('however many instances tell, the samples of a run are few, and the last one is among them', () => {
  const merged = mergeSamples([0, 1, 2, 3, 4].map((offset) => ({ samples: samplesOf(offset) })));

  assert.ok(merged.length > 100 && merged.length <= 121);
  assert.deepEqual(merged.at(-1), [995, 3500, 495]);
});

test('paused time is taken out of times and samples exactly, also of a pause that goes on', () => {
  const pauses = [
    [11, 611, 'paused'],
    [700, null, 'silent'],
  ] as const;
  assert.deepEqual(
    [5, 11, 300, 611, 650, 800].map((second) => workedUntil(second, pauses)),
    [5, 11, 11, 11, 50, 100],
  );

  const samples: readonly Sample[] = [
    [10, 100, 0],
    [612, 130, 0],
  ];
  assert.equal(currentRate(withoutPauses(samples, pauses)), 900);
});

test('what was done within the first second counts from the start', () => {
  const samples: readonly Sample[] = [
    [0, 5, 1],
    [10, 20, 1],
  ];
  assert.deepEqual(mergeSamples([{ samples }]), samples);
});

function samplesOf(offset: number): Sample[] {
  return Array.from({ length: 100 }, (_, n) => [n * 10 + offset + 1, (n + 1) * 7, n]);
}
