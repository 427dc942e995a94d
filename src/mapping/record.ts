import type { Table } from '../contract/contract.ts';
import type { Column } from './column.ts';
import { compileColumn } from './column.ts';
import type { Document, RowElement } from './document.ts';
import type { Environment } from './environment.ts';
import type { NoteIssue } from './issues.ts';
import { textOf } from '../values/value.ts';

/** A row in the making. */
export type MutableRow = Record<string, string | null>;

/** A record, before its keys are set. */
export interface Draft {
  readonly row: MutableRow;
  /** Whether any column is set. */
  readonly isSet: boolean;
  /** Whether a column other than keys and defaults is set (spec 7.2). */
  readonly isMeaningful: boolean;
}

/** Builds the record of one document or element (spec 7.1). */
export type BuildDraft = (document: Document, row: RowElement | null) => Draft;

/** Compiles the columns of a table. */
export function compileRecord(table: Table, environment: Environment): BuildDraft {
  const { document: documentKey, contact: contactKey } = environment.contract.keyColumns;
  const keys = new Set([documentKey, contactKey, ...table.keys.map(({ column }) => column)]);
  const columns = table.mappings
    .filter((mapping) => mapping.column !== '')
    .map((mapping) => ({
      ...compileColumn(mapping, environment),
      isKey: keys.has(mapping.column),
      note: environment.issues.at(table.name, mapping.column),
    }));
  return (document, element) => {
    const row: MutableRow = {};
    let [isSet, isMeaningful] = [false, false];
    for (const column of columns) {
      const set = fill(row, column, document, element);
      if (set === 'nothing') continue;
      isSet = true;
      if (set === 'value' && !column.isKey) isMeaningful = true;
    }
    return { row, isSet, isMeaningful };
  };
}

/** Sets one column. A failure omits it and never harms the others (M04, M09); it is counted. */
function fill(
  row: MutableRow,
  column: Column & { readonly note: NoteIssue },
  document: Document,
  element: RowElement | null,
): 'value' | 'default' | 'nothing' {
  try {
    const value = column.read(document, element);
    if (value !== null) {
      // Empty text is stored as null (D03).
      row[column.name] = textOf(value) || null;
      return column.isDefault(value, document, element) ? 'default' : 'value';
    }
  } catch {
    column.note('column_failed');
    return 'nothing';
  }
  if (column.nullable) return 'nothing';
  if (column.rawDefault !== null) {
    row[column.name] = column.rawDefault || null;
    return 'default';
  }
  column.note('required_column_missing');
  return 'nothing';
}
