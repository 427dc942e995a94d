/** Something that two ways of doing it can be compared on, or that must hold, for any input. */
export interface Target {
  /** Tries the input of that number, which is always the same one: null, or what was wrong, input included. */
  attempt(index: number): string | null;
  /** What was tried, for the record. */
  summary(): Readonly<Record<string, number>> & { readonly characters: number };
}
