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

function namesOf({ paths, names, attributes, wanted }: Reach): readonly string[] {
  const steps = [...paths].flatMap((path) => path.split('/')).filter((name) => name !== '' && name !== '*');
  return [...new Set(['xmlns', 'xml', ...steps, ...names, ...attributes, ...(wanted ?? [])])];
}

/** Where an element stands: the paths that lead through it, each with how many of its steps are done. */
type Place = readonly { readonly path: readonly string[]; readonly index: number; readonly done: number }[];

type States = Pick<ReachPlan, 'next' | 'path' | 'whole'>;

/** Every place is a state; what follows differs from what follows any other name only for names that its paths go on with. */
function compilePaths({ paths, whole }: Reach, names: readonly string[]): States {
  const texts = [...paths];
  const start = texts.map((text, index) => ({ path: stepsOf(text), index, done: 0 }));
  const places: Place[] = [[], start];
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
  const ids = new Map(names.map((name, id) => [name, id]));
  const rows: Uint16Array[] = [];
  for (let state = 0; state < places.length; state += 1) {
    const place = places[state] ?? [];
    const row = new Uint16Array(names.length + 1).fill(stateOf(follow(place, '*')));
    for (const { path, done } of place) {
      const id = ids.get(path[done] ?? '');
      if (id !== undefined) row[id + 1] = stateOf(follow(place, path[done] ?? ''));
    }
    rows.push(row);
  }
  const ends = places.map((place) => place.filter(({ path, done }) => path.length === done));
  const isWhole = (text: string | undefined): boolean => text !== undefined && (whole?.has(text) ?? false);
  return {
    next: Uint16Array.from(rows.flatMap((row) => [...row])),
    path: Int16Array.from(ends, (ended) => ended.find(({ path }) => !path.includes('*'))?.index ?? NONE),
    whole: Uint8Array.from(ends, (ended, state) =>
      Number(state === DOCUMENT ? isWhole('/') : ended.some(({ index }) => isWhole(texts[index]))),
    ),
  };
}

/** Its steps; a path without a leading slash, or with a trailing one, leads nowhere. */
function stepsOf(path: string): readonly string[] {
  return path.startsWith('/') ? path.slice(1).split('/') : [''];
}

function follow(place: Place, name: string): Place {
  return place
    .filter(({ path, done }) => path[done] === name || path[done] === '*')
    .map((step) => ({ ...step, done: step.done + 1 }));
}
