import type { Partition } from '../store/partition.ts';

/** How a partition is told to people, e.g. `app_id % 3 == 0`. */
export function partitionText({ by, instanceId, instanceCount, bounds }: Partition): string {
  const range = [
    bounds.start === null ? '' : `app_id >= ${bounds.start}`,
    bounds.end === null ? '' : `app_id <= ${bounds.end}`,
    bounds.before === undefined || bounds.before === null ? '' : `app_id < ${bounds.before}`,
  ];
  const split = {
    modulo: `app_id % ${instanceCount} == ${instanceId}`,
    hash: `hash(app_id) % ${instanceCount} == ${instanceId}`,
    range: '',
  }[by];
  const parts = [split, ...range].filter((part) => part !== '');
  return parts.length === 0 ? 'all documents' : parts.join(' and ');
}
