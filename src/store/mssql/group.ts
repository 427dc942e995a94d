import { z } from 'zod';
import { commitInHalves } from '../halving.ts';
import { contractMark } from '../origin.ts';
import { RUN_STATUS } from '../run-shapes.ts';
import { noteDocuments } from '../notes.ts';
import { withCodePageIssues } from './code-page.ts';
import { checkTables, encode, entryOf } from './encode.ts';
import { documentReason, isDuplicateKey, isRefusal, storeError } from './errors.ts';
import { dryStatement, groupStatement } from './group-statement.ts';
import { idInput } from './ids.ts';
import { NUMBER, STANDING } from './run-rows.ts';
import type { DestinationTable } from '../destination.ts';
import type { DocumentFault, Piece } from '../halving.ts';
import type { Claim, Group, GroupDocument, GroupResult, Store } from '../port.ts';
import type { Bounds } from '../ids.ts';
import type { Repertoire } from './code-page.ts';
import type { Input, Statement } from './statement.ts';
import type { Entry } from './encode.ts';
import type { Plan, Plans } from './group-plans.ts';
import type { Context } from './context.ts';

/** The part of the store that writes. */
export function writerStore(
  context: Context,
  plans: Plans,
  repertoire: Repertoire,
): Pick<Store, 'prepareGroups' | 'writeGroup'> {
  const writer: Writer = { ...context, plans, repertoire, prepared: new WeakMap() };
  return {
    prepareGroups: (runId, tables) => prepare(writer, runId, tables),
    writeGroup: (claim, group) => writeGroup(writer, claim, group),
  };
}

interface Writer extends Context {
  readonly plans: Plans;
  readonly repertoire: Repertoire;
  readonly prepared: WeakMap<readonly DestinationTable[], Promise<void>>;
}

/** Compiles the statement for these tables, unless that is done or under way. */
function prepare(writer: Writer, runId: string, tables: readonly DestinationTable[]): Promise<void> {
  const { prepared } = writer;
  const preparing = prepared.get(tables) ?? compileGroup(writer, runId, tables);
  prepared.set(tables, preparing);
  preparing.catch(() => prepared.delete(tables));
  return preparing;
}

/** Sends an empty group that the fence refuses: the server compiles the statement meanwhile, which may take it longer than many groups. */
async function compileGroup(writer: Writer, runId: string, tables: readonly DestinationTable[]): Promise<void> {
  const nobody: Claim = {
    runId,
    instanceId: -1,
    sessionId: '',
    token: '',
    contractHash: '',
    issues: [],
    samples: [],
    unmatched: null,
    latest: null,
  };
  const plan = await writer.plans.of(nobody.runId, tables);
  await send(writer, plan, nobody, { start: null, end: null }, { documents: [], cursor: '0', last: false }, []);
}

async function writeGroup(writer: Writer, claim: Claim, group: Group): Promise<GroupResult> {
  // Each piece carries on where the last one left the instance row.
  let current = claim;
  return commitInHalves({ documents: group.documents, cursor: group.cursor, last: true }, async (piece) => {
    const outcome = await (group.dryRun ? count(writer, current, piece) : commit(writer, current, group, piece));
    if (outcome.result === 'written') current = outcome.claim;
    return outcome;
  });
}

async function commit(writer: Writer, claim: Claim, group: Group, piece: Piece): Promise<GroupResult | DocumentFault> {
  const plan = await writer.plans.of(claim.runId, group.tables);
  checkTables(plan, plan.missing, piece.documents);
  const ours = await withCodePageIssues(writer.db, writer.repertoire, plan, firstOfEach(piece.documents));
  let entries = ours.map((document) => entryOf(plan, document));
  for (let attempts = 0; ;) {
    const outcome = await send(writer, plan, claim, group.range, piece, entries);
    if ('positions' in outcome) {
      const { result, positions } = outcome;
      if (result === 'taken') entries = entries.filter((_, d) => !positions.includes(d));
      else entries = entries.map((entry, d) => (positions.includes(d) ? { ...entry, present: true } : entry));
    } else if (outcome.result !== 'refused') {
      return outcome;
    } else if (isDuplicateKey(outcome.error) && expectDuplicates(plan)) {
      // From now on the statement looks for them.
      continue;
    } else if (isDuplicateKey(outcome.error) && attempts === 0) {
      // Somebody may have written the key meanwhile: the statement's own filters see it now.
      attempts += 1;
    } else {
      const [only, ...others] = entries;
      const reason = documentReason(outcome.error);
      const error = storeError(outcome.error);
      if (only === undefined || others.length > 0) return { result: 'fault', reason, error };
      if (only.refused !== null) throw error;
      // It stands alone. Sent without its rows it fails, unless its root row was there before.
      entries = [{ ...only, refused: reason }];
    }
  }
}

