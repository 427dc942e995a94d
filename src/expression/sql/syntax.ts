/** Syntax tree of an expression of contract format 2 (docs/contract.md, Expressions). Keywords and functions are in upper case. */
export type SqlExpression =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'null' }
  /** A column of the row, or `table.column` of a parent; `at` is its place in the text. */
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'negate'; readonly operand: SqlExpression; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOp;
      readonly left: SqlExpression;
      readonly right: SqlExpression;
      readonly at: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly SqlExpression[]; readonly at: number }
  /** `type` as written. */
  | { readonly kind: 'cast'; readonly operand: SqlExpression; readonly type: string; readonly at: number }
  | {
      readonly kind: 'case';
      readonly branches: readonly SqlBranch[];
      readonly otherwise: SqlExpression | null;
      readonly at: number;
    };

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '||';

export interface SqlBranch {
  readonly when: SqlCondition;
  readonly value: SqlExpression;
}

/** What is true, false or unknown. */
export type SqlCondition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SqlCondition[] }
  | { readonly kind: 'not'; readonly operand: SqlCondition }
  | { readonly kind: 'null'; readonly negated: boolean; readonly operand: SqlExpression }
  | {
      readonly kind: 'compare';
      readonly op: CompareOp;
      readonly left: SqlExpression;
      readonly right: SqlExpression;
      readonly at: number;
    }
  | {
      readonly kind: 'like';
      readonly negated: boolean;
      readonly operand: SqlExpression;
      readonly pattern: SqlExpression;
      readonly at: number;
    }
  | {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly operand: SqlExpression;
      readonly list: readonly SqlExpression[];
      readonly at: number;
    }
  | {
      readonly kind: 'between';
      readonly negated: boolean;
      readonly operand: SqlExpression;
      readonly low: SqlExpression;
      readonly high: SqlExpression;
      readonly at: number;
    };

export type CompareOp = '=' | '!=' | '<' | '>' | '<=' | '>=';
