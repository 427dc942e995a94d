import type { NestedTable } from '../../contract/nested/model.ts';
import type { Path } from '../../contract/nested/path.ts';
import { isTextType } from '../../values/typed/value-type.ts';
import { plant, setText } from './planter.ts';
import { elementsOf, type Maker, type TableKind } from './plan.ts';
import { startOf, type DraftRow } from './reading.ts';
import { fits, textOf, type XmlFind } from './tree.ts';
import { makeTyped, type PathsColumn } from './values.ts';

/** Puts values where the columns of a row read them: all that are required or that an expression reads, and some of the others. */
export function fillRow(maker: Maker, kind: TableKind, row: DraftRow): void {
  for (const column of byStrictness(kind.table.columns))
    if (isThere(kind, column, maker.options)) plantColumn(maker, kind, row, column);
}

/** What expressions read is there, so that something comes of them. */
function isThere(
  { uses, foreign }: TableKind,
  column: NestedTable['columns'][number],
  { random, fullness }: Pick<Maker['options'], 'random' | 'fullness'>,
): column is PathsColumn {
  const { source } = column;
  if (source.kind !== 'paths') return false;
  // What leads through rows of another table is there with them.
  if (
    !column.required &&
    source.alternatives.flat().some(({ steps }) => elementsOf(steps).some((name) => foreign.has(name)))
  )
    return false;
  return column.required || uses.has(column.name.toLowerCase()) || random.chance(fullness);
}

/** A value that a column reads; those that are part of a key are all different. */
export function valueFor(
  maker: Maker,
  { table, uses }: Pick<TableKind, 'table' | 'uses'>,
  column: PathsColumn,
): string {
  const isKey = table.unique?.includes(column.name) === true;
  const count = (maker.counters.get(column.source) ?? 0) + 1;
  if (isKey) maker.counters.set(column.source, count);
  return makeTyped(column, maker.random, {
    use: uses.get(column.name.toLowerCase()),
    distinct: isKey ? count : null,
  });
}

const MANY: ReadonlySet<string | null> = new Set(['all', 'count', 'first', 'last']);

/** Puts a value where a column reads it: at the first of its paths, or at another. */
function plantColumn(maker: Maker, kind: TableKind, row: DraftRow, column: PathsColumn): void {
  const { random } = maker;
  const { source } = column;
  const [first, ...others] = source.alternatives;
  if (first === undefined) return;
  const [path, ...union] = random.chance(0.7) ? first : random.pick([first, ...others]);
  if (path === undefined) return;
  const chosen = random.pick([path, ...union]);
  const from = startOf(row, chosen.start);
  const find = plantText(maker, from, chosen, valueFor(maker, kind, column));
  const step = chosen.steps.at(-1);
  if (find === null || from === null || step?.axis !== 'child' || step.predicates.length > 0 || !MANY.has(source.take))
    return;
  for (let more = random.int(0, 2); more > 0; more -= 1) {
    const next = plant(maker, from.node, chosen.steps, { fresh: true });
    if (next !== null && chosen.reads === 'value') setText(maker, next, valueFor(maker, kind, column));
  }
}

/** What a path leads to, which is made if it is not there; null where there can be none. */
export function plantPath(maker: Maker, from: XmlFind | null, path: Path): XmlFind | null {
  if (from === null || path.steps.length === 0) return from;
  if (from.attribute !== null) return null;
  const { top } = maker;
  const [root] = top.children;
  const [step] = path.steps;
  // Another root than the one that is there cannot be.
  if (from.node === top && root !== undefined && step?.axis === 'child' && !fits(root, step.test)) return null;
  return plant(maker, from.node, path.steps);
}

/** Puts a text where a path leads, unless something is there. */
export function plantText(maker: Maker, from: XmlFind | null, path: Path, text: string): XmlFind | null {
  const find = plantPath(maker, from, path);
  if (find !== null && path.reads === 'value' && (find.node.children.length === 0 || textOf(find).trim() === ''))
    setText(maker, find, text);
  return find;
}

/** The most particular first: what two columns read has to suit both. */
function byStrictness(columns: NestedTable['columns']): NestedTable['columns'] {
  return columns.toSorted((a, b) => looseness(a) - looseness(b));
}

function looseness({ source, type }: NestedTable['columns'][number]): number {
  if (source.kind === 'paths' && source.map !== null) return 0;
  if (!isTextType(type)) return 1;
  return 2 + (type.length ?? Infinity);
}
