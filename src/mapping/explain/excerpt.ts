/** Which part of an explanation is wanted; what is not said is not bounded. */
export interface Excerpt {
  readonly table?: string;
  readonly column?: string;
  /** Rows of each table. */
  readonly rows?: Span;
  /** Elements and rows that are left out of each table. */
  readonly left?: Span;
}

/** Numbers from 1, both inclusive. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

const NONE_OF_THEM: Span = { first: 1, last: 0 };

/** `7` or `101-200`. */
export const SPAN = /^[1-9]\d{0,8}(?:-[1-9]\d{0,8})?$/;

/** What `SPAN` fits. */
export function readSpan(text: string): Span {
  const [first = 1, last = first] = text.split('-').map(Number);
  return { first, last };
}

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
