import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchemaMoment } from '../../src/values/typed/moment.ts';
import { compilePattern } from '../../src/values/typed/pattern.ts';
import { readerOf, type Forms } from '../../src/values/typed/reader.ts';
import { bytesOf, UNITS } from '../../src/values/typed/text-limit.ts';
import { parseValueType, printValueType } from '../../src/values/typed/value-type.ts';
import { isZoneName, offsetMinutes } from '../../src/values/typed/zone.ts';

const FORMS: Forms = {
  marks: { decimal: '.', group: null },
  zone: { given: 'utc', name: null },
  forms: [parseSchemaMoment],
  encoding: 'base64',
};

function read(type: string, text: string, forms: Partial<Forms> = {}): string | null {
  const parsed = parseValueType(type);
  assert.ok(typeof parsed !== 'string');
  const reader = readerOf(parsed, { ...FORMS, ...forms });
  assert.ok(reader !== null);
  return reader(text, () => undefined);
}

const READINGS: readonly (readonly [string, string, string | null])[] = [
  ['tinyint', '255', '255'],
  ['tinyint', '-1', null],
  ['smallint', '-32768', '-32768'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint', '9223372036854775808', null],
  ['int', '12e0', null],
  ['int', '+007.00', '7'],
  ['int', '', null],
  ['decimal(38,0)', '9'.repeat(38), '9'.repeat(38)],
  ['decimal(5,2)', '-0.001', '0'],
  ['decimal(5,2)', '.5e1', '5'],
  ['decimal(5,2)', '1e99999', null],
  ['numeric(4,4)', '0.99995', null],
  ['money', '922337203685477.5807', '922337203685477.5807'],
  ['money', '922337203685477.5808', null],
  ['float', '-1.50E+3', '-1500'],
  ['float', 'NaN', null],
  ['real', '3.5e38', null],
  ['bit', 'true', '1'],
  ['bit', 'TRUE', null],
  ['date', '9999-12-31', '9999-12-31T00:00:00'],
  ['date', '10:00:00', null],
  ['datetime', '1752-12-31T00:00:00', null],
  ['datetime', '1753-01-01T00:00:00.1239', '1753-01-01T00:00:00.123'],
  ['smalldatetime', '2079-06-06T23:59:59', '2079-06-06T23:59:00'],
  ['smalldatetime', '2079-06-07T00:00:00', null],
  ['datetime2(7)', '2024-01-01T00:00:00.123456789Z', '2024-01-01T00:00:00.1234567'],
  ['datetime2(0)', '0001-01-01T00:30:00+01:00', null],
  ['time(3)', '23:59:59.9999', '23:59:59.999'],
  ['time(0)', '01:00:00+02:00', '23:00:00'],
  ['datetimeoffset(0)', '2024-01-01T24:00:00-14:00', '2024-01-02T00:00:00-14:00'],
  ['datetimeoffset(0)', '2024-01-01T10:00:00+14:01', null],
  ['datetimeoffset(0)', '2024-01-01T10:00:00', null],
  ['uniqueidentifier', '{235D1EB5-8DD7-4C1A-8ECE-559DF8C67DA1}', '235d1eb5-8dd7-4c1a-8ece-559df8c67da1'],
  ['uniqueidentifier', '{235D1EB5-8DD7-4C1A-8ECE-559DF8C67DA1', null],
  ['varbinary(3)', 'AQ ID', '010203'],
  ['varbinary(2)', 'AQID', null],
  ['varbinary(max)', 'AQI', null],
  ['varbinary(max)', 'AQJ=', null],
];

for (const [type, text, expected] of READINGS) {
  test(`${type} reads ${text.slice(0, 40)} as ${expected?.slice(0, 40)}`, () =>
    assert.equal(read(type, text), expected));
}

const TYPES: readonly (readonly [string, string | RegExp])[] = [
  ['VARCHAR(20)', 'varchar(20)'],
  ['nvarchar(max)', 'nvarchar(max)'],
  ['decimal', 'decimal(18,0)'],
  ['numeric(9, 2)', 'decimal(9,2)'],
  ['datetime2', 'datetime2(7)'],
  ['char', 'char(1)'],
  ['decimal(39,2)', /has other numbers than its type takes/],
  ['decimal(5,6)', /has other numbers/],
  ['char(max)', /has other numbers/],
  ['nvarchar(4001)', /has other numbers/],
  ['int(4)', /has other numbers/],
  ['text', /^text is no type of SQL Server, which has nvarchar\(max\)/],
  ['txet', /^txet is no type; there are int, /],
];

for (const [text, expected] of TYPES) {
  test(`the type ${text}`, () => {
    const parsed = parseValueType(text);
    if (typeof expected === 'string')
      assert.equal(typeof parsed === 'string' ? parsed : printValueType(parsed), expected);
    else assert.match(typeof parsed === 'string' ? parsed : printValueType(parsed), expected);
  });
}

const PATTERNS: readonly (readonly [string, string, string | null])[] = [
  ['d.M.yy', '1.2.49', '2049-02-01T00:00:00'],
  ['d.M.yy', '1.2.50', '1950-02-01T00:00:00'],
  ["yyyy-MM-dd'T'HH:mm:ss.SSSX", '2024-05-06T07:08:09.120+0200', '2024-05-06T05:08:09.12'],
  ['h:mm a, dd MMM yyyy', '12:05 PM, 03 MAR 2024', '2024-03-03T12:05:00'],
  ["''yyyy''", "'2024'", '2024-01-01T00:00:00'],
  ['hh:mm a dd/MM/yyyy', '13:00 pm 01/01/2024', null],
  ['(yyyy)', '(2024)', '2024-01-01T00:00:00'],
];

for (const [pattern, text, expected] of PATTERNS) {
  test(`the pattern ${pattern} reads ${text}`, () => {
    const compiled = compilePattern(pattern);
    assert.ok(compiled.ok);
    assert.equal(read('datetime2(3)', text, { forms: [compiled.parse] }), expected);
  });
}

test('patterns that read nothing, or one part twice, are refused', () => {
  for (const pattern of ['yyyyy', 'QQ', 'yyyy MM yyyy', "'text'"])
    assert.equal(compilePattern(pattern).ok, false, pattern);
});

function dayOf(text: string): number {
  return Date.parse(text) / 86_400_000;
}

test('zones: a skipped hour has no offset, of a doubled one the earlier counts', () => {
  assert.equal(offsetMinutes('Europe/Berlin', dayOf('2024-01-15'), 43_200), 60);
  assert.equal(offsetMinutes('Asia/Kathmandu', dayOf('2024-01-15'), 0), 345);
  assert.ok(Number.isNaN(offsetMinutes('America/New_York', dayOf('2024-03-10'), 2.5 * 3600)));
  assert.equal(offsetMinutes('America/New_York', dayOf('2024-11-03'), 1.5 * 3600), -240);
  assert.equal(isZoneName('Europe/Berlin'), true);
  assert.equal(isZoneName('Middle/Earth'), false);
});

test('text is measured and cut as its column counts', () => {
  assert.equal(UNITS.measure('a😀'), 3);
  assert.equal(UNITS.cut('a😀b', 2), 'a');
  const [windows, utf8] = [bytesOf('windows-1252'), bytesOf('utf-8')];
  assert.equal(windows.measure('Größe €'), 7);
  assert.equal(windows.measure('日'), null);
  assert.equal(utf8.measure('Größe'), 7);
  assert.equal(utf8.cut('Größe', 3), 'Gr');
  assert.equal(windows.cut('Größe', 3), 'Grö');
});
