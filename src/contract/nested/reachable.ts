import type { Path as Place } from '../findings.ts';
import type { NameTest, Path, PathStep } from './path.ts';
import { fault, warn, type NestedReading } from './reading.ts';
import type { PlacedTable } from './tables.ts';

/** Where rows of a table stand: element names from the document down (null is any), or null if that is not known. */
type Trail = readonly (string | null)[] | null;

/** A table on the way down to the one that is checked. */
interface Level {
  readonly table: PlacedTable;
  readonly trails: readonly Trail[];
  /** Whether its rows may be attributes. */
  readonly isAttribute: boolean;
}

/** Checks that paths can match, and that none leaves its row unseen (docs/contract.md, Paths). */
export function checkPaths(reading: NestedReading, roots: readonly NameTest[], tables: readonly PlacedTable[]): void {
  const check = (table: PlacedTable, above: readonly Level[]): void => {
    const level = levelOf(reading, roots, table, above.at(-1));
    const levels = [...above, level];
    checkAt(reading, roots, table, levels);
    for (const column of table.columns) {
      if (column.source.kind !== 'paths') continue;
      const place = [...table.place, 'columns', column.name, 'from'];
      for (const path of column.source.alternatives.flat()) checkColumnPath(reading, roots, place, path, levels);
    }
    for (const nested of table.tables) check(nested, levels);
  };
  for (const table of tables) check(table, []);
}

/** Checks that the path of a document's id can match. */
export function checkIdPaths(reading: NestedReading, roots: readonly NameTest[], paths: readonly Path[]): void {
  const place = ['document', 'id'];
  for (const path of paths) {
    if (path.start.kind === 'document') checkRoot(reading, roots, place, path);
    else if (path.start.kind === 'ancestor' || path.start.levels > 0)
      fault(
        reading,
        place,
        'cannot match: it begins above the root element',
        'Begin at the root element: @no, Header/No.',
      );
  }
}

function levelOf(
  reading: NestedReading,
  roots: readonly NameTest[],
  table: PlacedTable,
  above: Level | undefined,
): Level {
  const { rows, place } = table;
  if (rows.kind === 'parent') return { table, trails: above?.trails ?? [[]], isAttribute: above?.isAttribute ?? false };
  const paths = rows.kind === 'paths' ? rows.paths : rows.entries.flatMap((entry) => entry.paths);
  const trails = paths.flatMap((path) => {
    if (path.start.kind === 'document') checkRoot(reading, roots, [...place, 'each'], path);
    else if (above?.isAttribute === true && path.steps.length > 0) nothingBelow(reading, [...place, 'each']);
    const bases = path.start.kind === 'document' ? [[]] : (above?.trails ?? [[]]);
    return bases.map((base) => extend(base, path.steps));
  });
  return { table, trails, isAttribute: paths.some(({ steps }) => steps.at(-1)?.axis === 'attribute') };
}

function extend(base: Trail, steps: readonly PathStep[]): Trail {
  let trail = base;
  for (const step of steps) {
    if (step.axis === 'deep') trail = null;
    else if (step.axis === 'child' && trail !== null) trail = [...trail, step.test.local];
  }
  return trail;
}

function nothingBelow(reading: NestedReading, place: Place): void {
  fault(
    reading,
    place,
    'cannot match: the row is an attribute, which has nothing below it',
    'Begin with ../ for what is beside it.',
  );
}

function checkRoot(reading: NestedReading, roots: readonly NameTest[], place: Place, { steps }: Path): boolean {
  const [first] = steps;
  if (first === undefined || first.axis === 'deep' || roots.length === 0) return true;
  const fits = first.axis === 'child' && roots.some((root) => overlap(root, first.test));
  if (!fits)
    fault(
      reading,
      place,
      `cannot match: no document begins with it, as its root is ${roots.map(({ local }) => local ?? '*').join(' or ')}`,
      'Begin with the root element.',
    );
  return fits;
}

