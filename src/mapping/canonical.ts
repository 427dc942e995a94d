import { Big } from 'big.js';
import type { AnyContract, Contract, Table } from '../contract/contract.ts';
import { isNumeric, isTemporal } from './convert.ts';
import { printTimestamp } from '../values/dates.ts';
import { readTimestamp } from '../values/dates.ts';
import { columnsOf } from './layout.ts';
import { layOutNested } from './nested/compile.ts';
import type { Row } from './layout.ts';
import type { TableRows } from './outcome.ts';

/** Table -> rows in order -> column -> canonical value. */
export type CanonicalTables = Readonly<Record<string, readonly CanonicalRow[]>>;

/** Absent columns are not there. */
export type CanonicalRow = Readonly<Record<string, string | null>>;

/** What stands for the current time. */
export const CURRENT_TIME = '<utcnow>';

/**
 * Rows in a form in which equal values are equal text: numbers in plain notation without trailing zeros, dates as
 * timestamps, also where the row holds a default as written; empty text as null; `now` as `<utcnow>`.
 */
export function canonicalTables(contract: Contract, tables: readonly TableRows[], now: Date): CanonicalTables {
  const current = printTimestamp(now);
  return Object.fromEntries(
    tables.flatMap(({ table: name, rows }) => {
      const table = contract.tables.find((candidate) => candidate.name === name);
      if (table === undefined) return [];
      const [columns, print] = [columnsOf(table), canonicalColumns(contract, table)];
      return [[name, rows.map((row) => canonicalRow(columns, row, print, current))]];
    }),
  );
}

/** The same for a contract of either format; in format 2 values are in that form from the start. */
export function canonicalOf(contract: AnyContract, tables: readonly TableRows[], now: Date): CanonicalTables {
  if (contract.format === 1) return canonicalTables(contract, tables, now);
  const columns = new Map(layOutNested(contract).map(({ table, columns: names }) => [table.destination.label, names]));
  return Object.fromEntries(
    tables.map(({ table, rows }) => [table, rows.map((row) => named(columns.get(table) ?? [], row))]),
  );
}

type Print = (value: string) => string;

function canonicalRow(
  columns: readonly string[],
  row: Row,
  print: ReadonlyMap<string, Print>,
  current: string,
): CanonicalRow {
  const canonical = (column: string, value: string | null): string | null => {
    if (value === null || value === '') return null;
    return value === current ? CURRENT_TIME : (print.get(column)?.(value) ?? value);
  };
  const cells = Object.entries(named(columns, row));
  return Object.fromEntries(cells.map(([column, value]) => [column, canonical(column, value)]));
}

/** A row with the names of its columns. */
function named(columns: readonly string[], row: Row): CanonicalRow {
  const cells = columns.flatMap((column, at): readonly (readonly [string, string | null])[] => {
    const value = row[at];
    return value === undefined ? [] : [[column, value]];
  });
  return Object.fromEntries(cells);
}

/** How the columns of a table print; text columns, and columns without a mapping, print as they are. */
function canonicalColumns({ keyColumns }: Contract, table: Table): ReadonlyMap<string, Print> {
  const print = new Map<string, Print>();
  for (const { column, dataType } of table.mappings) {
    if (isNumeric(dataType)) print.set(column, canonicalNumber);
    else if (isTemporal(dataType)) print.set(column, (value) => readTimestamp(value) ?? value);
  }
  if (table.rows.kind === 'score' && table.mappings.every(({ dataType }) => isNumeric(dataType))) {
    print.set(table.rows.columns.value, canonicalNumber);
  }
  const keys = [keyColumns.document, keyColumns.contact, ...table.keys.map(({ column }) => column)];
  for (const column of keys) print.set(column, canonicalNumber);
  return print;
}

function canonicalNumber(value: string): string {
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/.test(value)) return value;
  const plain = new Big(
    value
      .replace(/^\+/, '')
      .replace(/\.(?=$|e)/i, '')
      .replace(/^(-?)\./, '$10.'),
  ).toFixed();
  return plain === '-0' ? '0' : plain;
}
