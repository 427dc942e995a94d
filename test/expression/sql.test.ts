import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScope } from '../../src/contract/nested/scope.ts';
import type { NestedColumn } from '../../src/contract/nested/model.ts';
import { compileSql, compileSqlCondition } from '../../src/expression/sql/compile.ts';
import { parseSqlCondition, parseSqlExpression } from '../../src/expression/sql/parse.ts';
import { NoValue, printValue } from '../../src/expression/sql/types.ts';
import { parseValueType } from '../../src/values/typed/value-type.ts';

/** Columns by name: type and value. */
const COLUMNS: readonly (readonly [string, string, string | null])[] = [
  ['n', 'int', '7'],
  ['none', 'int', null],
  ['d', 'decimal(9,3)', '-2.345'],
  ['f', 'float', '1.5'],
  ['t', 'nvarchar(40)', ' Straße '],
  ['day', 'date', '2024-01-31T00:00:00'],
  ['at', 'datetime2(3)', '2023-12-31T23:59:30.250'],
  ['o', 'datetimeoffset(0)', '2024-05-01T10:00:00+02:00'],
];

const scope = openScope({
  key: 'id',
  idType: { kind: 'bigint' },
  table: {
    name: 'row',
    position: null,
    unique: null,
    columns: COLUMNS.map(([name, type]): NestedColumn => {
      const parsed = parseValueType(type);
      assert.ok(typeof parsed !== 'string');
      const source = { kind: 'expression', expression: { kind: 'null' }, text: 'NULL' } as const;
      return { name, type: parsed, required: false, long: 'fail', stored: true, source };
    }),
  },
  lineage: [],
});
const ROW = {
  document: { id: '42', now: '2026-01-02T03:04:05' },
  parent: null,
  keys: ['42'],
  values: COLUMNS.map(([, , text]) => text),
};

/** The value of an expression as text; `none` where it cannot be computed. */
function value(text: string): string | null {
  const parsed = parseSqlExpression(text);
  assert.ok(parsed.ok, parsed.ok ? '' : `${text}: ${parsed.message}`);
  const { typed, problems } = compileSql(parsed.tree, scope);
  assert.deepEqual(problems, [], text);
  try {
    return printValue(typed.of(ROW), typed.type);
  } catch (error) {
    assert.ok(error instanceof NoValue);
    return 'none';
  }
}

const VALUES: readonly (readonly [string, string | null])[] = [
  ['n / 2', '3'],
  ['-n % 4', '-3'],
  ['n / 2.0', '3.500000'],
  ['2.0 / 3', '0.666666'],
  ['d * 2', '-4.690'],
  ['d + none', null],
  ['n / 0', 'none'],
  ['2147483647 + n', 'none'],
  ['f * 2', '3'],
  ["'a' + 'b' || n", 'ab7'],
  ["'a' || none", null],
  ["CONCAT('a', none, d)", 'a-2.345'],
  ['COALESCE(none, n)', '7'],
  ['NULLIF(n, 7)', null],
  ["NULLIF('a', 'b')", 'a'],
  ['UPPER(TRIM(t))', 'STRASSE'],
  ['LOWER(t)', ' straße '],
  ['LEN(t)', '7'],
  ["LEFT('abc', 2)", 'ab'],
  ["RIGHT('abc', 2)", 'bc'],
  ["RIGHT('abc', 0)", ''],
  ["LEFT('abc', -1)", 'none'],
  ["SUBSTRING('abc', 2, 5)", 'bc'],
  ["SUBSTRING('abc', 0, 2)", 'a'],
  ["REPLACE('a.b.c', '.', '$&')", 'a$&b$&c'],
  ['ABS(d)', '2.345'],
  ['FLOOR(d)', '-3'],
  ['CEILING(d)', '-2'],
  ['FLOOR(f)', '1'],
  ['ROUND(d, 2)', '-2.350'],
  ['ROUND(1250, -2)', '1300'],
  ['YEAR(day) * 100 + MONTH(day)', '202401'],
  ['DAY(at)', '31'],
  ['DATEADD(month, 1, day)', '2024-02-29'],
  ['DATEADD(second, 45, at)', '2024-01-01T00:00:15.250'],
  ['DATEADD(year, 9000, day)', 'none'],
  ['DATEDIFF(day, at, day)', '31'],
  ['DATEDIFF(year, at, day)', '1'],
  ['DATEDIFF(week, at, day)', '4'],
  ['DATEADD(hour, 1, o)', '2024-05-01T11:00:00+02:00'],
  ["CAST('12.5' AS decimal(5,1)) * 2", '25.0'],
  ["CAST('x' AS int)", 'none'],
  ['CAST(n AS nvarchar(9))', '7'],
  ['CAST(d AS int)', '-2'],
  ['id() + 0', '42'],
  ['now()', '2026-01-02T03:04:05'],
  ["CASE WHEN n > 5 THEN 'big' ELSE 'small' END", 'big'],
  ['CASE WHEN none > 5 THEN 1 END', null],
  ['1e2 + n', '107'],
  ['[n] + "n"', '14'],
];

