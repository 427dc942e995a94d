import type { Reach } from './element.ts';
import { watchAttributes, type AttributeWatch } from './scan-attributes.ts';
import { tableOf, type NameTable } from './scan-names.ts';

/** A step of the paths of a reach: the elements that may follow it. */
export interface Step {
  readonly next: NameTable<Step>;
}

/** A reach made ready for asking about one tag after the other. */
export interface CompiledReach {
  readonly start: Step;
  /** They count at any depth. */
  readonly names: NameTable<unknown>;
  readonly watch: AttributeWatch;
}

const compiled = new WeakMap<Reach, CompiledReach>();

/** Compiled once per reach. */
export function compileReach(reach: Reach): CompiledReach {
  const known = compiled.get(reach);
  if (known !== undefined) return known;
  const made = {
    start: compilePaths([...reach.paths].map((path) => path.split('/').slice(1))),
    names: tableOf(new Map([...reach.names].map((name) => [name, name]))),
    watch: watchAttributes(reach.attributes),
  };
  compiled.set(reach, made);
  return made;
}

/** The step that paths, each a list of names, go on from. */
function compilePaths(paths: readonly (readonly string[])[]): Step {
  const longer = paths.filter((path) => path.length > 0);
  const byName = Map.groupBy(longer, ([name = '']) => name);
  const next = new Map([...byName].map(([name, group]) => [name, compilePaths(group.map((path) => path.slice(1)))]));
  return { next: tableOf(next) };
}