/** Has rows compared with those that are there, in all tables, since errors do not surely tell which it is; whether they were not in some. */
function expectDuplicates({ tables }: Plan): boolean {
  const trusting = tables.filter(({ key, duplicates }) => key.length > 0 && !duplicates.expected);
  for (const { duplicates } of trusting) duplicates.expected = true;
  return trusting.length > 0;
}

/** A document that is given twice is written once. */
function firstOfEach(documents: readonly GroupDocument[]): readonly GroupDocument[] {
  const seen = new Set<string>();
  return documents.filter(({ appId }) => !seen.has(appId) && seen.add(appId));
}

type Sent =
  | GroupResult
  /** Others have logged the documents at these positions of the entries, or have written their root rows. */
  | { readonly result: 'taken' | 'present'; readonly positions: readonly number[] }
  | { readonly result: 'refused'; readonly error: unknown };

async function send(
  writer: Writer,
  plan: Plan,
  claim: Claim,
  range: Bounds,
  piece: Piece,
  entries: readonly Entry[],
): Promise<Sent> {
  const next = noteDocuments(
    claim,
    entries.map(({ document }) => document),
  );
  const inputs: Record<string, Input> = {
    ...encode(plan, entries),
    ...claimInputs(writer, next, piece),
    session_id: { type: 'word', value: claim.sessionId },
    contract_mark: { type: 'word', value: contractMark(claim.contractHash) },
    elsewhere: { type: 'int', value: piece.documents.length - entries.length },
    range_start: idInput(writer.names.ids, range.start),
    range_end: idInput(writer.names.ids, range.end),
  };
  const sql = plan.text(() => groupStatement(plan));
  try {
    return await execute(writer, next, { sql, inputs });
  } catch (error) {
    if (isRefusal(error)) return { result: 'refused', error };
    // The tables may have changed since the plan was made.
    writer.plans.forget(claim.runId);
    throw storeError(error);
  }
}

/** What a dry run counts: the rows are those that the documents have, none being written. */
async function count(writer: Writer, claim: Claim, piece: Piece): Promise<GroupResult> {
  const mapped = piece.documents.filter((document) => document.outcome === 'mapped');
  const next = noteDocuments(claim, piece.documents);
  const numbers = {
    count: piece.documents.length,
    success: mapped.length,
    failed: piece.documents.length - mapped.length,
    rows: mapped.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows.length, 0),
  };
  const inputs: Record<string, Input> = claimInputs(writer, next, piece);
  for (const [name, value] of Object.entries(numbers)) inputs[name] = { type: 'int', value };
  try {
    const outcome = await execute(writer, next, { sql: dryStatement(writer.names), inputs });
    if ('positions' in outcome) throw new Error('a dry run looks at no log');
    return outcome;
  } catch (error) {
    throw storeError(error);
  }
}

function claimInputs({ leases }: Writer, claim: Claim, piece: Piece): Record<string, Input> {
  return {
    run_id: { type: 'word', value: claim.runId },
    instance_id: { type: 'int', value: claim.instanceId },
    token: { type: 'word', value: claim.token },
    cursor: { type: 'text', value: piece.cursor },
    lease: { type: 'int', value: leases.leaseSeconds },
    alive: { type: 'int', value: leases.aliveSeconds },
    batch: { type: 'int', value: piece.last ? 1 : 0 },
    issues: { type: 'long', value: JSON.stringify(claim.issues) },
    samples: { type: 'long', value: JSON.stringify(claim.samples) },
    unmatched: { type: 'long', value: JSON.stringify(claim.unmatched) },
  };
}

const POSITION = z.object({ result: z.literal(['taken', 'present']), position: NUMBER });
const OUTCOME = z.discriminatedUnion('result', [
  z.object({ result: z.literal('lost') }),
  POSITION,
  z.object({ result: z.literal('written'), status: RUN_STATUS }),
]);

async function execute(
  writer: Writer,
  claim: Claim,
  statement: Statement,
): Promise<Exclude<Sent, { result: 'refused' }>> {
  // An answer that was lost may have been a commit: from the second attempt on the cursor tells.
  const sets = await writer.db.attempt((attempt) => ({
    ...statement,
    inputs: { ...statement.inputs, again: { type: 'int', value: attempt > 0 ? 1 : 0 } },
  }));
  // Triggers of the user's tables may have put result sets of their own before ours.
  const rows = sets.findLast(([row]) => OUTCOME.safeParse(row).success) ?? [];
  const outcome = OUTCOME.parse(rows[0]);
  if (outcome.result === 'lost') return { result: 'lost' };
  if ('position' in outcome) {
    const positions = z
      .array(POSITION)
      .parse(rows)
      .map(({ position }) => position);
    return { result: outcome.result, positions };
  }
  const { second, totals } = STANDING.parse(rows[0]);
  const latest = [Math.round(second), totals.documents, totals.failed] as const;
  return { ...outcome, totals, claim: { ...claim, latest } };
}
