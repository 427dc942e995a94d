/** Reads a text, already without white space at its ends, to the exact text of a typed value; null = unreadable. */
export type ReadTyped = (text: string, note: (issue: 'rounded') => void) => string | null;

/** How numbers are written; `decimal` and `group` are single characters. */
export interface NumberMarks {
  readonly decimal: string;
  readonly group: string | null;
}

/** A number taken apart: its value is `±digits × 10^-scale`; no zeros lead. */
interface Parts {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
}

/** More digits than any column holds; an exponent beyond it is out of every range. */
const MOST_DIGITS = 400;

const RANGES = {
  bit: [0n, 1n],
  tinyint: [0n, 255n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

/** Whole numbers: XML Schema's forms; a fraction of zeros is exact, any other and an exponent are unreadable. */
export function integerReader(kind: Exclude<keyof typeof RANGES, 'bit'>, marks: NumberMarks): ReadTyped {
  const parse = compileParts(marks, false);
  const [least, most] = RANGES[kind];
  return (text) => {
    const parts = parse(text);
    const whole = parts === null ? null : atScale(parts, 0, () => null);
    if (whole === null) return null;
    const value = BigInt(whole);
    return value >= least && value <= most ? String(value) : null;
  };
}

/** Decimals, exact. More fraction digits than the scale are rounded half away from zero, which is noted; the range is tested after that. */
export function decimalReader(precision: number, scale: number, marks: NumberMarks): ReadTyped {
  const parse = compileParts(marks, true);
  return (text, note) => {
    const parts = parse(text);
    if (parts === null) return null;
    let isRounded = false;
    const scaled = atScale(parts, scale, (digits, rest) => {
      isRounded = true;
      return rest.charCodeAt(0) >= 0x35 ? String(BigInt(digits) + 1n) : digits;
    });
    const digits = scaled?.replace('-', '') ?? '';
    if (scaled === null || digits.replace(/^0+/, '').length > precision) return null;
    if (isRounded) note('rounded');
    return printDecimal(scaled.startsWith('-'), digits, scale);
  };
}

/** Binary floats, in JavaScript's shortest form; infinity and NaN are no values of SQL. */
export function floatReader(kind: 'float' | 'real', marks: NumberMarks): ReadTyped {
  const parse = compileParts(marks, true);
  const most = kind === 'real' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  return (text) => {
    const parts = parse(text);
    if (parts === null) return null;
    const value = Number(`${parts.negative ? '-' : ''}${parts.digits || '0'}e${-parts.scale}`);
    return Math.abs(value) <= most ? String(value === 0 ? 0 : value) : null;
  };
}

/** `true`, `false`, `1` and `0`. */
export function bitReader(): ReadTyped {
  return (text) => ({ true: '1', '1': '1', false: '0', '0': '0' })[text] ?? null;
}

function compileParts({ decimal, group }: NumberMarks, hasExponent: boolean): (text: string) => Parts | null {
  const [point, mark] = [escapeForPattern(decimal), group === null ? null : escapeForPattern(group)];
  const whole = mark === null ? '[0-9]+' : `[0-9]{1,3}(?:${mark}[0-9]{3})+|[0-9]+`;
  const exponent = hasExponent ? '(?:[eE]([+-]?[0-9]{1,6}))?' : '';
  const pattern = new RegExp(`^([+-]?)(?:(${whole})(?:${point}([0-9]*))?|${point}([0-9]+))${exponent}$`, 'u');
  return (text) => {
    const [all, sign, grouped = '', fraction, bareFraction = '', power = '0'] = pattern.exec(text) ?? [];
    if (all === undefined) return null;
    const behind = (fraction ?? bareFraction).replace(/0+$/, '');
    const before = group === null ? grouped : grouped.replaceAll(group, '');
    const digits = (before + behind).replace(/^0+/, '');
    const scale = behind.length - Number(power);
    if (digits === '') return { negative: false, digits, scale: 0 };
    return Math.abs(scale) + digits.length > MOST_DIGITS ? null : { negative: sign === '-', digits, scale };
  };
}

/** The digits of a value at a scale, with its sign; `round` makes of digits and those that do not fit what is kept, or null. */
function atScale(
  { negative, digits, scale: own }: Parts,
  scale: number,
  round: (digits: string, rest: string) => string | null,
): string | null {
  const missing = scale - own;
  const full = digits.padEnd(digits.length + Math.max(missing, 0), '0').padStart(Math.max(-missing, 0) + 1, '0');
  const cut = full.length - Math.max(-missing, 0);
  const rest = full.slice(cut);
  const kept = /[1-9]/.test(rest) ? round(full.slice(0, cut), rest) : full.slice(0, cut);
  if (kept === null) return null;
  return negative && /[1-9]/.test(kept) ? `-${kept}` : kept;
}

function printDecimal(negative: boolean, digits: string, scale: number): string {
  const full = digits.replace(/^0+/, '').padStart(scale + 1, '0');
  const fraction = full.slice(full.length - scale, full.length).replace(/0+$/, '');
  const whole = full.slice(0, full.length - scale);
  return `${negative ? '-' : ''}${whole}${scale > 0 && fraction !== '' ? `.${fraction}` : ''}`;
}

/** Every mark is a single character. */
function escapeForPattern(mark: string): string {
  return `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`;
}
