import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparableAs } from '../../../src/store/held.ts';
import type { DestinationTable } from '../../../src/store/destination.ts';
import { parseValueType, type ValueType } from '../../../src/values/typed/value-type.ts';
import { BASE, logged, mapped, openWorld, start, write } from './world.ts';
import type { Engine } from './world.ts';

// A type as contracts of format 2 name it, values that come back as they were, values that no such column can hold.
const CASES: readonly (readonly [type: string, exact: readonly string[], refused: readonly string[]])[] = [
  [
    'datetimeoffset(3)',
    ['2024-01-31T10:20:30.125+02:00', '0001-01-02T00:00:00-14:00'],
    ['2024-02-30T10:00:00Z', 'soon'],
  ],
  ['datetime2(3)', ['2024-01-31T10:20:30.125', '9999-12-31T23:59:59.999'], ['2024-02-30T10:00:00']],
  ['time(3)', ['10:20:30.125', '00:00:00', '23:59:59.999'], ['24:00:00', 'noon']],
  ['uniqueidentifier', ['6f9619ff-8b86-4011-b42d-00c04fc964ff'], ['6f9619ff', 'none']],
  ['varbinary(4)', ['0aff', '00000000', 'deadbeef'], ['0102030405']],
  ['binary(2)', ['0aff'], ['010203']],
  ['xml', ['<a b="1">é<c/></a>'], []],
  ['money', ['922337203685477.5807', '-0.0001', '12.5'], ['1234567890123456.0', 'much']],
  ['decimal(38,16)', ['-46.9813729807882', '2.4985990253931107', '1234567890123456789012.5'], ['x']],
  ['nchar(3)', ['abc'], ['abcd']],
  ['real', ['0.5', '-2'], ['x']],
];

/** The types that only contracts of format 2 have, each in a table of its own. */
export function exactTypeSuite(engine: Engine): void {
  for (const [text, exact, refused] of CASES) {
    test(`a column of the type ${text} holds exactly what it is given, and refuses what it cannot hold`, async (t) => {
      const world = await openWorld(engine, t);
      const table = tableOf(typeOf(text));
      const tables = [BASE, table];
      await world.store.createDestination(tables);
      assert.deepEqual(await world.store.check(tables), []);
      const { claim } = await start(world);
      const values = [...refused, ...exact];
      const documents = values.map((value, index) =>
        mapped(index + 1, {}, { exact_type: [{ app_id: String(index + 1), held: value }] }, tables),
      );
      await write(world, claim, documents, { tables });
      assert.deepEqual(
        await logged(
          world,
          values.map((_, index) => index + 1),
        ),
        values.map((_, index) => (index < refused.length ? 'failed' : 'success')),
      );
      const rows = await world.query(
        `SELECT ${readable(text)} AS held FROM ${world.table('exact_type')} ORDER BY app_id`,
      );
      assert.deepEqual(
        rows.map(({ held }) => canonical(text, held)),
        exact,
      );
      const held = await world.store.readHeld(table, tables, { appIds: values.map((_, index) => String(index + 1)) });
      const comparable = comparableAs(held.columns[1]?.type ?? null);
      assert.deepEqual(
        new Set(held.rows.map(({ values: [, value] }) => comparable(value ?? ''))),
        new Set(exact.map(comparable)),
      );
    });
  }
}

function typeOf(text: string): ValueType {
  const type = parseValueType(text);
  assert.ok(typeof type !== 'string', text);
  return type;
}

function tableOf(type: ValueType): DestinationTable {
  return {
    ...BASE,
    name: 'exact_type',
    role: 'other',
    columns: [...BASE.columns.slice(0, 1), { name: 'held', type: { kind: 'exact', type }, nullable: true }],
  };
}

/** Bytes as they are, all else as text, which drivers do not round. */
function readable(type: string): string {
  return type.includes('binary') ? 'held' : `CAST(held AS nvarchar(200))`;
}

/** Engines print times with a blank or a `T`, fractions and decimals with or without zeros at the end, GUIDs in either case. */
function canonical(type: string, value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  const text = String(value);
  if (type.startsWith('money') || type === 'real') return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  // Where a number comes back as a float, it is that of the shortest text.
  if (type.startsWith('decimal'))
    return /[1-9]\d{17}/.test(text.replace('.', '')) ? text.replace(/0+$/, '') : String(Number(text));
  if (type === 'uniqueidentifier') return text.toLowerCase();
  if (!/^(?:date|time)/.test(type)) return text;
  return text
    .replace(/^(\d{4}-\d\d-\d\d) /, '$1T')
    .replace(/ (?=[+-]\d\d:\d\d$)/, '')
    .replace(
      /(:\d\d)(?:\.(\d*?)0*)?(?=$|[+-])/,
      (_, seconds: string, fraction = '') => seconds + (fraction === '' ? '' : `.${fraction}`),
    );
}
