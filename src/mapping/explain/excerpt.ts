import { readSpan, type Span } from '../../span.ts';

/** Which part of an explanation is wanted; what is not said is not bounded. */
export interface Excerpt {
  readonly table?: string;
  readonly column?: string;
  /** Rows of each table. */
  readonly rows?: Span;
  /** Elements and rows that are left out of each table. */
  readonly left?: Span;
}

const NONE_OF_THEM: Span = { first: 1, last: 0 };

/** As if neither list were there, where only one is asked for; `most` of each where none is. */
export function spansOf(
  { row, left }: { readonly row?: string | undefined; readonly left?: string | undefined },
  most: number,
): Required<Pick<Excerpt, 'rows' | 'left'>> {
  const standard = row === undefined && left === undefined ? { first: 1, last: most } : NONE_OF_THEM;
  return {
    rows: row === undefined ? standard : readSpan(row),
    left: left === undefined ? standard : readSpan(left),
  };
}

/** Names of T-SQL are compared without case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
