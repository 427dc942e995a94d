import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lexer } from 'chevrotain';
import fc from 'fast-check';
import { ARITHMETIC_OPS, COMPARE_OPS } from '../../src/expression/expression.ts';
import type { Condition, Expression } from '../../src/expression/expression.ts';
import { ExpressionGrammar } from '../../src/expression/grammar.ts';
import { parseExpression } from '../../src/expression/parse-expression.ts';
import { printExpression } from '../../src/expression/print-expression.ts';
import { TOKENS } from '../../src/expression/tokens.ts';
import { anyText } from '../support/any-text.ts';

const name = (text: string): Expression => ({ kind: 'name', name: text });
const number = (text: string): Expression => ({ kind: 'number', text });
const text = (value: string): Expression => ({ kind: 'text', value });

const arithmetic = (op: (typeof ARITHMETIC_OPS)[number], left: Expression, right: Expression): Expression => ({
  kind: 'arithmetic',
  op,
  left,
  right,
});
const isNull = (operand: string): Condition => ({ kind: 'is', what: 'null', negated: false, operand: name(operand) });

function parse(source: string): Expression {
  const parsed = parseExpression(source);
  assert.ok(parsed.ok, `${source}: ${JSON.stringify(parsed)}`);
  return parsed.expression;
}

function whenOf(condition: string): Condition {
  const expression = parse(`CASE WHEN ${condition} THEN 1 END`);
  assert.equal(expression.kind, 'case');
  const when = expression.kind === 'case' ? expression.branches[0]?.when : undefined;
  assert.ok(when);
  return when;
}

test('the library finds nothing ambiguous in tokens and grammar, which it is asked here alone', () => {
  assert.deepEqual(new Lexer(TOKENS, { positionTracking: 'onlyOffset' }).lexerDefinitionErrors, []);
  assert.ok(new ExpressionGrammar({ checked: true }));
});

test('numbers, texts, names and NULL are read as they stand', () => {
  for (const numeral of ['0', '36', '1.755', '.5', '1e3', '2.5E-10', '007'])
    assert.deepEqual(parse(numeral), number(numeral));
  assert.deepEqual(parse(`'it is "so"'`), text('it is "so"'));
  assert.deepEqual(parse(`"O'Neil"`), text("O'Neil"));
  assert.deepEqual(parse(`'two\nlines'`), text('two\nlines'));
  assert.deepEqual(parse("''"), text(''));
  assert.deepEqual(parse('null'), { kind: 'null' });
  for (const word of [
    'a',
    'BR_decision.fee_tax',
    '_x',
    'größe',
    'notes',
    'ends',
    'case_no',
    'android',
    'date',
    'DateAdd',
    'day',
  ]) {
    assert.deepEqual(parse(word), name(word));
  }
});

test('keywords are words of any case, and texts keep theirs', () => {
  const expected: Expression = {
    kind: 'case',
    branches: [
      { when: { kind: 'compare', op: '=', left: name('a'), right: text('WHEN x THEN END') }, value: text('AT END') },
    ],
    otherwise: null,
  };
  assert.deepEqual(parse("case When a = 'WHEN x THEN END'\r\n\tthen 'AT END' eNd"), expected);
});

test('products bind closer than sums, powers closest and to the right', () => {
  const [a, b, c] = [name('a'), name('b'), name('c')];
  assert.deepEqual(parse('a + b * c'), arithmetic('+', a, arithmetic('*', b, c)));
  assert.deepEqual(parse('a - b - c'), arithmetic('-', arithmetic('-', a, b), c));
  assert.deepEqual(parse('a / b // c'), arithmetic('//', arithmetic('/', a, b), c));
  assert.deepEqual(parse('a ** b ** c'), arithmetic('**', a, arithmetic('**', b, c)));
  assert.deepEqual(parse('-a ** b'), { kind: 'negate', operand: arithmetic('**', a, b) });
  assert.deepEqual(parse('a ** -b'), arithmetic('**', a, { kind: 'negate', operand: b }));
  assert.deepEqual(parse('(a + b) * c'), arithmetic('*', arithmetic('+', a, b), c));
});

test('NOT binds closer than AND, and AND closer than OR', () => {
  assert.deepEqual(whenOf('NOT a IS NULL AND b IS NULL OR c IS NULL OR d IS NULL'), {
    kind: 'or',
    operands: [
      { kind: 'and', operands: [{ kind: 'not', operand: isNull('a') }, isNull('b')] },
      isNull('c'),
      isNull('d'),
    ],
  });
});

