export type PartitionBy = 'modulo' | 'hash' | 'range';

/** Inclusive bounds of document ids; null = open. */
export interface Bounds {
  readonly start: string | null;
  readonly end: string | null;
}

export interface Partition {
  readonly by: PartitionBy;
  readonly instanceId: number;
  readonly instanceCount: number;
  /** With `range` the instance's own range; else those of the run. */
  readonly bounds: Bounds;
}

/**
 * SQL for the number of the partition that a document belongs to; the same text on both engines (architecture, Partitioning).
 * `column` and `count` are SQL: a quoted column, and a number or a column. With `range` partitions are bounds only: 0 for all.
 */
export function partitionNumber(by: PartitionBy, column: string, count: string | number): string {
  if (by === 'range') return '0';
  return by === 'hash' ? `(${hashed(column)} % ${count})` : `(((${column} % ${count}) + ${count}) % ${count})`;
}

/** SQL that is true for the documents of one partition, bounds aside. */
export function inPartition(by: PartitionBy, column: string, instanceId: number, instanceCount: number): string {
  if (by === 'range') return '1 = 1';
  return `${partitionNumber(by, column, checked(instanceCount))} = ${checked(instanceId)}`;
}

// Fibonacci hashing on 32 bits. Large literals are cast because T-SQL reads a bare one as a decimal.
function hashed(column: string): string {
  const two32 = 'CAST(4294967296 AS bigint)';
  const unsigned = `(((${column} % ${two32}) + ${two32}) % ${two32})`;
  return `((${unsigned} * CAST(1640531527 AS bigint)) % ${two32} / CAST(65536 AS bigint))`;
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no partition number`);
  return value;
}
