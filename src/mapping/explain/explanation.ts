/**
 * Why the rows of a document are what they are: `rows` are those that a run writes, in that order, with every column of their
 * table. It holds what is in the document.
 */
export interface Explanation {
  readonly outcome: 'mapped' | 'rejected';
  /** Why it is rejected, as the log has it; null if it is mapped. The rows are those that were made until then. */
  readonly reason: string | null;
  /** All tables of the contract that are asked for, in insertion order; none if the document cannot be read. */
  readonly tables: readonly ExplainedTable[];
}

export interface ExplainedTable {
  readonly table: string;
  /** How many there are of each, asked for or not. */
  readonly totals: { readonly rows: number; readonly left: number };
  /** Numbers of the first 20 rows about which there are quality issues. */
  readonly odd: readonly number[];
  readonly rows: readonly ExplainedRow[];
  /** Elements that give no row, and rows that were begun and not written. */
  readonly left: readonly LeftRow[];
  /** Why there is neither. */
  readonly empty: Cause | null;
}

export interface ExplainedRow {
  /** Its place in its list, from 1. */
  readonly number: number;
  /** The element that the row is made of; null is the document. */
  readonly at: Location | null;
  readonly columns: readonly ExplainedColumn[];
}

export interface LeftRow extends ExplainedRow {
  /** By which rule, as a sentence about the element or row. */
  readonly rule: string;
  /** The attribute that decided, if one did. */
  readonly attribute: string | null;
}

/** A place in the XML: `/a/b[2]/@c`, and where that begins, both from 1. */
export interface Location {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface ExplainedColumn {
  readonly column: string;
  /** As the row holds it, cut behind `LONGEST_TEXT`; null is NULL or left to the table's default. */
  readonly value: string | null;
  /** Where the contract says so: `mappings[12]`, `tables.lines.columns.qty`; null for what keys and kinds of rows bring. */
  readonly mapping: string | null;
  /** What is read, as the contract puts it. */
  readonly source: string;
  readonly read: readonly ExplainedRead[];
  /** The chain of the mapping, each step with the value it gave; null is none. */
  readonly steps: readonly { readonly step: string; readonly value: string | null }[];
  /** Why there is no value, or another than the document has; null where the value is what was read. */
  readonly reason: Cause | null;
}

export interface ExplainedRead {
  /** Null for what is in no place of the document, like another column. */
  readonly at: Location | null;
  /** As an expression calls it. */
  readonly name: string | null;
  /** Decoded once, else as it stands in the document; of long ones the beginning, as of values. */
  readonly text: string | null;
}

export interface Cause {
  /**
   * `no_path`, `no_attribute`, `filtered`, `blank`, `no_value`, `no_contact`, `not_read`, `default`, or the kind of a quality
   * issue, e.g. `unreadable`, `unmapped`, `cut`.
   */
  readonly code: string;
  readonly sentence: string;
  /** The path in the document that comes nearest to one that is not there. */
  readonly nearest: string | null;
}

/** What more there is of a text says nothing about where it came from. */
export const LONGEST_TEXT = 4000;
