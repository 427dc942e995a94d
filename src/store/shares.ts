import type { PlannedInstance, SurveyRequest } from './port.ts';
import type { Bounds } from './partition.ts';

/** Pending documents of one partition (`range`: of one of N equal shares in order of id). */
export interface Share {
  readonly number: number;
  readonly documents: number;
  readonly first: string;
  readonly last: string;
}

/** The instances of a run, made of what one pass over the pending documents found. */
export function planInstances(request: SurveyRequest, shares: readonly Share[]): readonly PlannedInstance[] {
  const bounds = boundsOf(request, shares);
  const byNumber = new Map(shares.map((share) => [share.number, share]));
  return Array.from({ length: request.instanceCount }, (_, instanceId) => ({
    partition: {
      by: request.by,
      instanceId,
      instanceCount: request.instanceCount,
      bounds: request.by === 'range' ? rangeOf(instanceId, bounds, byNumber) : bounds,
    },
    planned: byNumber.get(instanceId)?.documents ?? 0,
  }));
}

/** A limit becomes an upper bound, so that it belongs to the run and not to a process. */
function boundsOf({ bounds, limit }: SurveyRequest, shares: readonly Share[]): Bounds {
  if (limit === null || shares.length === 0) return bounds;
  const last = shares.map((share) => BigInt(share.last)).reduce((a, b) => (a > b ? a : b));
  return { start: bounds.start, end: last.toString() };
}

/** Ranges touch, so that a document which arrives between them still belongs to one; a range without a share is empty. */
function rangeOf(instanceId: number, bounds: Bounds, shares: ReadonlyMap<number, Share>): Bounds {
  const own = shares.get(instanceId);
  if (own === undefined) return instanceId === 0 ? bounds : { start: '1', end: '0' };
  const next = shares.get(instanceId + 1);
  return {
    start: instanceId === 0 ? bounds.start : own.first,
    end: next === undefined ? bounds.end : (BigInt(next.first) - 1n).toString(),
  };
}
