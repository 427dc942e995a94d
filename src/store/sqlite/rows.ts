import { z } from 'zod';
import { hasOwnChecksOnly } from './own-checks.ts';
import { kindOf, tableWriter } from './table-writer.ts';
import { qualified } from '../dialect.ts';
import type { ColumnType, DestinationTable, DestinationRow } from '../destination.ts';
import type { GroupDocument } from '../port.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import { count } from '../../words.ts';
import type { Cell } from './sure.ts';
import type { BoundStatement, TableWriter } from './table-writer.ts';

type Mapped = Extract<GroupDocument, { outcome: 'mapped' }>;

/** Positions in `documents` of those whose root row exists already. */
export function existingRoots(
  context: Context,
  root: DestinationTable,
  documents: readonly Mapped[],
): ReadonlySet<number> {
  const { db, dialect, workSet } = context;
  const key = root.primaryKey.length > 0 ? root.primaryKey : (root.uniqueKey ?? []);
  if (key.length === 0) return new Set();
  const { columns } = tableWriter(context, root);
  const keyed = columns.flatMap(({ name, cell }, at) => (key.includes(name) ? [{ name, cell, at }] : []));
  const keys = documents.flatMap((document, index) =>
    rowsOf(document, root.name).map((row) => [index, ...keyed.map(({ cell, at }) => cellOf(cell, row[at]))]),
  );
  const match = keyed
    .map(({ name }, position) => `r.${dialect.quote(name)} = (j.value ->> ${position + 1})`)
    .join(' AND ');
  const sql = `SELECT j.value ->> 0 AS number FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM ${qualified(dialect, workSet.schema, root)} r WHERE ${match})`;
  // A decimal of few digits may be a BigInt, which JSON lacks.
  const json = JSON.stringify(keys, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  return new Set(db.all(z.object({ number: z.int() }), sql, json).map(({ number }) => number));
}

/** Writes the rows of documents, table by table, as if one document after another. */
export function insertRows(
  context: Context,
  tables: readonly DestinationTable[],
  documents: readonly Mapped[],
): { rows: number; duplicateRows: number } {
  checkTables(tables, documents);
  const counts = { rows: 0, duplicateRows: 0 };
  const parts = Map.groupBy(
    documents.flatMap((document) => document.tables),
    ({ table }) => table,
  );
  const isOwn = hasOwnChecksOnly(context, tables);
  const batches = tables.flatMap((table) => {
    const own = parts.get(table.name);
    return own === undefined ? [] : [convertRows(tableWriter(context, table), own, isOwn)];
  });
  context.db.heedChecks(!batches.every((batch) => batch.isSure));
  for (const { writer, documents: own } of batches) {
    for (const rows of own) {
      const written = writeRows(context.db, writer, rows);
      counts.rows += written;
      counts.duplicateRows += rows.cells.length - written;
    }
  }
  return counts;
}

/** The rows of documents in one table, as they are bound. */
interface Batch {
  readonly writer: TableWriter;
  readonly documents: readonly BoundRows[];
  /** Whether all values meet the CHECKs of their columns beyond doubt. */
  readonly isSure: boolean;
}

/** Of one document; `presence` says of each column whether any of its rows has it. */
interface BoundRows {
  readonly cells: readonly (readonly Cell[])[];
  readonly presence: readonly number[];
}

/** Only of tables that xmlfan made (`isOwn`) it is known what their CHECKs say, and that a column keeps a number as it does its digits. */
function convertRows(
  writer: TableWriter,
  documents: readonly { readonly rows: readonly DestinationRow[] }[],
  isOwn: boolean,
): Batch {
  const { columns } = writer;
  let isSure = isOwn;
  const convert = (row: DestinationRow): Cell[] =>
    columns.map(({ cell, sure }, at) => {
      const text = row[at];
      if (text === undefined || text === null || text === '') return null;
      const certain = isOwn ? sure(text) : undefined;
      if (certain !== undefined) return certain;
      isSure = false;
      return cell(text);
    });
  const converted = documents.map(({ rows }) => ({ cells: rows.map(convert), presence: presenceOf(writer, rows) }));
  return { writer, documents: converted, isSure };
}

/** Spec 11.3: a column takes its default only if no row of this document and table has it. */
function presenceOf({ columns, hasDefaults }: TableWriter, rows: readonly DestinationRow[]): readonly number[] {
  if (!hasDefaults) return NO_DEFAULTS;
  return columns.map(({ standard }, at) => (standard === null || rows.some((row) => row[at] !== undefined) ? 1 : 0));
}

const NO_DEFAULTS: readonly number[] = [];

/** Writes the rows of one document in one table; returns how many were written. */
function writeRows(db: Connection, writer: TableWriter, { cells: all, presence }: BoundRows): number {
  const { insert, update, key, table } = writer;
  const isComplete = (cells: readonly Cell[]): boolean =>
    key === null || key.every((column) => cells[column] !== null || presence[column] === 0);
  const incomplete = key !== null && table.onDuplicate === 'skip' && all.some(isComplete) ? new Set<string>() : null;
  let written = 0;
  for (const cells of all) {
    if (incomplete !== null && !isComplete(cells) && isRepeated(incomplete, table, key ?? [], cells)) continue;
    const inserted = db.run(insert.sql, ...bound(insert, cells, presence));
    if (inserted === 0 && update !== null) db.run(update.sql, ...bound(update, cells, presence));
    // Of an upsert every row counts as written: it was inserted, or it changed the value.
    written += table.onDuplicate === 'update' ? 1 : inserted;
  }
  return written;
}

function bound({ values }: BoundStatement, cells: readonly Cell[], presence: readonly number[]): readonly Cell[] {
  if (values === null) return cells;
  return values.map(({ column, of }) => (of === 'presence' ? presence[column] : cells[column]) ?? null);
}

/**
 * Rows with an incomplete key, NULL being equal to NULL, are duplicates within their document if one of its rows has a complete key
 * and duplicates are skipped; all others are none (spec 11.2).
 */
function isRepeated(
  seen: Set<string>,
  table: DestinationTable,
  key: readonly number[],
  cells: readonly Cell[],
): boolean {
  const text = JSON.stringify(key.map((column) => comparable(table.columns[column]?.type, cells[column] ?? null)));
  return seen.has(text) || !seen.add(text);
}

// Key values are compared before they become integers, so `07` and `7` are made equal here.
function comparable(type: ColumnType | undefined, cell: Cell): string | null {
  if (cell === null) return null;
  if (typeof cell === 'object') return Buffer.from(cell).toString('hex');
  const text = String(cell);
  const isInteger = type !== undefined && ['tinyint', 'smallint', 'int', 'bigint'].includes(kindOf(type));
  return isInteger && /^-?\d+$/.test(text) ? String(BigInt(text)) : text;
}

function cellOf(cell: (text: string) => Cell, text: string | null | undefined): Cell {
  return text === undefined || text === null || text === '' ? null : cell(text);
}

function rowsOf(document: Mapped, table: string): readonly DestinationRow[] {
  return document.tables.filter((rows) => rows.table === table).flatMap(({ rows }) => rows);
}

// A row or value nobody asked about would be lost without a word.
function checkTables(tables: readonly DestinationTable[], documents: readonly Mapped[]): void {
  const widths = new Map(tables.map((table) => [table.name, table.columns.length]));
  for (const document of documents) {
    for (const { table, rows } of document.tables) {
      const width = widths.get(table);
      if (width === undefined) throw new Error(`rows of table ${table}, which is not among the group's tables`);
      const odd = rows.find((row) => row.length !== width);
      if (odd !== undefined)
        throw new Error(`a row of ${count(odd.length, 'value')} for ${count(width, 'column')} of ${table}`);
    }
  }
}
