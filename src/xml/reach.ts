import type { ReachPlan } from './reach-plan.ts';
import { OFF, stateBelow } from './reach-plan.ts';
import { BLANK, EQUALS, isSpace, type Source } from './scan.ts';
import { NONE } from './tape.ts';

/** A plan made ready for asking about one tag of a string after the other. */
export interface CompiledReach {
  readonly plan: ReachPlan;
  /** Names of elements that count on some path or at any depth, by their numbers. */
  readonly names: NameTable<number>;
  readonly watch: AttributeWatch;
}

const compiled = new WeakMap<ReachPlan, CompiledReach>();

/** Compiled once per plan. */
export function compileReach(plan: ReachPlan): CompiledReach {
  const known = compiled.get(plan);
  if (known !== undefined) return known;
  const { paths, names, attributes } = plan.reach;
  const elements = new Set([...[...paths].flatMap((path) => path.split('/')), ...names]);
  const ids = [...elements].map((name) => [name, plan.idOf(name)] as const).filter(([, id]) => id !== NONE);
  const made = { plan, names: tableOf(new Map(ids)), watch: watchAttributes(attributes) };
  compiled.set(plan, made);
  return made;
}

/** Whether an element counts by its name, or by the path that leads to it from `state`. */
export function isInReach(
  { plan, names }: CompiledReach,
  state: number,
  source: Source,
  start: number,
  end: number,
): boolean {
  if (!mayHaveName(names, source, start, end)) return stateBelow(plan, state, NONE) !== OFF;
  const name = source.text.slice(start, end);
  return plan.reach.names.has(name) || stateBelow(plan, state, names.values.get(name) ?? NONE) !== OFF;
}

/** What belongs to some names, made ready for asking about many: a table of letters turns most others down at once. */
interface NameTable<Value> {
  readonly values: ReadonlyMap<string, Value>;
  /** 1 for the `pair` of the first and the last letter of each. */
  readonly pairs: Uint8Array;
}

function tableOf<Value>(values: ReadonlyMap<string, Value>): NameTable<Value> {
  const pairs = new Uint8Array(1 << 10);
  for (const name of values.keys()) pairs[pair(name.charCodeAt(0), name.charCodeAt(name.length - 1))] = 1;
  return { values, pairs };
}

function mayHaveName({ pairs }: NameTable<unknown>, { codes }: Source, start: number, end: number): boolean {
  return pairs[pair(codes[start] ?? 0, codes[end - 1] ?? 0)] === 1;
}

/** Two letters in one number; some pairs share theirs. */
function pair(first: number, last: number): number {
  return ((first & 31) << 5) | (last & 31);
}

/** Attributes to look out for. */
interface AttributeWatch {
  /** Local names, or with a prefix written ones, in lower case. */
  readonly names: ReadonlySet<string>;
  /** 1 for the `ending` of each of them, and of what is no plain `name="value"`; it turns most others down at once. */
  readonly endings: Uint8Array;
}

/** Watches for attributes by local name, in any case. */
function watchAttributes(wanted: ReadonlySet<string>): AttributeWatch {
  const names = new Set([...wanted].filter((name) => name !== ''));
  const endings = new Uint8Array(1 << 12);
  for (let length = 0; length < 32; length += 1) {
    for (let code = 0; code <= BLANK; code += 1) endings[ending(length, code)] = 1;
    endings[ending(length, EQUALS)] = 1;
  }
  for (const name of names) {
    // Beyond ASCII a letter's other case may be of another length.
    if (/[^\0-\x7f]/.test(name)) endings.fill(1);
    for (const last of [name, name.toUpperCase()]) endings[ending(name.length, last.charCodeAt(name.length - 1))] = 1;
  }
  return { names, endings };
}

/** A length and a last letter in one number. */
function ending(length: number, last: number): number {
  return ((length & 31) << 7) | (last & 127);
}

/** Whether the attribute whose name starts at `start` may be watched for, if it has no prefix. */
export function mayBeWatched({ endings }: AttributeWatch, codes: Uint16Array, start: number, quote: number): boolean {
  const last = codes[quote - 2] ?? 0;
  return endings[ending(quote - 1 - start, last)] === 1 || last > 127;
}

/** Whether it is. */
export function isWatched({ names }: AttributeWatch, { text, codes }: Source, quote: number): boolean {
  let end = quote - 1;
  while (isSpace(codes[end])) end -= 1;
  if (codes[end] !== EQUALS) return false;
  while (isSpace(codes[end - 1])) end -= 1;
  let start = end;
  while (start > 0 && !isSpace(codes[start - 1])) start -= 1;
  const written = text.slice(start, end).toLowerCase();
  return names.has(written) || names.has(written.slice(written.indexOf(':') + 1));
}
