import type { BinaryOp, CompareOp, SqlBranch, SqlCondition, SqlExpression } from './syntax.ts';

/** What a text holds, or the first thing that is wrong; `at` counts characters from 0. */
export type ParsedSql<Tree> = { readonly ok: true; readonly tree: Tree } | SqlFault;

interface SqlFault {
  readonly ok: false;
  readonly at: number;
  readonly message: string;
}

/** What hostile text could exceed; no real expression comes near. */
const LIMITS = { length: 10_000, nesting: 50, operators: 500 };

/** Reads a value, as of `expr`. Never throws. */
export function parseSqlExpression(text: string): ParsedSql<SqlExpression> {
  return parseWhole(text, readValue);
}

/** Reads a condition, as of `where`. Never throws. */
export function parseSqlCondition(text: string): ParsedSql<SqlCondition> {
  return parseWhole(text, readOr);
}

interface Token {
  readonly kind: 'word' | 'name' | 'number' | 'text' | 'symbol' | 'end';
  /** Keywords in upper case, names and texts without quotes. */
  readonly value: string;
  readonly at: number;
}

interface Reader {
  readonly text: string;
  readonly tokens: readonly Token[];
  next: number;
  nesting: number;
  operators: number;
}

class SqlError extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

function parseWhole<Tree>(text: string, read: (reader: Reader) => Tree): ParsedSql<Tree> {
  try {
    if (text.length > LIMITS.length)
      throw new SqlError(LIMITS.length, `an expression has at most ${LIMITS.length} characters`);
    const reader: Reader = { text, tokens: tokenize(text), next: 0, nesting: 0, operators: 0 };
    const tree = read(reader);
    if (peek(reader).kind !== 'end') throw unexpected(reader, 'an operator or the end');
    return { ok: true, tree };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { ok: false, at: error.at, message: error.message };
  }
}

const KEYWORDS = new Set([
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'AND',
  'OR',
  'NOT',
  'IS',
  'NULL',
  'LIKE',
  'IN',
  'BETWEEN',
]);

const TOKEN =
  /[ \t\r\n]+|(?<text>'(?:[^']|'')*')|(?<quoted>\[[^\]]+\]|"[^"]+")|(?<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\p{L}\p{N}_]))|(?<name>[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*)?)|(?<symbol>\|\||<=|>=|<>|!=|[-+*/%(),=<>])/uy;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new SqlError(at, describeUnreadable(text, at));
    const { text: literal, quoted, number, name, symbol } = match.groups ?? {};
    if (literal !== undefined) tokens.push({ kind: 'text', value: literal.slice(1, -1).replaceAll("''", "'"), at });
    else if (quoted !== undefined) tokens.push({ kind: 'name', value: quoted.slice(1, -1), at });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol === '<>' ? '!=' : symbol, at });
    else if (name !== undefined) {
      const isKeyword = KEYWORDS.has(name.toUpperCase());
      tokens.push({ kind: isKeyword ? 'word' : 'name', value: isKeyword ? name.toUpperCase() : name, at });
    }
    at += match[0].length;
  }
  return [...tokens, { kind: 'end', value: '', at: text.trimEnd().length }];
}

function describeUnreadable(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === "'") return "expected a closing ' for the text that begins here";
  return `${character} is no part of the language`;
}

function peek({ tokens, next }: Reader): Token {
  return tokens[Math.min(next, tokens.length - 1)] ?? { kind: 'end', value: '', at: 0 };
}

function takes(reader: Reader, value: string): boolean {
  const token = peek(reader);
  if ((token.kind !== 'symbol' && token.kind !== 'word') || token.value !== value) return false;
  reader.next += 1;
  return true;
}

function expect(reader: Reader, value: string): void {
  if (!takes(reader, value)) throw unexpected(reader, value);
}

function unexpected(reader: Reader, expected: string): SqlError {
  const { kind, value, at } = peek(reader);
  return new SqlError(at, `expected ${expected}, found ${kind === 'end' ? 'the end' : value}`);
}

function nested<Tree>(reader: Reader, read: (reader: Reader) => Tree): Tree {
  reader.nesting += 1;
  if (reader.nesting > LIMITS.nesting) {
    throw new SqlError(peek(reader).at, `an expression nests at most ${LIMITS.nesting} levels deep`);
  }
  const tree = read(reader);
  reader.nesting -= 1;
  return tree;
}

function readValue(reader: Reader): SqlExpression {
  return nested(reader, (inner) => readLevel(inner, LEVELS.length - 1));
}

/** Operators that bind alike, the strongest first. */
const LEVELS: readonly (readonly BinaryOp[])[] = [
  ['*', '/', '%'],
  ['+', '-', '||'],
];

function readLevel(reader: Reader, level: number): SqlExpression {
  const operators = LEVELS[level];
  if (operators === undefined) return readUnary(reader);
  let left = readLevel(reader, level - 1);
  for (;;) {
    const { at } = peek(reader);
    const op = operators.find((candidate) => takes(reader, candidate));
    if (op === undefined) return left;
    reader.operators += 1;
    // A chain of them is as deep as it is long.
    if (reader.operators > LIMITS.operators)
      throw new SqlError(at, `an expression has at most ${LIMITS.operators} operators (+ - * / % ||)`);
    left = { kind: 'binary', op, left, right: readLevel(reader, level - 1), at };
  }
}

function readUnary(reader: Reader): SqlExpression {
  const { at } = peek(reader);
  if (takes(reader, '+')) return nested(reader, readUnary);
  return takes(reader, '-') ? { kind: 'negate', operand: nested(reader, readUnary), at } : readAtom(reader);
}

