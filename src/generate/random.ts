import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of chance that is the same for the same seed. */
export interface Random {
  /** A whole number, both bounds included. */
  int(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...(readonly T[])]): T;
}

/** Streams of one seed are independent of each other, so that a document does not depend on those before it. */
export function openRandom(seed: number, stream: number): Random {
  const generator = xoroshiro128plus(seed ^ Math.imul(stream, 0x9e3779b1));
  const int = (least: number, most: number): number => uniformInt(generator, least, most);
  return {
    int,
    chance: (probability) => int(0, 999_999) < probability * 1_000_000,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
  };
}
