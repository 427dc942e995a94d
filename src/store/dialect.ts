import { InputError } from '../errors.ts';
import type { IdType } from '../document-id.ts';
import type { IdSql } from './ids.ts';
import { placeOf, type ColumnType, type DestinationColumn, type DestinationTable } from './destination.ts';

/** Types of columns of the tables xmlfan owns: `word` is ASCII text, `time` a UTC time, `id` typed like the source's `app_id`. */
export type OwnType =
  | 'id'
  | 'identity'
  | 'int'
  | 'bigint'
  | 'flag'
  | 'time'
  | 'long'
  | `word${number}`
  | `text${number}`;

/** What SQL of one engine looks like. One object an engine; what is added here has to be said for each. */
export interface Dialect {
  readonly name: 'sqlite' | 'mssql';
  /** A name in quotes. Throws an `InputError` for what no identifier may be: empty, over 128 characters, control characters. */
  quote(name: string): string;
  /** What a table is called. */
  readonly tableName: (schema: string, table: string) => string;
  /** A table in its schema. */
  qualify(schema: string, table: string): string;
  /** An index as the statement that makes it names it. */
  index(schema: string, name: string): string;
  /** The type of a destination column that xmlfan makes; empty = none is declared. */
  typeOf(type: ColumnType, inKey: boolean): string;
  /** A constraint that makes a destination column refuse what its type alone would take; empty = none is needed. */
  check(schema: string, table: string, column: DestinationColumn): string;
  /** `idType` is how the type of the source's ids is declared. */
  ownType(type: OwnType, idType: string): string;
  /** How a column of such ids is declared. */
  idType(type: IdType): string;
  ids(type: IdType): IdSql;
  /** SQL for the database's clock. */
  readonly now: string;
}

/** A destination table in its schema, which is that of the work set unless it says another. */
export function qualified(dialect: Dialect, schema: string, table: Pick<DestinationTable, 'name' | 'at'>): string {
  const place = placeOf(schema, table);
  return dialect.qualify(place.schema, place.name);
}

/** A name that both engines take. */
export function checkedName(name: string): string {
  if (name !== '' && name.length <= 128 && !/\p{Cc}/u.test(name)) return name;
  throw new InputError('Bad database identifier', [
    {
      place: JSON.stringify(name),
      message: 'not a name of a table or column',
      advice: 'Use 1 to 128 printable characters.',
    },
  ]);
}
