import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderProgress, summarise, type Bar, type Progress } from '../../src/commands/live-view.ts';

describe('the live view of a run', () => {
  const sizes = [
    { columns: 80, rows: 24 },
    { columns: 200, rows: 50 },
    { columns: 60, rows: 12 },
    { columns: 40, rows: 8 },
  ];
  for (const instances of [1, 4, 16, 64, 256, 1024])
    for (const { columns, rows } of sizes)
      test(`fits ${columns} columns and ${rows} rows with ${instances} instances`, () => {
        const lines = renderProgress(progress(instances), { columns, rows });
        assert.ok(lines.length < rows, `${lines.length} lines`);
        assert.deepEqual(
          lines.filter((line) => line.length >= columns),
          [],
        );
        assert.ok(lines.some((line) => /50 %.* 100 s to go/.test(line)));
      });

  test('is a bar an instance where there is room', () => {
    const lines = renderProgress(progress(4), { columns: 80, rows: 24 });
    assert.match(lines[1] ?? '', /^ {2}instance 1 {2}█+░+ {2}50% {2}500 of 1,000, 3 failed$/);
    assert.equal(lines[4], '  2,000 of 4,000 documents (50 %), 12 failed, 1,200 a minute, about 100 s to go');
    assert.equal(lines[5], '  9 failed: Blank document.');
  });

  test('names instances by their numbers alone where a window is narrow', () => {
    assert.match(
      renderProgress(progress(4), { columns: 42, rows: 24 })[1] ?? '',
      /^ {2}1 {2}█+░+ {2}50% {2}500 of 1,000, 3 failed$/,
    );
  });

  test('says how long it takes in a narrow window too, in fewer words', () => {
    const lines = renderProgress(progress(4), { columns: 60, rows: 24 });
    assert.equal(lines[4], '  50 %, 100 s to go, 2,000 of 4,000, 12 failed, 1,200/min');
    assert.equal(summarise({ ...progress(4), halted: 'paused' }, 40), '50 %, paused, 2,000 of 4,000, 12 failed');
  });

  test('shows each of 64 instances, and several as one where there are too many', () => {
    const many = renderProgress(progress(64), { columns: 80, rows: 24 }).join('\n');
    for (let id = 0; id < 64; id += 1) assert.match(many, new RegExp(`(^| ) *${id} [█░]+ +50%`, 'm'));
    assert.match(
      renderProgress(progress(1024), { columns: 80, rows: 24 })[0] ?? '',
      /^ {2}instances 0-\d+ +█+░+ +50% /,
    );
  });

  test('never shows a part that is not done as done', () => {
    const bar = { instanceId: 0, planned: 1000, documents: 999, failed: 0 };
    assert.match(renderProgress({ ...progress(1), bars: [bar] }, { columns: 80, rows: 24 })[0] ?? '', /░ {2}99% /);
  });

  test('tells no rate and no time while paused or before anything is known', () => {
    assert.equal(summarise({ ...progress(1), halted: 'paused' }), '500 of 1,000 documents (50 %), 3 failed, paused');
    assert.equal(summarise({ ...progress(1), perMinute: null }), '500 of 1,000 documents (50 %), 3 failed');
    assert.equal(
      summarise({ ...progress(1), secondsLeft: null }),
      '500 of 1,000 documents (50 %), 3 failed, 1,200 a minute',
    );
  });
});

function progress(instances: number): Progress {
  const bars = Array.from({ length: instances }, (_, instanceId): Bar => ({
    instanceId,
    planned: 1000,
    documents: 500,
    failed: 3,
  }));
  const failures = [
    { stage: 'source', sentence: 'Blank document.', documents: 9 },
    { stage: 'validation', sentence: `Invalid XML: ${'the element <Line> is not closed '.repeat(9)}`, documents: 3 },
  ];
  return { bars, perMinute: 1200, secondsLeft: 100, halted: null, failures };
}
