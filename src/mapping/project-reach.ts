import type { Reach } from './element.ts';
import { watchAttributes, type AttributeWatch } from './scan-start-tag.ts';

/** A step of the paths of a reach: the elements that may follow it. */
export interface Step {
  readonly next: ReadonlyMap<string, Step>;
}

/** A reach made ready for asking about one tag after the other; a table of first letters turns most down at once. */
export interface CompiledReach {
  readonly start: Step;
  readonly names: ReadonlySet<string>;
  readonly nameStarts: Uint8Array | null;
  readonly watch: AttributeWatch | null;
}

const compiled = new WeakMap<Reach, CompiledReach>();

/** Compiled once per reach. */
export function compileReach(reach: Reach): CompiledReach {
  const known = compiled.get(reach);
  if (known !== undefined) return known;
  const { names, attributes } = reach;
  const made = {
    start: compilePaths(reach.paths),
    names,
    nameStarts: letterTable([...names].map((name) => name.charAt(0))),
    watch: watchAttributes(attributes),
  };
  compiled.set(reach, made);
  return made;
}

function compilePaths(paths: Iterable<string>): Step {
  interface Growing extends Step {
    readonly next: Map<string, Growing>;
  }
  const start: Growing = { next: new Map() };
  for (const path of paths) {
    let step = start;
    for (const name of path.split('/').slice(1)) {
      let next = step.next.get(name);
      if (next === undefined) step.next.set(name, (next = { next: new Map() }));
      step = next;
    }
  }
  return start;
}

/** 1 for the code of each letter and for all codes from 127 on (there `matchesLetter` lets everything pass). Null: no letters. */
function letterTable(letters: readonly string[]): Uint8Array | null {
  if (letters.length === 0) return null;
  const table = new Uint8Array(128);
  table[127] = 1;
  for (const letter of letters) table[Math.min(letter.charCodeAt(0), 127)] = 1;
  return table;
}

/** Whether a letter is in the table; all letters outside ASCII are taken to be. */
export function matchesLetter(table: Uint8Array, code: number): boolean {
  return table[code < 127 ? code : 127] === 1;
}
