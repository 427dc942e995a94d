import { isDeepStrictEqual } from 'node:util';
import { openScope } from '../../src/contract/nested/scope.ts';
import type { ExpressionRow } from '../../src/contract/nested/scope.ts';
import type { NestedColumn } from '../../src/contract/nested/model.ts';
import { compileExpression } from '../../src/expression/evaluate.ts';
import { parseExpression } from '../../src/expression/parse-expression.ts';
import { printExpression } from '../../src/expression/print-expression.ts';
import { compileSql, compileSqlCondition } from '../../src/expression/sql/compile.ts';
import { FUNCTIONS } from '../../src/expression/sql/functions.ts';
import { parseSqlCondition, parseSqlExpression } from '../../src/expression/sql/parse.ts';
import { NoValue, printValue } from '../../src/expression/sql/types.ts';
import { openRandom, type Random } from '../../src/generate/random.ts';
import { parseValueType } from '../../src/values/typed/value-type.ts';
import { printSql, printSqlCondition } from './print-sql.ts';
import type { Target } from './target.ts';

/** Columns by name: type, and values that a row may have. */
const COLUMNS = {
  n: { type: 'int', values: ['7', '-2147483648', '0', null] },
  b: { type: 'bigint', values: ['9223372036854775807', '-1', null] },
  d: { type: 'decimal(38,10)', values: ['-2.3450000000', '9999999999999999999999999999.9999999999', null] },
  f: { type: 'float', values: ['1.5', '1e308', '-0.0', null] },
  t: { type: 'nvarchar(40)', values: [' Straße ', '', '%_[a', '12,5', '😀\uD800', null] },
  day: { type: 'date', values: ['2024-01-31', '0001-01-01', '9999-12-31', null] },
  at: { type: 'datetime2(3)', values: ['2023-12-31T23:59:30.250', '9999-12-31T23:59:59.999', null] },
  o: { type: 'datetimeoffset(0)', values: ['2024-05-01T10:00:00+02:00', '0001-01-01T00:00:00+14:00', null] },
  c: { type: 'time(0)', values: ['10:00:00', null] },
  g: { type: 'uniqueidentifier', values: ['6F9619FF-8B86-D011-B42D-00C04FC964FF', null] },
  bit: { type: 'bit', values: ['0', '1', null] },
} as const satisfies Record<string, { type: string; values: readonly (string | null)[] }>;
const NAMES = Object.keys(COLUMNS);

const SCOPE = openScope({
  key: 'id',
  idType: { kind: 'bigint' },
  table: { name: 'row', position: null, unique: null, columns: Object.entries(COLUMNS).map(toColumn) },
  lineage: [],
});

function toColumn([name, { type }]: [string, { readonly type: string }]): NestedColumn {
  const parsed = parseValueType(type);
  if (typeof parsed === 'string') throw new TypeError(parsed);
  const source = { kind: 'expression', expression: { kind: 'null' }, text: 'NULL' } as const;
  return { name, type: parsed, required: false, long: 'fail', stored: true, source };
}

/** Both languages of expressions: reading never throws, what is read and printed is read alike, and it has a value in every row. */
export function expressionTarget(seed: number): Target {
  const counts = { inputs: 0, characters: 0, parsed: 0, evaluated: 0, refused: 0 };
  return {
    attempt(index) {
      const random = openRandom(seed, index);
      const made = random.chance(0.01) ? long(random) : value(random, 4);
      const text = random.chance(0.3) ? damage(made, random) : made;
      counts.inputs += 1;
      counts.characters += text.length;
      const wrong = random.chance(0.4) ? tryOriginal(text, random, counts) : trySql(text, random, counts);
      return wrong === null ? null : `${JSON.stringify(text)}\n${wrong}`;
    },
    summary: () => counts,
  };
}

interface Counts {
  parsed: number;
  evaluated: number;
  refused: number;
}

