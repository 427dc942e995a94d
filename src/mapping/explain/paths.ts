import { suggest } from '../../contract/findings.ts';
import {
  attributeName,
  firstAttribute,
  nameOf,
  nodeCount,
  NONE,
  ownerOf,
  parentOf,
  type Tape,
} from '../../xml/tape.ts';
import type { Places } from '../../xml/places.ts';
import { ownerOfAttribute } from '../nested/find.ts';
import { ATTRIBUTE, ELEMENT, indexOf, kindOf, type Find } from '../nested/find-value.ts';
import type { Cause, Location } from './explanation.ts';

/** The paths of a whole document. */
export interface DocumentPaths {
  /** By node: names alone, `/a/b`. */
  readonly plain: readonly string[];
  /** By node: with the number among siblings of the same name, where there are several: `/a/b[2]`. */
  readonly numbered: readonly string[];
  /** The elements that have a path without numbers, in document order. */
  readonly at: (path: string) => readonly number[];
  /**
   * The path in the document that comes nearest to one that is not: the same in other case, one that is misspelt in a step, one
   * that ends alike, or as much of it as there is; null if not even the root is.
   */
  readonly nearest: (wanted: string) => string | null;
}

export function pathsOf(tape: Tape): DocumentPaths {
  const plain: string[] = [];
  const ordinals: number[] = [];
  const siblings = new Map<string, number>();
  const keys: string[] = [];
  for (let node = 0; node < nodeCount(tape); node += 1) {
    const parent = parentOf(tape, node);
    const name = tape.names[nameOf(tape, node)] ?? '';
    const key = `${parent} ${name}`;
    const ordinal = (siblings.get(key) ?? 0) + 1;
    siblings.set(key, ordinal);
    keys.push(key);
    ordinals.push(ordinal);
    plain.push(`${parent === NONE ? '' : plain[parent]}/${name}`);
  }
  const numbered: string[] = [];
  plain.forEach((path, node) => {
    const parent = parentOf(tape, node);
    const number = (siblings.get(keys[node] ?? '') ?? 0) > 1 ? `[${ordinals[node]}]` : '';
    numbered.push(`${parent === NONE ? '' : numbered[parent]}${path.slice(path.lastIndexOf('/'))}${number}`);
  });
  const nodes = Map.groupBy(plain.keys(), (node) => plain[node] ?? '');
  const known = new Set(nodes.keys());
  const found = new Map<string, string | null>();
  return {
    plain,
    numbered,
    at: (path) => nodes.get(path) ?? [],
    nearest(wanted) {
      const before = found.get(wanted);
      if (before !== undefined) return before;
      const nearest = nearestPath(wanted, known);
      found.set(wanted, nearest);
      return nearest;
    },
  };
}

/** Where something stands that is an element or was read; texts of elements stand where their first character does. */
export function locate(tape: Tape, paths: DocumentPaths, places: Places, find: Find): Location {
  const index = indexOf(find);
  if (kindOf(find) === ATTRIBUTE) {
    const node = ownerOfAttribute(tape, index);
    const name = tape.names[attributeName(tape, index)] ?? '';
    return { path: `${paths.numbered[node]}/@${name}`, ...places.ofAttribute(node, index) };
  }
  if (kindOf(find) === ELEMENT) return { path: paths.numbered[index] ?? '', ...places.ofTag(index) };
  return { path: paths.numbered[ownerOf(tape, index)] ?? '', ...places.ofText(index) };
}

/** A place for people. */
export function printLocation({ path, line, column }: Location): string {
  return `${path} (line ${line}, column ${column})`;
}

/** That an element has no such attribute; `known` are those that might be meant. */
export function noAttribute(name: string, element: string, known: readonly string[]): Cause {
  const nearest = suggest(name, known);
  return {
    code: 'no_attribute',
    sentence: `${element} has no attribute ${name}.`,
    nearest: nearest === undefined ? null : `@${nearest}`,
  };
}

/** Names of the attributes of an element. */
export function attributesOf(tape: Tape, node: number): readonly string[] {
  const names: string[] = [];
  for (let at = firstAttribute(tape, node); at < firstAttribute(tape, node + 1); at += 1) {
    names.push(tape.names[attributeName(tape, at)] ?? '');
  }
  return names;
}

function nearestPath(wanted: string, known: ReadonlySet<string>): string | null {
  const folded = wanted.toLowerCase();
  const same = [...known].find((path) => path.toLowerCase() === folded);
  if (same !== undefined) return same;
  const steps = wanted.split('/').slice(1);
  return misspelt('', steps, known) ?? endingAlike(steps, known) ?? startOf(steps, known);
}

/** Follows the steps, and where one is missing the name below that it most likely stands for. */
function misspelt(from: string, steps: readonly string[], known: ReadonlySet<string>): string | null {
  const [step, ...rest] = steps;
  if (step === undefined) return from;
  if (known.has(`${from}/${step}`)) return misspelt(`${from}/${step}`, rest, known);
  const below = [...known].filter((path) => path.slice(0, path.lastIndexOf('/')) === from).map(lastStep);
  const meant = suggest(step, below);
  return meant === undefined ? null : misspelt(`${from}/${meant}`, rest, known);
}

/** With most of the last steps in common, at least one. */
function endingAlike(steps: readonly string[], known: ReadonlySet<string>): string | null {
  for (let from = 0; from < steps.length; from += 1) {
    const end = `/${steps.slice(from).join('/')}`;
    const found = [...known].find((path) => path.endsWith(end));
    if (found !== undefined) return found;
  }
  return null;
}

function startOf(steps: readonly string[], known: ReadonlySet<string>): string | null {
  for (let count = steps.length - 1; count > 0; count -= 1) {
    const start = `/${steps.slice(0, count).join('/')}`;
    if (known.has(start)) return start;
  }
  return null;
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
