import type { NameTest, Path, PathCondition, PathStep, Predicate, TextTest } from '../../contract/nested/path.ts';
import {
  attributeName,
  attributePrefix,
  endOf,
  firstAttribute,
  firstText,
  nameOf,
  nodeCount,
  NONE,
  ownerOf,
  prefixOf,
  XMLNS,
  namespaceAt,
  type Tape,
} from '../../xml/tape.ts';
import {
  ATTRIBUTE,
  attributeFind,
  ELEMENT,
  elementFind,
  indexOf,
  kindOf,
  textFind,
  trimSpace,
  valueOf,
  type Find,
} from './find-value.ts';

/** The number of a name in the tapes of a plan, or `NONE`. */
export type IdOf = (name: string) => number;

/** Finds what several paths lead to from one place, in one walk. The lists are reused by the next call. */
export interface Finder {
  /** By path: what it finds in document order, each once. `base` is an element, an attribute, or `NONE` for the document. */
  find(tape: Tape, base: Find): readonly (readonly Find[])[];
}

/** Compiles the steps of paths that begin at the same place; where they begin is the caller's. */
export function compileFinder(paths: readonly Path[], idOf: IdOf): Finder {
  const root = newStop();
  paths.forEach((path, slot) => addPath(root, path, slot, idOf));
  const slots: Find[][] = paths.map(() => []);
  const unordered = paths.map(({ steps }) => steps.some(({ axis }) => axis === 'deep'));
  const isOrdered = !unordered.includes(true);
  return {
    find(tape, base) {
      for (const slot of slots) slot.length = 0;
      const walk = { tape, slots };
      reach(walk, root, base);
      if (base === NONE || kindOf(base) === ELEMENT) step(walk, root, base === NONE ? NONE : indexOf(base));
      if (isOrdered) return slots;
      return slots.map((finds, slot) =>
        unordered[slot] === true ? [...new Set(finds)].toSorted((a, b) => a - b) : finds,
      );
    },
  };
}

/** Where steps lead: what ends there, and the steps that go on. Paths that begin alike share them. */
interface Stop {
  /** Slot, and 1 if the name is read. */
  readonly ends: { readonly slot: number; readonly name: 0 | 1 }[];
  /** By number of the name; those that any name takes are in every list and in `others`. */
  readonly children: Map<number, Edge[]>;
  readonly others: Edge[];
  readonly attributes: Edge[];
  readonly texts: Edge[];
  deep: Stop | null;
}

interface Edge {
  readonly key: string;
  /** Null is any. */
  readonly name: number | null;
  readonly namespace: string | null;
  readonly predicates: readonly Filter[];
  readonly to: Stop;
}

/** What a predicate keeps of finds that are numbered from 1. */
type Filter =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'fits'; readonly fits: Fits };

interface Walk {
  readonly tape: Tape;
  readonly slots: readonly Find[][];
}

function newStop(): Stop {
  return { ends: [], children: new Map(), others: [], attributes: [], texts: [], deep: null };
}

function addPath(root: Stop, { steps, reads }: Path, slot: number, idOf: IdOf): void {
  let stop = root;
  for (const next of steps) stop = next.axis === 'deep' ? (stop.deep ??= newStop()) : edgeOf(stop, next, idOf).to;
  stop.ends.push({ slot, name: reads === 'name' ? 1 : 0 });
}

function edgeOf(stop: Stop, next: Exclude<PathStep, { axis: 'deep' }>, idOf: IdOf): Edge {
  const test: NameTest = next.axis === 'text' ? { local: null, namespace: null } : next.test;
  const key = JSON.stringify([test, next.predicates]);
  const lists = { child: stop.others, attribute: stop.attributes, text: stop.texts };
  const list = next.axis === 'child' && test.local !== null ? childrenOf(stop, idOf(test.local)) : lists[next.axis];
  const known = list.find((edge) => edge.key === key);
  if (known !== undefined) return known;
  const edge: Edge = {
    key,
    name: test.local === null ? null : idOf(test.local),
    namespace: test.namespace,
    predicates: next.predicates.map((predicate) => compileFilter(predicate, idOf)),
    to: newStop(),
  };
  list.push(edge);
  if (list === stop.others) for (const named of stop.children.values()) named.push(edge);
  return edge;
}

