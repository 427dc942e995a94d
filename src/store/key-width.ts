import type { Fault } from '../errors.ts';
import { placeOf, type ColumnType, type DestinationTable } from './destination.ts';

/** Bytes that the key of an index of SQL Server holds; a primary key is clustered (errors 1919 and 1946). */
const MOST_BYTES = { clustered: 900, nonclustered: 1700 };

/** Characters of a text column without a length that is part of a key. */
export const KEY_TEXT_LENGTH = 200;

/** What is wrong with keys that SQL Server could not index: columns of type max, and keys that may be too wide. */
export function keyFaults(schema: string, tables: readonly DestinationTable[]): Fault[] {
  return tables.flatMap((table) => {
    const place = placeOf(schema, table);
    const name = `${place.schema}.${place.name}`;
    const isSame = sameColumns(table.primaryKey, table.uniqueKey ?? []);
    const primary = keyFault(name, 'clustered', table.primaryKey, table);
    const unique = table.uniqueKey === null || isSame ? [] : keyFault(name, 'nonclustered', table.uniqueKey, table);
    return [...primary, ...unique];
  });
}

/** Whether two keys are of the same columns in any order. */
export function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join('\n') === b.toSorted().join('\n');
}

function keyFault(
  place: string,
  kind: keyof typeof MOST_BYTES,
  key: readonly string[],
  { columns }: DestinationTable,
): Fault[] {
  const parts = columns.filter(({ name }) => key.includes(name));
  const unbounded = parts.filter(({ type }) => bytesOf(type) === Infinity).map(({ name }) => name);
  const what = `the ${kind === 'clustered' ? 'primary' : 'unique'} key (${key.join(', ')})`;
  if (unbounded.length > 0) {
    const message = `${what} holds ${unbounded.join(', ')}, of a type without bound that SQL Server takes in no key`;
    return [{ place, message, advice: ADVICE }];
  }
  const bytes = parts.reduce((sum, { type }) => sum + bytesOf(type), 0);
  if (bytes <= MOST_BYTES[kind]) return [];
  const message = `${what} may need ${bytes} bytes, and SQL Server takes ${MOST_BYTES[kind]}`;
  return [{ place, message, advice: ADVICE }];
}

const ADVICE =
  'Give its texts shorter lengths (data_length; each character needs 2 bytes), or name other columns as the key.';

/** The most that a value needs; Infinity for what is stored apart from its row. */
function bytesOf(type: ColumnType): number {
  switch (type.kind) {
    case 'text':
      return (type.length ?? KEY_TEXT_LENGTH) > 4000 ? Infinity : 2 * (type.length ?? KEY_TEXT_LENGTH);
    case 'exact':
      // The contract was checked when it was loaded.
      return 0;
    case 'decimal':
      return decimalBytes(type.precision);
    case 'bit':
    case 'tinyint':
      return 1;
    case 'smallint':
      return 2;
    case 'date':
      return 3;
    case 'int':
    case 'smalldatetime':
      return 4;
    case 'time':
      return 5;
    case 'uniqueidentifier':
      return 16;
    default:
      return 8;
  }
}

function decimalBytes(precision: number): number {
  if (precision <= 9) return 5;
  if (precision <= 19) return 9;
  return precision <= 28 ? 13 : 17;
}
