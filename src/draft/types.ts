import type { Facets } from './schema-types.ts';
import { FORMS, type Values } from './values.ts';

/** A column's type and what goes with it, as a contract writes them. */
export interface DraftType {
  readonly type: string;
  readonly format?: string;
  /** Of times without one, among others with one. */
  readonly zone?: 'UTC';
  /** What a reader may want to know of the choice. */
  readonly remark?: string;
}

/** What numbers of one name have in common, wherever they stand: a price is one in every table. */
export interface NumberPool {
  readonly wholeDigits: number;
  readonly fractionDigits: number;
  readonly isLong: boolean;
  readonly isDecimal: boolean;
}

/** Adds what was seen of numbers at a place. */
export function poolNumbers(pool: NumberPool | undefined, values: Values): NumberPool | undefined {
  const { count, forms, wholeDigits, fractionDigits, isLong } = values;
  if (count === 0 || (forms & (FORMS.whole | FORMS.decimal)) === 0) return pool;
  return {
    wholeDigits: Math.max(pool?.wholeDigits ?? 0, wholeDigits),
    fractionDigits: Math.max(pool?.fractionDigits ?? 0, fractionDigits),
    isLong: isLong || (pool?.isLong ?? false),
    isDecimal: (forms & FORMS.whole) === 0 || (pool?.isDecimal ?? false),
  };
}

/** What is known of values beside themselves. */
export interface Meaning {
  /** What they are called, in snake case. */
  readonly name: string;
  /** Of numbers of that name. */
  readonly pool?: NumberPool | undefined;
  /** What a schema says of them. */
  readonly facets?: Facets | null | undefined;
}

/** The type that holds all values that were seen, with room for others. A schema's counts unless they contradict it. */
export function typeOf(values: Values, { name, pool, facets = null }: Meaning): DraftType {
  const declared = facets === null ? null : declaredType(values, facets);
  return declared === null ? seenType(values, name, pool) : { type: declared };
}

/** Numbers that a schema names by their range. */
const WHOLE: Readonly<Record<string, string>> = {
  byte: 'smallint',
  unsignedByte: 'tinyint',
  short: 'smallint',
  unsignedShort: 'int',
  int: 'int',
  unsignedInt: 'bigint',
  long: 'bigint',
};
const INTEGERS = /^(?:integer|(?:non)?(?:Negative|Positive)Integer|(?:non)?(?:negative|positive)Integer|unsignedLong)$/;
const TEXTS =
  /^(?:string|normalizedString|token|anyURI|language|Name|NCName|NMTOKEN|ID|IDREF|QName|gYear|gYearMonth|duration)$/;

/** Null where the schema leaves the type to what was seen, or says what was seen to be wrong. */
function declaredType(values: Values, { base, length, totalDigits, fractionDigits }: Facets): string | null {
  const { count, longest, wholeDigits } = values;
  const fits = (form: number): boolean => count === 0 || has(values, form);
  if (TEXTS.test(base)) return length === null || length < longest ? textType(longest) : exactText(length);
  if (base === 'boolean') return fits(FORMS.bit) ? 'bit' : null;
  if (base === 'float' || base === 'double') return fits(FORMS.float) ? { float: 'real', double: 'float' }[base] : null;
  const whole = WHOLE[base] ?? (INTEGERS.test(base) ? ((totalDigits ?? 18) < 10 ? 'int' : 'bigint') : undefined);
  if (whole !== undefined) return fits(FORMS.whole) ? whole : null;
  if (base !== 'decimal' || !fits(FORMS.decimal)) return null;
  const scale = Math.max(fractionDigits ?? 2, values.fractionDigits);
  return decimalType({ wholeDigits: Math.max(wholeDigits, (totalDigits ?? 0) - scale), fractionDigits: scale });
}

function exactText(length: number): string {
  return length > 4000 ? 'nvarchar(max)' : `nvarchar(${length})`;
}

function seenType(values: Values, name: string, pool: NumberPool | undefined): DraftType {
  const { count, longest, isWord } = values;
  if (count === 0) return { type: textType(longest) };
  if (has(values, FORMS.bit) && (isWord || SOUNDS_LIKE_FLAG.test(name))) return { type: 'bit' };
  if (has(values, FORMS.guid)) return { type: 'uniqueidentifier' };
  if (SOUNDS_LIKE_TEXT.test(name)) return { type: textType(longest) };
  const isCode = SOUNDS_LIKE_CODE.test(name);
  const moment = isCode && !SOUNDS_LIKE_TIME.test(name) ? null : momentType(values, name);
  if (moment !== null) return moment;
  const number = isCode ? null : numberType(values, name, pool);
  return { type: number ?? textType(longest) };
}

function has({ forms }: Values, form: number): boolean {
  return (forms & form) !== 0;
}

const SOUNDS_LIKE_FLAG = /^(?:is|has|can|was)_|_(?:flag|ind|indicator)$/;

/** Digits that are a name rather than a number: they are not added up, and others of the kind have letters or leading zeros. */
const SOUNDS_LIKE_CODE =
  /(?:^|_)(?:codes?|cd|\w*phone\w*|tel|fax|zip\w*|postal\w*|postcode|iban|bic|isbn|issn|gtin|ean|isni|vat|accounts?|acct|version|serial|sku|barcode|passport|ssn|ref|reference|licen[sc]e|password|hash|extension)(?:_|$)|type$/;

