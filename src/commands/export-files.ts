import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { InputError } from '../errors.ts';
import type { CanonicalRow, CanonicalTables } from '../mapping/canonical.ts';
import type { ColumnType, DestinationTable } from '../store/destination.ts';
import type { ExportFormat } from './map.ts';
import { makeFolder } from './terminal.ts';

/** A file that takes rows of one table. */
export interface TableFile {
  readonly write: (rows: readonly CanonicalRow[]) => Promise<void>;
  readonly finish: () => Promise<void>;
}

/** Files of all tables of a contract while they are written, one a table, also for those without rows. */
export interface Export {
  readonly add: (tables: CanonicalTables) => Promise<void>;
  /** Ends all files and gives them their names: before that there are only unfinished ones. Rows by name of the file. */
  readonly finish: () => Promise<ReadonlyMap<string, number>>;
  /** Removes what is unfinished. */
  readonly abandon: () => Promise<void>;
}

interface Sheet {
  readonly table: DestinationTable;
  readonly file: TableFile;
  readonly path: string;
  readonly unfinished: string;
  waiting: CanonicalRow[];
  rows: number;
}

/** Rows of a table, and characters of all, that wait to be written together: a row group of Parquet. */
const [MOST_ROWS, MOST_CHARACTERS] = [20_000, 16_000_000] as const;

/** Opens the files of an export. Throws an `InputError` that names those that are there already, unless they may be overwritten. */
export async function openExport(
  folder: string,
  format: ExportFormat,
  tables: readonly DestinationTable[],
  { overwrite }: { readonly overwrite: boolean },
): Promise<Export> {
  const paths = pathsOf(folder, format, tables);
  makeFolder(folder, '--out');
  if (!overwrite) await refuseExisting(paths);
  const sheets: Sheet[] = [];
  for (const [index, table] of tables.entries()) {
    const path = paths[index] ?? '';
    const unfinished = `${path}.${process.pid}.unfinished`;
    sheets.push({ table, path, unfinished, file: await openFile(unfinished, format, table), waiting: [], rows: 0 });
  }
  let characters = 0;
  const flush = async (sheet: Sheet): Promise<void> => {
    if (sheet.waiting.length > 0) await sheet.file.write(sheet.waiting);
    sheet.waiting = [];
  };
  return {
    async add(rows) {
      for (const sheet of sheets) {
        for (const row of rows[sheet.table.name] ?? []) {
          sheet.waiting.push(row);
          sheet.rows += 1;
          characters += lengthOf(row);
          if (sheet.waiting.length >= MOST_ROWS) await flush(sheet);
        }
      }
      if (characters < MOST_CHARACTERS) return;
      for (const sheet of sheets) await flush(sheet);
      characters = 0;
    },
    async finish() {
      for (const sheet of sheets) {
        await flush(sheet);
        await sheet.file.finish();
      }
      for (const { unfinished, path } of sheets) await rename(unfinished, path);
      return new Map(sheets.map(({ path, rows }) => [path, rows]));
    },
    async abandon() {
      for (const { unfinished } of sheets) await rm(unfinished, { force: true });
    },
  };
}

/** What no file system takes in a name is `_`; two tables that then are one get a number. */
function pathsOf(folder: string, format: ExportFormat, tables: readonly DestinationTable[]): readonly string[] {
  const taken = new Set<string>();
  return tables.map(({ name }) => {
    const base = name.replaceAll(/[^\p{L}\p{M}\p{N}_.-]/gu, '_');
    let file = base;
    for (let number = 2; taken.has(file.toLowerCase()); number += 1) file = `${base}_${number}`;
    taken.add(file.toLowerCase());
    return join(folder, `${file}.${format}`);
  });
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => path,
        () => null,
      ),
    ),
  );
  const faults = found.flatMap((path) =>
    path === null
      ? []
      : [{ place: path, message: 'is there already', advice: 'Name another folder, or add --overwrite.' }],
  );
  if (faults.length > 0) throw new InputError('The files cannot be written:', faults);
}

function lengthOf(row: CanonicalRow): number {
  let length = 0;
  for (const value of Object.values(row)) length += 8 + (value?.length ?? 0);
  return length;
}

async function openFile(path: string, format: ExportFormat, table: DestinationTable): Promise<TableFile> {
  if (format === 'parquet') return (await import('./parquet.ts')).openParquet(path, table);
  const handle = await open(path, 'w');
  const print = format === 'csv' ? printCsv : printJson;
  if (format === 'csv') await handle.write(stringify([table.columns.map(({ name }) => name)]));
  return {
    async write(rows) {
      await handle.write(print(table, rows));
    },
    async finish() {
      await handle.sync();
      await handle.close();
    },
  };
}

/** NULL is an empty field: no text is. */
function printCsv({ columns }: DestinationTable, rows: readonly CanonicalRow[]): string {
  const readers = columns.map(({ name, type }) => ({ name, isDate: kindOf(type) === 'date' }));
  return stringify(
    rows.map((row) => readers.map(({ name, isDate }) => (isDate ? dateOf(row[name] ?? null) : (row[name] ?? null)))),
  );
}

function kindOf(type: ColumnType): string {
  return (type.kind === 'exact' ? type.type : type).kind;
}

/** Dates come as their first moment. */
function dateOf(value: string | null): string | null {
  return value?.replace(/T00:00:00$/, '') ?? null;
}

/** Numbers with all their digits, truths as such. */
function printJson({ columns }: DestinationTable, rows: readonly CanonicalRow[]): string {
  const printers = columns.map(({ name, type }) => ({ key: JSON.stringify(name), name, print: jsonPrinter(type) }));
  const line = (row: CanonicalRow): string => {
    const cells = printers.map(({ key, name, print }) => {
      const value = row[name] ?? null;
      return `${key}:${value === null ? 'null' : print(value)}`;
    });
    return `{${cells.join(',')}}\n`;
  };
  return rows.map(line).join('');
}

const NUMBERS = new Set(['tinyint', 'smallint', 'int', 'bigint', 'decimal', 'money', 'float', 'real']);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function jsonPrinter(type: ColumnType): (value: string) => string {
  const kind = kindOf(type);
  if (kind === 'bit') return (value) => ({ '0': 'false', '1': 'true' })[value] ?? JSON.stringify(value);
  if (kind === 'date') return (value) => JSON.stringify(dateOf(value));
  if (!NUMBERS.has(kind)) return (value) => JSON.stringify(value);
  return (value) => (NUMBER.test(value) ? value : JSON.stringify(value));
}
