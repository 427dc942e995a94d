import { Big } from 'big.js';
import type { AnyContract, Contract, Table } from '../contract/contract.ts';
import { isNumeric, isTemporal } from './convert.ts';
import { printTimestamp } from '../values/dates.ts';
import { readTimestamp } from '../values/dates.ts';
import type { Row, TableRows } from './outcome.ts';

/** Table -> rows in order -> column -> canonical value. */
export type CanonicalTables = Readonly<Record<string, readonly Row[]>>;

/** What stands for the current time. */
const CURRENT_TIME = '<utcnow>';

/**
 * Rows in a form in which equal values are equal text: numbers in plain notation without trailing zeros, dates as
 * timestamps, also where the row holds a default as written; empty text as null; `now` as `<utcnow>`.
 */
export function canonicalTables(contract: Contract, tables: readonly TableRows[], now: Date): CanonicalTables {
  const current = printTimestamp(now);
  return Object.fromEntries(
    tables.map(({ table, rows }) => {
      const print = canonicalColumns(
        contract,
        contract.tables.find(({ name }) => name === table),
      );
      return [table, rows.map((row) => canonicalRow(row, print, current))];
    }),
  );
}

/** The same for a contract of either format; in format 2 values are in that form from the start. */
export function canonicalOf(contract: AnyContract, tables: readonly TableRows[], now: Date): CanonicalTables {
  if (contract.format === 1) return canonicalTables(contract, tables, now);
  return Object.fromEntries(tables.map(({ table, rows }) => [table, rows]));
}

type Print = (value: string) => string;

function canonicalRow(row: Row, print: ReadonlyMap<string, Print>, current: string): Row {
  const columns = Object.entries(row).map(([column, value]) => {
    if (value === null || value === '') return [column, null] as const;
    if (value === current) return [column, CURRENT_TIME] as const;
    return [column, print.get(column)?.(value) ?? value] as const;
  });
  return Object.fromEntries(columns);
}

/** How the columns of a table print; text columns, and columns without a mapping, print as they are. */
function canonicalColumns({ keyColumns }: Contract, table: Table | undefined): ReadonlyMap<string, Print> {
  const print = new Map<string, Print>();
  for (const { column, dataType } of table?.mappings ?? []) {
    if (isNumeric(dataType)) print.set(column, canonicalNumber);
    else if (isTemporal(dataType)) print.set(column, (value) => readTimestamp(value) ?? value);
  }
  if (table?.rows.kind === 'score' && table.mappings.every(({ dataType }) => isNumeric(dataType))) {
    print.set(table.rows.columns.value, canonicalNumber);
  }
  const keys = [keyColumns.document, keyColumns.contact, ...(table?.keys.map(({ column }) => column) ?? [])];
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
