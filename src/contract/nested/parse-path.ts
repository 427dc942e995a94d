import type { NameTest, Path, PathCondition, PathStart, PathStep, Predicate, TextTest } from './path.ts';

/** The paths of a union, in the order written, or the first thing that is wrong and where; `column` counts from 1. */
export type ParsedPath =
  | { readonly ok: true; readonly paths: readonly Path[] }
  | { readonly ok: false; readonly column: number; readonly message: string; readonly advice: string };

/** What hostile text could exceed; no real path comes near. */
const LIMITS = { length: 4000, nesting: 30 };

/**
 * Reads a path or a union of paths (docs/contract.md, Paths). `namespaces` resolves prefixes; `xml` needs no declaration.
 * Never throws: what XPath has and this has not is an error that says so.
 */
export function parsePath(text: string, namespaces: ReadonlyMap<string, string>): ParsedPath {
  const reader: Reader = { text, at: 0, namespaces, nesting: 0 };
  try {
    if (text.length > LIMITS.length) throw unread(reader, `a path has at most ${LIMITS.length} characters`);
    return { ok: true, paths: readUnion(reader) };
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return { ok: false, column: error.at + 1, message: error.message, advice: error.advice };
  }
}

interface Reader {
  readonly text: string;
  at: number;
  readonly namespaces: ReadonlyMap<string, string>;
  nesting: number;
}

class PathError extends Error {
  readonly at: number;
  readonly advice: string;

  constructor(at: number, message: string, advice: string) {
    super(message);
    this.at = at;
    this.advice = advice;
  }
}

function unread({ at }: Reader, message: string, advice = ''): PathError {
  return new PathError(at, message, advice);
}

function readUnion(reader: Reader): readonly Path[] {
  const paths = [readPath(reader, 'column')];
  while (takes(reader, '|')) paths.push(readPath(reader, 'column'));
  skipSpace(reader);
  if (reader.at === reader.text.length) return paths;
  throw unread(reader, `expected / or | or the end, found ${show(reader)}`);
}

/** Paths in predicates begin at what the predicate is of, and stay below it. */
type Where = 'column' | 'predicate';

function readPath(reader: Reader, where: Where): Path {
  skipSpace(reader);
  if (where === 'predicate' && /^(?:\.\.|\/|ancestor\s*::)/.test(rest(reader))) {
    throw unread(
      reader,
      'a path in a predicate cannot leave what the predicate is of',
      'Say it at an earlier step, or with a column and `where`.',
    );
  }
  const { start, wantsStep } = readStart(reader);
  const steps: PathStep[] = [];
  let isOpen = wantsStep || readSeparator(reader, steps);
  while (isOpen) {
    if (takesMatch(reader, /name\s*\(\s*\)/y)) return { start, steps, reads: 'name' };
    steps.push(readStep(reader, steps.at(-1)));
    isOpen = readSeparator(reader, steps);
  }
  return { start, steps, reads: 'value' };
}

/** Reads up to the first separator; `wantsStep` if a step has to follow. */
function readStart(reader: Reader): { readonly start: PathStart; readonly wantsStep: boolean } {
  if (rest(reader).startsWith('//')) {
    const advice = 'Write .//a for what is below the row, or the whole path from the document (/a/b).';
    throw unread(reader, 'a path cannot begin with //', advice);
  }
  if (takes(reader, '/')) return { start: { kind: 'document' }, wantsStep: true };
  if (takesMatch(reader, /ancestor\s*::\s*/y)) return { start: readAncestor(reader), wantsStep: false };
  let levels = 0;
  if (takes(reader, '..')) {
    levels = 1;
    while (takesMatch(reader, /\s*\/\s*\.\.(?!\.)/y)) levels += 1;
  } else if (!takes(reader, '.')) return { start: { kind: 'row', levels }, wantsStep: true };
  return { start: { kind: 'row', levels }, wantsStep: false };
}

function readAncestor(reader: Reader): PathStart {
  const test = readNameTest(reader, 'element');
  const conditions = readPredicates(reader).map((predicate) => {
    if (predicate.kind !== 'position' && predicate.kind !== 'last') return predicate;
    throw unread(reader, 'ancestor:: has no positions, it is the nearest that fits', 'Leave the number out.');
  });
  return { kind: 'ancestor', test, conditions };
}

/** Whether a step follows; `//` becomes a step of its own. */
function readSeparator(reader: Reader, steps: PathStep[]): boolean {
  skipSpace(reader);
  if (takes(reader, '//')) return steps.push({ axis: 'deep' }) > 0;
  return takes(reader, '/');
}

function readStep(reader: Reader, before: PathStep | undefined): PathStep {
  skipSpace(reader);
  if (before?.axis === 'attribute' || before?.axis === 'text') {
    throw unread(
      reader,
      `${before.axis === 'text' ? 'text()' : 'an attribute'} has nothing below it`,
      'End the path there.',
    );
  }
  if (takesMatch(reader, /text\s*\(\s*\)/y)) return { axis: 'text', predicates: readPredicates(reader) };
  refuseRest(reader);
  const axis = takes(reader, '@') ? 'attribute' : 'child';
  const test = readNameTest(reader, axis === 'child' ? 'element' : 'attribute');
  return { axis, test, predicates: readPredicates(reader) };
}