test('a parenthesis opens a condition or a value, whichever its content is', () => {
  const more: Condition = { kind: 'compare', op: '>', left: name('a'), right: number('0') };
  assert.deepEqual(whenOf('(a > 0)'), more);
  assert.deepEqual(whenOf('((a) > (0))'), more);
  assert.deepEqual(whenOf('(((a > 0)))'), more);
  assert.deepEqual(whenOf('(a) > 0'), more);
  assert.deepEqual(whenOf('(CASE WHEN a > 0 THEN a END) IS NOT EMPTY'), {
    kind: 'is',
    what: 'empty',
    negated: true,
    operand: { kind: 'case', branches: [{ when: more, value: name('a') }], otherwise: null },
  });
  assert.deepEqual(whenOf('(a > 0 OR b NOT LIKE "x%") AND (a + 1) > 0'), {
    kind: 'and',
    operands: [
      { kind: 'or', operands: [more, { kind: 'like', negated: true, operand: name('b'), pattern: text('x%') }] },
      { ...more, left: { kind: 'arithmetic', op: '+', left: name('a'), right: number('1') } },
    ],
  });
});

test('<> is read as !=', () => {
  assert.deepEqual(whenOf("a <> 'x'"), { kind: 'compare', op: '!=', left: name('a'), right: text('x') });
});

test('DATE and DATEADD take values', () => {
  assert.deepEqual(parse('dateadd (day, -1, DATE(a.b))'), {
    kind: 'dateadd',
    days: { kind: 'negate', operand: number('1') },
    date: { kind: 'date', operand: name('a.b') },
  });
});

test('% stands with the other multiplications', () => {
  assert.deepEqual(parse('1 + a % 2 ** b'), {
    kind: 'arithmetic',
    op: '+',
    left: number('1'),
    right: {
      kind: 'arithmetic',
      op: '%',
      left: name('a'),
      right: { kind: 'arithmetic', op: '**', left: number('2'), right: name('b') },
    },
  });
});

const MISTAKES: readonly (readonly [source: string, column: number, message: string])[] = [
  ['CASE WHEN a = 1 b THEN 2 END', 17, 'expected THEN, found b'],
  ["CASE WHEN a = 1 'x' END", 17, "expected THEN, found 'x'"],
  ['CASE WHEN a THEN 1 END', 13, 'expected =, !=, <, >, <=, >=, IS or LIKE, found THEN'],
  ['CASE WHEN THEN 1 END', 11, 'expected a condition, found THEN'],
  ['CASE WHEN a = THEN 1 END', 15, 'expected a value, found THEN'],
  ['CASE WHEN a IS b THEN 1 END', 16, 'expected EMPTY or NULL, found b'],
  ['CASE WHEN a NOT = 1 THEN 1 END', 17, 'expected LIKE, found ='],
  ['CASE WHEN a = 1 THEN 2', 23, 'expected END, found the end'],
  ['CASE a END', 6, 'expected WHEN, found a'],
  ['CASE WHEN a = 1 THEN 2 ELSE END', 29, 'expected a value, found END'],
  ['a +  ', 4, 'expected a value, found the end'],
  ['', 1, 'expected a value, found the end'],
  ['(a', 3, "expected ')', found the end"],
  ['a b', 3, 'expected an operator or the end, found b'],
  ['a = 1', 3, 'expected an operator or the end, found ='],
  ['DATEADD(month, 1, a)', 9, 'expected day, found month'],
  ['DATEADD(day 1, a)', 13, "expected ',', found 1"],
  ['a + END', 5, 'expected a value, found END'],
  ["a + 'open", 5, "expected a closing ' for the text that begins here"],
  ['12abc', 1, '12abc is neither a number nor a name'],
  ['a # b', 3, '# is no part of the language'],
  ['a + 😀', 5, '😀 is no part of the language'],
];

for (const [source, column, message] of MISTAKES) {
  test(`${JSON.stringify(source)} is refused: ${message}`, () => {
    assert.deepEqual(parseExpression(source), { ok: false, line: 1, column, message });
  });
}

test('a mistake is found by line and column in an expression of several lines', () => {
  const source = 'CASE\n  WHEN a = 1 THEN 1\n  WHEN b = 2 b\nEND';
  assert.deepEqual(parseExpression(source), { ok: false, line: 3, column: 14, message: 'expected THEN, found b' });
});

test('what could exhaust the stack is refused', () => {
  const nested = `${'('.repeat(51)}a${')'.repeat(51)}`;
  assert.deepEqual(parseExpression(nested), {
    ok: false,
    line: 1,
    column: 51,
    message: 'an expression nests at most 50 levels deep',
  });
  const message = 'an expression has at most 500 operators (+ - * / // % **)';
  assert.deepEqual(parseExpression('1' + '+1'.repeat(501)), { ok: false, line: 1, column: 1002, message });
  const chained = 'an expression has at most 50 powers (**) and repeated signs (- -, NOT NOT)';
  assert.deepEqual(parseExpression('-'.repeat(52) + '1'), { ok: false, line: 1, column: 52, message: chained });
  assert.deepEqual(parseExpression('1' + '**1'.repeat(51)), { ok: false, line: 1, column: 152, message: chained });
  assert.deepEqual(parseExpression(`CASE WHEN ${'NOT '.repeat(52)}a = 1 THEN 1 END`), {
    ok: false,
    line: 1,
    column: 215,
    message: chained,
  });
  assert.deepEqual(parseExpression('a'.repeat(10_001)), {
    ok: false,
    line: 1,
    column: 10_001,
    message: 'an expression has at most 10000 characters, this one 10001',
  });
});

