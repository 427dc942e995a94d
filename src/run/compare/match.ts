import type { DestinationRow, DestinationTable } from '../../store/destination.ts';
import { comparableAs, type Held, type HeldColumn, type HeldRow } from '../../store/held.ts';

/** A row that a document would be given now. */
export interface Wanted {
  readonly appId: string;
  readonly row: DestinationRow;
  /** By column: whether its value depends on when the document is converted. */
  readonly isOfNow: readonly boolean[];
  /** By column: whether no row of the document and table sets it, so that the database decides (spec 11.3). */
  readonly isUnset: readonly boolean[];
}

interface Difference {
  readonly column: string;
  readonly wanted: string | null;
  readonly held: string | null;
}

/** What became of the rows of one table, each of either side once. */
export interface Matches {
  readonly equal: number;
  readonly different: readonly Different[];
  readonly missing: readonly Wanted[];
  /** Held and not wanted; `isDouble`: like another row that is held. */
  readonly extra: readonly Extra[];
}

/** A pair of rows that are not equal. */
export interface Different {
  readonly appId: string;
  readonly differences: readonly Difference[];
  readonly held: HeldRow;
}

export interface Extra extends HeldRow {
  readonly isDouble: boolean;
}

interface Column {
  readonly at: number;
  readonly name: string;
  readonly print: (text: string) => string;
  readonly isFilled: boolean;
}

/** A row of either side: its values, and the same as its columns compare them. */
interface Line {
  readonly appId: string | null;
  readonly raw: DestinationRow;
  readonly cells: readonly (string | null)[];
}

interface WantedLine extends Line {
  readonly of: Wanted;
}

/** What has no partner yet, and the pairs so far. */
interface Pairing {
  wanted: WantedLine[];
  held: Line[];
  readonly pairs: [WantedLine, Line][];
}

/**
 * Pairs the rows of a table, whatever their order: equal ones first, then those with the same key, then of one document those
 * that differ least. Columns that the database fills, or does not have, are left out, and so are values of the moment.
 */
export function matchRows(table: DestinationTable, wanted: readonly Wanted[], held: Held): Matches {
  const columns = comparedColumns(table, held.columns);
  const pairing: Pairing = {
    wanted: wanted.map((of) => ({ ...lineOf(of.appId, of.row, columns), of })),
    held: held.rows.map(({ appId, values }) => lineOf(appId, values, columns)),
    pairs: [],
  };
  const always = columns.map((column) => !wanted.some((of) => isOpen(of, column)));
  const wholeOf = ({ cells }: Line): string => JSON.stringify(cells.filter((_, index) => always[index]));
  const keyOf = compileKey(table, columns);
  pairBy(pairing, wholeOf);
  pairBy(pairing, keyOf);
  pairNearest(pairing, columns);
  return tell(pairing, columns, [wholeOf, keyOf]);
}

function comparedColumns(table: DestinationTable, held: Held['columns']): readonly Column[] {
  return table.columns.flatMap(({ name }, at): readonly Column[] => {
    const own = held[at] ?? null;
    return own === null ? [] : [{ at, name, print: comparableAs(own.type), isFilled: own.isFilled }];
  });
}

/** By what a row is told from others of its table, whatever document it is of: its key as SQL compares it, else all that it holds. */
export function identity(
  table: DestinationTable,
  held: readonly (HeldColumn | null)[],
): (row: DestinationRow) => string {
  const columns = comparedColumns(table, held);
  const keyOf = compileKey(table, columns);
  return (row) => {
    const line = lineOf(null, row, columns);
    return keyOf(line) ?? JSON.stringify(line.cells);
  };
}

function lineOf(appId: string | null, raw: DestinationRow, columns: readonly Column[]): Line {
  const cells = columns.map(({ at, print }) => {
    // Empty text is NULL (spec 11.3).
    const value = raw[at] ?? '';
    return value === '' ? null : print(value);
  });
  return { appId, raw, cells };
}

