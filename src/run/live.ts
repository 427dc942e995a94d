import type { Instance, Run } from '../store/port.ts';

/** Whether a run has not ended. */
export function isLive({ status }: Pick<Run, 'status'>): boolean {
  return status === 'running' || status === 'paused' || status === 'cancelling';
}

/** Whether an instance has not ended. */
export function isLeft({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'planned' || status === 'running';
}

/** Order in which lanes that take one instance after the other end at nearly the same time: most work first. */
export function mostWorkFirst(a: Instance, b: Instance): number {
  return b.planned - b.totals.documents - (a.planned - a.totals.documents);
}
