import type { Reach } from './element.ts';
import { NONE } from './tape.ts';

/** A reach made ready for reading: its names as numbers, and its paths as states that names lead from one to the next. */
export interface ReachPlan {
  readonly reach: Reach;
  /** What the reach mentions, by number; the names of every tape of this reach begin with them. */
  readonly names: readonly string[];
  /** The number of a name, `NONE` for what the reach does not mention. */
  idOf(name: string): number;
  /** By `state * (names.length + 1) + id + 1`, where id is `NONE` for all other names: the state that follows. */
  readonly next: Uint16Array;
  /** By state: the number of the path that ends there, or `NONE`. */
  readonly path: Int16Array;
  /** By state: 1 if all below is kept. */
  readonly whole: Uint8Array;
}

/** State of an element that is on no path, and of the document, before its root element. */
export const OFF = 0;
export const DOCUMENT = 1;

/** More states than this do not fit into the lists; a contract's paths have some hundred steps. */
const MAX_STATES = 32_000;

/** Keeps all of a document. */
export const EVERYTHING: Reach = {
  paths: new Set(),
  names: new Set(),
  attributes: new Set(),
  whole: new Set(['/']),
};

const plans = new WeakMap<Reach, ReachPlan>();

/** Planned once per reach. @throws RangeError for more paths than any contract has. */
export function planReading(reach: Reach): ReachPlan {
  const known = plans.get(reach);
  if (known !== undefined) return known;
  const names = namesOf(reach);
  const ids = new Map(names.map((name, id) => [name, id]));
  const plan = { reach, names, idOf: (name: string) => ids.get(name) ?? NONE, ...compilePaths(reach, names) };
  plans.set(reach, plan);
  return plan;
}

/** The state of an element of that name (`NONE`, or beyond the plan's: some other) in an element of `state`. */
export function stateBelow({ names, next }: ReachPlan, state: number, name: number): number {
  return next[state * (names.length + 1) + (name < names.length ? name + 1 : 0)] ?? OFF;
}

function namesOf({ paths, names, attributes, wanted, mentioned }: Reach): readonly string[] {
  const steps = [...paths].flatMap((path) => path.split('/'));
  // Steps last: a reach that has more paths behind its own keeps all numbers.
  const all = new Set(['xmlns', 'xml', ...names, ...attributes, ...(wanted ?? []), ...(mentioned ?? []), ...steps]);
  return [...all].filter((name) => name !== '' && name !== '*');
}

/** A path on the way: how many of its steps are done. */
interface Progress {
  readonly path: readonly string[];
  /** Its number among the paths. */
  readonly index: number;
  readonly done: number;
}

/** Where an element stands: the paths that lead through it. Every such place is a state. */
type Place = readonly Progress[];

type States = Pick<ReachPlan, 'next' | 'path' | 'whole'>;

function compilePaths({ paths, whole }: Reach, names: readonly string[]): States {
  const texts = [...paths];
  const places: Place[] = [[], texts.map((text, index) => ({ path: stepsOf(text), index, done: 0 }))];
  const states = new Map<string, number>([['', OFF]]);
  const stateOf = (place: Place): number => {
    const key = place.map(({ index, done }) => `${index}:${done}`).join(' ');
    const state = states.get(key) ?? places.length;
    if (state > MAX_STATES) throw new RangeError('too many paths');
    if (state === places.length) {
      states.set(key, state);
      places.push(place);
    }
    return state;
  };
  const next = compileNext(places, names, stateOf);
  const ends = places.map((place) => place.filter(({ path, done }) => path.length === done));
  const isWhole = (text: string | undefined): boolean => text !== undefined && (whole?.has(text) ?? false);
  return {
    next,
    path: Int16Array.from(ends, (ended) => ended.find(({ path }) => !path.includes('*'))?.index ?? NONE),
    whole: Uint8Array.from(ends, (ended, state) =>
      Number(state === DOCUMENT ? isWhole('/') : ended.some(({ index }) => isWhole(texts[index]))),
    ),
  };
}

/** Follows every name from every place, which adds the places that it leads to. Most names are like any other. */
function compileNext(
  places: readonly Place[],
  names: readonly string[],
  stateOf: (place: Place) => number,
): Uint16Array {
  const ids = new Map(names.map((name, id) => [name, id]));
  const width = names.length + 1;
  let next = new Uint16Array(64 * width);
  for (let state = 0; state < places.length; state += 1) {
    if (next.length < (state + 1) * width) next = extend(next, 2 * next.length);
    const byName = Map.groupBy(places[state] ?? [], ({ path, done }) => path[done] ?? '');
    const others = byName.get('*')?.map(advance) ?? [];
    next.fill(stateOf(others), state * width, (state + 1) * width);
    for (const [name, place] of byName) {
      const id = ids.get(name);
      if (id !== undefined) next[state * width + id + 1] = stateOf([...others, ...place.map(advance)]);
    }
  }
  return next.slice(0, places.length * width);
}

function extend(list: Uint16Array, length: number): Uint16Array<ArrayBuffer> {
  const longer = new Uint16Array(length);
  longer.set(list);
  return longer;
}

function advance(progress: Progress): Progress {
  return { ...progress, done: progress.done + 1 };
}

/** Its steps; a path without a leading slash, or with a trailing one, leads nowhere. */
function stepsOf(path: string): readonly string[] {
  return path.startsWith('/') ? path.slice(1).split('/') : [''];
}