for (const [text, expected] of VALUES) test(`${text} is ${expected}`, () => assert.equal(value(text), expected));

const CONDITIONS: readonly (readonly [string, boolean | null])[] = [
  ['n = 7.0', true],
  ['none = none', null],
  ['none IS NULL AND n IS NOT NULL', true],
  ['none > 1 OR n > 1', true],
  ['none > 1 AND n > 9', false],
  ['NOT none > 1', null],
  ['n IN (1, 7)', true],
  ['n NOT IN (1, none)', null],
  ['n BETWEEN 7 AND 9', true],
  ['n NOT BETWEEN 1 AND 6', true],
  ["'a ' = 'a'", true],
  ["'a' < 'b'", true],
  ["t LIKE '%stra%'", false],
  ["t LIKE ' S[a-t]r%[^x]'", true],
  ["'50%' LIKE '50[%]'", true],
  ["'abc' NOT LIKE 'a_'", true],
  ['(n = 7 OR none = 1) AND (n + 1) = 8', true],
  ['day > at', true],
  ["o = CAST('2024-05-01T08:00:00Z' AS datetimeoffset(0))", true],
];

for (const [text, expected] of CONDITIONS) {
  test(`${text} is ${expected}`, () => {
    const parsed = parseSqlCondition(text);
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
    const { truth, problems } = compileSqlCondition(parsed.tree, scope);
    assert.deepEqual(problems, []);
    assert.equal(truth(ROW), expected);
  });
}

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['t + 1', /^\+ needs numbers, this is a text; join texts with \|\|, or use CAST$/],
  ['day - 1', /^- needs numbers, this is a date; for dates there are DATEADD and DATEDIFF$/],
  ['-t', /^- needs a number, this is a text$/],
  ['missing', /^there is no column missing here$/],
  ['other.n', /^there is no column other\.n in a parent$/],
  ['SQRT(n)', /^there is no function SQRT; there are ID, NOW, /],
  ['LEFT(t)', /^it takes 2 arguments, not 1$/],
  ['LEN(n)', /^argument 1 must be a text, this is a int; use CAST$/],
  ['DATEADD(fortnight, 1, day)', /^DATEADD begins with one of year, /],
  ['DATEDIFF(day, t, day)', /^argument 1 must be a moment, this is a text; use CAST$/],
  ['CONCAT(t)', /^CONCAT takes two arguments or more$/],
  ["CASE WHEN n = 1 THEN n ELSE 'x' END", /^int and text do not go together; use CAST$/],
  ["CASE WHEN n = 'x' THEN 1 END", /^a int cannot be compared with a text; use CAST$/],
  ['CAST(n AS whole)', /^whole is no type; there are /],
  ['CAST(day AS int)', /^a date does not become a int$/],
  ["CASE WHEN n LIKE '7' THEN 1 END", /^LIKE needs texts, this is a int; use CAST$/],
];

for (const [text, message] of MISTAKES) {
  test(`${text} is a mistake`, () => {
    const parsed = parseSqlExpression(text);
    assert.ok(parsed.ok);
    const { problems } = compileSql(parsed.tree, scope);
    assert.match(problems[0]?.message ?? '', message);
  });
}

const UNREADABLE: readonly (readonly [string, number, RegExp])[] = [
  ['', 0, /^expected a value, found the end$/],
  ['n +', 3, /^expected a value, found the end$/],
  [`1${'+1'.repeat(4000)}`, 1001, /^an expression has at most 500 operators/],
  ['n * 1e400', 4, /^1e400 is more than a float can hold$/],
  ['n n', 2, /^expected an operator or the end, found n$/],
  ["'open", 0, /^expected a closing ' for the text that begins here$/],
  ['n ? 1', 2, /^\? is no part of the language$/],
  ['CASE n END', 5, /^expected WHEN, found n$/],
  ['CAST(n int)', 7, /^expected AS, found int$/],
  ['CASE WHEN n THEN 1 END', 12, /^expected =, !=, <, >, <=, >=, IS, LIKE, IN or BETWEEN, found THEN$/],
  [`${'('.repeat(60)}n${')'.repeat(60)}`, 50, /^an expression nests at most 50 levels deep$/],
  ['n'.repeat(10_001), 10_000, /^an expression has at most 10000 characters$/],
];

for (const [text, at, message] of UNREADABLE) {
  test(`${text.slice(0, 30)} is refused at ${at}`, () => {
    const parsed = parseSqlExpression(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.message, message);
    assert.equal(parsed.at, at);
  });
}
