import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import {
  DAY,
  DIGITS,
  formOf,
  fractionOf,
  kindOfForm,
  MOMENT,
  NUMBER,
  ODD,
  paddingOf,
  PLAIN,
} from '../../src/xml/form.ts';
import { readFast } from '../../src/xml/read-tape.ts';
import { ATTRIBUTE, attributeValue, FORM } from '../../src/xml/tape.ts';

function parts(value: string): readonly number[] {
  return [fractionOf(formOf(value)), paddingOf(formOf(value))];
}

suite('forms of values', () => {
  const kinds: readonly (readonly [kind: number, ...values: string[]])[] = [
    [ODD, '', ' ', ' a', 'a ', '\ta', 'a&b', '&', '\u00a0', 'a\u00a0', 'é', 'x\u0085', '\u2003a', '\u007f'],
    [
      PLAIN,
      ...'a|a b|aéb|-|.|1.|.5|-.5|-0|-0.5|00|01|01.5|1.2.3|1-2|+1|1e3|1234567890123456|12345678901234.5'.split('|'),
    ],
    [PLAIN, ...'2024-01-29|2024-13-01|2024-00-10|0000-01-01|2024/01/28|x024-01-28|2024-01-2a|2024-1-128'.split('|')],
    [PLAIN, ...'2024-01-28 10:00:00|2024-01-28T24:00:00|2024-01-28T10:60:00|2024-01-28T10:00:60'.split('|')],
    [PLAIN, ...'2024-01-28T1::00:00|20240128T100000Z|2024-01-28T10:00:00.5|2024-01-28T10:00:0x'.split('|')],
    [DIGITS, '0', '7', '123456789012345'],
    [NUMBER, '-1', '1.5', '0.5', '-1.25', '1.0', '10.00', '0.00'],
    [DAY, '2024-01-28', '0001-12-01'],
    [MOMENT, '2024-01-28T00:00:00', '9999-12-28T23:59:59'],
  ];

  test('say what they promise', () => {
    for (const [kind, ...values] of kinds)
      for (const value of values) assert.equal(kindOfForm(formOf(value)), kind, value);
  });

  test('of numbers say what is behind the point, and what of it is nothing', () => {
    assert.deepEqual(parts('12.50'), [1, 1]);
    assert.deepEqual(parts('12.00'), [0, 3]);
    assert.deepEqual(parts('-12.345'), [3, 0]);
    assert.deepEqual(parts('-3'), [0, 0]);
  });

  test('are told alike by the scanner', () => {
    const characters = fc.constantFrom(...'0 0 1 2 3 4 5 6 7 8 9 . . - - : T T / a & é \u00a0 \u2003'.split(' '), ' ');
    const near = fc
      .constantFrom('2024-01-28T10:11:12', '12345.670', '-100.0')
      .chain((value) =>
        fc
          .tuple(fc.nat(value.length - 1), characters)
          .map(([at, other]) => value.slice(0, at) + other + value.slice(at + 1)),
      );
    const values = fc.oneof(
      fc.string({ unit: characters, maxLength: 22 }),
      near,
      ...kinds.map(([, ...all]) => fc.constantFrom(...all)),
    );
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 20 }), (written) => {
        const attributes = written.map(
          (value, at) => ` a${at}="${value.replaceAll('&', '&amp;').replaceAll('\t', '&#9;')}"`,
        );
        const tape = readFast(`<r${attributes.join('')}/>`, { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS });
        assert.ok(tape);
        written.forEach((value, at) => {
          assert.equal(attributeValue(tape, at), value);
          assert.equal(tape.attributes[at * ATTRIBUTE + FORM], formOf(value), JSON.stringify(value));
        });
      }),
      { numRuns: 300 },
    );
  });
});
