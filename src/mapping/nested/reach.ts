import type { NestedContract, NestedTable } from '../../contract/nested/model.ts';
import type { NameTest, Path, PathCondition, PathStep, Predicate } from '../../contract/nested/path.ts';
import type { Reach } from '../../xml/element.ts';

/** What a contract of format 2 can see of a document: every place that its paths and predicates mention, and no other. */
export function planNestedReach(contract: NestedContract): Reach {
  const sketch: Sketch = {
    paths: new Set(),
    names: new Set(),
    whole: new Set(),
    wanted: new Set(['nil']),
    mentioned: new Set(['nil']),
    isAny: false,
  };
  const roots = contract.roots.flatMap((root) => follow(sketch, [DOCUMENT], [childStep(root)], 'there'));
  for (const path of contract.documentId ?? []) addPath(sketch, path, roots, 'whole');
  for (const table of contract.tables) addTable(sketch, table, [DOCUMENT]);
  return {
    paths: sketch.paths,
    names: sketch.names,
    attributes: new Set(),
    whole: sketch.whole,
    wanted: sketch.isAny ? undefined : sketch.wanted,
    mentioned: sketch.mentioned,
    texts: 'all',
    namespaces: true,
  };
}

interface Sketch {
  readonly paths: Set<string>;
  readonly names: Set<string>;
  readonly whole: Set<string>;
  readonly wanted: Set<string>;
  readonly mentioned: Set<string>;
  /** Some path reads attributes of any name. */
  isAny: boolean;
}

/** Where a step may stand: on a path from the document, below an element of a name at any depth, or below one that is kept whole. */
type Place =
  | { readonly kind: 'path'; readonly steps: readonly string[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'within' };

const DOCUMENT: Place = { kind: 'path', steps: [] };
const WITHIN: Place = { kind: 'within' };

/** How much of what a path finds is needed: that it is there, its own texts, or all below it. */
type Need = 'there' | 'own' | 'whole';

function addTable(sketch: Sketch, table: NestedTable, parents: readonly Place[]): void {
  const starts = startsOf(table);
  // Without paths of its own, a row stands where its parent's does.
  const places =
    starts === null
      ? parents
      : starts.flatMap((path) => addPath(sketch, path, parents, table.split === null ? 'there' : 'whole'));
  const bases = table.at === null ? places : table.at.flatMap((path) => addPath(sketch, path, places, 'there'));
  for (const { source, type } of table.columns) {
    if (source.kind !== 'paths') continue;
    const need = source.take === 'count' ? 'there' : source.text === 'own' && type.kind !== 'xml' ? 'own' : 'whole';
    // Which of several finds are blank is seen only by their texts.
    for (const path of source.alternatives.flat())
      addPath(sketch, path, bases, source.alternatives.length > 1 ? 'whole' : need);
  }
  for (const nested of table.tables) addTable(sketch, nested, places);
}

function startsOf({ rows }: NestedTable): readonly Path[] | null {
  if (rows.kind === 'parent') return null;
  return rows.kind === 'paths' ? rows.paths : rows.entries.flatMap(({ paths }) => paths);
}

/** Where the finds of a path may stand. */
function addPath(sketch: Sketch, path: Path, rows: readonly Place[], need: Need): readonly Place[] {
  const { start } = path;
  let bases = rows;
  if (start.kind === 'document') bases = [DOCUMENT];
  if (start.kind === 'row') bases = rows.map((place) => ascend(place, start.levels));
  if (start.kind === 'ancestor') {
    mention(sketch, start.test);
    bases = rows.flatMap((place) => ancestors(place, start.test));
    for (const condition of start.conditions) addCondition(sketch, condition, bases);
  }
  return follow(sketch, bases, path.steps, path.reads === 'name' ? 'there' : need);
}

/** An ancestor of an element at any depth is kept whatever it is, but what is beside the element is only known by its name. */
function ascend(place: Place, levels: number): Place {
  if (levels === 0) return place;
  return place.kind === 'path'
    ? { kind: 'path', steps: place.steps.slice(0, Math.max(0, place.steps.length - levels)) }
    : UNKNOWN;
}

const UNKNOWN: Place = { kind: 'name', name: '' };

function ancestors(place: Place, { local }: NameTest): readonly Place[] {
  if (place.kind !== 'path') return [UNKNOWN];
  return place.steps.flatMap((step, index) =>
    local === null || step === local || step === '*'
      ? [{ kind: 'path' as const, steps: place.steps.slice(0, index + 1) }]
      : [],
  );
}

function follow(sketch: Sketch, bases: readonly Place[], steps: readonly PathStep[], need: Need): readonly Place[] {
  let places = bases;
  let isDeep = false;
  for (const step of steps) {
    if (step.axis === 'deep') {
      isDeep = true;
      continue;
    }
    if (step.axis === 'child') {
      places = places.map((place) => descend(sketch, place, step.test, isDeep));
      isDeep = false;
    } else if (step.axis === 'attribute') {
      mention(sketch, step.test);
      if (step.test.local === null) sketch.isAny = true;
      else sketch.wanted.add(step.test.local.toLowerCase());
    }
    if (isDeep) for (const place of places) keepWhole(sketch, place);
    for (const predicate of step.predicates) addPredicate(sketch, predicate, places);
  }
  const last = steps.at(-1)?.axis;
  if (last !== 'attribute' && need === 'whole' && last !== 'text') for (const place of places) keepWhole(sketch, place);
  return places;
}

function mention({ mentioned }: Sketch, { local }: NameTest): void {
  if (local !== null) mentioned.add(local);
}

function descend(sketch: Sketch, place: Place, test: NameTest, isDeep: boolean): Place {
  const { local } = test;
  mention(sketch, test);
  if (place.kind === 'within') return place;
  if (place.kind === 'path' && !isDeep) {
    const steps = [...place.steps, local ?? '*'];
    sketch.paths.add(`/${steps.join('/')}`);
    return { kind: 'path', steps };
  }
  if (local === null) {
    keepWhole(sketch, place);
    return WITHIN;
  }
  sketch.names.add(local);
  return { kind: 'name', name: local };
}

function keepWhole({ paths, names, whole }: Sketch, place: Place): void {
  if (place.kind === 'within') return;
  if (place.kind === 'name') {
    if (place.name === '') whole.add('/');
    else {
      names.add(place.name);
      whole.add(place.name);
    }
    return;
  }
  const path = `/${place.steps.join('/')}`;
  if (place.steps.length > 0) paths.add(path);
  whole.add(path);
}

function childStep(test: NameTest): PathStep {
  return { axis: 'child', test, predicates: [] };
}

function addPredicate(sketch: Sketch, predicate: Predicate, places: readonly Place[]): void {
  if (predicate.kind !== 'position' && predicate.kind !== 'last') addCondition(sketch, predicate, places);
}

function addCondition(sketch: Sketch, condition: PathCondition, places: readonly Place[]): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) addCondition(sketch, operand, places);
      return;
    case 'not':
      addCondition(sketch, condition.operand, places);
      return;
    default:
      addPath(sketch, condition.path, places, condition.kind === 'exists' ? 'there' : 'whole');
  }
}
