/**
 * What a value looks like: a word of each attribute's record. The scanner tells it when it has copied the value
 * (assembly/form.ts), which takes a tenth of reading 5 KB, and nine values of ten need no second look when they are converted.
 *
 * All but `ODD` are neither blank nor padded, and hold no `&` that a second decoding could find.
 */
export const [ODD, PLAIN, DIGITS, NUMBER, DAY, MOMENT] = [
  /** Nothing is said. */
  0,
  /** Any other text. */
  1,
  /** `12`, of at most 15 digits. */
  2,
  /** `-12`, `12.5`, of at most 15 characters: see `fractionOf` and `paddingOf`. */
  3,
  /** `2024-01-28`, a day that every month has. */
  4,
  /** `2024-01-28T23:59:59`, likewise. */
  5,
] as const;

/** The kind of a form, of those above. */
export function kindOfForm(form: number): number {
  return form & 0xff;
}

/** Of a number: how many digits are behind the point, without zeros at the end. */
export function fractionOf(form: number): number {
  return (form >> 8) & 0xff;
}

/** Of a number: how many characters at its end are such zeros, and the point where nothing else is behind it. */
export function paddingOf(form: number): number {
  return form >> 16;
}

const NUMERIC = /^(?!-0)(-?)(?:0|[1-9][0-9]*)(?:\.([0-9]+))?$/;
const TEMPORAL =
  /^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])(T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$/;

/** The form of a value, as the scanner tells it. */
export function formOf(value: string): number {
  if (!/^[!-~](?:.*[!-~])?$/s.test(value) || value.includes('&')) return ODD;
  const number = value.length <= 15 ? NUMERIC.exec(value) : null;
  if (number !== null) {
    const [, sign, fraction] = number;
    if (fraction === undefined) return sign === '' ? DIGITS : NUMBER;
    const digits = fraction.replace(/0+$/, '').length;
    return NUMBER | (digits << 8) | ((fraction.length - digits + (digits === 0 ? 1 : 0)) << 16);
  }
  const temporal = TEMPORAL.exec(value);
  return temporal === null ? PLAIN : temporal[1] === undefined ? DAY : MOMENT;
}
