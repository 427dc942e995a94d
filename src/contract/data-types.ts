/** The words that `data_type` knows (spec 2.2). */
export const DATA_TYPES = [
  'string',
  'int',
  'smallint',
  'tinyint',
  'bigint',
  'decimal',
  'float',
  'bit',
  'boolean',
  'date',
  'datetime',
  'smalldatetime',
] as const;

/** `other`: any other word, which behaves as `string` (spec 2.2). */
export type DataType = (typeof DATA_TYPES)[number] | 'other';

/** A data type of the format, or `other` for any other word. */
export function dataType(word: string): DataType {
  return DATA_TYPES.find((type) => type === word) ?? 'other';
}

/** Whether values are text as they stand. */
export function isTextType(type: DataType): boolean {
  return type === 'string' || type === 'other';
}
