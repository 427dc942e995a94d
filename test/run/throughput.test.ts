import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentRate, mergeSamples, standstill } from '../../src/run/throughput.ts';
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

test('an instance stood still where its samples are further apart than usual, at most as long as its run was paused', () => {
  const paused: readonly Sample[] = [
    [10, 100, 0],
    [11, 120, 0],
    [611, 130, 0],
    [612, 150, 0],
  ];
  const steady: readonly Sample[] = [
    [10, 100, 0],
    [12, 120, 0],
    [15, 150, 0],
  ];

  assert.equal(standstill({ samples: paused }, 540), 540);
  assert.ok(Math.abs(standstill({ samples: paused }, 900) - 580) < 30);
  assert.equal(standstill({ samples: steady }, 540), 0);
});

function samplesOf(offset: number): Sample[] {
  return Array.from({ length: 100 }, (_, n) => [n * 10 + offset + 1, (n + 1) * 7, n]);
}
