import { parseSchemaMoment, type Moment } from '../values/typed/moment.ts';
import { compilePattern } from '../values/typed/pattern.ts';

/** What the values of one place have in common; every count is of values that are not blank. */
export interface Values {
  count: number;
  /** Bits of `FORMS` that all values have. */
  forms: number;
  /** UTF-16 units of the longest. */
  longest: number;
  /** Digits before the point, and behind it, of numbers. */
  wholeDigits: number;
  fractionDigits: number;
  /** Whether a whole number is beyond 32 bits. */
  isLong: boolean;
  /** Whether one is `true` or `false`. */
  isWord: boolean;
  /** Digits of the fraction of a second, of dates and times. */
  secondDigits: number;
  /** Of dates and times, those without a zone and those with one, and among both the days without a time. */
  local: number;
  zoned: number;
  days: number;
  /** Values within one element around them, as long as no two are equal; null once two are. */
  within: Seen | null;
  /** Values of different documents, likewise. */
  documents: Seen | null;
}

/** Texts that have been seen since `of` began. */
interface Seen {
  of: number;
  readonly texts: Set<string>;
}

export const FORMS = {
  whole: 1,
  decimal: 2,
  float: 4,
  bit: 8,
  guid: 16,
  time: 32,
  /** Days and times of XML Schema, with zones or without. */
  moment: 64,
  hl7: 128,
  rfc822: 256,
  /** Days of other forms, by their `format`. */
  dotted: 512,
  dayFirst: 1024,
  monthFirst: 2048,
  /** Of `hl7`, days and seconds of this century or the last. */
  second14: 4096,
  year: 8192,
} as const;
const ALL = 16_383;

/** More are not remembered: then nothing is said of keys. */
const MOST_REMEMBERED = 50_000;
const LONGEST_KEY = 100;

export function newValues(): Values {
  return {
    count: 0,
    forms: ALL,
    longest: 0,
    wholeDigits: 0,
    fractionDigits: 0,
    isLong: false,
    isWord: false,
    secondDigits: 0,
    local: 0,
    zoned: 0,
    days: 0,
    within: { of: -1, texts: new Set() },
    documents: { of: -1, texts: new Set() },
  };
}

/** Takes in a value. `around` numbers the element in which values would have to differ, `document` the sample. */
export function addValue(values: Values, text: string, around: number, document: number): void {
  values.count += 1;
  values.longest = Math.max(values.longest, text.length);
  if (values.forms !== 0) values.forms &= formsOf(values, text);
  if (values.within !== null) {
    if (values.within.of !== around) restart(values.within, around);
    if (!isNew(values.within, text)) values.within = null;
  }
  if (values.documents === null) return;
  // A second value in one document cannot tell documents apart.
  if (values.documents.of === document || !isNew(values.documents, text)) values.documents = null;
  else values.documents.of = document;
}

function restart(seen: Seen, of: number): void {
  seen.of = of;
  seen.texts.clear();
}

function isNew({ texts }: Seen, text: string): boolean {
  if (text.length > LONGEST_KEY || texts.size >= MOST_REMEMBERED || texts.has(text)) return false;
  texts.add(text);
  return true;
}

/** Makes one of two places that turned out to be the same. */
export function mergeValues(values: Values, other: Values): void {
  values.count += other.count;
  values.forms &= other.forms;
  values.longest = Math.max(values.longest, other.longest);
  values.wholeDigits = Math.max(values.wholeDigits, other.wholeDigits);
  values.fractionDigits = Math.max(values.fractionDigits, other.fractionDigits);
  values.isLong ||= other.isLong;
  values.isWord ||= other.isWord;
  values.secondDigits = Math.max(values.secondDigits, other.secondDigits);
  values.local += other.local;
  values.zoned += other.zoned;
  values.days += other.days;
  if (other.within === null) values.within = null;
  const seen = values.documents;
  if (seen === null || other.documents === null || [...other.documents.texts].some((text) => !isNew(seen, text)))
    values.documents = null;
}

const NUMBER = /^-?(0|[1-9][0-9]*)?(?:\.([0-9]+))?(?:[eE][+-]?[0-9]{1,3})?$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Forms of a text; those of numbers only where the number is all that the text says: not of `007`, nor of `+49`. */
function formsOf(values: Values, text: string): number {
  if (text === 'true' || text === 'false') {
    values.isWord = true;
    return FORMS.bit;
  }
  const first = text.charCodeAt(0);
  if (first > 0x39 && first < 0x80) return GUID.test(text) ? FORMS.guid : mailForm(text);
  return numberForms(values, text) | momentForms(values, text) | (GUID.test(text) ? FORMS.guid : 0);
}

