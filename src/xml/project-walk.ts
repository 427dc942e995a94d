import type { Limits } from './element.ts';
import type { References } from './references.ts';
import type { CompiledReach, Step } from './project-reach.ts';
import type { Source } from './scan-source.ts';

/** Where a walk through one document stands. The lists are stacks of the open elements, one entry each. */
export interface Walk extends Source {
  readonly reach: CompiledReach | null;
  readonly references: References;
  readonly maxDepth: number;
  readonly starts: number[];
  readonly nameEnds: number[];
  /** Where the element stands on the paths of the reach, or null if it is on none. */
  readonly steps: (Step | null)[];
  depth: number;
  /** How many of the open elements, from the root down, are copied so far. */
  kept: number;
  out: string;
  readonly attributes: ReadonlyMap<string, string>[];
  /** Place of the next colon, once it is searched for: each part of the text is searched once. */
  colon: number;
}

/** A walk that has not begun. */
export function openWalk(
  source: Source,
  reach: CompiledReach | null,
  references: References,
  { maxDepth }: Limits,
): Walk {
  return {
    ...source,
    reach,
    references,
    maxDepth,
    starts: [],
    nameEnds: [],
    steps: [],
    depth: 0,
    kept: 0,
    out: '',
    attributes: [],
    colon: -1,
  };
}
