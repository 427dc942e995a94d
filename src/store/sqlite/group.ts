import { z } from 'zod';
import { commitInHalves } from '../halving.ts';
import { contractMark } from '../origin.ts';
import { noteDocuments } from '../notes.ts';
import { COUNTERS, NO_TOTALS, totalsOf } from '../totals.ts';
import { NOW, SECONDS_ON, secondsSince } from './clock.ts';
import { blamingDocuments, DocumentRefused, refusedAtCommit, storeError } from './errors.ts';
import { keepAlive, SELECT_TOTALS, STANDING } from './run-rows.ts';
import { existingRoots, insertRows } from './rows.ts';
import { idValue } from './ids.ts';
import type { DocumentFault, Piece } from '../halving.ts';
import type { Claim, Group, GroupDocument, GroupResult, RunStatus, Store, Totals } from '../port.ts';
import type { Context } from './context.ts';

/** The part of the store that writes. */
export function writerStore(context: Context): Pick<Store, 'prepareGroups' | 'writeGroup'> {
  return { prepareGroups: async () => {}, writeGroup: (claim, group) => writeGroup(context, claim, group) };
}

async function writeGroup(context: Context, claim: Claim, group: Group): Promise<GroupResult> {
  // Each piece carries on where the last one left the instance row.
  let current = claim;
  return commitInHalves({ documents: group.documents, cursor: group.cursor, last: true }, async (piece) => {
    const outcome = await commit(context, current, group, piece);
    if (outcome.result === 'written') current = outcome.claim;
    return outcome;
  });
}

async function commit(
  context: Context,
  claim: Claim,
  group: Group,
  piece: Piece,
): Promise<GroupResult | DocumentFault> {
  try {
    return await context.db.transactionAsItIs(() => writePiece(context, claim, group, piece));
  } catch (error) {
    const refused = error instanceof DocumentRefused;
    const reason = refused ? error.message : refusedAtCommit(error);
    if (reason === null) throw error;
    return { result: 'fault', reason, error: storeError(refused ? error.cause : error) };
  }
}

/** One transaction: fence, rows, log rows, totals. */
function writePiece(context: Context, claim: Claim, group: Group, piece: Piece): GroupResult {
  const status = fence(context, claim, piece.cursor);
  if (status === null) return { result: 'lost' };
  const { ours, counts } = group.dryRun ? count(piece.documents) : write(context, claim, group, piece.documents);
  const next = noteDocuments(claim, ours);
  const { second, totals } = addTotals(context, next, { ...counts, batches: piece.last ? 1 : 0 });
  const latest = [Math.round(second), totals.documents, totals.failed] as const;
  return { result: 'written', claim: { ...next, latest }, totals, status };
}

/** Renews the lease, moves the cursor and returns the run's status; null if the lease is no longer ours. */
function fence(context: Context, { runId, instanceId, token }: Claim, cursor: string): RunStatus | null {
  const { db, names, leases } = context;
  const renew = `UPDATE ${names.instance} SET lease_until = ${SECONDS_ON}, heartbeat = ${NOW}, id_cursor = ?
    WHERE run_id = ? AND instance_id = ? AND token = ?`;
  const held = db.run(renew, String(leases.leaseSeconds), cursor, runId, instanceId, token) === 1;
  return held ? keepAlive(context, runId) : null;
}

interface Written {
  /** The documents that are logged now. */
  readonly ours: readonly GroupDocument[];
  readonly counts: Omit<Totals, 'batches'>;
}

function write(context: Context, claim: Claim, group: Group, documents: readonly GroupDocument[]): Written {
  const ours = notLogged(context, documents);
  const mapped = ours.filter((document) => document.outcome === 'mapped');
  const root = group.tables.find(({ role }) => role === 'root');
  const present = root === undefined ? new Set<number>() : existingRoots(context, root, mapped);
  const fresh = mapped.filter((_, index) => !present.has(index));
  const { rows, duplicateRows } = blamingDocuments(() => insertRows(context, group.tables, fresh));
  insertLog(context, claim, group, ours);
  insertOrigins(context, claim, ours);
  const counts = {
    documents: documents.length,
    success: fresh.length,
    failed: ours.length - mapped.length,
    alreadyPresent: present.size,
    doneByAnother: documents.length - ours.length,
    rows,
    duplicateRows,
  };
  return { ours, counts };
}

