import { StoreError } from '../port.ts';
import { cutText, UTF8 } from './fit.ts';
import { asJsonText } from './json-text.ts';
import { LONGEST_REASON } from './group-plans.ts';
import { columnsOf } from './row-statements.ts';
import type { DestinationRow } from '../destination.ts';
import type { GroupDocument } from '../port.ts';
import type { GroupPlan } from './group-statement.ts';
import type { Input } from './statement.ts';
import type { JsonText } from './json-text.ts';
import type { ColumnPlan, TablePlan } from './table-plan.ts';
import { count } from '../../words.ts';

/** A document on its way into the database; `refused` is why the database would not take its rows, which then stay away. */
export interface Entry {
  readonly document: GroupDocument;
  readonly refused: string | null;
  /** Its root row was there before: none of its rows are written, and it is logged a success. */
  readonly present: boolean;
}

type Mapped = Extract<GroupDocument, { outcome: 'mapped' }>;

/** Finds the documents with a value that its column cannot hold, without asking the server. */
export function entryOf(plan: GroupPlan, document: GroupDocument): Entry {
  return { document, refused: document.outcome === 'mapped' ? misfitOf(plan, document) : null, present: false };
}

/** The inputs of a group's statement that its documents make. Notes in the plan which masks it needs, and of which tables rows have to be compared. */
export function encode(plan: GroupPlan, entries: readonly Entry[]): Record<string, Input> {
  for (const { masks } of plan.tables) if (masks.size > MOST_MASKS) masks.clear();
  const tables = plan.tables.map((): unknown[][] => []);
  const documents: unknown[][] = [];
  const roots: unknown[][] = [];
  const counts = { success: 0, failed: 0, present: 0, skippable: 0, updating: 0 };
  let position = 0;
  for (const [d, { document, refused, present }] of entries.entries()) {
    for (const [index, table] of plan.tables.entries()) {
      const rows = document.outcome === 'mapped' && !present ? rowsOf(document, table) : [];
      roots.push(...rows.flatMap((row) => rootOf(plan.json, table, row, d)));
      if (refused !== null || rows.length === 0) continue;
      const encoded = encodeRows(plan.json, table, rows, d, position, document.appId);
      position += rows.length;
      tables[index]?.push(...encoded);
      if (table.updated.length > 0) counts.updating += rows.length;
      else if (table.key.length > 0) counts.skippable += rows.length;
    }
    const reason = present ? null : document.outcome === 'rejected' ? document.reason : refused;
    counts[present ? 'present' : reason === null ? 'success' : 'failed'] += 1;
    documents.push([
      d,
      plan.id.isText ? sendable(plan.json, document.appId, document.appId) : document.appId,
      reason === null ? 0 : 1,
      reason && sendable(plan.json, cutText(reason, plan.reason, LONGEST_REASON), document.appId),
      document.sourceHash,
    ]);
  }
  const inputs: Record<string, Input> = { documents: long(documents), roots: long(roots) };
  for (const [index, rows] of tables.entries()) inputs[`t${index}`] = long(rows);
  for (const [name, value] of Object.entries(counts)) inputs[name] = { type: 'int', value };
  return inputs;
}

// A table with many optional columns could otherwise fill the statement with masks that no group needs again.
const MOST_MASKS = 16;

/** Refuses rows that nobody asked about or that have no place to go: they would be lost without a word. */
export function checkTables(
  plan: GroupPlan,
  missing: ReadonlyMap<string, string>,
  documents: readonly GroupDocument[],
): void {
  const widths = new Map(plan.tables.map(({ table, columns }) => [table.name, columns.length]));
  for (const { table, rows } of documents.flatMap((document) =>
    document.outcome === 'mapped' ? document.tables : [],
  )) {
    const fault = missing.get(table);
    if (fault !== undefined && rows.length > 0) throw new StoreError(`SQL Server: ${fault}`, { transient: false });
    const width = widths.get(table);
    if (width === undefined && fault === undefined)
      throw new Error(`rows of table ${table}, which is not among the group's tables`);
    const odd = width === undefined ? undefined : rows.find((row) => row.length !== width);
    if (odd !== undefined)
      throw new Error(`a row of ${count(odd.length, 'value')} for ${count(width ?? 0, 'column')} of ${table}`);
  }
}

