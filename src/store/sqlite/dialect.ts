import { isWhole } from '../../document-id.ts';
import { printValueType, type ValueType } from '../../values/typed/value-type.ts';
import { checkedName } from '../dialect.ts';
import { NOW } from './clock.ts';
import { idsOf } from './ids.ts';
import type { ColumnType, DestinationColumn } from '../destination.ts';
import type { Dialect } from '../dialect.ts';
import { count } from '../../words.ts';

/**
 * SQLite has no schemas: a table's name, which is that in the catalog, says which one it is in: `[migration].[app_base]` is
 * `migration.app_base`, `[dbo].[orders]` `orders`.
 */
export interface SqliteDialect extends Dialect {
  readonly name: 'sqlite';
}

/** `prefixed`: a file made by version 0.1.0, where tables of `dbo` are called `dbo.orders`. */
export function sqliteDialect({ prefixed = false } = {}): SqliteDialect {
  const tableName = (schema: string, table: string): string =>
    !prefixed && checkedName(schema).toLowerCase() === 'dbo'
      ? checkedName(table)
      : `${checkedName(schema)}.${checkedName(table)}`;
  const qualify = (schema: string, table: string): string => enclose(tableName(schema, table));
  return {
    name: 'sqlite',
    quote: (name) => enclose(checkedName(name)),
    qualify,
    // Names of indexes belong to the whole database.
    index: qualify,
    tableName,
    typeOf,
    check,
    ownType: (type, idType) => {
      if (type === 'id') return idType;
      return ['identity', 'int', 'bigint', 'flag'].includes(type) ? 'INTEGER' : 'TEXT';
    },
    idType: (type) => (isWhole(type) ? 'INTEGER' : 'TEXT'),
    ids: idsOf,
    now: NOW,
  };
}

/** That of files made today. */
export const SQLITE = sqliteDialect();

