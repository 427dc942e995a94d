import { Big } from 'big.js';
import { compareValues } from './arithmetic.ts';
import { alike, type Compiler, type Typed } from './typed.ts';
import { addUnits, dateParts, UNITS, unitsBetween, type Unit } from './dates.ts';
import type { SqlExpression } from './syntax.ts';
import {
  digitsOf,
  INT,
  isNumeric,
  isTemporal,
  NULL,
  NoValue,
  printValue,
  TEXT,
  unify,
  type SqlType,
  type SqlValue,
} from './types.ts';
import { count as counted } from '../../words.ts';

type Define = <Row>(args: readonly SqlExpression[], at: number, compiler: Compiler<Row>) => Typed<Row>;

/** What an argument has to be. */
type Kind = 'text' | 'number' | 'whole' | 'moment' | 'any';

const IS: Record<Kind, (type: SqlType) => boolean> = {
  text: ({ kind }) => kind === 'text' || kind === 'null' || kind === 'uniqueidentifier',
  number: (type) => isNumeric(type) || type.kind === 'null',
  whole: ({ kind }) => kind === 'int' || kind === 'null',
  moment: (type) => isTemporal(type) || type.kind === 'null',
  any: () => true,
};

/** All functions but CAST, by name (docs/contract.md, Expressions). */
export const FUNCTIONS: ReadonlyMap<string, Define> = new Map<string, Define>([
  ['ID', (args, at, compiler) => (args.length === 0 ? compiler.scope.id : compiler.fault(at, 'ID takes nothing'))],
  [
    'NOW',
    (args, at, compiler) =>
      args.length === 0
        ? { type: { kind: 'datetime' }, of: compiler.scope.now }
        : compiler.fault(at, 'NOW takes nothing'),
  ],
  ['CONCAT', defineConcat],
  ['COALESCE', defineCoalesce],
  ['NULLIF', defineNullif],
  [
    'UPPER',
    strict(
      ['text'],
      () => TEXT,
      (text) => String(text).toUpperCase(),
    ),
  ],
  [
    'LOWER',
    strict(
      ['text'],
      () => TEXT,
      (text) => String(text).toLowerCase(),
    ),
  ],
  [
    'TRIM',
    strict(
      ['text'],
      () => TEXT,
      (text) => String(text).replace(/^ +| +$/g, ''),
    ),
  ],
  [
    'LEN',
    strict(
      ['text'],
      () => INT,
      (text) => BigInt(String(text).replace(/ +$/, '').length),
    ),
  ],
  [
    'LEFT',
    strict(
      ['text', 'whole'],
      () => TEXT,
      (text, count) => String(text).slice(0, length(count)),
    ),
  ],
  [
    'RIGHT',
    strict(
      ['text', 'whole'],
      () => TEXT,
      (text, count) => (length(count) === 0 ? '' : String(text).slice(-length(count))),
    ),
  ],
  ['SUBSTRING', strict(['text', 'whole', 'whole'], () => TEXT, substring)],
  [
    'REPLACE',
    strict(
      ['text', 'text', 'text'],
      () => TEXT,
      (text, from, to) => (from === '' ? text : String(text).replaceAll(String(from), () => String(to))),
    ),
  ],
  ['ABS', strict(['number'], ([type]) => type ?? NULL, absolute)],
  [
    'FLOOR',
    strict(
      ['number'],
      ([type]) => wholeOf(type ?? NULL),
      (value) => toWhole(value, Big.roundDown, -1),
    ),
  ],
  [
    'CEILING',
    strict(
      ['number'],
      ([type]) => wholeOf(type ?? NULL),
      (value) => toWhole(value, Big.roundDown, 1),
    ),
  ],
  ['ROUND', strict(['number', 'whole'], ([type]) => type ?? NULL, round)],
  [
    'YEAR',
    strict(
      ['moment'],
      () => INT,
      (moment) => BigInt(dateParts(String(moment)).year),
    ),
  ],
  [
    'MONTH',
    strict(
      ['moment'],
      () => INT,
      (moment) => BigInt(dateParts(String(moment)).month),
    ),
  ],
  [
    'DAY',
    strict(
      ['moment'],
      () => INT,
      (moment) => BigInt(dateParts(String(moment)).day),
    ),
  ],
  ['DATEADD', defineDateAdd],
  ['DATEDIFF', defineDateDiff],
]);

/** A function that gives NULL where an argument is NULL. */
function strict(
  kinds: readonly Kind[],
  typeOf: (types: readonly SqlType[]) => SqlType,
  compute: (...values: NonNullable<SqlValue>[]) => SqlValue,
): Define {
  return (args, at, compiler) => {
    const typed = args.map(compiler.value);
    const wrong = wrongArgument(typed, kinds);
    if (wrong !== null) return compiler.fault(at, wrong);
    return {
      type: typeOf(typed.map(({ type }) => type)),
      of(row) {
        const values: NonNullable<SqlValue>[] = [];
        for (const { of } of typed) {
          const value = of(row);
          if (value === null) return null;
          values.push(value);
        }
        return compute(...values);
      },
    };
  };
}

function wrongArgument(typed: readonly { readonly type: SqlType }[], kinds: readonly Kind[]): string | null {
  if (typed.length !== kinds.length) return `it takes ${counted(kinds.length, 'argument')}, not ${typed.length}`;
  const index = typed.findIndex(({ type }, at) => !IS[kinds[at] ?? 'any'](type));
  return index === -1
    ? null
    : `argument ${index + 1} must be a ${kinds[index]}, this is a ${typed[index]?.type.kind}; use CAST`;
}

