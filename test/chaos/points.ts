/** Where a process may be killed: `before writeGroup`, `after readPage`, … of any method of the port, `mapping`, and the ends of a group's transaction. */
export const NAMED_POINTS = [
  'after readPage',
  'mapping',
  'before COMMIT',
  'after COMMIT',
  'after releaseInstance',
] as const;

// `CHAOS_POINT` is a point and the time at which it kills: `mapping:3`. Each thread counts for itself.
const [name = '', times = '1'] = (process.env['CHAOS_POINT'] ?? '').split(':');
let left = Number(times);

/** Groups that are being written: only their commits are points. */
export const groups = { open: 0 };

/** Ends this process, as a power cut would, if this is the point and the time. */
export function reach(point: string): void {
  if (point !== name) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}
