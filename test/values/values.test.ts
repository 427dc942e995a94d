import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mapping } from '../../src/contract/contract.ts';
import type { DataType } from '../../src/contract/data-types.ts';
import { chainlessConverter, converter } from '../../src/mapping/convert.ts';
import { addDays, printTimestamp } from '../../src/values/dates.ts';
import { readTimestamp } from '../../src/values/dates.ts';
import { unescapeHtml } from '../../src/values/html-unescape.ts';
import { printFloat } from '../../src/values/number.ts';
import { asciiDigits, compareText, cut, isBlank, isMeaningful, trim } from '../../src/values/text.ts';
import { textOf } from '../../src/values/value.ts';

/** Asserts a function by a table of inputs and outputs, with the input in the message. */
function table<Input, Output>(read: (input: Input) => Output, rows: readonly (readonly [Input, Output])[]): void {
  for (const [input, output] of rows) assert.deepEqual(read(input), output, JSON.stringify(input));
}

const convert = (dataType: DataType, scale: number | null = null) => {
  const read = converter(dataType, scale);
  return (text: string): string | null => textOf(read(text));
};

const mapping = (dataType: DataType, length: number | null = null): Mapping => ({
  index: 0,
  path: '/a',
  attribute: 'a',
  column: 'a',
  dataType,
  length,
  steps: [],
  nullable: true,
  defaultValue: null,
  expression: null,
  enumeration: null,
});

describe('integers', () => {
  it('are rounded half away from zero', () => {
    table(convert('int'), [
      ['12.5', '13'],
      ['-2.5', '-3'],
      ['12.4999', '12'],
      ['0.4', '0'],
      ['-0.4', '0'],
      ['-0', '0'],
      ['0007', '7'],
    ]);
  });

  it('are read by the number grammar', () => {
    table(convert('bigint'), [
      ['1e3', '1000'],
      ['1,234', '1234'],
      ['$1,234.56', '1235'],
      ['- 4', '-4'],
      ['-$5', '-5'],
      ['€12', '12'],
      ['£.5', '1'],
      ['(5.00)', '-5'],
      ['5.', '5'],
      [' 7 ', '7'],
      ['+7', '7'],
      ['12 500', null],
      ['1_000', null],
      ['４２', null],
      ['NaN', null],
      ['Infinity', null],
      ['0x10', null],
      ['12abc', null],
      ['', null],
      ['   ', null],
      ['(-5)', null],
      ['-(5)', null],
      ['$', null],
      ['.', null],
      ['1.2.3', null],
    ]);
  });

  it('take commas anywhere inside a chain, if nothing else is odd', () => {
    table(convert('int'), [
      ['1,2,3', '123'],
      ['1,23', '123'],
      ['$1,2,3', null],
    ]);
  });

  it('are unreadable with more than 28 digits, however they are written', () => {
    table(convert('bigint'), [
      ['9999999999999999999999999999', '9999999999999999999999999999'],
      ['99999999999999999999999999999', null],
      ['9999999999999999999999999999.5', null],
      ['1e28', null],
      ['1e999999999', null],
      ['1e-999999999', '0'],
      ['0e999999999', '0'],
    ]);
  });

  it('without a chain are the whole text if that is a number, else the first number in it', () => {
    const read = chainlessConverter(mapping('int'));
    table(
      (text: string) => textOf(read(text)),
      [
        ['-5', '-5'],
        ['1,234', '1234'],
        ['.5', '1'],
        ['1e3', '1000'],
        ['Up to $40', '40'],
        ['15% APR', '15'],
        ['12.5 months', '13'],
        ['1,2,3', '1'],
        ['1_000', '1'],
        ['N/A', null],
        ['', null],
      ],
    );
  });
});

describe('decimals', () => {
  it('are rounded half away from zero to their scale, or to 2 digits, exactly', () => {
    table(convert('decimal'), [
      ['2.675', '2.68'],
      ['1.005', '1.01'],
      ['-0.005', '-0.01'],
      ['0.004', '0'],
      ['100.00', '100'],
      ['20496.99', '20496.99'],
      ['1234567890123456.789', '1234567890123456.79'],
    ]);
    table(convert('decimal', 5), [
      ['1.234565', '1.23457'],
      ['1.5', '1.5'],
      ['1.50000', '1.5'],
    ]);
    table(convert('decimal', 0), [
      ['41772.53', '41773'],
      ['1e2', '100'],
    ]);
  });

  it('accept currency, groups and parentheses, and nothing else', () => {
    table(convert('decimal'), [
      ['$1,234.56', '1234.56'],
      ['(5.00)', '-5'],
      ['1,234', '1234'],
      ['1.234,56', null],
      ['1,2,3', null],
      ['1,23', null],
      ['٣', null],
      ['--3', null],
    ]);
  });
});

