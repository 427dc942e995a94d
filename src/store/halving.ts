import type { GroupDocument, GroupResult } from './port.ts';

/** The database refused the piece, perhaps for what a document of it holds. */
export interface DocumentFault {
  readonly result: 'fault';
  /** The log's text for the document whose fault it turns out to be, without values of it. */
  readonly reason: string;
  /** What is thrown if no document is the cause. */
  readonly error: Error;
}

/** Documents committed together: a group, or a half of one. */
export interface Piece {
  readonly documents: readonly GroupDocument[];
  readonly cursor: string;
  /** Whether it ends the group, so that a group counts as one batch however often it is halved. */
  readonly last: boolean;
}

/**
 * Commits a group in as few transactions as it can: whole, or in ordered halves until a refused document stands alone, which is then
 * committed as rejected, without its rows. If the database refuses even that, the fault is no document's: its error is thrown, and what
 * was committed before stays (architecture, point 5). Stops as soon as the lease is lost.
 */
export async function commitInHalves(
  piece: Piece,
  commit: (piece: Piece) => Promise<GroupResult | DocumentFault>,
): Promise<GroupResult> {
  const outcome = await commit(piece);
  if (outcome.result !== 'fault') return outcome;
  const [only, ...others] = piece.documents;
  // Without documents, or of a rejected one, there is nothing but the log row to leave out.
  if (only === undefined || (others.length === 0 && only.outcome === 'rejected')) throw outcome.error;
  if (others.length === 0) {
    const { appId, sourceHash, issues } = only;
    const rejected = { appId, sourceHash, issues, outcome: 'rejected', reason: outcome.reason } as const;
    return commitInHalves({ ...piece, documents: [rejected] }, commit);
  }

  const middle = Math.ceil(piece.documents.length / 2);
  const first = piece.documents.slice(0, middle);
  const left = await commitInHalves(
    { documents: first, cursor: first.at(-1)?.appId ?? piece.cursor, last: false },
    commit,
  );
  if (left.result === 'lost') return left;
  return commitInHalves({ ...piece, documents: piece.documents.slice(middle) }, commit);
}
