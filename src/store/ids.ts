import { FIRST_ID, isWhole, LAST_ID, type IdType } from '../document-id.ts';

/** Bounds of document ids in the database's order, `start` and `end` inclusive; null = open. */
export interface Bounds {
  readonly start: string | null;
  readonly end: string | null;
  /** Exclusive: where ids that have no next one are cut into ranges. */
  readonly before?: string | null;
}

/** SQL about the ids of documents; one object an engine and type of ids. Each takes and gives SQL. */
export interface IdSql {
  readonly type: IdType;
  /** Of an id, the text as which xmlfan passes it about (`readDocumentId`). */
  text(id: string): string;
  /** Of such a text, in an input or a column of ours, the id to compare with those of the source. */
  value(text: string): string;
  /** Of an id, a whole number from 0 up that spreads ids whatever they have in common. */
  hash(id: string): string;
  /** The ids in a list that is an input of the statement. */
  readonly list: string;
}

/** Fibonacci hashing on 32 bits (architecture, Partitioning). Large literals are cast because T-SQL reads a bare one as a decimal. */
export function hashOfWhole(id: string): string {
  const two32 = 'CAST(4294967296 AS bigint)';
  const unsigned = `(((${id} % ${two32}) + ${two32}) % ${two32})`;
  return `((${unsigned} * CAST(1640531527 AS bigint)) % ${two32} / CAST(65536 AS bigint))`;
}

/** An id that is hashed, in one case if its column's collation makes no difference of them; the same text on both engines. */
export function foldedCase(id: string): string {
  return `CASE WHEN ${isOfAnyCase(id)} THEN UPPER(${id}) ELSE ${id} END`;
}

/** Whether an id is the same one in upper and in lower case, by the collation of its column. */
function isOfAnyCase(id: string): string {
  return `${id} = UPPER(${id}) AND ${id} = LOWER(${id})`;
}

/** Of texts, one more column of a SELECT: 1 for an id that is the same one in any case, else 0. */
export function withAnyCase({ type }: IdSql, id: string): string {
  return type.kind === 'text' ? `, CASE WHEN ${isOfAnyCase(id)} THEN 1 ELSE 0 END AS anyCase` : '';
}

/** One condition that ids of a range meet: the comparison, with what, and a name for it. */
export interface RangeTest {
  readonly operator: '>=' | '>' | '<=' | '<';
  readonly id: string;
  readonly name: 'start' | 'after' | 'end' | 'before';
}

/**
 * What ids within bounds, and after a cursor, meet; null if none can. Of whole numbers always a first and a last one, with the ends of
 * 64 bits for open ends, so that statements stay the same and read a range of the key.
 */
export function rangeTests(type: IdType, bounds: Bounds, after: string | null = null): readonly RangeTest[] | null {
  const { start, end, before = null } = bounds;
  if (!isWhole(type)) {
    const tests = [
      { operator: '>=', name: 'start', id: start },
      { operator: '>', name: 'after', id: after },
      { operator: '<=', name: 'end', id: end },
      { operator: '<', name: 'before', id: before },
    ] as const;
    return tests.flatMap(({ id, ...test }) => (id === null ? [] : [{ ...test, id }]));
  }
  const first = [start === null ? FIRST_ID : BigInt(start), after === null ? FIRST_ID : BigInt(after) + 1n];
  const last = [end === null ? LAST_ID : BigInt(end), before === null ? LAST_ID : BigInt(before) - 1n];
  const [least, most] = [first.reduce(larger, FIRST_ID), last.reduce(smaller, LAST_ID)];
  if (least > LAST_ID) return null;
  return [
    { operator: '>=', name: 'start', id: String(least) },
    { operator: '<=', name: 'end', id: String(most) },
  ];
}

/** SQL that is true if all the conditions are. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1 = 1' : conditions.join(' AND ');
}

/** A bound below which no id is: of a range that is empty. */
export function leastId({ kind }: IdType): string {
  if (kind === 'uniqueidentifier') return '00000000-0000-0000-0000-000000000000';
  return kind === 'text' ? '' : String(FIRST_ID);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
