/** Syntax tree of an expression (spec 8.5). Keywords are folded away, names keep the case they were written in. */
export type Expression =
  | { readonly kind: 'case'; readonly branches: readonly Branch[]; readonly otherwise: Expression | null }
  | { readonly kind: 'arithmetic'; readonly op: ArithmeticOp; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'text'; readonly value: string }
  /** A literal as written, without a sign. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'date'; readonly operand: Expression }
  | { readonly kind: 'dateadd'; readonly days: Expression; readonly date: Expression };

/** Operators on numbers. `%` has no value in format 1, as the original knew none (spec 8.3). */
export const ARITHMETIC_OPS = ['+', '-', '*', '/', '//', '%', '**'] as const;

/** One of them. */
export type ArithmeticOp = (typeof ARITHMETIC_OPS)[number];

/** WHEN and THEN. */
export interface Branch {
  readonly when: Condition;
  readonly value: Expression;
}

/** What follows WHEN. */
export type Condition =
  | { readonly kind: 'or' | 'and'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'is'; readonly what: 'empty' | 'null'; readonly negated: boolean; readonly operand: Expression }
  | { readonly kind: 'like'; readonly negated: boolean; readonly operand: Expression; readonly pattern: Expression }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Expression; readonly right: Expression };

/** Comparisons. */
export const COMPARE_OPS = ['=', '!=', '<', '>', '<=', '>='] as const;

/** `<>` is read as `!=`. */
export type CompareOp = (typeof COMPARE_OPS)[number];