describe('other types', () => {
  it('floats keep what a double holds', () => {
    table(convert('float'), [
      ['4503599627370497.5', '4503599627370498'],
      ['-0', '0'],
      ['1e400', null],
      ['abc', null],
      ['1,234.5', '1234.5'],
    ]);
  });

  it('bits are words and numbers', () => {
    table(convert('bit'), [
      ['Y', '1'],
      ['TRUE', '1'],
      ['t', '1'],
      ['no', '0'],
      ['F', '0'],
      ['0', '0'],
      ['0.0', '0'],
      ['2', '1'],
      ['maybe', null],
      [' ', null],
    ]);
  });

  it('text stays as it is, also under an unknown type', () => {
    table(convert('string'), [
      [' a ', ' a '],
      ['  ', null],
    ]);
    assert.equal(convert('other')('x'), 'x');
  });
});

describe('dates', () => {
  it('read every format of the contract', () => {
    table(readTimestamp, [
      ['2023-10-03 16:26:23.123', '2023-10-03T16:26:23.123'],
      ['2023-10-03 16:26:23', '2023-10-03T16:26:23'],
      ['2023-1-3', '2023-01-03T00:00:00'],
      ['3/4/2021', '2021-03-04T00:00:00'],
      ['14/12/1988', '1988-12-14T00:00:00'],
      ['10/3/2023 16:26:59', '2023-10-03T16:26:59'],
      ['4/2/2020 5:53:20 AM', '2020-04-02T05:53:20'],
      ['4/2/2020 12:00:00 am', '2020-04-02T00:00:00'],
      ['4/2/2020 12:00:00 PM', '2020-04-02T12:00:00'],
      ['14/12/1988 13:00:00', '1988-12-14T13:00:00'],
      ['2023-10-03 16:26:75', '2023-10-03T16:26:59'],
      ['2023-10-03 16:26:23 and more', '2023-10-03T16:26:23'],
      ['2/29/2024', '2024-02-29T00:00:00'],
    ]);
  });

  it('are trimmed first and know AM and PM after an ISO time (V06)', () => {
    table(readTimestamp, [
      ['  10/21/1994 ', '1994-10-21T00:00:00'],
      ['2023-10-03 04:26:23 PM', '2023-10-03T16:26:23'],
      ['2023-10-03 12:26:23 AM', '2023-10-03T00:26:23'],
      ['2023-10-03 16:26:23 PM', '2023-10-03T16:26:23'],
    ]);
  });

  it('read ISO 8601 in basic, week and zoned form', () => {
    table(readTimestamp, [
      ['2023-10-03T16:26:23', '2023-10-03T16:26:23'],
      ['2023-10-03x16', '2023-10-03T16:00:00'],
      ['20231003', '2023-10-03T00:00:00'],
      ['20231003T162623', '2023-10-03T16:26:23'],
      ['2023-W40-2', '2023-10-03T00:00:00'],
      ['2023W40', '2023-10-02T00:00:00'],
      ['2020-W53-7', '2021-01-03T00:00:00'],
      ['2023-10-03T16:26:23.1234567', '2023-10-03T16:26:23.123456'],
      ['2023-10-03 16:26:23.1234567', '2023-10-03T16:26:23.123456'],
      ['2023-10-03T16:26:23Z', '2023-10-03T16:26:23'],
      ['2023-10-03T16:26+02:00', '2023-10-03T16:26:00'],
    ]);
  });

  it('read ISO 8601 as fromisoformat of Python 3.11 does, one blank before any zone included', () => {
    table(readTimestamp, [
      ['2023W40T16', '2023-10-02T16:00:00'],
      ['2023W402T16', '2023-10-03T16:00:00'],
      ['2023-W40-16:26', '2023-10-02T16:26:00'],
      ['2023-W40-2T16:26', '2023-10-03T16:26:00'],
      ['2023-10-03T16.5', '2023-10-03T16:00:00.5'],
      ['20231003T162623.5', '2023-10-03T16:26:23.5'],
      ['20231003T16262350', '2023-10-03T16:26:23.5'],
      ['2023-10-03T16:26:23,5Z', '2023-10-03T16:26:23.5'],
      ['2023-10-03T16:26:23 +05:00', '2023-10-03T16:26:23'],
      ['2023-10-03T16:26:23.123456 Z', '2023-10-03T16:26:23.123456'],
      ['2023-10-03T16:26:23.5 Z', '2023-10-03T16:26:23.5'],
      ['2023-10-03T16:26:23.1234567 +02:00', '2023-10-03T16:26:23.123456'],
      ['2023-10-03T16:26:23.12345678 +02:00', null],
      ['2023-10-03T16:26:23  Z', null],
      ['2023-10-03T16:26:23z', '2023-10-03T16:26:23'],
      ['2023-10-03T16:26:23+05:60', '2023-10-03T16:26:23'],
      ['2023-10-03T16:2623', null],
      ['2023-10-03T1626:23', null],
      ['2023-10-03T1626235', null],
      ['2023-W401', null],
      ['2023-10-03T', null],
      ['2023-10-03\u{1F600}16', '2023-10-03T16:00:00'],
    ]);
  });

  it('refuse all else', () => {
    for (const text of [
      '10/3/23',
      '2023/10/03',
      'Oct 3 2023',
      '10/3/2023 16:26',
      '2/30/2020',
      '0000-00-00',
      '2023-10-03T24:00:00',
      '2023-13-01',
      '14/12/1988 1:00:00 PM',
      '4/2/2020 13:00:00 PM',
      '2021-W53-1',
      '2023-W40-8',
      '2023-10-03T16:60',
      '2023-10-03T16:26:23+99:00',
      '13/13/2020',
      '1900-02-29',
      '0000-01-01',
      '',
      'x',
    ]) {
      assert.equal(readTimestamp(text), null, text);
    }
  });

  it('add days across months and stop at the ends of the calendar', () => {
    assert.equal(addDays('2024-03-01T10:00:00', -1), '2024-02-29');
    assert.equal(addDays('2024-03-01T10:00:00', 1.9), '2024-03-02');
    assert.equal(addDays('9999-12-31T00:00:00', 1), null);
    assert.equal(addDays('0001-01-01T00:00:00', -1), null);
    assert.equal(addDays('2024-03-01T00:00:00', 9e18), null);
  });

  it('print the clock without an empty fraction', () => {
    assert.equal(printTimestamp(new Date('2026-01-02T03:04:05.670Z')), '2026-01-02T03:04:05.67');
    assert.equal(printTimestamp(new Date('2026-01-02T03:04:00.000Z')), '2026-01-02T03:04:00');
  });
});

