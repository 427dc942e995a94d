import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPool } from '../../src/run/pool.ts';
import { goodDocument, mixedDocuments, openWorkload } from './workload.ts';

test('threads give what this thread gives, in the same order', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  const [here, there] = [openPool({ lines, workers: 0, now }), openPool({ lines, workers: 2, aloneMs: 0, now })];
  t.after(() => there.close());
  const documents = mixedDocuments(53);
  const outcomes = await there.map(line, documents);
  assert.deepEqual(outcomes, await here.map(line, documents));
  assert.equal(outcomes.length, 53);
  assert.deepEqual(await there.map(line, []), []);
});

test('few documents are mapped here, without a thread', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  let threads = 0;
  const count = (): void => void (threads += 1);
  process.on('worker', count);
  t.after(() => process.off('worker', count));
  const pool = openPool({ lines, workers: 1, aloneMs: Infinity, now });
  assert.equal((await pool.map(line, [goodDocument(7)])).length, 1);
  assert.equal(threads, 0);
  const eager = openPool({ lines, workers: 1, aloneMs: 0, now });
  t.after(() => eager.close());
  assert.equal((await eager.map(line, [goodDocument(7)])).length, 1);
  assert.equal(threads, 1);
});

test('a thread that mostly waits maps on by itself, and one that does nothing but work starts threads', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  let threads = 0;
  const count = (): void => void (threads += 1);
  process.on('worker', count);
  t.after(() => process.off('worker', count));
  const pool = openPool({ lines, workers: 1, aloneMs: Number.MIN_VALUE, now });
  t.after(() => pool.close());
  for (let round = 0; round < 2; round += 1) {
    await pool.map(line, [goodDocument(7)]);
    await sleep(100);
  }
  assert.equal(threads, 0);
  await pool.map(line, [goodDocument(7)]);
  for (const end = performance.now() + 200; performance.now() < end;);
  await pool.map(line, [goodDocument(7)]);
  assert.equal(threads, 1);
});

test('bytes map as text does, also in threads', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  const pool = openPool({ lines, workers: 1, aloneMs: 0, now: () => new Date(0) });
  t.after(() => pool.close());
  const { appId, xml } = goodDocument(7);
  const inBytes = (accent: string) => Buffer.from(String(xml).replaceAll('LARCH', `L${accent}RCH`));
  const [text, utf8, windows] = await pool.map(line, [
    { appId, xml: inBytes('Ã“').toString() },
    { appId, xml: inBytes('Ã“') },
    { appId, xml: inBytes('Ó'), encoding: 'windows-1252' },
  ]);
  assert.ok(text?.outcome === 'mapped' && JSON.stringify(text.tables).includes('LÃ“RCH'));
  assert.deepEqual(utf8, text);
  // Of the same text in other bytes only the hash is another.
  assert.deepEqual({ ...windows, sourceHash: text.sourceHash }, text);
  assert.notEqual(windows?.sourceHash, text.sourceHash);
});

test('bytes of two a character are the text they are of, halves of characters too', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  const pool = openPool({ lines, workers: 0, now });
  const { appId, xml } = goodDocument(7);
  const texts = ['LÓRCH', 'L\u{1F332}RCH', 'L\uD83CRCH'].map((name) => String(xml).replaceAll('LARCH', name));
  const inBytes = texts.map((text) => ({ appId, xml: Buffer.from(text, 'utf16le'), encoding: 'utf-16le' }));
  const outcomes = await pool.map(line, inBytes);
  assert.deepEqual(
    outcomes,
    await pool.map(
      line,
      texts.map((text) => ({ appId, xml: text })),
    ),
  );
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['mapped', 'mapped', 'rejected'],
  );
});

test('the memory of bytes is free once they are mapped, unless it is shared with others', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  const pool = openPool({ lines, workers: 0 });
  const { appId, xml } = goodDocument(7);
  const alone = new Uint8Array(Buffer.from(String(xml)));
  const shared = new Uint8Array(Buffer.from(`  ${String(xml)}`)).subarray(2);
  const length = alone.byteLength;
  await pool.map(line, [
    { appId, xml: alone },
    { appId, xml: shared },
  ]);
  assert.deepEqual([alone.byteLength, shared.byteLength], [0, length]);
});

test('a document that the mapper stumbles over is rejected by itself, without a word of what it holds', async (t) => {
  const { lines, line } = await openWorkload(t, []);
  const pool = openPool({ lines, workers: 0 });
  const hostile = {
    appId: '1',
    xml: '<a/>',
    get encoding(): string {
      throw new RangeError('secret content');
    },
  };
  const [bad, good] = await pool.map(line, [hostile, goodDocument(2)]);
  assert.equal(good?.outcome, 'mapped');
  assert.ok(bad?.outcome === 'rejected' && bad.stage === 'unknown');
  assert.match(bad.reason, /^unknown: RangeError in the mapper, pool\.test\.ts:\d+$/);
});

function now(): Date {
  return new Date('2026-01-01T00:00:00Z');
}
