import type { NestedColumn, NestedContract, NestedTable, ValueMap } from '../../contract/nested/model.ts';
import type { Path } from '../../contract/nested/path.ts';
import { openScope, type ExpressionRow } from '../../contract/nested/scope.ts';
import { compileSql, compileSqlCondition } from '../../expression/sql/compile.ts';
import { convertTo } from '../../expression/sql/convert.ts';
import { NoValue } from '../../expression/sql/types.ts';
import { parseSchemaMoment } from '../../values/typed/moment.ts';
import { compilePattern } from '../../values/typed/pattern.ts';
import { readerOf } from '../../values/typed/reader.ts';
import { bytesOf, UNITS } from '../../values/typed/text-limit.ts';
import { isTextType } from '../../values/typed/value-type.ts';
import { above, findSteps, fits, holds, nameOf, textOf, type XmlFind, type XmlNode } from './tree.ts';
import type { PathsColumn } from './values.ts';

/** A row in the making: where it stands, and what expressions see of it. */
export interface DraftRow extends ExpressionRow {
  readonly parent: DraftRow | null;
  readonly top: XmlNode;
  readonly find: XmlFind;
  /** To which the columns' paths are relative, or null if `at` finds nothing. */
  readonly base: XmlFind | null;
  readonly part: string | null;
  readonly as: string | null;
  /** Key columns of its parents, and its own position; those that make it unique follow when it is checked. */
  readonly keys: string[];
  readonly values: (string | null)[];
}

/** Reads what was planted for a row into its values and keys; false if its contract would not take the row as it is. */
export type CheckRow = (row: DraftRow) => boolean;

/** Compiles what a table asks of its rows. */
export function compileCheck(
  { key, source }: NestedContract,
  table: NestedTable,
  lineage: readonly NestedTable[],
): CheckRow {
  const scope = openScope({ key, idType: source.idType, table, lineage });
  const columns = table.columns.map((column) => compileColumn(column, scope));
  const where = table.where === null ? null : compileSqlCondition(table.where, scope).truth;
  const uniques = (table.unique ?? []).map((name) => table.columns.findIndex((column) => column.name === name));
  return (row) => {
    for (const index of table.evaluation) {
      const value = valueOf(() => columns[index]?.(row));
      if (value === undefined || (value === null && table.columns[index]?.required === true)) return false;
      row.values[index] = value;
    }
    const own = uniques.map((index) => row.values[index] ?? '');
    row.keys.splice((row.parent?.keys.length ?? 1) + (table.position === null ? 0 : 1), Infinity, ...own);
    return where === null || valueOf(() => where(row)) === true;
  };
}

/** Undefined is a value that cannot be read or computed without an issue. */
type Read = (row: DraftRow) => string | null | undefined;

function valueOf<T>(of: () => T): T | undefined {
  try {
    return of();
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

function compileColumn(column: NestedColumn, scope: ReturnType<typeof openScope>): Read {
  const { source, type } = column;
  if (source.kind === 'paths') return compileRead({ ...column, source });
  const convert = convertTo(compileSql(source.expression, scope).typed, type, false);
  const fit = compileFit(column);
  return (row) => {
    const value = typeof convert === 'string' ? undefined : convert(row);
    return typeof value === 'string' ? fit(value) : value;
  };
}

function compileRead(column: PathsColumn): Read {
  const { source } = column;
  const read = compileType(column);
  return (row) => {
    const found = findAlternative(row, source);
    if (source.take === 'count') return String(found.length);
    const [first] = found;
    if (first === undefined) return source.default;
    if (source.take === null || source.take === 'only') return found.length > 1 ? undefined : read(first);
    return read(
      source.take === 'all' ? found.join(source.join) : ((source.take === 'last' ? found.at(-1) : null) ?? first),
    );
  };
}

/** What the first of the alternatives finds that finds anything; blank texts are only counted. */
function findAlternative(row: DraftRow, { alternatives, take }: PathsColumn['source']): readonly string[] {
  for (const paths of alternatives) {
    const finds = paths.flatMap((path) => findPath(row, path));
    const found = take === 'count' ? finds : finds.map((find) => find.trim()).filter((text) => text !== '');
    if (found.length > 0) return found;
  }
  return [];
}

/** The texts, or names, that a path finds from a row. */
function findPath(row: DraftRow, path: Path): readonly string[] {
  return findFrom(row, path).map((find) => {
    const own = isOwn(row, find) ? row : null;
    return path.reads === 'name' ? (own?.as ?? nameOf(find)) : (own?.part ?? textOf(find));
  });
}

function findFrom(row: DraftRow, { start, steps }: Path): readonly XmlFind[] {
  const from = startOf(row, start);
  if (from === null || steps.length === 0) return from === null ? [] : [from];
  return from.attribute === null ? findSteps(from.node, steps) : [];
}

/** All that a column finds from a row. */
export function columnFinds(row: DraftRow, { source }: PathsColumn): readonly XmlFind[] {
  return source.alternatives.flat().flatMap((path) => findFrom(row, path));
}

function isOwn({ find }: DraftRow, start: XmlFind): boolean {
  return start.node === find.node && start.attribute === find.attribute;
}

/** Where a path of a row begins, or null if there is no such place. */
export function startOf({ base, top }: Pick<DraftRow, 'base' | 'top'>, start: Path['start']): XmlFind | null {
  if (start.kind === 'document') return { node: top, attribute: null };
  if (base === null || (start.kind === 'row' && start.levels === 0)) return base;
  if (start.kind === 'row') return above(base, start.levels);
  for (let at = above(base, 1); at !== null; at = above(at, 1)) {
    const candidate = at;
    if (fits(at.node, start.test) && start.conditions.every((condition) => holds(candidate, condition))) return at;
  }
  return null;
}

function compileType(column: PathsColumn): (text: string) => string | undefined {
  const { source, type } = column;
  const map = compileMap(source.map);
  const fit = compileFit(column);
  const forms = source.formats.flatMap((format) => {
    const pattern = compilePattern(format);
    return pattern.ok ? [pattern.parse] : [];
  });
  const reader = readerOf(type, {
    ...source,
    marks: { decimal: source.decimal, group: source.group },
    forms: forms.length === 0 ? [parseSchemaMoment] : forms,
  });
  return (text) => {
    const given = map(text);
    if (given === undefined || reader === null) return given === undefined ? undefined : fit(given);
    let isExact = true;
    const value = reader(given, () => {
      isExact = false;
    });
    return isExact ? (value ?? undefined) : undefined;
  };
}

function compileMap(map: ValueMap | null): (text: string) => string | undefined {
  if (map === null) return (text) => text;
  const fold = (text: string): string => (map.ignoreCase ? text.toLowerCase() : text);
  const values = new Map([...map.values].map(([from, to]) => [fold(from), to]));
  return (text) => values.get(fold(text)) ?? (typeof map.otherwise === 'object' ? map.otherwise.value : undefined);
}

/** Undefined for a text that is too long. */
function compileFit({ type }: NestedColumn): (text: string) => string | undefined {
  if (!isTextType(type)) return (text) => text;
  const limit = type.kind.startsWith('n') ? UNITS : bytesOf('windows-1252');
  const most = type.length ?? Infinity;
  return (text) => ((limit.measure(text) ?? Infinity) <= most ? text : undefined);
}