/** NULL counts as the empty text. */
function defineConcat<Row>(args: readonly SqlExpression[], at: number, compiler: Compiler<Row>): Typed<Row> {
  if (args.length < 2) return compiler.fault(at, 'CONCAT takes two arguments or more');
  const typed = args.map(compiler.value);
  return { type: TEXT, of: (row) => typed.map(({ type, of }) => printValue(of(row), type) ?? '').join('') };
}

function defineCoalesce<Row>(args: readonly SqlExpression[], at: number, compiler: Compiler<Row>): Typed<Row> {
  if (args.length < 2) return compiler.fault(at, 'COALESCE takes two arguments or more');
  const values = alike(args.map(compiler.value), (message) => compiler.fault(at, message));
  if (values === null) return { type: NULL, of: () => null };
  return {
    type: values.type,
    of(row) {
      for (const of of values.of) {
        const value = of(row);
        if (value !== null) return value;
      }
      return null;
    },
  };
}

function defineNullif<Row>(args: readonly SqlExpression[], at: number, compiler: Compiler<Row>): Typed<Row> {
  const [first, second] = args.map(compiler.value);
  if (first === undefined || second === undefined || args.length > 2)
    return compiler.fault(at, 'NULLIF takes two arguments');
  const type = unify(first.type, second.type);
  if (type === null)
    return compiler.fault(at, `a ${first.type.kind} cannot be compared with a ${second.type.kind}; use CAST`);
  return {
    type: first.type,
    of(row) {
      const [a, b] = [first.of(row), second.of(row)];
      return a !== null && b !== null && compareValues(a, b, type) === 0 ? null : a;
    },
  };
}

/** Its first argument is the name of a unit. */
function unitOf(expression: SqlExpression | undefined): Unit | null {
  if (expression?.kind !== 'name') return null;
  const name = expression.name.toLowerCase();
  return UNITS.find((unit) => unit === name) ?? null;
}

function defineDateAdd<Row>(args: readonly SqlExpression[], at: number, compiler: Compiler<Row>): Typed<Row> {
  const unit = unitOf(args[0]);
  if (unit === null) return compiler.fault(at, `DATEADD begins with one of ${UNITS.join(', ')}`);
  const typed = args.slice(1).map(compiler.value);
  const [count, moment] = typed;
  const wrong = wrongArgument(typed, ['whole', 'moment']);
  if (wrong !== null || count === undefined || moment === undefined)
    return compiler.fault(at, wrong ?? 'it takes 3 arguments');
  return {
    type: moment.type,
    of(row) {
      const [units, from] = [count.of(row), moment.of(row)];
      if (units === null || from === null) return null;
      const moved = addUnits(String(from), unit, Number(units));
      if (moved === null) throw new NoValue('no such date');
      return moved;
    },
  };
}

function defineDateDiff<Row>(args: readonly SqlExpression[], at: number, compiler: Compiler<Row>): Typed<Row> {
  const unit = unitOf(args[0]);
  if (unit === null) return compiler.fault(at, `DATEDIFF begins with one of ${UNITS.join(', ')}`);
  const typed = args.slice(1).map(compiler.value);
  const [from, to] = typed;
  const wrong = wrongArgument(typed, ['moment', 'moment']);
  if (wrong !== null || from === undefined || to === undefined)
    return compiler.fault(at, wrong ?? 'it takes 3 arguments');
  return {
    type: INT,
    of(row) {
      const [start, end] = [from.of(row), to.of(row)];
      return start === null || end === null ? null : BigInt(unitsBetween(String(start), String(end), unit));
    },
  };
}

function length(count: NonNullable<SqlValue>): number {
  if (Number(count) < 0) throw new NoValue('a length below zero');
  return Number(count);
}

/** Counts from 1; what is before the beginning counts too. */
function substring(text: NonNullable<SqlValue>, start: NonNullable<SqlValue>, count: NonNullable<SqlValue>): string {
  const from = Number(start) - 1;
  return String(text).slice(Math.max(0, from), Math.max(0, from + length(count)));
}

function absolute(value: NonNullable<SqlValue>): SqlValue {
  if (value instanceof Big) return value.abs();
  if (typeof value === 'bigint') return value < 0n ? -value : value;
  return Math.abs(Number(value));
}

function wholeOf(type: SqlType): SqlType {
  return type.kind === 'decimal' ? { kind: 'decimal', precision: digitsOf(type).precision, scale: 0 } : type;
}

/** To the whole number below (-1) or above (1). */
function toWhole(value: NonNullable<SqlValue>, mode: 0, direction: -1 | 1): SqlValue {
  if (typeof value === 'number') return direction === 1 ? Math.ceil(value) : Math.floor(value);
  if (!(value instanceof Big)) return value;
  const whole = value.round(0, mode);
  return direction === 1 ? (whole.lt(value) ? whole.plus(1) : whole) : whole.gt(value) ? whole.minus(1) : whole;
}

/** Half away from zero; a negative number of digits rounds before the point. */
function round(value: NonNullable<SqlValue>, digits: NonNullable<SqlValue>): SqlValue {
  const places = Math.max(-400, Math.min(400, Number(digits)));
  const exact = new Big(String(value));
  const rounded =
    places >= 0
      ? exact.round(places, Big.roundHalfUp)
      : exact.div(new Big(10).pow(-places)).round(0, Big.roundHalfUp).times(new Big(10).pow(-places));
  if (value instanceof Big) return rounded;
  return typeof value === 'bigint' ? BigInt(rounded.toFixed(0)) : rounded.toNumber();
}