function readAtom(reader: Reader): SqlExpression {
  const { kind, value, at } = peek(reader);
  if (takes(reader, 'CASE')) return readCase(reader, at);
  if (takes(reader, 'NULL')) return { kind: 'null' };
  if (takes(reader, '(')) {
    const inner = readValue(reader);
    expect(reader, ')');
    return inner;
  }
  if (kind !== 'number' && kind !== 'text' && kind !== 'name') throw unexpected(reader, 'a value');
  reader.next += 1;
  if (kind === 'number' && !Number.isFinite(Number(value)) && /e/i.test(value))
    throw new SqlError(at, `${value} is more than a float can hold`);
  if (kind === 'number') return { kind, text: value };
  if (kind === 'text') return { kind, value };
  if (!takes(reader, '(')) return { kind, name: value, at };
  return value.toUpperCase() === 'CAST' ? readCast(reader, at) : readCall(reader, value, at);
}

function readCall(reader: Reader, name: string, at: number): SqlExpression {
  const args: SqlExpression[] = [];
  if (!takes(reader, ')')) {
    do args.push(readValue(reader));
    while (takes(reader, ','));
    expect(reader, ')');
  }
  return { kind: 'call', name: name.toUpperCase(), args, at };
}

/** Behind `CAST (`: the type may have parentheses of its own. */
function readCast(reader: Reader, at: number): SqlExpression {
  const operand = readValue(reader);
  const as = peek(reader);
  if (as.kind !== 'name' || as.value.toUpperCase() !== 'AS') throw unexpected(reader, 'AS');
  reader.next += 1;
  const from = peek(reader).at;
  let depth = 0;
  while (depth > 0 || peek(reader).value !== ')') {
    const token = peek(reader);
    if (token.kind === 'end') throw unexpected(reader, ')');
    if (token.value === '(') depth += 1;
    if (token.value === ')') depth -= 1;
    reader.next += 1;
  }
  const type = reader.text.slice(from, peek(reader).at).trim();
  expect(reader, ')');
  return { kind: 'cast', operand, type, at };
}

function readCase(reader: Reader, at: number): SqlExpression {
  const branches: SqlBranch[] = [];
  expect(reader, 'WHEN');
  do {
    const when = readOr(reader);
    expect(reader, 'THEN');
    branches.push({ when, value: readValue(reader) });
  } while (takes(reader, 'WHEN'));
  const otherwise = takes(reader, 'ELSE') ? readValue(reader) : null;
  expect(reader, 'END');
  return { kind: 'case', branches, otherwise, at };
}

function readOr(reader: Reader): SqlCondition {
  const operands = [readAnd(reader)];
  while (takes(reader, 'OR')) operands.push(readAnd(reader));
  return oneOrAll('or', operands);
}

function readAnd(reader: Reader): SqlCondition {
  const operands = [readNot(reader)];
  while (takes(reader, 'AND')) operands.push(readNot(reader));
  return oneOrAll('and', operands);
}

function oneOrAll(kind: 'and' | 'or', operands: readonly SqlCondition[]): SqlCondition {
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind, operands };
}

function readNot(reader: Reader): SqlCondition {
  if (takes(reader, 'NOT')) return { kind: 'not', operand: nested(reader, readNot) };
  return readGroup(reader) ?? readComparison(reader);
}

/** A condition in parentheses, or null. */
function readGroup(reader: Reader): SqlCondition | null {
  if (!opensCondition(reader)) return null;
  expect(reader, '(');
  const condition = nested(reader, readOr);
  expect(reader, ')');
  return condition;
}

const CONDITION_WORDS = new Set(['AND', 'OR', 'NOT', 'IS', 'LIKE', 'IN', 'BETWEEN', '=', '!=', '<', '>', '<=', '>=']);

/** Whether the parenthesis ahead groups a condition and not a value: only CASE … END may hold conditions inside a value. */
function opensCondition({ tokens, next }: Reader): boolean {
  let [parentheses, cases] = [0, 0];
  for (let at = next; at < tokens.length; at += 1) {
    const { kind, value } = tokens[at] ?? { kind: 'end', value: '' };
    const mark = kind === 'symbol' || kind === 'word' ? value : '';
    if (mark === '(') parentheses += 1;
    else if (mark === ')') parentheses -= 1;
    else if (mark === 'CASE') cases += 1;
    else if (mark === 'END') cases -= 1;
    else if (cases === 0 && CONDITION_WORDS.has(mark)) return parentheses > 0;
    if (parentheses <= 0) return false;
  }
  return false;
}

const COMPARISONS: readonly CompareOp[] = ['=', '!=', '<=', '>=', '<', '>'];

function readComparison(reader: Reader): SqlCondition {
  const operand = readValue(reader);
  const { at } = peek(reader);
  if (takes(reader, 'IS')) {
    const negated = takes(reader, 'NOT');
    expect(reader, 'NULL');
    return { kind: 'null', negated, operand };
  }
  const op = COMPARISONS.find((candidate) => takes(reader, candidate));
  if (op !== undefined) return { kind: 'compare', op, left: operand, right: readValue(reader), at };
  const negated = takes(reader, 'NOT');
  if (takes(reader, 'LIKE')) return { kind: 'like', negated, operand, pattern: readValue(reader), at };
  if (takes(reader, 'IN')) return { kind: 'in', negated, operand, list: readList(reader), at };
  if (!takes(reader, 'BETWEEN')) throw unexpected(reader, '=, !=, <, >, <=, >=, IS, LIKE, IN or BETWEEN');
  const low = readValue(reader);
  expect(reader, 'AND');
  return { kind: 'between', negated, operand, low, high: readValue(reader), at };
}

function readList(reader: Reader): readonly SqlExpression[] {
  expect(reader, '(');
  const list = [readValue(reader)];
  while (takes(reader, ',')) list.push(readValue(reader));
  expect(reader, ')');
  return list;
}
