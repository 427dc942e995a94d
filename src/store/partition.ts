import { describeIds, isWhole } from '../document-id.ts';
import type { Bounds, IdSql } from './ids.ts';

export type PartitionBy = 'modulo' | 'hash' | 'range';

export interface Partition {
  readonly by: PartitionBy;
  readonly instanceId: number;
  readonly instanceCount: number;
  /** With `range` the instance's own range; else those of the run. */
  readonly bounds: Bounds;
}

/** How documents can be split by ids of a type; the first is what is taken if nothing is said. */
export function waysToSplit(type: IdSql['type']): readonly PartitionBy[] {
  return isWhole(type) ? ['modulo', 'hash', 'range'] : ['hash', 'range'];
}

/**
 * SQL for the number of the partition that a document belongs to; the same text on both engines (architecture, Partitioning).
 * `id` and `count` are SQL: an id, and a number or a column. With `range` partitions are bounds only: 0 for all.
 */
export function partitionNumber(ids: IdSql, by: PartitionBy, id: string, count: string | number): string {
  if (by === 'range') return '0';
  if (by === 'hash') return `(${ids.hash(id)} % ${count})`;
  if (!isWhole(ids.type)) throw new RangeError(`${describeIds(ids.type)} have no remainder`);
  return `(((${id} % ${count}) + ${count}) % ${count})`;
}

/** SQL for the same number of a row of the instance table (alias `i`), which says how it is split; ranges are their instance's own. */
export function partitionOfInstance(ids: IdSql, id: string): string {
  const cases = waysToSplit(ids.type)
    .filter((by) => by !== 'range')
    .map((by) => `WHEN '${by}' THEN ${partitionNumber(ids, by, id, 'i.instance_count')}`);
  return `CASE i.partition_by ${cases.join(' ')} ELSE i.instance_id END`;
}

/** SQL that is true for the documents of one partition, bounds aside. */
export function inPartition(
  ids: IdSql,
  by: PartitionBy,
  id: string,
  instanceId: number,
  instanceCount: number,
): string {
  if (by === 'range') return '1 = 1';
  return `${partitionNumber(ids, by, id, checked(instanceCount))} = ${checked(instanceId)}`;
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no partition number`);
  return value;
}