function childrenOf(stop: Stop, name: number): Edge[] {
  const known = stop.children.get(name);
  if (known !== undefined) return known;
  const list = [...stop.others];
  stop.children.set(name, list);
  return list;
}

/** Whether an element's name fits. */
export function compileNameTest({ local, namespace }: NameTest, idOf: IdOf): (tape: Tape, node: number) => boolean {
  const name = local === null ? null : idOf(local);
  return (tape, node) =>
    (name === null || nameOf(tape, node) === name) &&
    (namespace === null || namespaceAt(tape, node, prefixOf(tape, node)) === namespace);
}

function compileFilter(predicate: Predicate, idOf: IdOf): Filter {
  if (predicate.kind === 'position' || predicate.kind === 'last') return predicate;
  return { kind: 'fits', fits: compileCondition(predicate, idOf) };
}

function reach({ slots }: Walk, stop: Stop, find: Find): void {
  for (const { slot, name } of stop.ends) slots[slot]?.push(find === NONE ? NONE : find | name);
}

/** Takes all steps that go on from a node, or from the document. */
function step(walk: Walk, stop: Stop, node: number): void {
  if (stop.attributes.length > 0 && node !== NONE) stepToAttributes(walk, stop, node);
  if (stop.children.size > 0 || stop.others.length > 0) stepToChildren(walk, stop, node);
  if (stop.texts.length > 0 && node !== NONE) stepToTexts(walk, stop, node);
  if (stop.deep !== null) stepDeep(walk, stop.deep, node);
}

function stepToChildren(walk: Walk, stop: Stop, node: number): void {
  const { tape } = walk;
  const waiting: Waiting = [];
  const end = node === NONE ? nodeCount(tape) : endOf(tape, node);
  for (let child = node + 1; child < end; child = endOf(tape, child)) {
    for (const edge of stop.children.get(nameOf(tape, child)) ?? stop.others) {
      if (edge.namespace !== null && namespaceAt(tape, child, prefixOf(tape, child)) !== edge.namespace) continue;
      meet(walk, waiting, edge, elementFind(child));
    }
  }
  release(walk, waiting);
}

function stepToAttributes(walk: Walk, stop: Stop, node: number): void {
  const { tape } = walk;
  const waiting: Waiting = [];
  const end = firstAttribute(tape, node + 1);
  for (let attribute = firstAttribute(tape, node); attribute < end; attribute += 1) {
    const [name, prefix] = [attributeName(tape, attribute), attributePrefix(tape, attribute)];
    if (prefix === XMLNS || (name === XMLNS && prefix === NONE)) continue;
    for (const edge of stop.attributes) {
      if (edge.name !== null && edge.name !== name) continue;
      if (edge.namespace !== null && attributeNamespace(tape, node, prefix) !== edge.namespace) continue;
      meet(walk, waiting, edge, attributeFind(attribute));
    }
  }
  release(walk, waiting);
}

function attributeNamespace(tape: Tape, node: number, prefix: number): string {
  return prefix === NONE ? '' : namespaceAt(tape, node, prefix);
}

function stepToTexts(walk: Walk, stop: Stop, node: number): void {
  const { tape } = walk;
  const waiting: Waiting = [];
  const end = firstText(tape, endOf(tape, node));
  for (let piece = firstText(tape, node); piece < end; piece += 1) {
    if (ownerOf(tape, piece) !== node) continue;
    for (const edge of stop.texts) meet(walk, waiting, edge, textFind(piece));
  }
  release(walk, waiting);
}

/** Takes the steps behind `//` from the node and from all below it. */
function stepDeep(walk: Walk, stop: Stop, node: number): void {
  reach(walk, stop, node === NONE ? NONE : elementFind(node));
  step(walk, stop, node);
  const end = node === NONE ? nodeCount(walk.tape) : endOf(walk.tape, node);
  for (let below = node + 1; below < end; below += 1) step(walk, stop, below);
}