/** What XPath has here and this language has not. */
function refuseRest(reader: Reader): void {
  if (/^\.\.?(?![\w.])/.test(rest(reader))) {
    throw unread(reader, '.. and . can only begin a path', 'Begin with ../ as often as it takes.');
  }
  const [axis] = /^[a-z-]+(?=\s*::)/.exec(rest(reader)) ?? [];
  if (axis !== undefined) {
    throw unread(
      reader,
      `the axis ${axis}:: is not part of these paths`,
      'There are a/b, a//b, @a, .., and ancestor::a at the start.',
    );
  }
  const [called] = /^[\w.-]+(?=\s*\()/.exec(rest(reader)) ?? [];
  if (called !== undefined) {
    throw unread(
      reader,
      `the function ${called}() is not part of these paths`,
      'There are text() and name() at the end, and last(), not(), starts-with() and contains() in predicates.',
    );
  }
}

const NAME = /[\p{L}_][\p{L}\p{N}\p{M}_.\-\u00B7]*/uy;

function readNameTest(reader: Reader, of: 'element' | 'attribute'): NameTest {
  skipSpace(reader);
  const namespace = of === 'element' ? null : '';
  if (takes(reader, '*')) return { local: null, namespace: null };
  const at = reader.at;
  const first = takesMatch(reader, NAME);
  if (first === null) throw unread(reader, `expected a name, found ${show(reader)}`);
  if (!/^:(?!:)/.test(rest(reader))) return { local: first, namespace };
  reader.at += 1;
  const uri = first === 'xml' ? XML_NAMESPACE : reader.namespaces.get(first);
  if (uri === undefined) throw new PathError(at, `the prefix ${first} is not declared`, 'Add it to `namespaces`.');
  if (takes(reader, '*')) return { local: null, namespace: uri };
  const local = takesMatch(reader, NAME);
  if (local === null) throw unread(reader, `expected a name or * behind ${first}:, found ${show(reader)}`);
  return { local, namespace: uri };
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

function readPredicates(reader: Reader): readonly Predicate[] {
  const predicates: Predicate[] = [];
  for (;;) {
    skipSpace(reader);
    if (!takes(reader, '[')) return predicates;
    predicates.push(readPredicate(reader));
    expect(reader, ']');
  }
}

function readPredicate(reader: Reader): Predicate {
  skipSpace(reader);
  const position = takesMatch(reader, /\d+(?=\s*\])/y);
  if (position === '0') throw unread(reader, 'positions count from 1');
  if (position !== null) return { kind: 'position', position: Number(position) };
  if (takesMatch(reader, /last\s*\(\s*\)(?=\s*\])/y) !== null) return { kind: 'last' };
  return readOr(reader);
}

function readOr(reader: Reader): PathCondition {
  const operands = [readAnd(reader)];
  while (takesMatch(reader, /\s*or(?![\w.-])/y)) operands.push(readAnd(reader));
  return oneOrAll('or', operands);
}

function readAnd(reader: Reader): PathCondition {
  const operands = [readCondition(reader)];
  while (takesMatch(reader, /\s*and(?![\w.-])/y)) operands.push(readCondition(reader));
  return oneOrAll('and', operands);
}

function oneOrAll(kind: 'and' | 'or', operands: readonly PathCondition[]): PathCondition {
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind, operands };
}

function readCondition(reader: Reader): PathCondition {
  skipSpace(reader);
  reader.nesting += 1;
  if (reader.nesting > LIMITS.nesting) throw unread(reader, `a predicate nests at most ${LIMITS.nesting} levels deep`);
  const condition = readNested(reader) ?? readComparison(reader);
  reader.nesting -= 1;
  return condition;
}

/** Parentheses and functions. */
function readNested(reader: Reader): PathCondition | null {
  const isNot = takesMatch(reader, /not\s*\(/y) !== null;
  if (isNot || takes(reader, '(')) {
    const operand = readOr(reader);
    expect(reader, ')');
    return isNot ? { kind: 'not', operand } : operand;
  }
  const name = takesMatch(reader, /(?:starts-with|contains)(?=\s*\()/y);
  if (name === null) return null;
  expect(reader, '(');
  const path = readPath(reader, 'predicate');
  expect(reader, ',');
  const text = readLiteral(reader);
  expect(reader, ')');
  return { kind: name === 'contains' ? name : 'starts-with', path, text };
}

function readComparison(reader: Reader): PathCondition {
  const path = readPath(reader, 'predicate');
  skipSpace(reader);
  const op: TextTest | null = takes(reader, '!=') ? '!=' : takes(reader, '=') ? '=' : null;
  if (op !== null) return { kind: op, path, text: readLiteral(reader) };
  if (!/^[<>+*-]/.test(rest(reader))) return { kind: 'exists', path };
  throw unread(
    reader,
    `${show(reader)} is not part of these paths`,
    'Predicates compare text with = and !=; for numbers read a column and use `where`.',
  );
}

function readLiteral(reader: Reader): string {
  skipSpace(reader);
  const literal = takesMatch(reader, /'[^']*'|"[^"]*"/y);
  if (literal !== null) return literal.slice(1, -1);
  throw unread(reader, `expected a text in quotes, found ${show(reader)}`, "Predicates compare text: write [@n='2'].");
}

function expect(reader: Reader, symbol: string): void {
  skipSpace(reader);
  if (!takes(reader, symbol)) throw unread(reader, `expected ${symbol}, found ${show(reader)}`);
}

function takes(reader: Reader, symbol: string): boolean {
  skipSpace(reader);
  if (!reader.text.startsWith(symbol, reader.at)) return false;
  reader.at += symbol.length;
  return true;
}

/** `pattern` is sticky. */
function takesMatch(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at;
  const [match] = pattern.exec(reader.text) ?? [];
  if (match === undefined) return null;
  reader.at += match.length;
  return match;
}

function skipSpace(reader: Reader): void {
  takesMatch(reader, /[ \t\r\n]*/y);
}

function rest({ text, at }: Reader): string {
  return text.slice(at);
}

function show(reader: Reader): string {
  return /^(?:[\p{L}\p{N}_.-]+|.)/u.exec(rest(reader))?.[0] ?? 'the end';
}
