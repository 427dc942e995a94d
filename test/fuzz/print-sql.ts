import type { SqlCondition, SqlExpression } from '../../src/expression/sql/syntax.ts';

/** Prints a tree of format 2, with parentheses round every operand. */
export function printSql(expression: SqlExpression): string {
  switch (expression.kind) {
    case 'number':
      return expression.text;
    case 'text':
      return `'${expression.value.replaceAll("'", "''")}'`;
    case 'null':
      return 'NULL';
    case 'name':
      return printName(expression.name);
    case 'negate':
      return `-(${printSql(expression.operand)})`;
    case 'binary':
      return `(${printSql(expression.left)}) ${expression.op} (${printSql(expression.right)})`;
    case 'cast':
      return `CAST(${printSql(expression.operand)} AS ${expression.type})`;
    case 'call':
      return `${printName(expression.name)}(${expression.args.map(printSql).join(', ')})`;
    default: {
      const branches = expression.branches.map(
        ({ when, value }) => `WHEN ${printSqlCondition(when)} THEN ${printSql(value)}`,
      );
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${printSql(expression.otherwise)}`;
      return `CASE ${branches.join(' ')}${otherwise} END`;
    }
  }
}

/** The same of a condition. */
export function printSqlCondition(condition: SqlCondition): string {
  const not = 'negated' in condition && condition.negated ? 'NOT ' : '';
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.map((operand) => `(${printSqlCondition(operand)})`).join(` ${condition.kind} `);
    case 'not':
      return `NOT (${printSqlCondition(condition.operand)})`;
    case 'null':
      return `${printSql(condition.operand)} IS ${not}NULL`;
    case 'compare':
      return `${printSql(condition.left)} ${condition.op} ${printSql(condition.right)}`;
    case 'like':
      return `${printSql(condition.operand)} ${not}LIKE ${printSql(condition.pattern)}`;
    case 'in':
      return `${printSql(condition.operand)} ${not}IN (${condition.list.map(printSql).join(', ')})`;
    default:
      return `${printSql(condition.operand)} ${not}BETWEEN ${printSql(condition.low)} AND ${printSql(condition.high)}`;
  }
}

/** A name as it was read: one that needs brackets, or might be taken for a keyword, gets them. */
function printName(name: string): string {
  if (/^[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*)?$/u.test(name) && !KEYWORD.test(name)) return name;
  return name.includes(']') ? `"${name}"` : `[${name}]`;
}

const KEYWORD = /^(?:case|when|then|else|end|and|or|not|is|null|like|in|between)$/iu;
