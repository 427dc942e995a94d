import { isWhole, type IdType } from '../document-id.ts';
import { leastId } from './ids.ts';
import type { PlannedInstance, SurveyRequest } from './port.ts';
import type { Bounds } from './ids.ts';

/** Pending documents of one partition (`range`: of one of N equal shares in order of id). */
export interface Share {
  readonly number: number;
  readonly documents: number;
  readonly first: string;
  readonly last: string;
  /** Whether `last` is the last of all shares, in the database's order. */
  readonly isLast: boolean;
}

/** The instances of a run, made of what one pass over the pending documents found. */
export function planInstances(
  request: SurveyRequest,
  type: IdType,
  shares: readonly Share[],
): readonly PlannedInstance[] {
  const bounds = boundsOf(request, shares);
  const byNumber = new Map(shares.map((share) => [share.number, share]));
  return Array.from({ length: request.instanceCount }, (_, instanceId) => ({
    partition: {
      by: request.by,
      instanceId,
      instanceCount: request.instanceCount,
      bounds: request.by === 'range' ? rangeOf(instanceId, type, bounds, byNumber) : bounds,
    },
    planned: byNumber.get(instanceId)?.documents ?? 0,
  }));
}

/** A limit becomes an upper bound, so that it belongs to the run and not to a process. */
function boundsOf({ bounds, limit }: SurveyRequest, shares: readonly Share[]): Bounds {
  const last = shares.find(({ isLast }) => isLast);
  return limit === null || last === undefined ? bounds : { start: bounds.start, end: last.last };
}

/** Ranges touch, so that a document which arrives between them still belongs to one; a range without a share is empty. */
function rangeOf(instanceId: number, type: IdType, bounds: Bounds, shares: ReadonlyMap<number, Share>): Bounds {
  const own = shares.get(instanceId);
  const next = shares.get(instanceId + 1);
  const whole = isWhole(type);
  if (own === undefined) {
    if (instanceId === 0) return bounds;
    return whole ? { start: '1', end: '0' } : { start: null, end: null, before: leastId(type) };
  }
  const start = instanceId === 0 ? bounds.start : own.first;
  if (next === undefined) return { start, end: bounds.end };
  return whole ? { start, end: (BigInt(next.first) - 1n).toString() } : { start, end: null, before: next.first };
}
