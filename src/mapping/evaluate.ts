import type { Expression } from '../expression/expression.ts';
import { arithmetic, negate } from '../expression/arithmetic.ts';
import { compileCondition } from './condition.ts';
import { addDays } from '../values/dates.ts';
import type { Lookup } from './document.ts';
import { nameOf } from './flat-map.ts';
import type { Evaluate, Result } from './result.ts';
import { number, toTimestamp } from './result.ts';
import { isBlank } from '../values/text.ts';

/** Compiles a whole expression: the value of a column (spec 8.5). A lone number is a float. */
export function compileExpression(expression: Expression, lookup: Lookup): Evaluate {
  if (expression.kind === 'case') return compileCase(expression, lookup, compileExpression);
  const evaluate = compileOperand(expression, lookup);
  if (!isLiteral(expression)) return evaluate;
  return (document, row) => toFloat(evaluate(document, row));
}

/** Compiles a part of an expression, where integer literals are still integers. */
function compileOperand(expression: Expression, lookup: Lookup): Evaluate {
  switch (expression.kind) {
    case 'case':
      return compileCase(expression, lookup, compileOperand);
    case 'arithmetic': {
      const [left, right] = [compileOperand(expression.left, lookup), compileOperand(expression.right, lookup)];
      const { op } = expression;
      return (document, row) => arithmetic(op, number(left(document, row)), number(right(document, row)));
    }
    case 'negate': {
      const operand = compileOperand(expression.operand, lookup);
      return (document, row) => negate(number(operand(document, row)));
    }
    case 'name': {
      const name = nameOf(expression.name);
      return (document, row) => lookup(document, row, name);
    }
    case 'date': {
      const operand = compileOperand(expression.operand, lookup);
      return (document, row) => toTimestamp(operand(document, row));
    }
    case 'dateadd':
      return compileDateAdd(expression, lookup);
    default:
      return constant(literal(expression));
  }
}

/** The first branch whose condition holds decides; without one, and without ELSE, there is no value. */
function compileCase(
  { branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  lookup: Lookup,
  compileValue: (value: Expression, lookup: Lookup) => Evaluate,
): Evaluate {
  const compiled = branches.map(({ when, value }) => ({
    when: compileCondition(when, (operand) => compileOperand(operand, lookup)),
    value: compileValue(value, lookup),
  }));
  const last = otherwise === null ? constant(null) : compileValue(otherwise, lookup);
  return (document, row) => {
    for (const { when, value } of compiled) if (when(document, row)) return value(document, row);
    return last(document, row);
  };
}

/** DATEADD (spec 8.3): days cut towards zero; a missing or blank name counts as 0 days. */
function compileDateAdd({ days, date }: Extract<Expression, { kind: 'dateadd' }>, lookup: Lookup): Evaluate {
  const [daysOf, dateOf] = [compileOperand(days, lookup), compileOperand(date, lookup)];
  const isName = days.kind === 'name';
  return (document, row) => {
    const result = daysOf(document, row);
    const count = isName && (result === null || (typeof result === 'string' && isBlank(result))) ? 0 : number(result);
    const start = toTimestamp(dateOf(document, row));
    if (count === null || start === null) return null;
    const day = addDays(start.timestamp, Number(count));
    return day === null ? null : { timestamp: `${day}T00:00:00` };
  };
}

function literal(expression: Extract<Expression, { kind: 'text' | 'number' | 'null' }>): Result {
  if (expression.kind === 'null') return null;
  if (expression.kind === 'text') return expression.value;
  return /^[0-9]+$/.test(expression.text) ? BigInt(expression.text) : Number(expression.text);
}

function isLiteral(expression: Expression): boolean {
  return expression.kind === 'number' || (expression.kind === 'negate' && isLiteral(expression.operand));
}

function toFloat(result: Result): Result {
  return typeof result === 'bigint' ? Number(result) : result;
}

function constant(result: Result): Evaluate {
  return () => result;
}
