import type { NestedColumn, NestedTable } from '../../contract/nested/model.ts';
import type { Expression } from '../../expression/expression.ts';
import type { ReadColumn } from './column.ts';

/** Compiles an expression of a column, or of `where` (no column), which gives `1` if it is true. */
export type CompileExpression = (
  expression: Expression,
  column: NestedColumn | null,
  table: NestedTable,
  lineage: readonly NestedTable[],
) => ReadColumn;
