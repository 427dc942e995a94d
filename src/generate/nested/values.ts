import type { ColumnSource, NestedColumn } from '../../contract/nested/model.ts';
import { isTextType, type ValueType } from '../../values/typed/value-type.ts';
import type { Random } from '../random.ts';
import { makeGuid } from '../values.ts';
import { words } from '../vocabulary.ts';
import { makeMoment } from './moments.ts';
import type { Use } from './uses.ts';

export type PathsColumn = NestedColumn & { readonly source: Extract<ColumnSource, { kind: 'paths' }> };

const LONGEST_TEXT = 30;

/** What a value has to be beside what its column takes. */
export interface Wish {
  readonly use: Use | undefined;
  /** Makes values of one row differ from those of another: they are part of its key. */
  readonly distinct: number | null;
}

/** A text that a column reads without an issue, in one of the forms that its type has. */
export function makeTyped(column: PathsColumn, random: Random, { use, distinct }: Wish): string {
  const { source, type } = column;
  const [first, ...rest] = source.map === null ? [] : [...source.map.values.keys()].filter((key) => key !== '');
  if (first !== undefined) return random.pick([first, ...rest]);
  const [likely, ...others] = use?.likely ?? [];
  if (likely !== undefined && distinct === null && random.chance(0.5))
    return inMarks(column, random.pick([likely, ...others]));
  if (isTextType(type)) return makeWords(type, random, distinct);
  const number = makeNumber(type, random, use?.isCounted ?? false, distinct);
  return number === null ? makeOther(column, random) : inMarks(column, number);
}

/** Types that count bytes get text whose characters have one byte in every code page. */
function makeWords(
  { kind, length }: { readonly kind: string; readonly length: number | null },
  random: Random,
  distinct: number | null,
): string {
  const most = Math.min(length ?? LONGEST_TEXT, LONGEST_TEXT);
  const text = words(random, random.int(1, 4));
  const plain = kind.startsWith('n') ? text : text.replaceAll('é', 'e');
  const end = distinct === null ? '' : String(distinct);
  return plain.slice(0, Math.max(0, most - end.length)).trim() + end;
}

const MOST = { tinyint: 255, smallint: 32_767, int: 2_000_000_000, bigint: 9_000_000_000_000 } as const;
const SMALL = 99;

/** A number in XML Schema's form; null for types that are none. */
function makeNumber(type: ValueType, random: Random, isCounted: boolean, distinct: number | null): string | null {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint': {
      const number =
        distinct ?? random.int(isCounted ? 1 : 0, isCounted ? SMALL : Math.min(MOST[type.kind], 2_000_000_000));
      return random.pick([String(number), String(number), `+${number}`, `${number}.0`, `00${number}`]);
    }
    case 'decimal': {
      const whole =
        distinct ??
        random.int(0, isCounted ? SMALL : Math.min(99_999, 10 ** Math.min(type.precision - type.scale, 6) - 1));
      const digits = Math.min(type.scale, random.int(0, 4));
      const fraction = digits === 0 ? '' : `.${String(random.int(0, 10 ** digits - 1)).padStart(digits, '0')}`;
      return type.precision === type.scale ? `0${fraction}` : `${whole}${fraction}`;
    }
    case 'money':
      return `${distinct ?? random.int(0, isCounted ? SMALL : 99_999)}.${random.int(10, 99)}`;
    case 'float':
    case 'real':
      return random.pick([
        `${random.int(1, SMALL)}.5`,
        `${random.int(1, 9)}.25e1`,
        `-${random.int(1, 9)}E-2`,
        String(distinct ?? random.int(1, SMALL)),
      ]);
    default:
      return null;
  }
}

/** With the column's decimal mark, and now and then its group mark. */
function inMarks({ source, type }: PathsColumn, text: string): string {
  if (isTextType(type) || !/^[+-]?\d+(?:\.\d+)?$/.test(text)) return text;
  const [whole = '', fraction] = text.split('.');
  const { group, decimal } = source;
  const grouped = group === null || !/^\d{4,}$/.test(whole) ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, group);
  return fraction === undefined ? grouped : grouped + decimal + fraction;
}

function makeOther({ source, type }: PathsColumn, random: Random): string {
  switch (type.kind) {
    case 'bit':
      return random.pick(['true', 'false', '1', '0']);
    case 'uniqueidentifier': {
      const guid = makeGuid(random);
      return random.pick([guid, guid.toUpperCase(), `{${guid}}`]);
    }
    case 'binary':
    case 'varbinary': {
      const bytes = Buffer.from(words(random, 2).slice(0, Math.min(type.length ?? LONGEST_TEXT, LONGEST_TEXT) / 2));
      return bytes.toString(source.encoding);
    }
    case 'xml':
      return words(random, 3);
    default:
      return makeMoment({ ...source, type }, random);
  }
}
