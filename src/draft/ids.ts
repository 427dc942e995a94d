import { canBeKey, pathFrom, soundsLikeId } from './columns.ts';
import { snakeCase } from './names.ts';
import type { Observations } from './observe.ts';
import type { Place } from './place.ts';
import type { Prefixes } from './prefixes.ts';
import { typeOf } from './types.ts';
import type { Values } from './values.ts';

/** A value that may be the id of its document. */
export interface IdCandidate {
  readonly path: string;
  readonly type: string;
}

const [MOST_DEPTH, MOST_CANDIDATES] = [4, 3] as const;

/** Values that each sample has once and no two share, those first that sound like ids. One sample tells nothing. */
export function idCandidates({ roots, documents }: Observations, prefixes: Prefixes): readonly IdCandidate[] {
  const [root] = roots.values();
  if (documents < 2 || root === undefined || roots.size > 1) return [];
  const found: (IdCandidate & { readonly rank: number })[] = [];
  const offer = (values: Values, path: string, local: string, depth: number): void => {
    const name = snakeCase(local);
    const { type } = typeOf(values, { name });
    if (values.documents === null || values.count !== documents || !canBeKey(type)) return;
    found.push({ path, type, rank: (soundsLikeId(name) ? 0 : 10) + depth });
  };
  const visit = (place: Place, depth: number): void => {
    const path = pathFrom(root, place, prefixes);
    for (const { local, namespace, values } of place.attributes.values())
      if (namespace === '') offer(values, path === '.' ? `@${local}` : `${path}/@${local}`, local, depth);
    if (place.children.size === 0) offer(place.values, path, place.local, depth);
    if (depth === MOST_DEPTH) return;
    for (const child of place.children.values()) if (child.most === 1) visit(child, depth + 1);
  };
  visit(root, 0);
  return found
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST_CANDIDATES)
    .map(({ path, type }) => ({ path, type }));
}
