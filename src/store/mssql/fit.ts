import { typeText } from './catalog.ts';
import type { CatalogColumn } from './catalog.ts';

/**
 * Says before a value is sent whether its column can hold it: null, or what is wrong in words without the value.
 * The server's error for a group names neither document nor column, so what is certain is found here; the server has the last word on the rest.
 */
export function misfitOf(column: CatalogColumn): (text: string | null) => string | null {
  const fits = testOf(column);
  return (text) => {
    if (text === null) return column.nullable ? null : 'must not be NULL';
    return fits(text) ? null : `does not fit ${typeText(column)}`;
  };
}

function testOf(column: CatalogColumn): (text: string) => boolean {
  const range = RANGES[column.type];
  if (range !== undefined) return (text) => INTEGER.test(text) && within(BigInt(text), range);
  switch (column.type) {
    case 'decimal':
    case 'numeric':
      return (text) => fitsDecimal(text, column.precision, column.scale);
    case 'float':
      return (text) => text.trim() !== '' && Number.isFinite(Number(text));
    case 'real':
      return (text) => text.trim() !== '' && Math.abs(Number(text)) <= 3.402_823_47e38;
    case 'date':
    case 'datetime':
    case 'datetime2':
    case 'smalldatetime':
      return (text) =>
        fitsDate(text, FIRST_DAYS[column.type] ?? '0001', column.type === 'smalldatetime' ? '2079-06-07' : 'A');
    case 'time':
      return (text) => TIME.test(text);
    case 'uniqueidentifier':
      return (text) => GUID.test(text);
    case 'char':
    case 'varchar':
    case 'nchar':
    case 'nvarchar':
      return (text) => fitsText(text, column);
    default:
      return () => true;
  }
}

// Blanks at the end are cut off without an error.
function fitsText(text: string, { length, codePage }: CatalogColumn): boolean {
  const fits = (part: string): boolean =>
    codePage === UTF8 || part.length > length ? leastSize(part, codePage) <= length : true;
  return length === -1 || fits(text) || fits(text.replace(/ +$/, ''));
}

/** What a text takes of a column's length at least: UTF-16 units, or bytes of its code page. */
function leastSize(text: string, codePage: number | null): number {
  if (codePage === UTF8) return Buffer.byteLength(text);
  // What a code page lacks may become one question mark, though it be two units.
  return codePage === null ? text.length : Array.from(text).length;
}

/** The longest beginning of a text that a column surely holds, and no more than `most` of what it counts. */
export function cutText(text: string, column: Pick<CatalogColumn, 'length' | 'codePage'>, most: number): string {
  const limit = column.length > 0 ? Math.min(column.length, most) : most;
  let [size, end] = [0, 0];
  for (const character of text) {
    size += mostSize(character, column.codePage);
    if (size > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function mostSize(character: string, codePage: number | null): number {
  if (codePage === UTF8) return Buffer.byteLength(character);
  const isWide = codePage !== null && DOUBLE_BYTE.has(codePage) && character > '\u007F';
  return isWide ? 2 * character.length : character.length;
}

export const UTF8 = 65_001;
/** Japanese, simplified Chinese, Korean, traditional Chinese: a character takes one byte or two. */
const DOUBLE_BYTE = new Set([932, 936, 949, 950]);

const INTEGER = /^[+-]?\d{1,40}$/;

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  bit: [0n, 1n],
  tinyint: [0n, 255n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

function within(value: bigint, [least, most]: readonly [bigint, bigint]): boolean {
  return value >= least && value <= most;
}

/** Rounds as the server does, since that may carry into a digit too many. */
function fitsDecimal(text: string, precision: number, scale: number): boolean {
  const [, whole, fraction = ''] = /^[+-]?(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === undefined || whole + fraction === '') return false;
  const digits = BigInt(`${whole}${fraction.slice(0, scale).padEnd(scale, '0')}` || '0');
  return digits + ((fraction[scale] ?? '0') >= '5' ? 1n : 0n) < 10n ** BigInt(precision);
}

const FIRST_DAYS: Readonly<Record<string, string>> = { datetime: '1753-01-01', smalldatetime: '1900-01-01' };
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?)?$/;

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?$/;
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function fitsDate(text: string, first: string, end: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined || year === '0000' || text < first || text >= end) return false;
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay;
}