function enclose(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

// Not INTEGER: that would make a single key column an alias of the row id, which takes NULL.
function typeOf(type: ColumnType): string {
  if (type.kind === 'exact') return typeOfExact(type.type);
  if (type.kind === 'float') return 'REAL';
  if (type.kind === 'decimal') return type.precision <= EXACT_DIGITS ? 'NUMERIC' : '';
  return ['tinyint', 'smallint', 'int', 'bigint', 'bit'].includes(type.kind)
    ? type.kind.toUpperCase().replace('BIT', 'INT')
    : 'TEXT';
}

function typeOfExact(type: ValueType): string {
  switch (type.kind) {
    case 'float':
    case 'real':
      return 'REAL';
    case 'binary':
    case 'varbinary':
      return 'BLOB';
    case 'money':
      return typeOf({ kind: 'decimal', precision: 19, scale: 4 });
    case 'decimal':
      return typeOf(type);
    case 'bit':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return typeOf({ kind: type.kind });
    default:
      return 'TEXT';
  }
}

/**
 * Decimals of so many digits come back as they were from a binary float, so they are stored as numbers, which SQL compares as such. A column that may
 * hold longer ones has no type of its own: SQLite would round them, so they stay text there, beside numbers.
 */
export const EXACT_DIGITS = 15;

function check(schema: string, table: string, column: DestinationColumn): string {
  const test = testOf(column.type, enclose(checkedName(column.name)));
  if (test === '') return '';
  const name = `${schema}.${table}.${column.name} does not fit ${describe(column.type)}`;
  return `CONSTRAINT ${enclose(name)} CHECK (${test})`;
}

function testOf(type: ColumnType, column: string): string {
  switch (type.kind) {
    case 'text':
      // Counts code points.
      return type.length === null ? '' : `length(${column}) <= ${type.length}`;
    case 'float':
      return `typeof(${column}) IN ('real', 'null') AND abs(coalesce(${column}, 0)) <= 1.7976931348623157e308`;
    case 'decimal':
      return decimalTest(column, type.precision, type.scale);
    case 'date':
    case 'datetime':
    case 'smalldatetime':
      return dateTest(column, type.kind);
    case 'time':
      return timeTest(column);
    case 'uniqueidentifier':
      return guidTest(column);
    case 'exact':
      return exactTest(type.type, column);
    default:
      return integerTest(column, type.kind);
  }
}

function exactTest(type: ValueType, column: string): string {
  switch (type.kind) {
    case 'char':
    case 'varchar':
    case 'nchar':
    case 'nvarchar':
      return type.length === null ? '' : `length(${column}) <= ${type.length}`;
    case 'binary':
    case 'varbinary': {
      const isBlob = `typeof(${column}) IN ('blob', 'null')`;
      return type.length === null ? isBlob : `${isBlob} AND length(${column}) <= ${type.length}`;
    }
    case 'money':
      return decimalTest(column, 19, 4);
    case 'datetime2':
      return dateTest(column, 'datetime');
    case 'datetimeoffset':
      return offsetTest(column);
    case 'real':
      return testOf({ kind: 'float' }, column);
    case 'xml':
      return '';
    case 'decimal':
      return testOf(type, column);
    default:
      return testOf({ kind: type.kind }, column);
  }
}

/** The least and the most of whole numbers. */
export const RANGES = {
  bit: ['0', '1'],
  tinyint: ['0', '255'],
  smallint: ['-32768', '32767'],
  int: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
} as const;

// Text that is no integer, or one too large for 64 bits, keeps another storage class.
function integerTest(column: string, kind: keyof typeof RANGES): string {
  const [least, most] = RANGES[kind];
  const whole = `typeof(${column}) IN ('integer', 'null')`;
  return kind === 'bigint' ? whole : `${whole} AND ${column} BETWEEN ${least} AND ${most}`;
}

function decimalTest(column: string, precision: number, scale: number): string {
  const number = `abs(${column}) < 1e${precision - scale} AND round(${column}, ${scale}) = ${column}`;
  // Beyond 30 digits `round` does nothing.
  const fits = scale > 30 ? `abs(${column}) < 1e${precision - scale}` : number;
  const text = precision <= EXACT_DIGITS ? '0' : longDecimalTest(column, precision, scale);
  return `CASE typeof(${column}) WHEN 'null' THEN 1 WHEN 'text' THEN ${text} WHEN 'blob' THEN 0 ELSE ${fits} END`;
}

// One sign in front, one point, and a digit at the end; leading zeros do not count.
function longDecimalTest(column: string, precision: number, scale: number): string {
  const form = `${column} NOT GLOB '*[^0-9.-]*' AND ${column} NOT GLOB '?*-*' AND ${column} NOT GLOB '*.*.*' AND ${column} GLOB '*[0-9]'`;
  const whole = `instr(ltrim(${column}, '-0') || '.', '.') <= ${precision - scale + 1}`;
  return `${form} AND ${whole} AND length(${column}) - instr(${column} || '.', '.') <= ${scale}`;
}

/**
 * `YYYY-MM-DD`, and except for `date` optionally a time with up to seven digits of fraction. SQLite's functions normalise
 * February 30 and hour 24, so what does not come back the same is not valid. They see digits first, never a word like `now`.
 */
function dateTest(column: string, kind: 'date' | 'datetime' | 'smalldatetime'): string {
  const day = `date(${column}) = ${column}`;
  const valid =
    kind === 'date' ? day : `(datetime(${column}) = replace(${column}, 'T', ' ') OR ${day} OR ${fractionTest(column)})`;
  const [least, most] = kind === 'smalldatetime' ? ['1900-01-01', '2079-06-07'] : ['0001', 'A'];
  // SQLite has an hour 24.
  const hour = kind === 'date' ? '' : ` AND substr(${column}, 12, 2) < '24'`;
  const test = `ifnull(${valid}, 0) AND ${column} >= '${least}' AND ${column} < '${most}'${hour}`;
  return `CASE WHEN ${column} IS NULL THEN 1 WHEN ${column} GLOB '[0-9]*' THEN ${test} ELSE 0 END`;
}

function fractionTest(column: string): string {
  const seconds = `substr(${column}, 1, 19)`;
  const form = `substr(${column}, 20, 2) GLOB '.[0-9]' AND substr(${column}, 21) NOT GLOB '*[^0-9]*' AND length(${column}) <= 27`;
  return `datetime(${seconds}) = replace(${seconds}, 'T', ' ') AND ${form}`;
}

/** `HH:MM:SS`, optionally with up to seven digits of fraction. */
function timeTest(column: string): string {
  const seconds = `substr(${column}, 1, 8)`;
  const fraction = `substr(${column}, 9, 2) GLOB '.[0-9]' AND substr(${column}, 10) NOT GLOB '*[^0-9]*' AND length(${column}) <= 16`;
  const form = `${seconds} GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' AND time(${seconds}) = ${seconds} AND ${column} < '24'`;
  return `${column} IS NULL OR ifnull(${form} AND (length(${column}) = 8 OR ${fraction}), 0)`;
}

/** A time as of `datetime`, then the offset, `+02:00`. */
function offsetTest(column: string): string {
  const local = dateTest(`substr(${column}, 1, length(${column}) - 6)`, 'datetime');
  return `${column} IS NULL OR (${local}) AND substr(${column}, -6) GLOB '[+-][0-9][0-9]:[0-9][0-9]'`;
}

/** Five groups of hexadecimal digits, as SQL Server reads them. */
function guidTest(column: string): string {
  const form = [8, 4, 4, 4, 12].map((digits) => '[0-9a-fA-F]'.repeat(digits)).join('-');
  return `${column} IS NULL OR ${column} GLOB '${form}'`;
}

function describe(type: ColumnType): string {
  if (type.kind === 'exact') return printValueType(type.type);
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  return type.kind === 'text' ? `text of ${count(type.length ?? 0, 'character')}` : type.kind;
}
