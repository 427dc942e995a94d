import { stringify } from 'csv-stringify/sync';
import { sentenceOf } from '../mapping/reason.ts';
import type { Store } from '../store/port.ts';
import { print, type Terminal } from './terminal.ts';

const PAGE = 1000;

/** Prints failed documents as CSV, of a run or all, page by page. */
export async function printFailures(terminal: Terminal, store: Store, runId?: string): Promise<void> {
  const list = async (afterAppId?: string) =>
    store.listFailures({
      limit: PAGE,
      ...(runId !== undefined && { runId }),
      ...(afterAppId !== undefined && { afterAppId }),
    });
  await printPages(terminal, list, FAILURE_COLUMNS, ({ failureReason, processingTime, sessionId }) => [
    sentenceOf(failureReason ?? ''),
    failureReason,
    processingTime,
    sessionId,
  ]);
}

/** The names that the API's list has. */
const FAILURE_COLUMNS = ['app_id', 'sentence', 'failure_reason', 'processing_time', 'session_id'];

/** Prints the ids of documents that no run has done yet as CSV, page by page. */
export async function printPending(terminal: Terminal, store: Store): Promise<void> {
  const list = async (afterAppId?: string) =>
    (await store.listPending({ limit: PAGE, ...(afterAppId !== undefined && { afterAppId }) })).map((appId) => ({
      appId,
    }));
  await printPages(terminal, list, ['app_id'], () => []);
}

async function printPages<Row extends { readonly appId: string }>(
  terminal: Terminal,
  list: (afterAppId?: string) => Promise<readonly Row[]>,
  columns: readonly string[],
  cellsOf: (row: Row) => readonly (string | null)[],
): Promise<void> {
  await print(terminal, columns.join(','));
  for (let after: string | undefined; ;) {
    const rows = await list(after);
    const lines = rows.map((row) => [
      /^-[1-9]\d{0,18}$/.test(row.appId) ? BigInt(row.appId) : row.appId,
      ...cellsOf(row),
    ]);
    // Spreadsheets take a text that begins like a formula for one; a number below zero is none.
    const text = stringify(lines, {
      escape_formulas: true,
      cast: { bigint: (id) => ({ value: String(id), escape_formulas: false }) },
    });
    if (rows.length > 0) await print(terminal, text.trimEnd());
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.appId;
  }
}