function overlap(a: NameTest, b: NameTest): boolean {
  return (
    (a.local === null || b.local === null || a.local === b.local) &&
    (a.namespace === null || b.namespace === null || a.namespace === b.namespace)
  );
}

function checkAt(
  reading: NestedReading,
  roots: readonly NameTest[],
  table: PlacedTable,
  levels: readonly Level[],
): void {
  for (const path of table.at ?? []) {
    checkColumnPath(reading, roots, [...table.place, 'at'], path, levels);
    if (path.reads === 'name' || ['attribute', 'text'].includes(path.steps.at(-1)?.axis ?? '')) {
      fault(reading, [...table.place, 'at'], 'must find elements', 'End with the name of an element.');
    }
  }
}

function checkColumnPath(
  reading: NestedReading,
  roots: readonly NameTest[],
  place: Place,
  path: Path,
  levels: readonly Level[],
): void {
  const own = levels.at(-1);
  if (own === undefined) return;
  if (path.start.kind === 'row' && path.start.levels === 0) {
    const isBelow = path.steps.length > 0 && own.isAttribute && own.table.at === null;
    if (isBelow && own.trails.length === 1) nothingBelow(reading, place);
    return;
  }
  if (path.start.kind === 'row') checkAscent(reading, place, path.start.levels, own);
  if (path.start.kind === 'ancestor') checkAncestor(reading, place, path.start.test, own);
  if (path.start.kind !== 'document' || !checkRoot(reading, roots, place, path)) return;
  checkLeaving(reading, place, path, levels);
}

function checkAscent(
  reading: NestedReading,
  place: Place,
  levels: number,
  { trails, isAttribute, table }: Level,
): void {
  const tops = trails.map((trail) => (trail === null ? Infinity : trail.length - (isAttribute ? 0 : 1)));
  if (table.at === null && tops.every((most) => levels > most))
    fault(reading, place, 'cannot match: it leads above the root element', 'Leave out some ../.');
}

function checkAncestor(
  reading: NestedReading,
  place: Place,
  test: NameTest,
  { trails, isAttribute, table }: Level,
): void {
  const above = trails.map((trail) => (isAttribute ? trail : (trail?.slice(0, -1) ?? null)));
  if (table.at !== null || above.some((trail) => trail === null || trail.some((name) => fitsStep(name, test.local))))
    return;
  fault(
    reading,
    place,
    `cannot match: the rows stand in no ${test.local ?? '*'}`,
    'Name an element that is above them.',
  );
}

/** A path from the document that runs through rows finds those of all, and not only its own. */
function checkLeaving(reading: NestedReading, place: Place, path: Path, levels: readonly Level[]): void {
  const trail = extend([], path.steps);
  for (const { table, trails } of levels) {
    const isMany = table.position !== null || table.unique !== null;
    if (isMany && trails.some((of) => runsThrough(trail, of))) {
      const isOwn = table === levels.at(-1)?.table;
      const advice = isOwn
        ? 'Write it relative to the row, or with ../.'
        : `Write ../ as often as it takes, or read a column of the parent: expr: ${table.name}.column.`;
      return fault(reading, place, `leads through all rows of ${table.name}, not only its own`, advice);
    }
  }
  const own = levels.at(-1);
  const shares =
    own?.trails.some(
      (of) => of !== null && trail !== null && of.length > 1 && trail.length > 1 && fitsStep(of[1], trail[1]),
    ) ?? false;
  if (shares && levels.length === 1 && own !== undefined && own.table.rows.kind !== 'parent')
    warn(
      reading,
      place,
      'begins like the rows of its table',
      'If it means what belongs to the row, write it relative to it.',
    );
}

/** Whether a path from the document goes through elements of a trail; one of unknown depth may. */
function runsThrough(trail: Trail, rows: Trail): boolean {
  if (trail === null || rows === null) return true;
  return rows.length > 0 && trail.length >= rows.length && rows.every((name, index) => fitsStep(name, trail[index]));
}

function fitsStep(a: string | null | undefined, b: string | null | undefined): boolean {
  return a === null || b === null || a === b;
}