/** What people write, which may be digits or a day by chance. */
const SOUNDS_LIKE_TEXT =
  /(?:^|_)(?:name|title|label|text|description|desc|comments?|notes?|remarks?|subject|summary|street|city|town|address)$/;

/** Whole numbers of these happened to be whole. */
const SOUNDS_LIKE_MEASURE =
  /(?:^|_)(?:amounts?|amt|prices?|totals?|sum|tax|costs?|rate|percent|percentage|balance|lat|lon|latitude|longitude|ele|elevation|weight|height|width|depth|discount|fee|charge|temperature|speed|distance|quantity|low|high)$/;

function numberType(values: Values, name: string, pool: NumberPool | undefined): string | null {
  const known = pool ?? { ...values, isDecimal: false };
  if (has(values, FORMS.whole) && !known.isDecimal && !SOUNDS_LIKE_MEASURE.test(name))
    return known.isLong ? 'bigint' : 'int';
  if (has(values, FORMS.decimal)) return decimalType(known) ?? decimalType(values);
  return has(values, FORMS.float) ? 'float' : null;
}

/** Null if it would have more than 38 digits. */
function decimalType({
  wholeDigits,
  fractionDigits,
}: Pick<NumberPool, 'wholeDigits' | 'fractionDigits'>): string | null {
  const scale = Math.max(fractionDigits, Math.min(2, 38 - wholeDigits));
  if (wholeDigits + scale > 38) return null;
  return `decimal(${wholeDigits + scale <= 18 ? 18 : 38},${scale})`;
}

function momentType(values: Values, name: string): DraftType | null {
  const { zoned, days, count } = values;
  if (has(values, FORMS.moment)) return dateOrTime(values);
  if (has(values, FORMS.time))
    return SOUNDS_LIKE_DURATION.test(name) ? null : { type: `time(${secondDigits(values)})` };
  if (has(values, FORMS.rfc822)) return { type: 'datetimeoffset(0)', format: 'rfc822' };
  if (has(values, FORMS.dotted)) return { type: 'date', format: 'd.M.yyyy' };
  if (has(values, FORMS.dayFirst) || has(values, FORMS.monthFirst)) return slashed(values);
  if (has(values, FORMS.year) && SOUNDS_LIKE_DATE.test(name))
    return { type: textType('2024-02-29'.length), remark: 'years, where later documents may have days' };
  const isTime = zoned > 0 || SOUNDS_LIKE_TIME.test(name) || (has(values, FORMS.second14) && days < count);
  if (!has(values, FORMS.hl7) || !isTime) return null;
  return days === count ? { type: 'date', format: 'yyyyMMdd' } : { ...dateOrTime(values), format: 'hl7' };
}

/** Digits without marks are a date only where the name says so. */
const SOUNDS_LIKE_TIME = /date|time|datum|birth|issued|effective|expir|until|since/;

const SOUNDS_LIKE_DATE = /(?:date|datum|birth|(?:^|_)dt)$/;

/** A time of day ends with the day. */
const SOUNDS_LIKE_DURATION = /duration|elapsed|uptime|runtime/;

/** The type that keeps days, times and zones of all values; a day alone is its midnight. */
function dateOrTime(values: Values): DraftType {
  const { count, local, zoned, days } = values;
  const digits = secondDigits(values);
  if (days === count && zoned === 0) return { type: 'date' };
  const dated = days === 0 ? [] : [`${days} without a time of day`];
  if (zoned === 0) return withRemarks({ type: `datetime2(${digits})` }, dated);
  const type = `datetimeoffset(${digits})`;
  if (local === 0) return withRemarks({ type }, dated);
  return withRemarks({ type, zone: 'UTC' }, [...dated, `${local} without a zone: say which is theirs`]);
}

function withRemarks(type: DraftType, remarks: readonly string[]): DraftType {
  return remarks.length === 0 ? type : { ...type, remark: remarks.join(', ') };
}

/** Days of which the order of day and month is that of those that can be read in one way only. */
function slashed(values: Values): DraftType | null {
  if (!has(values, FORMS.monthFirst)) return { type: 'date', format: 'd/M/yyyy' };
  if (!has(values, FORMS.dayFirst)) return { type: 'date', format: 'M/d/yyyy' };
  return {
    type: textType(values.longest),
    remark: 'days, if you know which of `format: d/M/yyyy` and `M/d/yyyy` is theirs',
  };
}

/** A fraction of a second that does not fit is cut without a word: there is room for more than was seen. */
function secondDigits({ secondDigits: seen }: Values): number {
  return seen === 0 ? 0 : seen <= 3 ? 3 : 7;
}

/** A longer text fails its document, so there is room for twice what was seen. */
function textType(longest: number): string {
  const length = LENGTHS.find((candidate) => candidate >= longest * 2);
  return length === undefined ? 'nvarchar(max)' : `nvarchar(${length})`;
}

const LENGTHS = [10, 20, 50, 100, 200, 400, 1000, 2000, 4000];
