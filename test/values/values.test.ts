import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Big } from 'big.js';
import fc from 'fast-check';
import type { Mapping } from '../../src/contract/contract.ts';
import type { DataType } from '../../src/contract/data-types.ts';
import { chainlessConverter, converter } from '../../src/mapping/convert.ts';
import { unescapeHtml } from '../../src/values/html-unescape.ts';
import { printFloat, readDecimal, roundFloat } from '../../src/values/number.ts';
import { asciiDigits, compareText, cut, isBlank, isMeaningful, trim } from '../../src/values/text.ts';
import { textOf } from '../../src/values/value.ts';
import { table } from './table.ts';

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
  it('are rounded by their digits, and floats by arithmetic, as Big rounds them', () => {
    const parts = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(18), fc.nat(7));
    fc.assert(
      fc.property(parts, ([digits, point, scale]) => {
        const text = new Big(`${digits}e-${point}`).toFixed();
        const rounded = new Big(text).round(scale, Big.roundHalfUp);
        assert.ok(rounded.eq(readDecimal(text, scale) ?? ''), `${text} to ${scale}`);
        const float = Number(text);
        const quick = roundFloat(float, scale);
        if (quick !== null) assert.equal(quick, readDecimal(String(float), scale), `${float} to ${scale}`);
      }),
      { numRuns: 1000 },
    );
    assert.deepEqual([roundFloat(1234.5678, 2), roundFloat(-0.001, 2), roundFloat(2.675, 2)], ['1234.57', '0', null]);
  });

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
