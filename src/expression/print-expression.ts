import type { Condition, Expression } from './expression.ts';

/** Prints a syntax tree, putting parentheses round every operand that has operands itself. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'case': {
      const branches = expression.branches.map(
        (b) => `WHEN ${printCondition(b.when)} THEN ${printExpression(b.value)}`,
      );
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${printExpression(expression.otherwise)}`;
      return `CASE ${branches.join('\n  ')}${otherwise} END`;
    }
    case 'arithmetic':
      return `${operand(expression.left)} ${expression.op} ${operand(expression.right)}`;
    case 'negate':
      return `-${operand(expression.operand)}`;
    case 'text':
      return expression.value.includes("'") ? `"${expression.value}"` : `'${expression.value}'`;
    case 'number':
      return expression.text;
    case 'null':
      return 'Null';
    case 'name':
      return expression.name;
    case 'date':
      return `Date(${printExpression(expression.operand)})`;
    default:
      return `DateAdd(DAY, ${printExpression(expression.days)}, ${printExpression(expression.date)})`;
  }
}

function operand(expression: Expression): string {
  const text = printExpression(expression);
  return ['case', 'arithmetic', 'negate'].includes(expression.kind) ? `(${text})` : text;
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'or':
    case 'and':
      return condition.operands.map(group).join(` ${condition.kind} `);
    case 'not':
      return `NOT ${group(condition.operand)}`;
    case 'is':
      return `${operand(condition.operand)} IS ${condition.negated ? 'NOT ' : ''}${condition.what}`;
    case 'like':
      return `${operand(condition.operand)} ${condition.negated ? 'NOT ' : ''}LIKE ${operand(condition.pattern)}`;
    default:
      return `${operand(condition.left)}${condition.op}${operand(condition.right)}`;
  }
}

function group(condition: Condition): string {
  const text = printCondition(condition);
  return ['or', 'and', 'not'].includes(condition.kind) ? `(${text})` : text;
}
