import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpression } from '../../src/expression/parse-expression.ts';
import { compileExpression } from '../../src/expression/evaluate.ts';
import type { Result } from '../../src/expression/result.ts';

const NAMES = new Map<string, string>([
  ['five', '5'],
  ['grouped', '1,200'],
  ['word', 'Acme'],
  ['blank', '  '],
  ['hollow', ''],
  ['day', '4/2/2020 5:53:20 AM'],
  ['iso', '2020-04-02'],
  ['percent', 'A.B*C(D'],
]);

/** What an expression gives; a timestamp as its text. */
function evaluate(text: string): Exclude<Result, object> | null {
  const parsed = parseExpression(text);
  assert.ok(parsed.ok, text);
  const result = compileExpression(
    parsed.expression,
    (name) => (names: typeof NAMES) => names.get(name) ?? null,
  )(NAMES);
  return result !== null && typeof result === 'object' ? result.timestamp : result;
}

/** Whether a condition holds. */
function holds(condition: string): boolean {
  return evaluate(`CASE WHEN ${condition} THEN 'yes' END`) === 'yes';
}

function table(rows: readonly (readonly [string, Result])[]): void {
  for (const [text, result] of rows) assert.deepEqual(evaluate(text), result, text);
}

function conditions(wanted: boolean, texts: readonly string[]): void {
  for (const text of texts) assert.equal(holds(text), wanted, text);
}

describe('values', () => {
  it('of a lone name or text are raw', () => {
    table([
      ['word', 'Acme'],
      ['missing', null],
      ["'it is END'", 'it is END'],
      ['NULL', null],
      ['hollow', ''],
    ]);
  });

  it('of a lone number are floats, of integer arithmetic integers', () => {
    table([
      ['36', 36],
      ['-36', -36],
      ['7 * 6', 42n],
      ['7 // 2', 3n],
      ['-7 // 2', -4n],
      ['2 ** 70', 2n ** 70n],
      ['(9 ** 1000) * 0', null],
      ['((9 ** 1024) ** 1024) ** 1024', null],
      ['1e400', null],
      [`${'9'.repeat(400)} // 1`, null],
      ['2 ** -1', 0.5],
      ['7 - 9 + 1', -1n],
      ['7 / 2', 3.5],
      ['7.0 * 6', 42],
    ]);
  });

  it('of arithmetic over names are floats; anything unreadable, and overflow, gives none', () => {
    table([
      ['five + five * 2', 15],
      ['(five + 1) ** 2 - 3', 33],
      ['five // 2', 2],
      ['-five // 2', -3],
      ['997401234061253.5 // -0.1', -9974012340612536],
      ['-0.0 // five', -0],
      ['five ** 0.5', 5 ** 0.5],
      ['grouped / 12', 100],
      ['word + 5', null],
      ['missing + 5', null],
      ['blank + 5', null],
      ['five / 0', null],
      ['5 // 0', null],
      ['0 ** -1', null],
      ['(-five) ** 0.5', null],
      ['9.0 ** 9999', null],
      ['9 ** 9999', null],
      ['five - hollow', null],
      ['-word', null],
    ]);
  });

  it('of dates print their day', () => {
    table([
      ['DATE(day)', '2020-04-02T05:53:20'],
      ['DATE(word)', null],
      ['DATE(missing)', null],
      ['DATEADD(day, 30, day)', '2020-05-02T00:00:00'],
      ["DATEADD(day, -1, DATE('2024-03-01'))", '2024-02-29T00:00:00'],
      ['DATEADD(day, five, iso)', '2020-04-07T00:00:00'],
      ['DATEADD(day, 1.9, iso)', '2020-04-03T00:00:00'],
      ['DATEADD(day, missing, iso)', '2020-04-02T00:00:00'],
      ['DATEADD(day, blank, iso)', '2020-04-02T00:00:00'],
      ['DATEADD(day, word, iso)', null],
      ['DATEADD(day, 1, word)', null],
      ['DATEADD(day, 99999999, iso)', null],
    ]);
  });

  it('of CASE come from the first branch that holds', () => {
    table([
      ["CASE WHEN word = 'x' THEN 1 WHEN five > 4 THEN 2 ELSE 3 END", 2],
      ["CASE WHEN word = 'x' THEN 1 ELSE 3 END", 3],
      ["CASE WHEN word = 'x' THEN 1 END", null],
      ['CASE WHEN five = 5 THEN CASE WHEN five = 6 THEN 1 ELSE five END END', '5'],
      ['(CASE WHEN five = 5 THEN 2 END) * 3', 6n],
    ]);
  });
});

describe('conditions', () => {
  it('compare as numbers where both sides are numbers', () => {
    conditions(true, [
      "five = '5.0'",
      'five < 36',
      "grouped > '1199'",
      'five <= 5',
      'five >= 5',
      'five != 6',
      'five <> 6',
    ]);
    conditions(false, ['five > 36', 'five != 5', "five = '5 '  AND five = 6"]);
  });

  it('compare with a number only what is one', () => {
    conditions(false, ['word > 36', 'blank = 0', 'missing < 1', 'word = 36']);
    conditions(true, ['word != 36', 'missing <> 0']);
  });

  it('compare text by code point, case-sensitive, a missing name as empty text', () => {
    conditions(true, [
      "word = 'Acme'",
      "missing < 'x'",
      "missing = ''",
      "word > 'ACME'",
      "word >= 'Acme'",
      "word <= 'B'",
    ]);
    conditions(false, ["word = 'ACME'", "word < 'ACME'"]);
  });

  it('compare times if one side is one, and are false if the other cannot be read', () => {
    conditions(true, [
      "DATE(day) = '2020-04-02 05:53:20'",
      "day > DATE('2020-04-01')",
      'DATE(iso) < DATE(day)',
      "DATEADD(day, 1, iso) = '4/3/2020'",
    ]);
    conditions(false, ['DATE(iso) != word', 'DATE(iso) = 5', "DATE(missing) > '2020-01-01'"]);
  });

  it('match LIKE as a whole, ignoring case, with literal dots and stars', () => {
    conditions(true, [
      "word LIKE '%ACME%'",
      "word LIKE 'a_me'",
      "word LIKE 'ac%'",
      "percent LIKE 'a.b*c(_'",
      "word LIKE '%c%e'",
      "missing LIKE '%'",
      "five LIKE 5 OR five LIKE '5'",
    ]);
    conditions(false, [
      "word LIKE 'cm'",
      "percent LIKE 'axb%'",
      "word LIKE '%z%'",
      "word LIKE '____x%'",
      "word NOT LIKE '%'",
    ]);
    conditions(true, ["word NOT LIKE '%z%'"]);
  });

  it('tell empty and null apart', () => {
    conditions(true, [
      'blank IS EMPTY',
      'blank IS NOT NULL',
      'hollow IS NULL',
      'missing IS NULL',
      'missing IS EMPTY',
      'five IS NOT EMPTY',
      '(five + 1) IS NOT NULL',
    ]);
    conditions(false, ['blank IS NULL', 'five IS EMPTY', 'missing IS NOT EMPTY']);
  });

  it('group by parentheses, NOT before AND before OR', () => {
    conditions(true, [
      "word = 'Acme' OR five = 6 AND five = 7",
      'NOT five = 6',
      '(five = 6 OR five = 5)',
      "(word = 'Acme')",
    ]);
    conditions(false, ["(word = 'Acme' OR five = 5) AND five = 7", 'NOT (five = 5)', 'NOT five = 5 OR five = 6']);
  });
});
