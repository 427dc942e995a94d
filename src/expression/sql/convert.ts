import { Big } from 'big.js';
import { parseSchemaMoment } from '../../values/typed/moment.ts';
import { readerOf } from '../../values/typed/reader.ts';
import { isTextType, printValueType, type ValueType } from '../../values/typed/value-type.ts';
import type { Typed } from './typed.ts';
import { isNumeric, isTemporal, NoValue, printValue, type SqlType, type SqlValue } from './types.ts';

/** The type that values of a column have in expressions. */
export function sqlTypeOf(type: ValueType): SqlType {
  switch (type.kind) {
    case 'bit':
    case 'tinyint':
      return { kind: 'int', precision: 3 };
    case 'smallint':
      return { kind: 'int', precision: 5 };
    case 'int':
      return { kind: 'int', precision: 10 };
    case 'bigint':
      return { kind: 'int', precision: 19 };
    case 'decimal':
      return type;
    case 'money':
      return { kind: 'decimal', precision: 19, scale: 4 };
    case 'float':
    case 'real':
      return { kind: 'float' };
    case 'smalldatetime':
    case 'datetime2':
      return { kind: 'datetime' };
    case 'binary':
    case 'varbinary':
      return { kind: 'binary' };
    case 'char':
    case 'varchar':
    case 'nchar':
    case 'nvarchar':
      return { kind: 'text' };
    default:
      return { kind: type.kind };
  }
}

/** The exact text of a row as a value of its type. */
export function toSqlValue(text: string | null, { kind }: SqlType): SqlValue {
  if (text === null) return null;
  if (kind === 'int') return BigInt(text);
  if (kind === 'decimal') return new Big(text);
  return kind === 'float' ? Number(text) : text;
}

/**
 * Converts to the exact text of a type, as T-SQL assigns: whole numbers cut off what is behind the point, decimals round. What does
 * not fit throws `NoValue`. Texts become other types only by CAST. Returns what is wrong if the types do not go together.
 */
export function convertTo<Row>(
  operand: Typed<Row>,
  to: ValueType,
  isCast: boolean,
): ((row: Row) => string | null) | string {
  const from = operand.type;
  const convert = from.kind === 'null' ? () => '' : conversion(from, to, isCast);
  if (convert === null) {
    const advice = from.kind === 'text' ? '; use CAST' : '';
    return `a ${from.kind} does not become a ${printValueType(to)}${advice}`;
  }
  return (row) => {
    const value = operand.of(row);
    return value === null ? null : convert(value);
  };
}

type Convert = (value: NonNullable<SqlValue>) => string;

function conversion(from: SqlType, to: ValueType, isCast: boolean): Convert | null {
  if (isTextType(to))
    return from.kind === 'xml' || from.kind === 'binary' ? null : (value) => printValue(value, from) ?? '';
  const read = readerOf(to, FORMS);
  if (read === null) return null;
  const readText: Convert = (value) => {
    const text = read(String(value), () => undefined);
    if (text === null) throw new NoValue(`no ${to.kind}`);
    return text;
  };
  if (from.kind === 'text') return isCast ? (value) => readText(String(value).trim()) : null;
  if (isNumeric(from)) return fromNumber(to, readText);
  if (isTemporal(from) && to.kind === 'time') return (value) => readText(String(value).slice(11));
  const goes = isTemporal(from)
    ? ['date', 'datetime', 'smalldatetime', 'datetime2', 'datetimeoffset'].includes(to.kind)
    : sqlTypeOf(to).kind === from.kind;
  if (!goes) return null;
  // A time without offset is one of UTC.
  return to.kind === 'datetimeoffset' && from.kind !== 'datetimeoffset'
    ? (value) => readText(`${String(value)}Z`)
    : readText;
}

const FORMS = {
  marks: { decimal: '.', group: null },
  zone: { given: 'drop', name: null },
  forms: [parseSchemaMoment],
  encoding: 'hex',
} as const;

function fromNumber(to: ValueType, readText: Convert): Convert | null {
  switch (to.kind) {
    case 'bit':
      return (value) => (new Big(String(value)).eq(0) ? '0' : '1');
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return (value) => readText(new Big(String(value)).round(0, Big.roundDown).toFixed());
    case 'decimal':
    case 'money':
      return (value) => readText(new Big(String(value)).toFixed());
    case 'float':
    case 'real':
      return (value) => readText(String(value));
    default:
      return null;
  }
}
