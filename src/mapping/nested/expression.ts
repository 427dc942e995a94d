import type { NestedColumn } from '../../contract/nested/model.ts';
import type { ExpressionRow } from '../../contract/nested/scope.ts';
import { compileSql, compileSqlCondition } from '../../expression/sql/compile.ts';
import { convertTo } from '../../expression/sql/convert.ts';
import type { SqlCondition, SqlExpression } from '../../expression/sql/syntax.ts';
import type { SqlScope } from '../../expression/sql/typed.ts';
import { NoValue } from '../../expression/sql/types.ts';
import type { ReadColumn } from './column.ts';
import type { NestedRow } from './row.ts';

/** Compiles a column that is computed. What cannot be computed, or does not fit, is NULL with an issue. `fit` measures texts. */
export function compileComputed(
  column: NestedColumn,
  expression: SqlExpression,
  scope: SqlScope<ExpressionRow>,
  fit: ReadColumnText | null,
): ReadColumn {
  const { name, required } = column;
  const convert = convertTo(compileSql(expression, scope).typed, column.type, false);
  // The contract was checked: only what loading refuses has other types.
  if (typeof convert === 'string') throw new TypeError(`${name}: ${convert}`);
  return (row, notes) => {
    const value = compute(convert, row);
    const fitted = typeof value === 'string' && fit !== null ? fit(value, notes) : value;
    if (fitted === undefined) {
      if (required) return notes.fail('unreadable', name, 'it cannot be computed, or does not fit');
      notes.issue('unreadable', name);
      return null;
    }
    if (fitted === null && required && value !== '') return notes.fail('required', name, 'it is computed to nothing');
    return fitted;
  };
}

/** Measures a text; undefined if the column cannot hold it, null if it is left out, which is noted. */
export type ReadColumnText = (text: string, notes: Parameters<ReadColumn>[1]) => string | null | undefined;

/** Undefined if there is no such value. */
function compute(convert: (row: NestedRow) => string | null, row: NestedRow): string | null | undefined {
  try {
    return convert(row);
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

/** Whether `where` is true of a row; what cannot be computed is not. */
export function compileWhere(where: SqlCondition, scope: SqlScope<ExpressionRow>): (row: NestedRow) => boolean {
  const { truth } = compileSqlCondition(where, scope);
  return (row) => {
    try {
      return truth(row) === true;
    } catch (error) {
      if (error instanceof NoValue) return false;
      throw error;
    }
  };
}