function tryOriginal(text: string, random: Random, counts: Counts): string | null {
  const parsed = parseExpression(text);
  if (!parsed.ok) return refusal(counts, parsed.message !== '' && parsed.line > 0 && parsed.column > 0);
  counts.parsed += 1;
  const printed = printExpression(parsed.expression);
  const again = parseExpression(printed);
  if (!isDeepStrictEqual(again, parsed)) return `printed as ${printed}\n${JSON.stringify([parsed, again])}`;
  const result = compileExpression(
    parsed.expression,
    (name) => (row: ReadonlyMap<string, string | null>) => row.get(name) ?? null,
  )(new Map(NAMES.map((name) => [name, cell(name, random)])));
  counts.evaluated += 1;
  return typeof result === 'number' && !Number.isFinite(result) ? `it is ${result}` : null;
}

function trySql(text: string, random: Random, counts: Counts): string | null {
  return random.chance(0.3)
    ? tryParsed(text, parseSqlCondition, printSqlCondition, counts, (tree) => {
        const { truth, problems } = compileSqlCondition(tree, SCOPE);
        return { problems, evaluate: () => void truth(rowOf(random)) };
      })
    : tryParsed(text, parseSqlExpression, printSql, counts, (tree) => {
        const { typed, problems } = compileSql(tree, SCOPE);
        return { problems, evaluate: () => void printValue(typed.of(rowOf(random)), typed.type) };
      });
}

function tryParsed<Tree>(
  text: string,
  parse: (text: string) => { ok: true; tree: Tree } | { ok: false; at: number; message: string },
  print: (tree: Tree) => string,
  counts: Counts,
  compile: (tree: Tree) => { problems: readonly { at: number; message: string }[]; evaluate: () => void },
): string | null {
  const parsed = parse(text);
  if (!parsed.ok) return refusal(counts, parsed.message !== '' && parsed.at >= 0 && parsed.at <= text.length);
  counts.parsed += 1;
  const printed = print(parsed.tree);
  const again = parse(printed);
  // Parentheses count as nesting: what is printed with all of them may be too deep.
  if (!again.ok && !again.message.includes('nests at most') && !again.message.includes('has at most'))
    return `printed as ${printed}: ${again.message}`;
  if (again.ok && !isDeepStrictEqual(withoutPlaces(again.tree), withoutPlaces(parsed.tree)))
    return `printed as ${printed}`;
  const { problems, evaluate } = compile(parsed.tree);
  if (problems.length > 0)
    return refusal(
      counts,
      problems.every(({ at, message }) => message !== '' && at >= 0 && at <= text.length),
    );
  counts.evaluated += 1;
  try {
    evaluate();
  } catch (error) {
    if (!(error instanceof NoValue)) return error instanceof Error ? String(error.stack) : String(error);
  }
  return null;
}

/** A fault must say what and where. */
function refusal(counts: Counts, told: boolean): string | null {
  counts.refused += 1;
  return told ? null : 'refused without place or reason';
}

function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, part: unknown) => (key === 'at' ? undefined : part)));
}

function rowOf(random: Random): ExpressionRow {
  return {
    document: { id: '42', now: '2026-01-02T03:04:05' },
    parent: null,
    keys: ['42'],
    values: NAMES.map((name) => cell(name, random)),
  };
}

function cell(name: string, random: Random): string | null {
  const known = Object.entries(COLUMNS).find(([column]) => column === name)?.[1].values ?? [null];
  return known[random.int(0, known.length - 1)] ?? null;
}

const NUMBERS = [
  '0',
  '1',
  '36',
  '1.755',
  '.5',
  '1e3',
  '2.5E-10',
  '007',
  '1.',
  '9223372036854775808',
  '1e400',
  '123456789012345678901234567890123456789.5',
] as const;
const TEXTS = [
  "''",
  "'a'",
  "'it''s'",
  '"x"',
  "'%_[^]'",
  "'2024-02-30'",
  "'1,234.5'",
  "'é😀'",
  `'${'ab'.repeat(40)}'`,
] as const;
const TYPES = [
  'int',
  'decimal(9,2)',
  'nvarchar(3)',
  'date',
  'datetime2(3)',
  'float',
  'bit',
  'time(0)',
  'uniqueidentifier',
  'xml',
  'varbinary(4)',
  'nonsense',
  'decimal(99,3)',
] as const;
const OPERATORS = ['+', '-', '*', '/', '%', '||', '//', '**'] as const;
const COMPARISONS = ['=', '<>', '!=', '<', '>', '<=', '>='] as const;
const CALLS = [...FUNCTIONS.keys(), 'DATE', 'NOSUCH'];

