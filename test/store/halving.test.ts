import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitInHalves } from '../../src/store/halving.ts';
import { NO_TOTALS } from '../../src/store/totals.ts';
import { mapped, rejected } from './suite/world.ts';
import type { DocumentFault, Piece } from '../../src/store/halving.ts';
import type { Claim, GroupResult } from '../../src/store/port.ts';

const CLAIM: Claim = {
  runId: 'r',
  instanceId: 0,
  token: 't',
  sessionId: 's',
  contractHash: 'h',
  issues: [],
  samples: [],
  unmatched: null,
  latest: null,
};
const WRITTEN: GroupResult = { result: 'written', claim: CLAIM, totals: NO_TOTALS, status: 'running' };
const FAULT: DocumentFault = { result: 'fault', reason: 'constraint_violation: x', error: new Error('refused') };

/** Halves a group of `count` documents of which some are refused, and returns what was committed, in order. */
async function halve(
  count: number,
  bad: readonly number[],
  lostAt?: number,
): Promise<{ pieces: string[]; attempts: number; result: string }> {
  const pieces: string[] = [];
  let attempts = 0;
  const documents = Array.from({ length: count }, (_, index) => mapped(index + 1));
  const commit = async (piece: Piece): Promise<GroupResult | DocumentFault> => {
    attempts += 1;
    if (piece.documents.some(({ appId, outcome }) => outcome === 'mapped' && bad.includes(Number(appId)))) return FAULT;
    if (piece.documents.some(({ appId }) => Number(appId) === lostAt)) return { result: 'lost' };
    const list = piece.documents.map((document) =>
      document.outcome === 'rejected' ? `${document.appId}: ${document.reason}` : document.appId,
    );
    pieces.push(`${list.join(' ')} > ${piece.cursor}${piece.last ? ' last' : ''}`);
    return WRITTEN;
  };
  const { result } = await commitInHalves({ documents, cursor: '99', last: true }, commit);
  return { pieces, attempts, result };
}

test('a group without a bad document is one piece', async () => {
  assert.deepEqual(await halve(3, []), { pieces: ['1 2 3 > 99 last'], attempts: 1, result: 'written' });
});

test('a bad document ends up alone and rejected, the others in halves and in order', async () => {
  const { pieces } = await halve(8, [3]);
  assert.deepEqual(pieces, ['1 2 > 2', '3: constraint_violation: x > 3', '4 > 4', '5 6 7 8 > 99 last']);
});

test('a document that is rejected keeps what was odd about it', async () => {
  const issues = [{ kind: 'cut', table: 't', column: 'c' }] as const;
  let written: readonly object[] = [];
  const commit = async ({ documents }: Piece): Promise<GroupResult | DocumentFault> => {
    written = documents;
    return documents[0]?.outcome === 'mapped' ? FAULT : WRITTEN;
  };
  await commitInHalves({ documents: [{ ...mapped(1), issues }], cursor: '1', last: true }, commit);
  assert.deepEqual(written, [{ ...rejected(1, FAULT.reason), issues }]);
});

test('the last piece carries the cursor of the group even if its document is bad', async () => {
  const { pieces } = await halve(3, [3]);
  assert.deepEqual(pieces, ['1 2 > 2', '3: constraint_violation: x > 99 last']);
});

test('one bad document among 100 costs few attempts', async () => {
  const { attempts } = await halve(100, [50]);
  assert.ok(attempts <= 17, `${attempts} attempts`);
});

test('a group of bad documents only is rejected one by one', async () => {
  const { pieces } = await halve(4, [1, 2, 3, 4]);
  assert.equal(pieces.length, 4);
});

test('a lost lease stops the halving', async () => {
  const { pieces, result } = await halve(8, [1], 3);
  assert.deepEqual(pieces, ['1: constraint_violation: x > 1', '2 > 2']);
  assert.equal(result, 'lost');
});

test('what is refused without its rows too is no fault of a document: its error ends the halving, and what was written stays', async () => {
  const pieces: string[] = [];
  const halving = commitInHalves(
    { documents: [1, 2, 3, 4].map((id) => mapped(id)), cursor: '4', last: true },
    async (piece) => {
      const ids = piece.documents.map(({ appId }) => appId);
      if (ids.some((id) => Number(id) >= 3)) return FAULT;
      pieces.push(ids.join(' '));
      return WRITTEN;
    },
  );
  await assert.rejects(halving, FAULT.error);
  assert.deepEqual(pieces, ['1 2']);
});

test('a rejected document has nothing to leave out: its refusal is thrown at once', async () => {
  let attempts = 0;
  const halving = commitInHalves({ documents: [rejected(7)], cursor: '7', last: true }, async () => {
    attempts += 1;
    return FAULT;
  });
  await assert.rejects(halving, FAULT.error);
  assert.equal(attempts, 1);
});
