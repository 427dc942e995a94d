import type { Condition, Expression } from '../../expression/expression.ts';

/** What a name of format 1 is called in format 2; null where nothing stands for it. */
export type Rename = (name: string) => string | null;

/** An expression of format 1 in the language of format 2, or why it has no equal. */
export function translate(expression: Expression, rename: Rename): { readonly sql: string } | { readonly why: string } {
  try {
    return { sql: printValue(expression, rename) };
  } catch (error) {
    if (error instanceof NoEqual) return { why: error.message };
    throw error;
  }
}

class NoEqual extends Error {}

function printValue(expression: Expression, rename: Rename): string {
  const print = (part: Expression): string => printValue(part, rename);
  switch (expression.kind) {
    case 'case': {
      const branches = expression.branches.map(
        ({ when, value }) => `WHEN ${printCondition(when, rename)} THEN ${print(value)}`,
      );
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${print(expression.otherwise)}`;
      return `CASE ${branches.join(' ')}${otherwise} END`;
    }
    case 'arithmetic':
      if (!['+', '-', '*', '/'].includes(expression.op)) throw new NoEqual(`the operator ${expression.op}`);
      return `(${print(expression.left)} ${expression.op} ${print(expression.right)})`;
    case 'negate':
      return `(0 - ${print(expression.operand)})`;
    case 'text':
      return quoteSql(expression.value);
    case 'number':
      return expression.text;
    case 'null':
      return 'NULL';
    case 'name': {
      const name = rename(expression.name);
      if (name === null) throw new NoEqual(`${expression.name}, which no mapping reads`);
      return name;
    }
    case 'date':
      return `CAST(${print(expression.operand)} AS date)`;
    default:
      return `DATEADD(day, ${print(expression.days)}, ${print(expression.date)})`;
  }
}

function printCondition(condition: Condition, rename: Rename): string {
  const value = (part: Expression): string => printValue(part, rename);
  switch (condition.kind) {
    case 'or':
    case 'and':
      return condition.operands
        .map((operand) => `(${printCondition(operand, rename)})`)
        .join(` ${condition.kind.toUpperCase()} `);
    case 'not':
      return `NOT (${printCondition(condition.operand, rename)})`;
    case 'is':
      return `${value(condition.operand)} IS ${condition.negated ? 'NOT ' : ''}NULL`;
    case 'like':
      // Format 1 does not mind case here.
      return `UPPER(${value(condition.operand)}) ${condition.negated ? 'NOT ' : ''}LIKE UPPER(${value(condition.pattern)})`;
    default:
      return `${value(condition.left)} ${condition.op === '!=' ? '<>' : condition.op} ${value(condition.right)}`;
  }
}

/** A text as expressions write it. */
export function quoteSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
