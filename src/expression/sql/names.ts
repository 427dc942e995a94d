import type { SqlCondition, SqlExpression } from './syntax.ts';

/** All names of columns in an expression, as written. */
export function namesOf(expression: SqlExpression): readonly string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name];
    case 'negate':
    case 'cast':
      return namesOf(expression.operand);
    case 'binary':
      return [...namesOf(expression.left), ...namesOf(expression.right)];
    case 'call':
      return expression.args.flatMap(namesOf);
    case 'case':
      return [
        ...expression.branches.flatMap(({ when, value }) => [...namesIn(when), ...namesOf(value)]),
        ...(expression.otherwise === null ? [] : namesOf(expression.otherwise)),
      ];
    default:
      return [];
  }
}

/** The same of a condition. */
export function namesIn(condition: SqlCondition): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap(namesIn);
    case 'not':
      return namesIn(condition.operand);
    case 'null':
      return namesOf(condition.operand);
    case 'compare':
      return [...namesOf(condition.left), ...namesOf(condition.right)];
    case 'like':
      return [...namesOf(condition.operand), ...namesOf(condition.pattern)];
    case 'in':
      return [...namesOf(condition.operand), ...condition.list.flatMap(namesOf)];
    default:
      return [...namesOf(condition.operand), ...namesOf(condition.low), ...namesOf(condition.high)];
  }
}
