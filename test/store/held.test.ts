import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparableAs } from '../../src/store/held.ts';
import { parseValueType } from '../../src/values/typed/value-type.ts';

/** Type, values that are one to a column of it, one that is another. */
const CASES: readonly (readonly [type: string, same: readonly string[], other: string])[] = [
  ['int', ['7', '+7', '007', '7.0'], '8'],
  ['bigint', ['9007199254740993', '9007199254740993'], '9007199254740992'],
  ['bit', ['1', '1'], '0'],
  ['decimal(9,2)', ['1.5', '1.50', '1.504', '01.495', '.15e1'], '1.51'],
  ['decimal(38,10)', ['1234567890123456789012345678.0123456789'], '1234567890123456789012345678.0123456788'],
  ['decimal(5,0)', ['-0.4', '0', '-0.0'], '1'],
  ['decimal(5,1)', ['-0.25', '-0.3'], '-0.2'],
  ['money', ['2', '2.00004'], '2.0001'],
  ['float', ['0.1', '1E-1', '0.10000000000000001'], '0.2'],
  ['real', ['0.1', '0.100000001'], '0.2'],
  ['date', ['2024-02-29', '2024-02-29T00:00:00', '2024-02-29 12:00'], '2024-03-01'],
  [
    'datetime',
    ['2024-01-31T10:20:30.123', '2024-01-31 10:20:30.1234', '2024-01-31T10:20:30.122'],
    '2024-01-31T10:20:30.127',
  ],
  ['datetime', ['2024-01-31T23:59:59.999', '2024-02-01T00:00:00'], '2024-01-31T23:59:59.997'],
  ['smalldatetime', ['2024-12-31T23:59:30', '2025-01-01T00:00:00', '2025-01-01T00:00:29.998'], '2025-01-01T00:01:00'],
  ['datetime2(0)', ['2024-01-31T10:20:30.5', '2024-01-31T10:20:31'], '2024-01-31T10:20:30'],
  ['datetime2(7)', ['0001-01-01T00:00:00', '0001-01-01'], '0001-01-01T00:00:00.0000001'],
  ['datetimeoffset(0)', ['2024-01-31T10:20:30Z', '2024-01-31 10:20:30.2 +00:00'], '2024-01-31T10:20:30+01:00'],
  ['time(3)', ['10:20:30', '10:20:30.0004'], '10:20:30.001'],
  [
    'uniqueidentifier',
    ['6F9619FF-8B86-D011-B42D-00C04FC964FF', '6f9619ff-8b86-d011-b42d-00c04fc964ff'],
    '6f9619ff-8b86-d011-b42d-00c04fc964fe',
  ],
  ['char(5)', ['ab', 'ab   '], 'ab\t'],
  ['nvarchar(max)', ['ab', 'ab '], 'AB'],
  ['varbinary(4)', ['0aff', '0AFF'], '0aff00'],
  ['binary(4)', ['0aff', '0AFF0000'], '0bff'],
  ['xml', ['<?xml version="1.0"?><a><b x="1"></b></a>', '<a><b x="1" /></a>'], '<a><b x="1">0</b></a>'],
];

for (const [type, [first = '', ...others], other] of CASES) {
  test(`${type}: ${first} is compared as its column compares it`, () => {
    const valueType = parseValueType(type);
    assert.ok(typeof valueType !== 'string');
    const print = comparableAs(valueType);
    for (const same of others) assert.equal(print(same), print(first));
    assert.notEqual(print(other), print(first));
  });
}
