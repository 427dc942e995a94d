/*
 * The data types of format 1 (spec 2.2, 6.5). A new one is a row of this table and a reader for its family, if that is new as well,
 * in `values/families.ts`; types of columns, generated documents, checks and the JSON Schema follow.
 */
import type { Family } from '../values/families.ts';

/** What values of a type look like in generated documents; `most` is their largest whole part. */
type Sample =
  | { readonly kind: 'integer'; readonly most: number }
  | { readonly kind: 'decimal'; readonly most: number }
  | { readonly kind: 'text' | 'bit' }
  | { readonly kind: 'date' | 'time' | 'guid' };

interface DataTypeFacts {
  readonly family: Family;
  /** Type of a column that xmlfan makes itself. */
  readonly column:
    | 'text'
    | 'int'
    | 'smallint'
    | 'tinyint'
    | 'bigint'
    | 'decimal'
    | 'float'
    | 'bit'
    | 'date'
    | 'datetime'
    | 'smalldatetime'
    | 'time'
    | 'uniqueidentifier';
  /** What `data_length` says; null: nothing. */
  readonly length: 'characters' | 'scale' | null;
  readonly sample: Sample;
  /** For the JSON Schema. */
  readonly description: string;
}

const TABLE = {
  string: {
    family: 'text',
    column: 'text',
    length: 'characters',
    sample: { kind: 'text' },
    description: 'Text as it is, cut to data_length.',
  },
  int: {
    family: 'integer',
    column: 'int',
    length: null,
    sample: { kind: 'integer', most: 99_999 },
    description: 'Whole number; fractions are rounded, commas removed.',
  },
  smallint: {
    family: 'integer',
    column: 'smallint',
    length: null,
    sample: { kind: 'integer', most: 999 },
    description: 'Whole number for a smallint column.',
  },
  tinyint: {
    family: 'integer',
    column: 'tinyint',
    length: null,
    sample: { kind: 'integer', most: 99 },
    description: 'Whole number for a tinyint column, 0 to 255.',
  },
  bigint: {
    family: 'integer',
    column: 'bigint',
    length: null,
    sample: { kind: 'integer', most: 9_999_999 },
    description: 'Whole number for a bigint column.',
  },
  decimal: {
    family: 'decimal',
    column: 'decimal',
    length: 'scale',
    sample: { kind: 'decimal', most: 99_999 },
    description: 'Exact number, rounded to data_length digits after the point, 2 without.',
  },
  float: {
    family: 'float',
    column: 'float',
    length: null,
    sample: { kind: 'decimal', most: 99_999 },
    description: 'Floating-point number.',
  },
  bit: {
    family: 'bit',
    column: 'bit',
    length: null,
    sample: { kind: 'bit' },
    description: '0 or 1; also y, yes, true, t and n, no, false, f in any case.',
  },
  boolean: {
    family: 'bit',
    column: 'bit',
    length: null,
    sample: { kind: 'bit' },
    description: 'The same as bit.',
  },
  date: {
    family: 'timestamp',
    column: 'date',
    length: null,
    sample: { kind: 'date' },
    description: 'Day; a time of day is left to the column to cut off.',
  },
  datetime: {
    family: 'timestamp',
    column: 'datetime',
    length: null,
    sample: { kind: 'date' },
    description: 'Date and time without zone.',
  },
  smalldatetime: {
    family: 'timestamp',
    column: 'smalldatetime',
    length: null,
    sample: { kind: 'date' },
    description: 'Date and time without zone for a smalldatetime column.',
  },
  time: {
    family: 'time',
    column: 'time',
    length: null,
    sample: { kind: 'time' },
    description: 'Time of day, HH:MM:SS with up to 7 digits of fraction.',
  },
  uniqueidentifier: {
    family: 'uniqueidentifier',
    column: 'uniqueidentifier',
    length: null,
    sample: { kind: 'guid' },
    description: 'GUID, with or without braces.',
  },
} as const satisfies Readonly<Record<string, DataTypeFacts>>;

type KnownType = keyof typeof TABLE;

/** The words that `data_type` knows. */
export const DATA_TYPES: readonly string[] = Object.keys(TABLE);

/** `other`: any other word, which behaves as `string` (spec 2.2). */
export type DataType = KnownType | 'other';

/** A data type of the format, or `other` for any other word. */
export function dataType(word: string): DataType {
  return isKnown(word) ? word : 'other';
}

function isKnown(word: string): word is KnownType {
  return Object.hasOwn(TABLE, word);
}

/** What is known of a type. */
export function factsOf(type: DataType): DataTypeFacts {
  return TABLE[type === 'other' ? 'string' : type];
}

/** The narrowest decimal that a column of this `data_length`, which is its scale, may do with: 13 digits before the point, 18 in all. */
export function decimalOf(length: number | null): { readonly precision: number; readonly scale: number } {
  const scale = Math.min(length ?? 2, 38);
  return { precision: Math.min(38, Math.max(18, scale + 13)), scale };
}

/** Whether values are text as they stand: `string`, and any word that is no data type. */
export function isTextType(type: DataType): boolean {
  return factsOf(type).family === 'text';
}

/** The types with their descriptions, as a JSON Schema offers them. */
export function describeDataTypes(): readonly { readonly const: string; readonly description: string }[] {
  return Object.entries(TABLE).map(([word, { description }]) => ({ const: word, description }));
}
