import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSample, MOST_SAMPLES } from '../../src/store/samples.ts';
import type { Sample } from '../../src/store/samples.ts';

function sampled(seconds: number, step: number): readonly Sample[] {
  let samples: readonly Sample[] = [];
  for (let second = step; second <= seconds; second += step) samples = addSample(samples, [second, second * 10, 0]);
  return samples;
}

test('samples are a second apart at first', () => {
  assert.deepEqual(addSample([], null), []);
  assert.deepEqual(addSample([[1, 10, 0]], [1, 15, 0]), [[1, 10, 0]]);
  assert.deepEqual(addSample([[1, 10, 0]], [2, 20, 1]), [
    [1, 10, 0],
    [2, 20, 1],
  ]);
});

test('their number is bounded however long a run is, and they stay spread over all of it', () => {
  for (const seconds of [100, 1000, 100_000]) {
    const samples = sampled(seconds, 1);
    assert.ok(samples.length <= MOST_SAMPLES, `${samples.length} samples`);
    assert.ok(samples.length > MOST_SAMPLES / 3, `${samples.length} samples`);
    const gaps = samples.slice(1).map(([second], index) => second - (samples[index]?.[0] ?? 0));
    assert.ok(Math.max(...gaps) <= (seconds / MOST_SAMPLES) * 8 + 1, `a gap of ${Math.max(...gaps)} s`);
    assert.ok((samples.at(-1)?.[0] ?? 0) > seconds * 0.95);
    assert.ok(samples.every(([second, documents]) => documents === second * 10));
  }
});