test('the deepest expressions that are allowed are read', () => {
  assert.ok(parseExpression(`${'('.repeat(50)}a${')'.repeat(50)}`).ok);
  assert.ok(parseExpression(`1${'+1'.repeat(500)}`).ok);
  assert.ok(parseExpression(`${'('.repeat(50)}${'-'.repeat(51)}1${')'.repeat(50)}`).ok);
  assert.ok(parseExpression(`${'('.repeat(50)}1${' ** 1'.repeat(50)}${')'.repeat(50)}`).ok);
  assert.ok(parseExpression(`CASE WHEN ${'a IS NOT EMPTY OR '.repeat(500)}a = 1 THEN 1 END`).ok);
  const deep = 'CASE WHEN ('.repeat(25) + 'a' + ') > 1 THEN 2 END'.repeat(25);
  assert.ok(parseExpression(deep).ok);
});

const keywords = new Set('case when then else end and or not is empty null like'.split(' '));
const names = fc.stringMatching(/^[A-Za-z_äé][A-Za-z0-9_.ß]{0,8}$/).filter((word) => !keywords.has(word.toLowerCase()));
const numerals = fc.stringMatching(/^(\d{1,5}(\.\d{1,3})?|\.\d{1,3})([eE][+-]?\d{1,2})?$/);
const texts = anyText({ maxLength: 12 }).filter((value) => !(value.includes("'") && value.includes('"')));
const negated = fc.boolean();

/** A generator of plain objects, as the parser makes them. */
const node = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { noNullPrototype: true });

const { expressions } = fc.letrec<{ expressions: Expression; conditions: Condition }>((tie) => ({
  expressions: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    names.map(name),
    numerals.map(number),
    texts.map(text),
    fc.constant<Expression>({ kind: 'null' }),
    node({ kind: fc.constant('negate'), operand: tie('expressions') }),
    node({ kind: fc.constant('date'), operand: tie('expressions') }),
    node({ kind: fc.constant('dateadd'), days: tie('expressions'), date: tie('expressions') }),
    node({
      kind: fc.constant('arithmetic'),
      op: fc.constantFrom(...ARITHMETIC_OPS),
      left: tie('expressions'),
      right: tie('expressions'),
    }),
    node({
      kind: fc.constant('case'),
      branches: fc.array(node({ when: tie('conditions'), value: tie('expressions') }), {
        minLength: 1,
        maxLength: 3,
      }),
      otherwise: fc.option(tie('expressions')),
    }),
  ),
  conditions: fc.oneof(
    { maxDepth: 4 },
    node({
      kind: fc.constant('compare'),
      op: fc.constantFrom(...COMPARE_OPS),
      left: tie('expressions'),
      right: tie('expressions'),
    }),
    node({
      kind: fc.constant('is'),
      what: fc.constantFrom('empty', 'null'),
      negated,
      operand: tie('expressions'),
    }),
    node({ kind: fc.constant('like'), negated, operand: tie('expressions'), pattern: tie('expressions') }),
    node({ kind: fc.constant('not'), operand: tie('conditions') }),
    node({
      kind: fc.constantFrom('or', 'and'),
      operands: fc.array(tie('conditions'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

test('a printed syntax tree is read back as it was', () => {
  fc.assert(
    fc.property(expressions, (expression) => {
      const printed = printExpression(expression);
      const count = (pattern: RegExp): number => printed.match(pattern)?.length ?? 0;
      fc.pre(printed.length <= 10_000 && count(/[-+*/]/g) <= 500 && count(/\*\*|-|not/gi) <= 50);
      assert.deepEqual(parseExpression(printed), { ok: true, expression }, printed);
    }),
    { numRuns: 500 },
  );
});

test('no text makes the parser throw', () => {
  const words = fc.constantFrom(
    ..."CASE WHEN THEN ELSE END AND OR NOT IS EMPTY NULL LIKE DATE( DATEADD( day ( ) , + - ** // = <> a 1 't' \" \n #".split(
      ' ',
    ),
  );
  const sources = fc.oneof(
    fc.array(words, { maxLength: 60 }).map((list) => list.join(' ')),
    anyText(),
  );
  fc.assert(
    fc.property(sources, (source) => {
      const parsed = parseExpression(source);
      assert.ok(parsed.ok || /^(expected|an expression|\S+ is n)/u.test(parsed.message), JSON.stringify(parsed));
    }),
    { numRuns: 1000 },
  );
});