/** Whether a value is the database's, or the moment's, and is not compared. */
function isOpen({ isOfNow, isUnset }: Wanted, { at, isFilled }: Column): boolean {
  return isOfNow[at] === true || (isFilled && isUnset[at] === true);
}

/** The key of a row as SQL tells it, or null if it has none that is complete. */
function compileKey(
  { uniqueKey, primaryKey }: DestinationTable,
  columns: readonly Column[],
): (line: Line) => string | null {
  const names = uniqueKey ?? primaryKey;
  const places = names.map((name) => columns.findIndex((column) => column.name === name));
  return ({ cells }) => {
    const key = places.map((at) => cells[at] ?? null);
    return key.length === 0 || key.includes(null) ? null : JSON.stringify(key).toLowerCase();
  };
}

function pairBy(pairing: Pairing, textOf: (line: Line) => string | null): void {
  const waiting = new Map<string, Line[]>();
  for (const line of pairing.held) {
    const text = textOf(line);
    if (text !== null) waiting.set(text, [...(waiting.get(text) ?? []), line]);
  }
  const taken = new Set<Line>();
  pairing.wanted = pairing.wanted.filter((line) => {
    const partner = waiting.get(textOf(line) ?? '')?.shift();
    if (partner === undefined) return true;
    taken.add(partner);
    pairing.pairs.push([line, partner]);
    return false;
  });
  pairing.held = pairing.held.filter((line) => !taken.has(line));
}

/** More comparisons than this for one document say no more. */
const MOST_COMPARED = 40_000;

/** Rows of one document of which at most half the columns differ. */
function pairNearest(pairing: Pairing, columns: readonly Column[]): void {
  pairing.wanted = pairing.wanted.filter((line) => {
    const own = pairing.held.filter(({ appId }) => sameId(appId, line.appId));
    if (own.length * pairing.wanted.length > MOST_COMPARED) return true;
    const [nearest] = own
      .map((held) => ({ held, count: differencesOf(line, held, columns).length }))
      .toSorted((a, b) => a.count - b.count);
    if (nearest === undefined || nearest.count * 2 > columns.length) return true;
    pairing.pairs.push([line, nearest.held]);
    pairing.held = pairing.held.filter((held) => held !== nearest.held);
    return false;
  });
}

/** Ids are compared without case, as texts of SQL may be. */
export function sameId(left: string | null, right: string | null): boolean {
  return left?.toLowerCase() === right?.toLowerCase();
}

function differencesOf(line: WantedLine, held: Line, columns: readonly Column[]): readonly Difference[] {
  return columns.flatMap((column, index) => {
    if (line.cells[index] === held.cells[index] || isOpen(line.of, column)) return [];
    const [wanted, own] = [line, held].map(({ raw }) => raw[column.at] ?? null);
    // Empty text would be written as NULL.
    return [{ column: column.name, wanted: wanted || null, held: own ?? null }];
  });
}

function tell(
  { wanted, held, pairs }: Pairing,
  columns: readonly Column[],
  ways: readonly ((line: Line) => string | null)[],
): Matches {
  const different = pairs.flatMap(([line, partner]) => {
    const differences = differencesOf(line, partner, columns);
    return differences.length === 0 ? [] : [{ appId: line.of.appId, differences, held: heldOf(partner) }];
  });
  const known = ways.map((way) => new Set(pairs.map(([, partner]) => way(partner))));
  const isDouble = (line: Line): boolean =>
    ways.some((way, index) => way(line) !== null && known[index]?.has(way(line)) === true);
  return {
    equal: pairs.length - different.length,
    different,
    missing: wanted.map(({ of }) => of),
    extra: held.map((line) => ({ ...heldOf(line), isDouble: isDouble(line) })),
  };
}

function heldOf({ appId, raw }: Line): HeldRow {
  return { appId, values: raw.map((value) => value ?? null) };
}
