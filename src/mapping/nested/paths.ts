import type { Path, PathStart } from '../../contract/nested/path.ts';
import { NONE, parentOf, type Tape } from '../../xml/tape.ts';
import { compileCondition, compileFinder, compileNameTest, ownerOfAttribute, type IdOf } from './find.ts';
import { ATTRIBUTE, ELEMENT, elementFind, indexOf, kindOf, type Find } from './find-value.ts';
import type { NestedDocument, NestedRow } from './row.ts';

/** Finds of the paths of one table, each walked to from where it begins, together with those that begin there too. */
export interface TablePaths {
  /** Registers a path while the table is compiled; what it gives may be called once `ready` was. */
  add(path: Path): (row: NestedRow) => readonly Find[];
  ready(): void;
}

type BaseOf = (row: NestedRow) => Find | null;

interface Group {
  readonly baseOf: BaseOf;
  readonly paths: Path[];
  find: (row: NestedRow) => readonly (readonly Find[])[];
}

/** `from` says what the paths of a row are relative to: its find, or what `at` has found. */
export function openPaths(idOf: IdOf, from: (row: NestedRow) => Find | null): TablePaths {
  const groups = new Map<string, Group>();
  return {
    add(path) {
      const key = JSON.stringify(path.start);
      const group = groups.get(key) ?? { baseOf: compileStart(path.start, idOf, from), paths: [], find: () => [] };
      groups.set(key, group);
      const slot = group.paths.push(path) - 1;
      return (row) => group.find(row)[slot] ?? [];
    },
    ready() {
      for (const group of groups.values()) group.find = walkOnce(group, idOf);
    },
  };
}

/** One walk a base: rows side by side share what they find above themselves. */
function walkOnce({ baseOf, paths }: Group, idOf: IdOf): Group['find'] {
  const finder = compileFinder(paths, idOf);
  let walked: { document: NestedDocument; base: Find; finds: readonly (readonly Find[])[] } | null = null;
  return (row) => {
    const base = baseOf(row);
    if (base === null) return [];
    const { document } = row;
    if (walked?.document !== document || walked.base !== base) {
      walked = { document, base, finds: finder.find(document.tape, base) };
    }
    return walked.finds;
  };
}

function compileStart(start: PathStart, idOf: IdOf, from: BaseOf): BaseOf {
  if (start.kind === 'document') return () => NONE;
  if (start.kind === 'row') {
    if (start.levels === 0) return from;
    return (row) => {
      const find = from(row);
      return find === null ? null : above(row.document.tape, find, start.levels);
    };
  }
  const isNamed = compileNameTest(start.test, idOf);
  const conditions = start.conditions.map((condition) => compileCondition(condition, idOf));
  return (row) => {
    const { tape } = row.document;
    const find = from(row);
    for (let at = find === null ? null : above(tape, find, 1); at !== null; at = above(tape, at, 1)) {
      const candidate = at;
      if (isNamed(tape, indexOf(at)) && conditions.every((fits) => fits(tape, candidate))) return at;
    }
    return null;
  };
}

/** The element so many levels above a find. */
function above(tape: Tape, find: Find, levels: number): Find | null {
  const isElement = kindOf(find) === ELEMENT;
  let node = isElement ? indexOf(find) : kindOf(find) === ATTRIBUTE ? ownerOfAttribute(tape, indexOf(find)) : NONE;
  for (let left = isElement ? levels : levels - 1; left > 0 && node !== NONE; left -= 1) node = parentOf(tape, node);
  return node === NONE ? null : elementFind(node);
}
