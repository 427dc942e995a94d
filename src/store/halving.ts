import type { GroupDocument, GroupResult } from './port.ts';

/** The database refused a document of the piece; `reason` is the log's text for it, without values of the document. */
export interface DocumentFault {
  readonly result: 'fault';
  readonly reason: string;
}

/** Documents committed together: a group, or a half of one. */
export interface Piece {
  readonly documents: readonly GroupDocument[];
  readonly cursor: string;
  /** Whether it ends the group, so that a group counts as one batch however often it is halved. */
  readonly last: boolean;
}

/**
 * Commits a group in as few transactions as it can: whole, or in ordered halves until a refused document stands alone,
 * which is then committed as rejected. Stops as soon as the lease is lost.
 */
export async function commitInHalves(
  piece: Piece,
  commit: (piece: Piece) => Promise<GroupResult | DocumentFault>,
): Promise<GroupResult> {
  const outcome = await commit(piece);
  if (outcome.result !== 'fault') return outcome;
  const [only, ...others] = piece.documents;
  if (only === undefined) throw new Error(`a group without documents was refused: ${outcome.reason}`);
  if (others.length === 0) return commitInHalves({ ...piece, documents: [rejected(only, outcome.reason)] }, commit);

  const middle = Math.ceil(piece.documents.length / 2);
  const first = piece.documents.slice(0, middle);
  const left = await commitInHalves(
    { documents: first, cursor: first.at(-1)?.appId ?? piece.cursor, last: false },
    commit,
  );
  if (left.result === 'lost') return left;
  return commitInHalves({ ...piece, documents: piece.documents.slice(middle) }, commit);
}

function rejected(document: GroupDocument, reason: string): GroupDocument {
  // Only the log row is left of a rejected document; if even that is refused, no halving helps.
  if (document.outcome === 'rejected')
    throw new Error(`the log row of document ${document.appId} was refused: ${reason}`);
  return { appId: document.appId, issues: document.issues, outcome: 'rejected', reason };
}
