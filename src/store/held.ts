import { Big } from 'big.js';
import type { ValueType } from '../values/typed/value-type.ts';
import type { ColumnType, DestinationTable } from './destination.ts';
import { qualified, type Dialect } from './dialect.ts';

/** What a destination table holds now. */
export interface Held {
  /** By column of the contract; null where the database has no such column, or fills it alone. */
  readonly columns: readonly (HeldColumn | null)[];
  readonly rows: readonly HeldRow[];
}

export interface HeldColumn {
  /** As the database has it; null = one that contracts do not know. */
  readonly type: ValueType | null;
  /** Whether the database gives it a value where a document sets none. */
  readonly isFilled: boolean;
}

export interface HeldRow {
  /** Exact text of the id of the document that it belongs to, or null. */
  readonly appId: string | null;
  /** By column of the contract: numbers in decimal digits, times as ISO text, bytes as hex. */
  readonly values: readonly (string | null)[];
}

/** Which rows: those of documents, or those with keys, each the values of the table's unique key. */
export type HeldFilter =
  | { readonly appIds: readonly string[] }
  | { readonly keys: readonly (readonly (string | null)[])[] };

/** SQL of the id of the document that a row `r0` belongs to, not yet as text; NULL where it cannot be told. */
export function ownerId(
  dialect: Dialect,
  schema: string,
  { owner }: DestinationTable,
  tables: readonly DestinationTable[],
): string {
  if (owner === null) return 'NULL';
  if (owner.of === 'document') return `r0.${dialect.quote(owner.column)}`;
  const parent = tables.find(({ name }) => name === owner.table);
  if (parent?.owner?.of !== 'document') return 'NULL';
  const same = owner.columns.map(({ own, its }) => `r1.${dialect.quote(its)} = r0.${dialect.quote(own)}`).join(' AND ');
  return `(SELECT MIN(r1.${dialect.quote(parent.owner.column)}) FROM ${qualified(dialect, schema, parent)} r1 WHERE ${same})`;
}

/** The type of a column that xmlfan makes, where its name says all that matters. */
export function valueTypeOf(type: ColumnType): ValueType {
  switch (type.kind) {
    case 'exact':
      return type.type;
    case 'text':
      return { kind: 'nvarchar', length: type.length };
    case 'time':
      return { kind: 'time', scale: 7 };
    case 'datetime':
      return { kind: 'datetime2', scale: 7 };
    case 'decimal':
      return type;
    default:
      return { kind: type.kind };
  }
}

/**
 * A value in a form in which values are equal text if a column of that type cannot tell them apart: decimals rounded to their
 * digits, times to what the type can hold, text without blanks at the end, which SQL does not compare.
 */
export function comparableAs(type: ValueType | null): (text: string) => string {
  switch (type?.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
    case 'bit':
      return (text) => roundTo(text, 0);
    case 'decimal':
      return (text) => roundTo(text, type.scale);
    case 'money':
      return (text) => roundTo(text, 4);
    case 'float':
      return (text) => String(Number(text));
    case 'real':
      return (text) => String(Math.fround(Number(text)));
    case 'date':
      return (text) => text.slice(0, 10);
    case 'datetime':
      return (text) => roundTime(text, THREE_HUNDREDTHS);
    case 'smalldatetime':
      return (text) => roundTime(text, MINUTE);
    case 'time':
    case 'datetime2':
    case 'datetimeoffset':
      return (text) => roundTime(text, (ticks) => nearest(ticks, 10n ** BigInt(7 - type.scale)));
    case 'uniqueidentifier':
    case 'varbinary':
      return (text) => text.toLowerCase();
    case 'binary':
      return (text) => text.toLowerCase().replace(/(?:00)+$/, '');
    case 'xml':
      return normaliseXml;
    default:
      return (text) => text.replace(/ +$/, '');
  }
}

function roundTo(text: string, scale: number): string {
  const plain = text
    .trim()
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.');
  if (!/^-?\d+(?:\.\d*)?(?:e[+-]?\d{1,3})?$/i.test(plain)) return text;
  const rounded = new Big(plain.replace(/\.(?=$|e)/i, '')).round(scale, Big.roundHalfUp).toFixed();
  return rounded === '-0' ? '0' : rounded;
}

const TIME = /^(?:(\d{4}-\d\d-\d\d)(?:[T ]|$))?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)? ?(Z|[+-]\d\d:\d\d)?$/;
const [SECOND, DAY] = [10_000_000n, 864_000_000_000n];

/** Counts of 100 nanoseconds, rounded as a type does. */
type Round = (ticks: bigint) => bigint;

const THREE_HUNDREDTHS: Round = (ticks) => nearest(ticks * 300n, SECOND);
const MINUTE: Round = (ticks) => nearest(THREE_HUNDREDTHS(ticks), 300n * 60n * SECOND);

function nearest(ticks: bigint, unit: bigint): bigint {
  return ((ticks + unit / 2n) / unit) * unit;
}

function roundTime(text: string, round: Round): string {
  const [all, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = TIME.exec(text.trim()) ?? [];
  if (all === undefined) return text;
  const seconds = BigInt(hour) * 3600n + BigInt(minute) * 60n + BigInt(second);
  const ticks = seconds * SECOND + BigInt(fraction.slice(0, 7).padEnd(7, '0'));
  const days = day === undefined ? 0n : BigInt(Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000) + FROM_YEAR_1);
  return `${round(days * DAY + ticks)}${zone === 'Z' ? '+00:00' : zone}`;
}

/** Days from the first one of year 1 to 1970, so that nothing that is rounded is below 0. */
const FROM_YEAR_1 = 719_162;

/** As far as servers change it: no declaration, and empty elements in one way. */
function normaliseXml(text: string): string {
  return text
    .replace(/^\s*<\?xml[^>]*\?>/, '')
    .replaceAll(/<([^\s<>/]+)((?:\s[^<>]*)?)><\/\1>/g, '<$1$2/>')
    .replaceAll(/\s+\/>/g, '/>')
    .trim();
}
