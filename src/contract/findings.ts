import { closestMatch } from 'leven';
import type { Fault } from '../errors.ts';

/** Keys and positions that lead from the top of a contract to one of its values. */
export type Path = readonly PropertyKey[];

/** Something found in a contract. */
export interface Finding {
  readonly path: Path;
  /** Where within the value, e.g. `column 17`. */
  readonly within?: string;
  /** The same as an offset into the text from 0, if it is a text of one line. */
  readonly offset?: number;
  readonly message: string;
  /** The remedy; empty if the message already says it. */
  readonly advice: string;
}

/** What checking a contract has found so far; faults refuse it, warnings do not. */
export interface Findings {
  readonly faults: Finding[];
  readonly warnings: Finding[];
}

/** A position in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A finding as it is reported: `mappings[41].expression, column 17 (line 52, column 7)`. */
export function toFault({ path, within, message, advice }: Finding, position: Position | null): Fault {
  const inner = within === undefined ? '' : `, ${within}`;
  const file = position === null ? '' : ` (${printPosition(position)})`;
  return { place: `${printPlace(path)}${inner}${file}`, message, advice };
}

/** `line 52, column 7`. */
export function printPosition({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
}

/** Prints a place in the file the way its author would point at it: `mappings[41].target_column`. */
export function printPlace(path: Path): string {
  if (path.length === 0) return 'contract';
  return path.map((key, i) => printKey(key, i === 0)).join('');
}

function printKey(key: PropertyKey, first: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  if (!/^[$\w]+$/.test(name)) return `[${JSON.stringify(name)}]`;
  return first ? name : `.${name}`;
}

/** The one of the known words that a misspelt one most likely stands for, if any comes near; of the shortest only the other case does. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const byFolded = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const folded = word.toLowerCase();
  const maxDistance = word.length < 3 ? 0 : Math.floor(word.length / 3);
  const match = closestMatch(folded, [...byFolded.keys()], { maxDistance });
  return match === undefined ? undefined : byFolded.get(match);
}

/** The advice for a word that is none of the known ones. */
export function checkSpelling(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? 'Check its spelling.' : `Did you mean ${meant}?`;
}
