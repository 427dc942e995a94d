import type { Path } from '../../contract/nested/path.ts';
import { fillRow, plantPath, valueFor } from './fill.ts';
import { columnPaths } from './names.ts';
import { plant, setText, settle } from './planter.ts';
import type { Maker, TableKind } from './plan.ts';
import { startOf, type DraftRow } from './reading.ts';
import { fits, type XmlFind } from './tree.ts';
import { makeTyped } from './values.ts';

/** Attempts to make a row that fulfils its table's conditions, and whose key is new. */
export const ATTEMPTS = 20;

/** Makes the rows of a table under one parent row, and those nested in them. */
export function makeRows(maker: Maker, kind: TableKind, parent: DraftRow | null): void {
  const { table } = kind;
  const { random, rows: most } = maker.options;
  const taken = new Set<string>();
  let made = 0;
  const add = (paths: readonly Path[] | null, as: string | null): void => {
    for (const row of makeRow(maker, kind, { parent, paths, as, taken, made })) {
      maker.rows.push({ table, row, check: kind.check });
      maker.checks.set(row, kind.check);
      made += 1;
      for (const nested of kind.tables) makeRows(maker, nested, row);
    }
  };
  const { count } = table;
  const single = table.position === null && table.unique === null;
  const wanted = Math.min(count.max ?? Infinity, single ? 1 : Math.max(count.min, random.int(1, most)));
  if (table.rows.kind === 'parent') add(null, null);
  else if (table.rows.kind === 'paths')
    for (let left = Math.max(wanted, count.min); left > 0 && made < (count.max ?? Infinity); left -= 1)
      add(table.rows.paths, null);
  else {
    for (const { as, paths } of table.rows.entries) if (made < (single ? 1 : (count.max ?? Infinity))) add(paths, as);
  }
}

interface RowWish {
  readonly parent: DraftRow | null;
  /** One of these leads to the row; null: it stands where its parent does. */
  readonly paths: readonly Path[] | null;
  readonly as: string | null;
  readonly taken: Set<string>;
  readonly made: number;
}

/** One row, or those of the parts of a text; none if no attempt fulfils what the table asks. */
function makeRow(maker: Maker, kind: TableKind, wish: RowWish): readonly DraftRow[] {
  for (let left = ATTEMPTS; left > 0; left -= 1) {
    const rows = maker.journal.attempt(() => tryRow(maker, kind, wish));
    if (rows === null) continue;
    for (const { keys } of rows) wish.taken.add(keyText(keys));
    return rows;
  }
  return [];
}

function keyText(keys: readonly string[]): string {
  return JSON.stringify(keys).toLowerCase();
}

function tryRow(
  maker: Maker,
  kind: TableKind,
  { parent, paths, as, taken, made }: RowWish,
): readonly DraftRow[] | null {
  const { table, check } = kind;
  const { documentId } = maker.options;
  const find = paths === null ? (parent?.find ?? null) : plantRow(maker, kind, parent, paths);
  if (find === null) return null;
  const parts = table.split === null ? [null] : makeParts(maker, kind, find, table.split, made);
  const at = table.at?.[0];
  const base = at === undefined ? find : plantPath(maker, startOf({ base: find, top: maker.top }, at.start), at);
  const rows = parts.map((part, index): DraftRow => ({
    document: { id: documentId, now: '2026-01-01T00:00:00' },
    parent,
    top: maker.top,
    find,
    base,
    part,
    as,
    keys: [...(parent?.keys ?? [documentId]), ...(table.position === null ? [] : [String(made + index + 1)])],
    values: table.columns.map(() => null),
  }));
  const [first] = rows;
  if (first === undefined) return null;
  fillRow(maker, kind, first);
  settle(maker);
  const isNew = (keys: readonly string[]): boolean => !taken.has(keyText(keys)) || table.position !== null;
  return rows.every((row) => check(row) && isNew(row.keys)) &&
    isStillTaken(maker, parent) &&
    new Set(rows.map(({ keys }) => keyText(keys))).size === rows.length
    ? rows
    : null;
}

/** Whether the rows above are still what they were, though there is more in the document. */
function isStillTaken(maker: Maker, row: DraftRow | null): boolean {
  if (row === null) return true;
  const keys = keyText(row.keys);
  const check = maker.checks.get(row);
  return (check === undefined || (check(row) && keyText(row.keys) === keys)) && isStillTaken(maker, row.parent);
}

/** A new element, or attribute, for a row. */
function plantRow(
  maker: Maker,
  { table, uses }: TableKind,
  parent: DraftRow | null,
  paths: readonly Path[],
): XmlFind | null {
  const [first, ...rest] = paths.filter(
    ({ start, steps: [step] }) =>
      start.kind !== 'document' || step?.axis !== 'child' || fits(maker.top.children[0] ?? maker.top, step.test),
  );
  if (first === undefined) return null;
  const path = maker.random.pick([first, ...rest]);
  const from = path.start.kind === 'document' ? maker.top : parent?.find.attribute === null ? parent.find.node : null;
  if (from === null) return null;
  if (path.steps.length === 0) return { node: from, attribute: null };
  // There is one root only, and whatever stands on the way may come several times where rows look up to it.
  const isRoot = from === maker.top && path.steps.length === 1;
  const way = path.steps.slice(0, -1);
  const looksUp = way.length > 0 && columnPaths(table).some(({ start }) => start.kind === 'row' && start.levels > 0);
  const before =
    looksUp && way.length > (from === maker.top ? 1 : 0) && maker.random.chance(0.4)
      ? plant(maker, from, way, { fresh: true })
      : null;
  const name = rowName(maker, { table, uses });
  return before === null
    ? plant(maker, from, path.steps, { fresh: !isRoot, ...name })
    : plant(maker, before.node, path.steps.slice(-1), { fresh: true, ...name });
}

/** Where a column reads the row's own name, it is called something that suits the column. */
function rowName(maker: Maker, { table, uses }: Pick<TableKind, 'table' | 'uses'>): { readonly name?: string } {
  for (const column of table.columns) {
    const { source } = column;
    if (source.kind !== 'paths') continue;
    const isName = source.alternatives
      .flat()
      .some(
        ({ start, steps, reads }) =>
          start.kind === 'row' && start.levels === 0 && steps.length === 0 && reads === 'name',
      );
    if (!isName || (source.map === null && !uses.has(column.name.toLowerCase()))) continue;
    const name = makeTyped({ ...column, source }, maker.random, {
      use: uses.get(column.name.toLowerCase()),
      distinct: null,
    });
    if (/^[A-Za-z_][\w.-]*$/.test(name)) return { name };
  }
  return {};
}

/** Gives the text that is split into rows, and returns its parts. */
function makeParts(
  maker: Maker,
  { table, uses }: TableKind,
  find: XmlFind,
  split: string,
  made: number,
): readonly string[] {
  const column = table.columns.find(
    ({ source }) =>
      source.kind === 'paths' &&
      source.alternatives.flat().some(({ steps, reads }) => steps.length === 0 && reads === 'value'),
  );
  const make = (): string => {
    if (column?.source.kind !== 'paths') return maker.random.pick(['a', 'b', 'c']);
    return (
      valueFor(maker, { table, uses }, { ...column, source: column.source }).split(split === ' ' ? /\s+/ : split)[0] ??
      ''
    );
  };
  const most = (table.count.max ?? Infinity) - made;
  const parts = Array.from({ length: Math.min(maker.random.int(1, maker.options.rows), most) }, make).filter(
    (part) => part.trim() !== '',
  );
  setText(maker, find, parts.join(split));
  return parts;
}
