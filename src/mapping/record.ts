import type { Table } from '../contract/contract.ts';
import { compileColumn } from './column.ts';
import type { Column } from './column.ts';
import type { Environment } from './environment.ts';
import type { NoteIssue } from './issues.ts';
import type { MutableRow } from './layout.ts';
import { elementFind } from './nested/find-value.ts';
import type { Trace } from './trace.ts';

/** Builds the record of one document or element, before its keys are set (spec 7.1). */
export interface Record {
  /** `node` is the row's element, or `NONE`. */
  build(node: number): MutableRow;
  /** Whether any column of the row built last is set. */
  isSet(): boolean;
  /** Whether a column other than keys and defaults is set (spec 7.2). */
  isMeaningful(): boolean;
}

interface Field extends Column {
  readonly at: number;
  /** Keys do not make a row meaningful. */
  readonly isKey: boolean;
  readonly note: NoteIssue;
}

/** Compiles the columns of a table. */
export function compileRecord(table: Table, environment: Environment): Record {
  const { contract, layout, issues, trace } = environment;
  const { document: documentKey, contact: contactKey } = contract.keyColumns;
  const keys = new Set([documentKey, contactKey, ...table.keys.map(({ column }) => column)]);
  const fields: readonly Field[] = table.mappings
    .filter((mapping) => mapping.column !== '')
    .map((mapping) => [mapping, compileColumn(mapping, environment)] as const)
    .map(([mapping, column]) => ({
      ...column,
      read: trace.column(mapping, mapping.column, column.read),
      at: layout.at(mapping.column),
      isKey: keys.has(mapping.column),
      note: issues.at(table.name, mapping.column),
    }));
  let isSet = false;
  let isMeaningful = false;
  return {
    build(node) {
      trace.row(table.name, elementFind(node));
      const row = layout.row();
      isSet = false;
      isMeaningful = false;
      for (const field of fields) {
        const text = readField(field, node);
        if (text === undefined) continue;
        if (text !== null) {
          // Empty text is stored as null (D03).
          row[field.at] = text || null;
          isSet = true;
          if (!isMeaningful && !field.isKey && !field.gaveDefault()) isMeaningful = true;
        } else if (!field.nullable) {
          isSet = fillDefault(row, field, trace) || isSet;
        }
      }
      return row;
    },
    isSet: () => isSet,
    isMeaningful: () => isMeaningful,
  };
}

/** What a column has. A failure omits it, `undefined`, and never harms the others (M04, M09); it is counted. */
function readField(field: Field, node: number): string | null | undefined {
  try {
    return field.read(node);
  } catch {
    field.note('column_failed');
    return undefined;
  }
}

/** The default as written of a column that must not be null, if it has one. */
function fillDefault(row: MutableRow, { at, rawDefault, note }: Field, trace: Trace): boolean {
  if (rawDefault === null) note('required_column_missing');
  else {
    row[at] = rawDefault || null;
    trace.tell('default_value', rawDefault);
  }
  return rawDefault !== null;
}
