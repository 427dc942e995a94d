import type { Condition, Expression } from './expression.ts';

/** Calls `visit` with every part of an expression that is a value, the whole first, conditions gone through. */
export function visitExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  for (const part of valuesOf(expression)) visitExpression(part, visit);
}

/** The values that an expression is made of. */
function valuesOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'case': {
      const branches = expression.branches.flatMap(({ when, value }) => [...operandsOf(when), value]);
      return expression.otherwise === null ? branches : [...branches, expression.otherwise];
    }
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'negate':
    case 'date':
      return [expression.operand];
    case 'dateadd':
      return [expression.days, expression.date];
    default:
      return [];
  }
}

/** The values that a condition compares. */
function operandsOf(condition: Condition): readonly Expression[] {
  switch (condition.kind) {
    case 'or':
    case 'and':
      return condition.operands.flatMap(operandsOf);
    case 'not':
      return operandsOf(condition.operand);
    case 'is':
      return [condition.operand];
    case 'like':
      return [condition.operand, condition.pattern];
    default:
      return [condition.left, condition.right];
  }
}