/** Each text that goes into a column with a code page, with the document's position. */
export function* codePageTexts(
  plan: GroupPlan,
  documents: readonly GroupDocument[],
): Generator<{ d: number; table: TablePlan; column: ColumnPlan; text: string }> {
  for (const table of plan.tables) {
    const columns = table.columns.filter(({ catalog: { codePage } }) => codePage !== null && codePage !== UTF8);
    if (columns.length === 0) continue;
    for (const [d, document] of documents.entries()) {
      for (const row of document.outcome === 'mapped' ? rowsOf(document, table) : []) {
        for (const column of columns) {
          const text = row[column.at];
          if (typeof text === 'string') yield { d, table, column, text };
        }
      }
    }
  }
}

function misfitOf(plan: GroupPlan, document: Mapped): string | null {
  for (const table of plan.tables) {
    const rows = rowsOf(document, table);
    if (rows.length === 0) continue;
    for (const column of columnsOf(table, maskOf(table, rows))) {
      for (const row of rows) {
        const misfit = column.misfit(valueOf(row, column));
        if (misfit !== null) return `constraint_violation: ${table.table.name}.${column.name} ${misfit}`;
      }
    }
  }
  return null;
}

/**
 * Rows of one document: position, document, mask, whether one of them has a complete key, values. Incomplete keys are compared in ways that no
 * index knows.
 */
function encodeRows(
  json: JsonText,
  table: TablePlan,
  rows: readonly DestinationRow[],
  d: number,
  first: number,
  appId: string,
): unknown[][] {
  const mask = maskOf(table, rows);
  table.masks.add(mask);
  const complete = rows.filter((row) => table.key.every((column) => valueOf(row, column) !== null)).length;
  if (complete < rows.length) table.duplicates.expected = true;
  const keyed = complete > 0 ? 1 : 0;
  return rows.map((row, index) => [
    first + index,
    d,
    mask,
    keyed,
    ...table.columns.map((column) => {
      const value = valueOf(row, column);
      return value !== null && column.isText ? noted(column, value, sendable(json, value, appId)) : value;
    }),
  ]);
}

/** Spec 11.3: a column takes its default only if no row of this document and table has it. */
function maskOf({ optional }: TablePlan, rows: readonly DestinationRow[]): string {
  return optional.map(({ at }) => (rows.some((row) => row[at] !== undefined) ? '1' : '0')).join('');
}

function rootOf(json: JsonText, table: TablePlan, row: DestinationRow, d: number): unknown[][] {
  if (table.rootKey.length === 0) return [];
  const values = table.rootKey.map((column) => [column, valueOf(row, column)] as const);
  // Such a key finds nothing, and would be an error.
  if (values.some(([column, value]) => value === null || column.misfit(value) !== null)) return [];
  return [
    [
      d,
      ...values.map(([column, value]) =>
        value !== null && column.isText ? noted(column, value, asJsonText(json, value)) : value,
      ),
    ],
  ];
}

/** What is sent of a text; that some of its characters have stand-ins is noted in the plan. */
function noted<Sent>({ standIns }: ColumnPlan, text: string, sent: Sent): Sent {
  if (sent !== text) standIns.seen = true;
  return sent;
}

function rowsOf(document: Mapped, { table }: TablePlan): readonly DestinationRow[] {
  return document.tables.filter((rows) => rows.table === table.name).flatMap(({ rows }) => rows);
}

// Empty text is NULL (spec 11.3).
function valueOf(row: DestinationRow, { at }: ColumnPlan): string | null {
  const value = row[at];
  return value === undefined || value === '' ? null : value;
}

function sendable(json: JsonText, text: string, appId: string): string {
  const encoded = asJsonText(json, text);
  if (encoded !== null) return encoded;
  const limits = "this server's OPENJSON does not give back every text as it was (SQL Server does)";
  throw new StoreError(`SQL Server: ${limits}; it cannot be given a value of document ${appId}.`, { transient: false });
}

function long(rows: readonly unknown[][]): Input {
  return { type: 'long', value: JSON.stringify(rows) };
}
