import type { Partition } from '../store/port.ts';

/** How a partition is told to people, e.g. `app_id % 3 == 0`. */
export function partitionText({ by, instanceId, instanceCount, bounds }: Partition): string {
  const range = [
    bounds.start === null ? '' : `app_id >= ${bounds.start}`,
    bounds.end === null ? '' : `app_id <= ${bounds.end}`,
  ];
  const split = {
    modulo: `app_id % ${instanceCount} == ${instanceId}`,
    hash: `hash(app_id) % ${instanceCount} == ${instanceId}`,
    range: '',
  }[by];
  const parts = [split, ...range].filter((part) => part !== '');
  return parts.length === 0 ? 'all documents' : parts.join(' and ');
}

/** The id of the log rows that one instance of one run writes: `YYYYMMDD_HHMMSS_<6 of run_id>_<i>of<N>`. */
export function sessionId(
  run: { readonly runId: string; readonly started: string },
  instanceId: number,
  instanceCount: number,
): string {
  const [date = '', time = ''] = new Date(run.started).toISOString().slice(0, 19).split('T');
  return `${date.replaceAll('-', '')}_${time.replaceAll(':', '')}_${run.runId.slice(0, 6)}_${instanceId}of${instanceCount}`;
}
