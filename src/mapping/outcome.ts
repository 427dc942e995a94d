import type { Row } from './layout.ts';

/**
 * Rows of one table, in order. Integers are `12`, decimals in plain notation, floats as JavaScript prints them, timestamps
 * `2024-01-31T00:00:00[.ffffff]`, bits `0` and `1`.
 */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly Row[];
}

/** Something odd that did not reject the document. Never holds values. */
export interface QualityIssue {
  /** A stable word, e.g. `required_column_missing`, `no_valid_contact`. */
  readonly kind: string;
  readonly table: string | null;
  readonly column: string | null;
}

/** Where a document failed (spec 11.4); `source` is a blank document. */
export type Stage = 'source' | 'validation' | 'parsing' | 'mapping' | 'constraint_violation' | 'unknown';

/** What a contract makes of one document: rows of several tables, or a reason. Plain data: it crosses threads. */
export type Outcome =
  | {
      readonly outcome: 'mapped';
      /** The id inside the document, in canonical digits. */
      readonly appId: string;
      /** Only tables with rows, in insertion order. */
      readonly tables: readonly TableRows[];
      readonly issues: readonly QualityIssue[];
      /** Which of the mapper's places the document has, a digit each: 0 = not looked for, 1 = not there, 2 = there. */
      readonly matches: string;
    }
  | {
      readonly outcome: 'rejected';
      readonly appId: string | null;
      readonly stage: Stage;
      /** The log row's `failure_reason`, at most 500 characters, starting with the stage. */
      readonly reason: string;
      readonly issues: readonly QualityIssue[];
    };
