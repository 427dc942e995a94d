import type { AnyContract } from '../contract/contract.ts';
import { canonicalOf, CURRENT_TIME, type CanonicalRow, type CanonicalTables } from '../mapping/canonical.ts';
import type { Outcome } from '../mapping/outcome.ts';
import { sentenceOf } from '../mapping/reason.ts';
import { toDestinationTables } from '../run/contract-tables.ts';
import { printTimestamp } from '../values/dates.ts';
import { openExport } from './export-files.ts';
import type { ExportFormat } from './map.ts';
import { note, pathIn, print, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

/** Where files go and how. */
interface FileOptions {
  readonly out: string;
  readonly format: ExportFormat;
  readonly overwrite: boolean;
}

/** Ids that are remembered to tell a second document of one id; beyond that it is not told. */
const MOST_IDS = 1_000_000;

/** Writes rows into files; documents that give none, and a second one of the same id, are told and left out. */
export async function openFileSink(terminal: Terminal, contract: AnyContract, { out, format, overwrite }: FileOptions) {
  const files = await openExport(pathIn(terminal, out), format, toDestinationTables(contract), { overwrite });
  const pathOf = new Map<string, string>();
  let documents = 0;
  const leaveOut = (path: string, why: string): false => {
    note(terminal, `left out ${path}: ${why}`);
    return false;
  };
  return {
    async take(file: string | null, result: Outcome, now: Date): Promise<boolean> {
      const path = file ?? `app_id ${result.appId ?? ''}`;
      if (result.outcome === 'rejected') return leaveOut(path, sentenceOf(result.reason));
      const first = pathOf.get(result.appId);
      if (first !== undefined) return leaveOut(path, `has the id ${result.appId} of ${first}`);
      if (pathOf.size < MOST_IDS) pathOf.set(result.appId, path);
      await files.add(timed(canonicalOf(contract, result.tables, now), printTimestamp(now)));
      documents += 1;
      return true;
    },
    async end(): Promise<void> {
      const rows = await files.finish();
      const lines = [...rows].map(([path, written]) => `  ${path}: ${count(written, 'row')}`);
      await print(terminal, `${count(documents, 'document')} written:\n${lines.join('\n')}`);
    },
    abandon: files.abandon,
  };
}

/** With the time itself in place of what stands for it. */
function timed(tables: CanonicalTables, now: string): CanonicalTables {
  const timedRow = (row: CanonicalRow): CanonicalRow =>
    Object.values(row).includes(CURRENT_TIME)
      ? Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === CURRENT_TIME ? now : value]))
      : row;
  return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.map(timedRow)]));
}