describe('texts', () => {
  it('are unescaped as HTML once more (P02)', () => {
    table(unescapeHtml, [
      ['&lt;b&gt;', '<b>'],
      ['&copy 2021', '© 2021'],
      ['&notanentity;', '¬anentity;'],
      ['&notin;', '∉'],
      ['&amp', '&'],
      ['&amp;lt;', '&lt;'],
      ['&unknown; & more', '&unknown; & more'],
      ['&#65;&#x42&#128;', 'AB€'],
      ['&#1;&#xfdd0;&#x1ffff;x', 'x'],
      ['&#0;', '\ufffd'],
      ['&#9;', '\t'],
    ]);
  });

  it('are trimmed of Unicode white space', () => {
    table(trim, [
      ['\u00a0 a b\u3000', 'a b'],
      ['\u001c\u0085x', 'x'],
      ['\ufeffx', '\ufeffx'],
      ['\u2003\u2028\u202f\u205f\u1680x', 'x'],
      ['', ''],
    ]);
  });

  it('are blank, or mean nothing', () => {
    table(isBlank, [
      [null, true],
      ['\u00a0\t', true],
      ['x', false],
    ]);
    table(isMeaningful, [
      [' NULL ', false],
      ['None', false],
      ['', false],
      ['nil', true],
    ]);
  });

  it('are cut and ordered by code point', () => {
    assert.equal(cut('ab😀cd', 3), 'ab😀');
    assert.equal(cut('abcd', 3), 'abc');
    assert.ok(compareText('😀', '\ufffd') > 0);
    assert.ok(compareText('a', 'b') < 0);
    assert.ok(compareText('😀', '😀a') < 0);
    assert.equal(compareText('a', 'a'), 0);
  });

  it('have digits of any script', () => {
    assert.equal(asciiDigits('٣x４２\u{1d7d8}'), '3x420');
  });

  it('show floats as text columns do', () => {
    table(printFloat, [
      [36, '36.0'],
      [0.1, '0.1'],
      [0, '0.0'],
      [-0, '-0.0'],
      [1e16, '1e+16'],
      [123456789012345680, '1.2345678901234568e+17'],
      [0.00001, '1e-05'],
      [-2.5, '-2.5'],
    ]);
  });
});
