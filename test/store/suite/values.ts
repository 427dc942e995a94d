import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logged, mapped, openWorld, rows, start, testOfNumbers, write } from './world.ts';
import type { Engine } from './world.ts';

// Column, values that must come back as they were, values that no column of its type can hold.
const CASES: readonly [column: string, exact: readonly string[], refused: readonly string[]][] = [
  ['age', ['0', '255'], ['-1', '256', '12 months', '1.5']],
  ['small', ['-32768', '32767'], ['-32769', '32768']],
  ['whole', ['-2147483648', '2147483647'], ['-2147483649', '2147483648', 'N/A']],
  [
    'large',
    ['-9223372036854775808', '9223372036854775807', '9007199254740993'],
    ['9223372036854775808', '-9223372036854775809', 'x'],
  ],
  ['flag', ['0', '1'], ['maybe']],
  ['price', ['0.00', '-9999.99', '12345.67'.slice(1)], ['10000.00', '-12345.00', 'abc', '1.2.3', '.', '-']],
  [
    'amount',
    [
      '1234567890123456789012345678.0123456789',
      '-9999999999999999999999999999.9999999999',
      '12345678901234567.8900000000',
      '0.0000000001',
    ],
    ['12345678901234567890123456789.0', '99999999999999999999999999999999999999'],
  ],
  ['ratio', [], ['abc', '1e999']],
  [
    'born',
    ['0001-01-01', '9999-12-31', '2024-02-29'],
    ['2023-02-29', '2024-13-01', '2024-00-10', '0000-01-01', 'soon', '10000-01-01'],
  ],
  [
    'seen',
    ['2024-01-31T23:59:59.1234567', '0001-01-01T00:00:00', '9999-12-31T23:59:59.9999999', '2024-01-31T10:20:30'],
    ['2024-01-31T24:00:00', '2024-01-31T10:60:00', '2024-02-30T10:00:00', 'yesterday'],
  ],
  [
    'called',
    ['2024-01-31T10:20:00', '1900-01-01T00:00:00', '2079-06-06T23:59:00'],
    ['1899-12-31T23:59:00', '2079-06-07T00:00:00'],
  ],
  ['title', ['x'.repeat(20), 'Zoë 漢字', "it's 100% [x]; --", '\u{1F600}\u{20BB7}', ' padded '], ['x'.repeat(21)]],
  ['story', ['x'.repeat(150), '</a>&amp;\u00A0\u{1F600}'], []],
];

export function valueSuite(engine: Engine): void {
  for (const [column, exact, refused] of CASES) {
    test(`${column} holds exactly what it is given, and what it cannot hold fails that document only`, async (t) => {
      const world = await openWorld(engine, t);
      const { claim } = await start(world);
      const values = [...refused, ...exact];
      await write(
        world,
        claim,
        values.map((value, index) => mapped(100 + index, { [column]: value })),
      );
      const statuses = await logged(
        world,
        values.map((_, index) => 100 + index),
      );
      assert.deepEqual(
        statuses.slice(0, refused.length).map((status, index) => [refused[index], status]),
        refused.map((value) => [value, 'failed']),
      );
      const stored = (await rows(world, 'app_base', ['app_id', column])).map(([, value]) => canonical(value ?? null));
      assert.deepEqual(stored, exact.map(canonical));
    });
  }

  test('floats are the doubles they are written as', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const ratios = ['0.1', '1e+300', '-2.5e-10', '36'];
    await write(
      world,
      claim,
      ratios.map((ratio, index) => mapped(index + 1, { ratio })),
    );
    // Compared by the database: msnodesqlv8, as mssql sets it up, gives what it reads with six digits behind the point.
    const base = world.table('app_base');
    for (const [index, ratio] of ratios.entries())
      assert.equal(
        (
          await world.query(
            `SELECT title FROM ${base} WHERE ratio = CAST('${ratio}' AS float) AND app_id = ${world.sqlId(index + 1)}`,
          )
        ).length,
        1,
        ratio,
      );
  });

  test('text with quotes, backslashes and line breaks is exact', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const story = 'a "quoted" \\n \\ / \t tab,\r\n\u2028 and more';
    await write(world, claim, [mapped(1, { story })]);
    assert.deepEqual(await rows(world, 'app_base', ['story']), [[story]]);
  });

  test('a date column cuts off the time', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1, { born: '2024-01-31T23:59:59.999999' })]);
    assert.deepEqual(await rows(world, 'app_base', ['born']), [['2024-01-31']]);
  });

  testOfNumbers(engine, 'ids at the ends of 64 bits are exact everywhere', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const ids = ['-9223372036854775808', '9223372036854775807'];
    await write(
      world,
      claim,
      ids.map((appId) => mapped(appId)),
      { range: { start: ids[0]!, end: ids[1]! } },
    );
    assert.deepEqual(
      await rows(world, 'processing_log', ['app_id', 'app_id_start', 'app_id_end']),
      ids.map((appId) => [appId, ...ids]),
    );
    assert.equal((await world.store.findLog(ids[1]!))?.appId, ids[1]);
    assert.equal((await world.store.listInstances('run-1'))[0]?.cursor, ids[1]);
  });
}

/** Engines print times with a blank or a `T`, fractions with or without zeros at the end, and small numbers with an exponent. */
function canonical(value: string | null): string | null {
  if (value === null) return value;
  if (/^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/u.test(value)) return canonicalNumber(value);
  if (!/^\d{4}-\d\d-\d\d[T ]/u.test(value)) return value;
  const [seconds = '', fraction = ''] = value.replace(' ', 'T').split('.');
  const digits = fraction.replace(/0+$/u, '');
  return `${seconds}${digits && `.${digits}`}`;
}

function canonicalNumber(text: string): string {
  const digits = text.replaceAll(/\D/gu, '').replace(/^0+/u, '');
  if (text.includes('e') || digits.length <= 15) return String(Number(text));
  return text.includes('.') ? text.replace(/\.?0+$/u, '') : text;
}
