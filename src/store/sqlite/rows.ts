import { z } from 'zod';
import { qualify, quote } from '../identifier.ts';
import { tableStatements } from './row-statements.ts';
import type { DestinationTable, Row } from '../destination.ts';
import type { GroupDocument } from '../port.ts';
import type { Connection } from './connection.ts';
import type { TableStatements } from './row-statements.ts';

type Mapped = Extract<GroupDocument, { outcome: 'mapped' }>;

/** Positions in `documents` of those whose root row exists already. */
export function existingRoots(
  db: Connection,
  schema: string,
  root: DestinationTable,
  documents: readonly Mapped[],
): ReadonlySet<number> {
  const key = root.primaryKey.length > 0 ? root.primaryKey : (root.uniqueKey ?? []);
  if (key.length === 0) return new Set();
  const keys = documents.flatMap((document, index) =>
    rowsOf(document, root.name).map((row) => [index, ...key.map((column) => row[column] ?? null)]),
  );
  const match = key
    .map((column, position) => `r.${quote('sqlite', column)} = (j.value ->> ${position + 1})`)
    .join(' AND ');
  const sql = `SELECT j.value ->> 0 AS number FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM ${qualify('sqlite', schema, root.name)} r WHERE ${match})`;
  return new Set(db.all(z.object({ number: z.int() }), sql, JSON.stringify(keys)).map(({ number }) => number));
}

/** Writes the rows of documents as if one document after another, in a fixed number of statements a table. */
export function insertRows(
  db: Connection,
  schema: string,
  tables: readonly DestinationTable[],
  documents: readonly Mapped[],
): { rows: number; duplicateRows: number } {
  checkTables(tables, documents);
  const counts = { rows: 0, duplicateRows: 0 };
  for (const table of tables) {
    const own = documents.map((document) => rowsOf(document, table.name));
    const given = own.reduce((sum, rows) => sum + rows.length, 0);
    if (given === 0) continue;
    const statements = tableStatements(db, schema, table);
    const json = JSON.stringify(own.flatMap((rows, index) => encode(table, statements, rows, index)));
    const inserted = db.run(statements.insert, json);
    if (statements.update !== null && inserted < given) db.run(statements.update, json);
    // Of an upsert every row counts as written: it was inserted, or it changed the value.
    const written = table.onDuplicate === 'update' ? given : inserted;
    counts.rows += written;
    counts.duplicateRows += given - written;
  }
  return counts;
}

/** Rows of one document as arrays: [document, key state, a flag for each defaulted column, a value for each column]. */
function encode(
  table: DestinationTable,
  { defaulted }: TableStatements,
  rows: readonly Row[],
  index: number,
): unknown[][] {
  // Spec 11.3: a column takes its default only if no row of this document and table has it.
  const flags = defaulted.map((column) => (rows.some((row) => row[column] !== undefined) ? 1 : 0));
  const keyed = rows.some((row) => table.uniqueKey?.every((column) => (row[column] ?? '') !== '')) ? 1 : 0;
  return rows.map((row) => [index, keyed, ...flags, ...table.columns.map(({ name }) => row[name] ?? null)]);
}

function rowsOf(document: Mapped, table: string): readonly Row[] {
  return document.tables.filter((rows) => rows.table === table).flatMap(({ rows }) => rows);
}

// A row or column nobody asked about would be lost without a word.
function checkTables(tables: readonly DestinationTable[], documents: readonly Mapped[]): void {
  const columns = new Map(tables.map((table) => [table.name, new Set(table.columns.map(({ name }) => name))]));
  for (const document of documents) {
    for (const { table, rows } of document.tables) {
      const known = columns.get(table);
      if (known === undefined) throw new Error(`rows of table ${table}, which is not among the group's tables`);
      for (const row of rows) {
        for (const name in row) if (!known.has(name)) throw new Error(`a row with the unknown column ${table}.${name}`);
      }
    }
  }
}
