import type { NestedTable } from '../../contract/nested/model.ts';
import type { SqlCondition, SqlExpression } from '../../expression/sql/syntax.ts';

/** What expressions of a table ask of one of its columns. */
export interface Use {
  /** Values that it is compared with, as texts. */
  readonly likely: readonly string[];
  /** Whether it is counted with, so that large numbers overflow. */
  readonly isCounted: boolean;
}

/** By name of the column in lower case, and `table.column` for those of parents: what the expressions and conditions of a table ask. */
export function usesOf({ columns, where }: Pick<NestedTable, 'columns' | 'where'>): ReadonlyMap<string, Use> {
  const uses = new Map<string, Use>();
  const note: Note = (expression, { likely = [], isCounted = false }) => {
    if (expression.kind !== 'name') return;
    const key = expression.name.toLowerCase();
    const known = uses.get(key) ?? { likely: [], isCounted: false };
    uses.set(key, { likely: [...known.likely, ...likely], isCounted: known.isCounted || isCounted });
  };
  for (const { source } of columns) if (source.kind === 'expression') visit(source.expression, note);
  if (where !== null) visitCondition(where, note);
  return uses;
}

type Note = (expression: SqlExpression, use: Partial<Use>) => void;

function visit(expression: SqlExpression, note: Note): void {
  note(expression, {});
  switch (expression.kind) {
    case 'binary':
      for (const side of [expression.left, expression.right]) {
        note(side, { isCounted: expression.op !== '||' });
        visit(side, note);
      }
      return;
    case 'negate':
    case 'cast':
      note(expression.operand, { isCounted: expression.kind === 'negate' });
      return visit(expression.operand, note);
    case 'call':
      for (const arg of expression.args) {
        note(arg, { isCounted: true });
        visit(arg, note);
      }
      return;
    case 'case':
      for (const { when, value } of expression.branches) {
        visitCondition(when, note);
        visit(value, note);
      }
      if (expression.otherwise !== null) visit(expression.otherwise, note);
      return;
    default:
  }
}

function visitCondition(condition: SqlCondition, note: Note): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) visitCondition(operand, note);
      return;
    case 'not':
      return visitCondition(condition.operand, note);
    case 'compare':
      compared(condition.left, [condition.right], note);
      return compared(condition.right, [condition.left], note);
    case 'like':
      return compared(condition.operand, [condition.pattern], note);
    case 'in':
      return compared(condition.operand, condition.list, note);
    case 'between':
      return compared(condition.operand, [condition.low, condition.high], note);
    default:
      return visit(condition.operand, note);
  }
}

function compared(one: SqlExpression, others: readonly SqlExpression[], note: Note): void {
  note(one, { likely: others.flatMap(near) });
  visit(one, note);
}

/** A literal, and of numbers also their neighbours. */
function near(expression: SqlExpression): readonly string[] {
  if (expression.kind === 'text') return [expression.value.replaceAll('%', '').replaceAll('_', 'a')];
  if (expression.kind !== 'number' || !Number.isFinite(Number(expression.text))) return [];
  const number = Math.trunc(Number(expression.text));
  return [String(number), String(number + 1), String(number - 1)];
}