/** What a dry run counts: the rows are those that the documents have, none being written. */
function count(documents: readonly GroupDocument[]): Written {
  const mapped = documents.filter((document) => document.outcome === 'mapped');
  const rows = mapped.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.rows.length, 0);
  const success = mapped.length;
  return {
    ours: documents,
    counts: { ...NO_TOTALS, documents: documents.length, success, failed: documents.length - success, rows },
  };
}

/** The documents that nobody has logged, each once. */
function notLogged({ db, names }: Context, documents: readonly GroupDocument[]): readonly GroupDocument[] {
  const ids = JSON.stringify(documents.map(({ appId }) => appId));
  const logged = `SELECT j.value FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM ${names.log} l WHERE l.app_id = ${names.ids.value('j.value')})`;
  const done = new Set(db.all(z.object({ value: z.string() }), logged, ids).map(({ value }) => value));
  return documents.filter(({ appId }) => !done.has(appId) && done.add(appId));
}

function insertLog({ db, names }: Context, claim: Claim, { range }: Group, documents: readonly GroupDocument[]): void {
  const rows = documents.map((document) =>
    document.outcome === 'mapped' ? [document.appId, 'success', null] : [document.appId, 'failed', document.reason],
  );
  db.run(
    `INSERT INTO ${names.log} (app_id, status, failure_reason, processing_time, session_id, app_id_start, app_id_end)
     SELECT ${names.ids.value('value ->> 0')}, value ->> 1, substr(value ->> 2, 1, 500), ${NOW}, ?, ?, ? FROM json_each(?)`,
    claim.sessionId,
    idValue(names.ids, range.start),
    idValue(names.ids, range.end),
    JSON.stringify(rows),
  );
}

/** Notes what the documents were made of. */
function insertOrigins({ db, names }: Context, { contractHash }: Claim, documents: readonly GroupDocument[]): void {
  db.run(
    `INSERT INTO ${names.origin} (app_id, source_hash, contract_mark) SELECT ${names.ids.value('value ->> 0')}, value ->> 1, ? FROM json_each(?) WHERE true
     ON CONFLICT (app_id) DO UPDATE SET source_hash = excluded.source_hash, contract_mark = excluded.contract_mark`,
    contractMark(contractHash),
    JSON.stringify(documents.map(({ appId, sourceHash }) => [appId, sourceHash])),
  );
}

const COUNTED = totalsOf((counter) => counter);
const ADD_COUNTS = Object.values(COUNTED).map((counter) => `${COUNTERS[counter]} = ${COUNTERS[counter]} + ?`);

/** Adds to the instance row, the only place of totals, and returns what it then says. */
function addTotals(
  { db, names }: Context,
  { runId, instanceId, issues, samples, unmatched }: Claim,
  counts: Totals,
): { readonly second: number; readonly totals: Totals } {
  const row = db.get(
    STANDING,
    `UPDATE ${names.instance} SET ${ADD_COUNTS.join(', ')}, issues = ?, samples = ?, unmatched = ? WHERE run_id = ? AND instance_id = ?
     RETURNING ${SELECT_TOTALS}, (SELECT ${secondsSince('r.started')} FROM ${names.run} r WHERE r.run_id = ${names.instance}.run_id) AS second`,
    ...Object.values(COUNTED).map((counter) => counts[counter]),
    JSON.stringify(issues),
    JSON.stringify(samples),
    JSON.stringify(unmatched),
    runId,
    instanceId,
  );
  return row ?? { second: 0, totals: NO_TOTALS };
}
