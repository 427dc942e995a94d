import type { CompareOp, Condition, Expression } from './expression.ts';
import type { Compile, Result } from './result.ts';
import { number, printResult, toTimestamp } from './result.ts';
import { compareText, hasSurrogates, isBlank } from '../values/text.ts';

/** A compiled condition. */
export type Test<Where> = (where: Where) => boolean;

/** Compiles a condition (spec 8.5); `compile` makes its operands. */
export function compileCondition<Where>(condition: Condition, compile: Compile<Where>): Test<Where> {
  switch (condition.kind) {
    case 'or': {
      const tests = condition.operands.map((operand) => compileCondition(operand, compile));
      return (where) => tests.some((test) => test(where));
    }
    case 'and': {
      const tests = condition.operands.map((operand) => compileCondition(operand, compile));
      return (where) => tests.every((test) => test(where));
    }
    case 'not': {
      const test = compileCondition(condition.operand, compile);
      return (where) => !test(where);
    }
    case 'is': {
      const operand = compile(condition.operand);
      const test = condition.what === 'empty' ? isEmpty : isNull;
      return (where) => test(operand(where)) !== condition.negated;
    }
    case 'like': {
      const [operand, pattern] = [compile(condition.operand), compile(condition.pattern)];
      return (where) => isLike(printResult(operand(where)), printResult(pattern(where))) !== condition.negated;
    }
    default: {
      const [left, right] = [compile(condition.left), compile(condition.right)];
      const { op } = condition;
      // Most comparisons are with a word, which is no number: nobody has to find that out again.
      return isWord(condition.left) || isWord(condition.right)
        ? (where) => compareWords(op, left(where), right(where))
        : (where) => compare(op, left(where), right(where));
    }
  }
}

/** Whether a part of an expression is a text that does not read as a number. */
function isWord(part: Expression): boolean {
  return part.kind === 'text' && number(part.value) === null;
}

/** Times if one side is a timestamp, else numbers if both read as such, else text by code point (spec 8.5). */
function compare(op: CompareOp, left: Result, right: Result): boolean {
  if (isTimestamp(left) || isTimestamp(right)) {
    const [a, b] = [toTimestamp(left), toTimestamp(right)];
    return a !== null && b !== null && holds(op, compareText(a.timestamp, b.timestamp));
  }
  const [a, b] = [number(left), number(right)];
  if (a !== null && b !== null) return holds(op, a < b ? -1 : a > b ? 1 : 0);
  return compareTexts(op, left, right);
}

/** The same where one side is no number. */
function compareWords(op: CompareOp, left: Result, right: Result): boolean {
  return isTimestamp(left) || isTimestamp(right) ? compare(op, left, right) : compareTexts(op, left, right);
}

function compareTexts(op: CompareOp, left: Result, right: Result): boolean {
  if (isComputed(left) || isComputed(right)) return op === '!=';
  const [a, b] = [printResult(left), printResult(right)];
  return op === '=' || op === '!=' ? (a === b) === (op === '=') : holds(op, compareText(a, b));
}

function holds(op: CompareOp, order: number): boolean {
  switch (op) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    default:
      return order >= 0;
  }
}

/** LIKE for the whole text, ignoring case: `%` any run, `_` one character. Linear in memory, no backtracking beyond the last `%`. */
function isLike(text: string, pattern: string): boolean {
  const [have, want] = [charactersOf(text.toLowerCase()), charactersOf(pattern.toLowerCase())];
  let [at, wanted, star, resume] = [0, 0, -1, 0];
  while (at < have.length) {
    if (want[wanted] === '%') {
      star = wanted++;
      resume = at;
    } else if (wanted < want.length && (want[wanted] === '_' || want[wanted] === have[at])) {
      at++;
      wanted++;
    } else if (star === -1) {
      return false;
    } else {
      wanted = star + 1;
      at = ++resume;
    }
  }
  while (want[wanted] === '%') wanted++;
  return wanted === want.length;
}

/** By code point; a text whose units are its characters is its own list of them. */
function charactersOf(text: string): ArrayLike<string> {
  return hasSurrogates(text) ? Array.from(text) : text;
}

function isEmpty(result: Result): boolean {
  return result === null || (typeof result === 'string' && isBlank(result));
}

function isNull(result: Result): boolean {
  return result === null || result === '';
}

function isTimestamp(result: Result): boolean {
  return result !== null && typeof result === 'object';
}

function isComputed(result: Result): boolean {
  return typeof result === 'number' || typeof result === 'bigint';
}
