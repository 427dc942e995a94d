/** Numbers from 1, both inclusive. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** `7` or `101-200`. */
export const SPAN = /^[1-9]\d{0,8}(?:-[1-9]\d{0,8})?$/;

/** What `SPAN` fits. */
export function readSpan(text: string): Span {
  const [first = 1, last = first] = text.split('-').map(Number);
  return { first, last };
}