/** A value of one of the languages, or of neither. */
function value(random: Random, depth: number): string {
  const sub = (): string => value(random, depth - 1);
  const kind = depth <= 0 ? random.int(0, 3) : random.int(0, 14);
  if (kind <= 1) return random.pick(NUMBERS);
  if (kind === 2) return random.pick(TEXTS);
  if (kind === 3) return random.pick(['NULL', 'null', 'nowhere', '[n]', 'row.t', 'id', ...NAMES]);
  if (kind <= 7) return `${sub()} ${random.pick(OPERATORS)} ${sub()}`;
  if (kind === 8) return `(${sub()})`;
  if (kind === 9) return `${random.pick(['-', '- -', '+'])}${sub()}`;
  if (kind === 10) return `CAST(${sub()} AS ${random.pick(TYPES)})`;
  if (kind === 11) return `DATEADD(${random.pick(['DAY', 'month', 'year', "'hour'"])}, ${sub()}, ${sub()})`;
  if (kind === 12) return `Date(${sub()})`;
  if (kind === 13)
    return `${CALLS[random.int(0, CALLS.length - 1)]}(${Array.from({ length: random.int(0, 4) }, sub).join(', ')})`;
  return `CASE WHEN ${condition(random, depth - 1)} THEN ${sub()} ${random.pick(['', `ELSE ${sub()} `])}END`;
}

function condition(random: Random, depth: number): string {
  const sub = (): string => value(random, depth - 1);
  const kind = depth <= 0 ? random.int(0, 3) : random.int(0, 8);
  if (kind <= 1) return `${sub()} ${random.pick(COMPARISONS)} ${sub()}`;
  if (kind === 2) return `${sub()} IS ${random.pick(['', 'NOT '])}${random.pick(['NULL', 'EMPTY'])}`;
  if (kind === 3) return `${sub()} ${random.pick(['', 'NOT '])}LIKE ${random.pick(TEXTS)}`;
  if (kind <= 5) return `${condition(random, depth - 1)} ${random.pick(['AND', 'or'])} ${condition(random, depth - 1)}`;
  if (kind === 6) return `NOT ${random.pick(['', '('])}${condition(random, depth - 1)})`;
  if (kind === 7) return `${sub()} IN (${sub()}, ${sub()})`;
  return `${sub()} BETWEEN ${sub()} AND ${sub()}`;
}

/** As long or deep as a text may be, or longer. */
function long(random: Random): string {
  const part = random.pick([
    '1+',
    '-',
    '(',
    'NOT ',
    'n||',
    '1 ** ',
    '2*',
    'CASE WHEN 1=1 THEN ',
    'ABS(',
    "''",
    '[',
    '1=1 and ',
    'n like ',
  ]);
  const start = random.pick(['', 'CASE WHEN ', 'CASE WHEN n IN (', '(']);
  return (
    start +
    part.repeat(random.int(1, 9999 / part.length)) +
    value(random, 1) +
    random.pick(['', ')', ' THEN 1 END', ')'.repeat(50)])
  );
}

const PIECES = [
  '(',
  ')',
  "'",
  '"',
  ',',
  ' ',
  'CASE',
  'END',
  'WHEN',
  'AND',
  '-',
  '*',
  '[',
  ']',
  '.',
  '\u0000',
  '\uD800',
  '٣',
  '--',
  '/*',
  ';',
  'é',
  '1e',
  '@x',
  '\n',
] as const;

/** A text with some characters taken away, added or doubled. */
function damage(text: string, random: Random): string {
  const at = random.int(0, text.length);
  const change = random.int(0, 2);
  if (change === 0) return text.slice(0, at) + text.slice(at + random.int(1, 6));
  if (change === 1) return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
  return text.slice(0, at) + text.slice(0, random.int(0, text.length)).repeat(random.int(1, 3)) + text.slice(at);
}
