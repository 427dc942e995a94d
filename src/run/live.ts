import type { Instance, Run } from '../store/port.ts';

/** Whether a run has not ended. */
export function isLive({ status }: Pick<Run, 'status'>): boolean {
  return status === 'running' || status === 'paused' || status === 'cancelling';
}

/** Whether an instance has not ended. */
export function isLeft({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'planned' || status === 'running';
}