/** A tenth of what an int holds: later numbers may be larger than those of samples. */
const MOST_INT = 0x7fffffff / 10;

/** Digits that types keep in any case. */
const [FLOAT_DIGITS, BIGINT_DIGITS, DECIMAL_DIGITS] = [15, 18, 38] as const;

function numberForms(values: Values, text: string): number {
  const [all, whole, fraction] = NUMBER.exec(text) ?? [];
  if (all === undefined || (whole === undefined && fraction === undefined)) return 0;
  const [before, behind] = [whole?.length ?? 0, fraction?.length ?? 0];
  const float = before + behind <= FLOAT_DIGITS ? FORMS.float : 0;
  if (/[eE]/.test(text)) return float;
  values.wholeDigits = Math.max(values.wholeDigits, before);
  values.fractionDigits = Math.max(values.fractionDigits, behind);
  const decimal = values.wholeDigits + values.fractionDigits <= DECIMAL_DIGITS ? FORMS.decimal : 0;
  if (fraction !== undefined) return float | decimal;
  if (before > BIGINT_DIGITS) return 0;
  values.isLong ||= Math.abs(Number(text)) > MOST_INT;
  return FORMS.whole | decimal | float | (text === '0' || text === '1' ? FORMS.bit : 0);
}

/** Forms beside XML Schema's. A text may have several: which of day and month comes first, only other values tell. */
const WRITTEN = [
  [/^[0-9]{8}(?:[0-9]{4}(?:[0-9]{2}(?:\.[0-9]{1,7})?)?)?(?:[+-][0-9]{4})?$/, FORMS.hl7, compilePattern('hl7')],
  [/^(?:19|20)[0-9]{6}(?:[0-9]{6})?$/, FORMS.second14, compilePattern('hl7')],
  [/^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$/, FORMS.dotted, compilePattern('d.M.yyyy')],
  [/^[0-9]{1,2}\/[0-9]{1,2}\/[0-9]{4}$/, FORMS.dayFirst, compilePattern('d/M/yyyy')],
  [/^[0-9]{1,2}\/[0-9]{1,2}\/[0-9]{4}$/, FORMS.monthFirst, compilePattern('M/d/yyyy')],
] as const;

function momentForms(values: Values, text: string): number {
  const moment = parseSchemaMoment(text);
  if (moment !== null) return schemaForms(values, moment);
  if (/^(?:1[5-9]|20)[0-9]{2}$/.test(text)) return FORMS.year;
  let forms = 0;
  for (const [form, bit, pattern] of WRITTEN) {
    const parsed = form.test(text) && pattern.ok ? pattern.parse(text) : null;
    if (parsed === null || !isInYears(parsed)) continue;
    if (forms === 0) note(values, parsed);
    forms |= bit;
  }
  return forms === 0 ? mailForm(text) : forms;
}

const MAIL = compilePattern('rfc822');

/** Dates of mails and feeds, which have a zone. */
function mailForm(text: string): number {
  if (!/^(?:[a-z]{3,9},? +)?[0-9]{1,2} +[a-z]{3}/i.test(text) || !MAIL.ok) return 0;
  return (MAIL.parse(text)?.offset ?? null) === null ? 0 : FORMS.rfc822;
}

function schemaForms(values: Values, moment: Moment): number {
  if (moment.fraction.length > MOST_FRACTION) return 0;
  if (moment.day === null) {
    values.secondDigits = Math.max(values.secondDigits, moment.fraction.length);
    return moment.offset === null ? FORMS.time : 0;
  }
  if (!isInYears(moment)) return 0;
  note(values, moment);
  return FORMS.moment;
}

const MOST_FRACTION = 7;

function note(values: Values, { second, fraction, offset }: Moment): void {
  values.secondDigits = Math.max(values.secondDigits, fraction.length);
  values[offset === null ? 'local' : 'zoned'] += 1;
  if (second === null) values.days += 1;
}

/** Whether a moment lies in the years 1 to 9999, in UTC too, which types with zones keep. */
function isInYears({ day, second, offset }: Moment): boolean {
  const minutes = (day ?? 0) * 1440 + (second ?? 0) / 60 - (offset ?? 0);
  return minutes >= FIRST_DAY * 1440 && minutes < (LAST_DAY + 1) * 1440;
}

/** Since 1970-01-01. */
const [FIRST_DAY, LAST_DAY] = [-719_162, 2_932_896] as const;
