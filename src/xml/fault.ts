/** What the reasons of all malformed documents begin with: the original's words, by which operators find them. */
export const MALFORMED_WORDS = 'Invalid XML structure or format';

/** Says a place in words: `line 3, column 7`. */
export type PrintPlace = (at: number) => string;

/** Why a text is no well-formed document. It ends the reading from wherever that stands; `readDocument` makes a value of it. */
export class Malformed extends Error {
  /** Place in the text that is read. */
  readonly at: number;
  /** What is wrong there. Names of markup may be told, texts and values of the document never. */
  readonly problem: (place: PrintPlace) => string;

  constructor(at: number, problem: string | ((place: PrintPlace) => string)) {
    super('malformed document');
    this.at = at;
    this.problem = typeof problem === 'string' ? () => problem : problem;
  }
}

/** Gives up reading. */
export function fail(at: number, problem: string | ((place: PrintPlace) => string)): never {
  throw new Malformed(at, problem);
}

/** Line and column, both from 1; a column is a UTF-16 unit, as editors count them. */
export function printPlace(text: string, at: number): string {
  const before = text.slice(0, at);
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const line = (before.match(/\r\n?|\n/g)?.length ?? 0) + 1;
  return `line ${line}, column ${at - lineStart + 1}`;
}
