import type { Breakable, Defect } from './defects.ts';
import type { Random } from './random.ts';

/** What makes documents of a contract, whatever its format. */
export interface DocumentWriter extends Breakable {
  /** What means something to the contract, in lower case. */
  readonly names: ReadonlySet<string>;
  /** What can be wrong with its documents. */
  readonly defects: readonly [Defect, ...Defect[]];
  /** The part of a document that the contract reads, in pieces: whatever stands between two of them is read by nothing. */
  write(options: WriteOptions): readonly string[];
}

export interface WriteOptions {
  readonly random: Random;
  readonly documentId: string;
  /** Elements that become rows, at most, for each parent; up to 9. */
  readonly rows: number;
  /** Probability of an attribute that may be missing. */
  readonly fullness: number;
  /** What is to be wrong with it; `number out of range` makes all whole numbers far too large for their columns. */
  readonly defect: Defect | null;
}