function arrive(walk: Walk, stop: Stop, find: Find): void {
  reach(walk, stop, find);
  if (kindOf(find) === ELEMENT) step(walk, stop, indexOf(find));
}

/** Finds that edges with predicates hold back until all of a node are there, since `last()` counts them. */
type Waiting = { readonly edge: Edge; finds: Find[] }[];

function meet(walk: Walk, waiting: Waiting, edge: Edge, find: Find): void {
  if (edge.predicates.length === 0) return arrive(walk, edge.to, find);
  const held = waiting.find((candidate) => candidate.edge === edge);
  if (held === undefined) waiting.push({ edge, finds: [find] });
  else held.finds.push(find);
}

function release(walk: Walk, waiting: Waiting): void {
  for (const { edge, finds } of waiting) {
    let left = finds;
    for (const filter of edge.predicates)
      left = left.filter((find, index) => keeps(filter, walk.tape, find, index, left.length));
    for (const find of left) arrive(walk, edge.to, find);
  }
}

function keeps(filter: Filter, tape: Tape, find: Find, index: number, count: number): boolean {
  if (filter.kind === 'position') return index + 1 === filter.position;
  return filter.kind === 'last' ? index + 1 === count : filter.fits(tape, find);
}

/** Whether a find fulfils a condition. */
export type Fits = (tape: Tape, find: Find) => boolean;

/** Compiles a condition of a predicate; its paths begin at the find. */
export function compileCondition(condition: PathCondition, idOf: IdOf): Fits {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const operands = condition.operands.map((operand) => compileCondition(operand, idOf));
      return condition.kind === 'and'
        ? (tape, find) => operands.every((fits) => fits(tape, find))
        : (tape, find) => operands.some((fits) => fits(tape, find));
    }
    case 'not': {
      const fits = compileCondition(condition.operand, idOf);
      return (tape, find) => !fits(tape, find);
    }
    case 'exists': {
      const finder = compileFinder([condition.path], idOf);
      return (tape, find) => (finder.find(tape, find)[0] ?? []).length > 0;
    }
    default: {
      const finder = compileFinder([condition.path], idOf);
      const holds = TEXT_TESTS[condition.kind];
      const { text } = condition;
      return (tape, find) =>
        (finder.find(tape, find)[0] ?? []).some((found) => holds(trimSpace(valueOf(tape, found)), text));
    }
  }
}

const TEXT_TESTS: Record<TextTest, (found: string, text: string) => boolean> = {
  '=': (found, text) => found === text,
  '!=': (found, text) => found !== text,
  'starts-with': (found, text) => found.startsWith(text),
  contains: (found, text) => found.includes(text),
};

/** Finds of several walks in document order, each once. */
export function inOrder(tape: Tape, lists: readonly (readonly Find[])[]): readonly Find[] {
  const [only, ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) return only ?? [];
  return [...new Set(lists.flat())].toSorted((a, b) => orderOf(tape, a) - orderOf(tape, b) || a - b);
}

/** An attribute stands behind its element's start tag, a text behind the last start tag before it. */
function orderOf(tape: Tape, find: Find): number {
  const index = indexOf(find);
  if (kindOf(find) === ELEMENT) return index;
  return kindOf(find) === ATTRIBUTE ? ownerOfAttribute(tape, index) + 0.25 : nodeBefore(tape, index, firstText) + 0.5;
}

/** The element of an attribute. */
export function ownerOfAttribute(tape: Tape, attribute: number): number {
  return nodeBefore(tape, attribute, firstAttribute);
}

/** The last node whose first record is at or before `record`. */
function nodeBefore(tape: Tape, record: number, firstOf: (tape: Tape, node: number) => number): number {
  let [before, after] = [0, nodeCount(tape)];
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if (firstOf(tape, middle) <= record) before = middle;
    else after = middle;
  }
  return before;
}
