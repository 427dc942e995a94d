import { addDays } from '../values/dates.ts';
import { isBlank } from '../values/text.ts';
import type { Note } from '../values/value.ts';
import { noteNothing } from '../values/value.ts';
import { arithmetic, bounded, finite, negate } from './arithmetic.ts';
import { compileCondition } from './condition.ts';
import type { Expression } from './expression.ts';
import type { Compile, Evaluate, Result } from './result.ts';
import { number, toTimestamp } from './result.ts';

/** Looks a name up: asked once for each name when an expression is compiled, then whenever its value is needed. */
export type Names<Where> = (name: string) => (where: Where) => string | null;

/**
 * Compiles a whole expression: the value of a column (spec 8.5). A lone number is a float. Texts that stand where a number
 * or date is needed, and are none, are noted.
 */
export function compileExpression<Where>(
  expression: Expression,
  names: Names<Where>,
  note: Note = noteNothing,
): Evaluate<Where> {
  const part: Compile<Where> = (operand) => compileOperand(operand, part, names, note);
  const whole: Compile<Where> = (value) => {
    if (value.kind === 'case') return compileCase(value, part, whole);
    const evaluate = part(value);
    return isLiteral(value) ? (where) => toFloat(evaluate(where)) : evaluate;
  };
  return whole(expression);
}

/** A part of an expression, where integer literals are still integers. */
function compileOperand<Where>(
  expression: Expression,
  compile: Compile<Where>,
  names: Names<Where>,
  note: Note,
): Evaluate<Where> {
  switch (expression.kind) {
    case 'case':
      return compileCase(expression, compile, compile);
    case 'arithmetic': {
      const [left, right] = [compile(expression.left), compile(expression.right)];
      const { op } = expression;
      return (where) => arithmetic(op, noted(number, left(where), note), noted(number, right(where), note));
    }
    case 'negate': {
      const operand = compile(expression.operand);
      return (where) => negate(noted(number, operand(where), note));
    }
    case 'name':
      return names(expression.name);
    case 'date': {
      const operand = compile(expression.operand);
      return (where) => noted(toTimestamp, operand(where), note);
    }
    case 'dateadd':
      return compileDateAdd(expression, compile, note);
    default:
      return constant(literal(expression));
  }
}

/** The first branch whose condition holds decides; without one, and without ELSE, there is no value. */
function compileCase<Where>(
  { branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  compilePart: Compile<Where>,
  compileValue: Compile<Where>,
): Evaluate<Where> {
  const compiled = branches.map(({ when, value }) => ({
    when: compileCondition(when, compilePart),
    value: compileValue(value),
  }));
  const last = otherwise === null ? constant(null) : compileValue(otherwise);
  return (where) => {
    for (const { when, value } of compiled) if (when(where)) return value(where);
    return last(where);
  };
}

/** DATEADD (spec 8.3): days cut towards zero; a missing or blank name counts as 0 days. */
function compileDateAdd<Where>(
  { days, date }: Extract<Expression, { kind: 'dateadd' }>,
  compile: Compile<Where>,
  note: Note,
): Evaluate<Where> {
  const [daysOf, dateOf] = [compile(days), compile(date)];
  const isName = days.kind === 'name';
  return (where) => {
    const result = daysOf(where);
    const count = isName && isMissing(result) ? 0 : noted(number, result, note);
    const start = noted(toTimestamp, dateOf(where), note);
    if (count === null || start === null) return null;
    const day = addDays(start.timestamp, Number(count));
    return day === null ? null : { timestamp: `${day}T00:00:00` };
  };
}

/** Reads a result as what it has to be. */
function noted<Value>(read: (result: Result) => Value | null, result: Result, note: Note): Value | null {
  const value = read(result);
  if (value === null && !isMissing(result)) note('unreadable');
  return value;
}

function isMissing(result: Result): boolean {
  return result === null || (typeof result === 'string' && isBlank(result));
}

function literal(expression: Extract<Expression, { kind: 'text' | 'number' | 'null' }>): Result {
  if (expression.kind === 'null') return null;
  if (expression.kind === 'text') return expression.value;
  return /^[0-9]+$/.test(expression.text) ? bounded(BigInt(expression.text)) : finite(Number(expression.text));
}

function isLiteral(expression: Expression): boolean {
  return expression.kind === 'number' || (expression.kind === 'negate' && isLiteral(expression.operand));
}

function toFloat(result: Result): Result {
  return typeof result === 'bigint' ? Number(result) : result;
}

function constant(result: Result): () => Result {
  return () => result;
}
