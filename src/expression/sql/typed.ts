import type { SqlCondition, SqlExpression } from './syntax.ts';
import { NULL, toNumber, unify, type SqlType, type SqlValue } from './types.ts';

/** A compiled part of an expression: its type, and its value in a row. */
export interface Typed<Row> {
  readonly type: SqlType;
  readonly of: (row: Row) => SqlValue;
}

/** True, false, or null: unknown. */
export type Truth<Row> = (row: Row) => boolean | null;

/** What an expression may read. */
export interface SqlScope<Row> {
  /** A column by its name as written, or what is wrong with it. */
  readonly column: (name: string) => Typed<Row> | string;
  readonly id: Typed<Row>;
  /** The current time, a `datetime`. */
  readonly now: (row: Row) => string;
  /** Converts to a type of a contract, as CAST does, or says what is wrong with it. */
  readonly cast: (operand: Typed<Row>, type: string) => Typed<Row> | string;
}

/** One thing that is wrong; `at` counts characters of the expression from 0. */
export interface SqlProblem {
  readonly at: number;
  readonly message: string;
}

/** What compiling needs on its way: the scope, and where faults go. */
export interface Compiler<Row> {
  readonly scope: SqlScope<Row>;
  readonly value: (expression: SqlExpression) => Typed<Row>;
  readonly condition: (condition: SqlCondition) => Truth<Row>;
  /** Notes a fault and stands in for what has it. */
  readonly fault: (at: number, message: string) => Typed<Row>;
}

/** Several values as one type, or null if they have none in common, which is told. */
export function alike<Row>(
  values: readonly Typed<Row>[],
  fault: (message: string) => unknown,
): { readonly type: SqlType; readonly of: readonly ((row: Row) => SqlValue)[] } | null {
  let type: SqlType = NULL;
  for (const value of values) {
    const wider = unify(type, value.type);
    if (wider === null) {
      fault(`${type.kind} and ${value.type.kind} do not go together; use CAST`);
      return null;
    }
    type = wider;
  }
  const { kind } = type;
  if (kind !== 'decimal' && kind !== 'float') return { type, of: values.map(({ of }) => of) };
  return {
    type,
    of: values.map(
      ({ of }) =>
        (row: Row) =>
          toNumber(of(row), kind),
    ),
  };
}
