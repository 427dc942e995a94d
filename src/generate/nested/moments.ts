import type { ValueType } from '../../values/typed/value-type.ts';
import type { ColumnSource } from '../../contract/nested/model.ts';
import type { Random } from '../random.ts';

/** What of a column says how its dates and times are written. */
type MomentColumn = Pick<Extract<ColumnSource, { kind: 'paths' }>, 'formats' | 'zone'> & { readonly type: ValueType };

/** A date or time in one of the forms that a column reads. */
export function makeMoment({ type, formats, zone }: MomentColumn, random: Random): string {
  const moment = pickMoment(random);
  const offset =
    type.kind === 'datetimeoffset' && zone.name === null
      ? pickOffset(random)
      : random.chance(0.3) && zone.name === null
        ? pickOffset(random)
        : '';
  const [first, ...rest] = formats;
  if (first !== undefined) return printPattern(random.pick([first, ...rest]), moment, pickOffset(random));
  const date = `${moment.yyyy}-${moment.MM}-${moment.dd}`;
  const time = `${moment.HH}:${moment.mm}:${moment.ss}`;
  const fraction =
    'scale' in type && type.scale > 0 && random.chance(0.3) ? `.${moment.S}`.slice(0, type.scale + 1) : '';
  if (type.kind === 'date') return random.pick([date, date, `${date}Z`]);
  if (type.kind === 'time') return random.pick([time, `${time}${fraction}`, `${moment.HH}:${moment.mm}`]);
  return random.pick([
    `${date}T${time}${fraction}${offset}`,
    `${date} ${time}${offset}`,
    type.kind === 'datetimeoffset' ? `${date}T${time}${offset}` : date,
  ]);
}

/** Parts of a moment by Unicode's letters. Its hour exists in every zone and its years in every type. */
type Parts = Readonly<Record<'yyyy' | 'MM' | 'dd' | 'HH' | 'mm' | 'ss' | 'S', string>>;

function pickMoment(random: Random): Parts {
  const two = (least: number, most: number): string => String(random.int(least, most)).padStart(2, '0');
  return {
    yyyy: String(random.int(1990, 2040)),
    MM: two(1, 12),
    dd: two(1, 28),
    HH: two(6, 20),
    mm: two(0, 59),
    ss: two(0, 59),
    S: String(random.int(1_000_000, 9_999_999)),
  };
}

function pickOffset(random: Random): string {
  return random.pick(['Z', '+02:00', '-05:30', '+00:00']);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Prints what a pattern of a contract reads (docs/contract.md, `format`). */
function printPattern(pattern: string, parts: Parts, offset: string): string {
  if (pattern === 'hl7') return `${parts.yyyy}${parts.MM}${parts.dd}${parts.HH}${parts.mm}${parts.ss}`;
  if (pattern === 'rfc822')
    return `${Number(parts.dd)} ${MONTHS[Number(parts.MM) - 1]} ${parts.yyyy} ${parts.HH}:${parts.mm}:${parts.ss} GMT`;
  return pattern.replace(
    /([A-Za-z])\1*|'((?:[^']|'')*)'/g,
    (run: string, letter: string | undefined, quoted: string | undefined) => {
      if (letter === undefined) return run === "''" ? "'" : (quoted ?? '').replaceAll("''", "'");
      return printField(run, parts, offset);
    },
  );
}

function printField(run: string, { yyyy, MM, dd, HH, mm, ss, S }: Parts, offset: string): string {
  const hour = Number(HH);
  const fields: Readonly<Record<string, string>> = {
    yyyy,
    yy: yyyy.slice(2),
    MMM: MONTHS[Number(MM) - 1] ?? '',
    h: String(hour % 12 || 12),
    a: hour < 12 ? 'AM' : 'PM',
  };
  const two: Readonly<Record<string, string>> = { M: MM, d: dd, H: HH, m: mm, s: ss, h: fields['h'] ?? '' };
  const known = fields[run] ?? (run.length === 2 ? two[run.charAt(0)]?.padStart(2, '0') : undefined);
  if (known !== undefined) return known;
  if (run.startsWith('S')) return S.padEnd(run.length, '0').slice(0, run.length);
  return two[run] === undefined ? offset : String(Number(two[run]));
}
