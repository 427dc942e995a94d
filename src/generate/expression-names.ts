import type { Condition, Expression } from '../expression/expression.ts';
import type { ValuePlan } from './values.ts';

/** Values of a name in an expression, as far as its use tells; null: any value of the column's own type. */
export type Uses = Map<string, ValuePlan | null>;

const NUMBER: ValuePlan = { kind: 'integer', most: 99 };
const DATE: ValuePlan = { kind: 'date' };

/** The names an expression reads, each with values that make it interesting: numbers to count with, texts that it compares with. */
export function usesOfNames(expression: Expression): Uses {
  const uses: Uses = new Map();
  visit(expression, null, uses);
  return uses;
}

function visit(expression: Expression, use: ValuePlan | null, uses: Uses): void {
  switch (expression.kind) {
    case 'name':
      note(expression.name, use, uses);
      break;
    case 'arithmetic':
      visit(expression.left, NUMBER, uses);
      visit(expression.right, NUMBER, uses);
      break;
    case 'negate':
      visit(expression.operand, NUMBER, uses);
      break;
    case 'date':
      visit(expression.operand, DATE, uses);
      break;
    case 'dateadd':
      visit(expression.days, NUMBER, uses);
      visit(expression.date, DATE, uses);
      break;
    case 'case':
      for (const branch of expression.branches) {
        visitCondition(branch.when, uses);
        visit(branch.value, use, uses);
      }
      if (expression.otherwise !== null) visit(expression.otherwise, use, uses);
      break;
    default:
  }
}

function visitCondition(condition: Condition, uses: Uses): void {
  switch (condition.kind) {
    case 'or':
    case 'and':
      for (const operand of condition.operands) visitCondition(operand, uses);
      break;
    case 'not':
      visitCondition(condition.operand, uses);
      break;
    case 'is':
      visit(condition.operand, null, uses);
      break;
    case 'like':
      visit(condition.operand, matching(condition.pattern), uses);
      break;
    case 'compare':
      visit(condition.left, comparable(condition.right), uses);
      visit(condition.right, comparable(condition.left), uses);
      break;
  }
}

/** Values worth comparing with an expression. */
function comparable(other: Expression): ValuePlan | null {
  if (other.kind === 'date' || other.kind === 'dateadd') return DATE;
  if (other.kind === 'number') {
    const number = Math.trunc(Number(other.text));
    return { kind: 'choice', values: [String(number), String(number + 1), String(Math.max(0, number - 1))] };
  }
  if (other.kind === 'arithmetic' || other.kind === 'negate') return NUMBER;
  return other.kind === 'text' ? likely(other.value) : null;
}

function matching(pattern: Expression): ValuePlan | null {
  return pattern.kind === 'text' ? likely(pattern.value.replaceAll('%', '').replaceAll('_', 'a')) : null;
}

function likely(value: string): ValuePlan {
  return { kind: 'text', length: 30, likely: value.trim() === '' ? [] : [value] };
}

/** A first telling use counts; texts to compare with add up. */
function note(name: string, use: ValuePlan | null, uses: Uses): void {
  const known = uses.get(name) ?? null;
  if (known?.kind === 'text' && use?.kind === 'text')
    uses.set(name, { ...known, likely: [...known.likely, ...use.likely] });
  else uses.set(name, known ?? use);
}
