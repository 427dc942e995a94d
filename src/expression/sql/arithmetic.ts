import { compareText } from '../../values/text.ts';
import { Big } from 'big.js';
import type { Typed } from './typed.ts';
import type { BinaryOp } from './syntax.ts';
import {
  decimalOf,
  digitsOf,
  FLOAT,
  isNumeric,
  NoValue,
  printValue,
  TEXT,
  toNumber,
  type SqlType,
  type SqlValue,
} from './types.ts';

// Quotients of decimals are cut at the scale of their type, as T-SQL does; 80 digits are more than any type asks for.
const Exact = Big();
Exact.DP = 80;
Exact.RM = 0;

/** `+` of two texts joins them, as in T-SQL. Whole numbers stay whole, `/` too; NULL makes NULL. */
export function compileArithmetic<Row>(
  op: Exclude<BinaryOp, '||'>,
  left: Typed<Row>,
  right: Typed<Row>,
  fault: (message: string) => Typed<Row>,
): Typed<Row> {
  if (op === '+' && left.type.kind === 'text' && right.type.kind === 'text') return compileConcat(left, right);
  for (const { type } of [left, right]) {
    if (isNumeric(type) || type.kind === 'null') continue;
    const advice =
      type.kind === 'text' ? '; join texts with ||, or use CAST' : '; for dates there are DATEADD and DATEDIFF';
    return fault(`${op} needs numbers, this is a ${type.kind}${advice}`);
  }
  const type = resultType(op, left.type, right.type);
  const compute = COMPUTE[type.kind === 'float' ? 'float' : type.kind === 'decimal' ? 'decimal' : 'int'];
  return {
    type,
    of(row) {
      const [a, b] = [left.of(row), right.of(row)];
      return a === null || b === null ? null : compute(op, a, b, type);
    },
  };
}

/** T-SQL's rules for the digits of a result. */
function resultType(op: Exclude<BinaryOp, '||'>, left: SqlType, right: SqlType): SqlType {
  if (left.kind === 'float' || right.kind === 'float') return FLOAT;
  const [a, b] = [digitsOf(left), digitsOf(right)];
  if (left.kind !== 'decimal' && right.kind !== 'decimal')
    return { kind: 'int', precision: Math.max(a.precision, b.precision) };
  if (op === '*') return decimalOf(a.precision + b.precision + 1, a.scale + b.scale);
  if (op === '/') {
    const scale = Math.max(6, a.scale + b.precision + 1);
    return decimalOf(a.precision - a.scale + b.scale + scale, scale);
  }
  const scale = Math.max(a.scale, b.scale);
  const [wholeA, wholeB] = [a.precision - a.scale, b.precision - b.scale];
  if (op === '%') return decimalOf(Math.min(wholeA, wholeB) + scale, scale);
  return decimalOf(Math.max(wholeA, wholeB) + scale + 1, scale);
}

type Compute = (
  op: Exclude<BinaryOp, '||'>,
  a: NonNullable<SqlValue>,
  b: NonNullable<SqlValue>,
  type: SqlType,
) => SqlValue;

const COMPUTE: Record<'int' | 'decimal' | 'float', Compute> = {
  int(op, a, b, type) {
    const [x, y] = [BigInt(String(a)), BigInt(String(b))];
    if ((op === '/' || op === '%') && y === 0n) throw new NoValue('division by zero');
    const value = { '+': x + y, '-': x - y, '*': x * y, '/': y === 0n ? 0n : x / y, '%': y === 0n ? 0n : x % y }[op];
    const bits = digitsOf(type).precision > 10 ? 63n : 31n;
    if (value >= 2n ** bits || value < -(2n ** bits)) throw new NoValue('overflow');
    return value;
  },
  decimal(op, a, b, type) {
    const [x, y] = [new Exact(String(a)), new Exact(String(b))];
    if ((op === '/' || op === '%') && y.eq(0)) throw new NoValue('division by zero');
    const value =
      op === '+' ? x.plus(y) : op === '-' ? x.minus(y) : op === '*' ? x.times(y) : op === '/' ? x.div(y) : x.mod(y);
    const { precision, scale } = digitsOf(type);
    const kept = value.round(scale, op === '/' ? Big.roundDown : Big.roundHalfUp);
    if (kept.abs().gte(new Exact(10).pow(precision - scale))) throw new NoValue('overflow');
    return new Big(kept);
  },
  float(op, a, b) {
    const [x, y] = [Number(a), Number(b)];
    if ((op === '/' || op === '%') && y === 0) throw new NoValue('division by zero');
    const value = { '+': x + y, '-': x - y, '*': x * y, '/': x / y, '%': x % y }[op];
    if (!Number.isFinite(value)) throw new NoValue('overflow');
    return value;
  },
};

/** `||`: both as text, NULL if either is. */
export function compileConcat<Row>(left: Typed<Row>, right: Typed<Row>): Typed<Row> {
  return {
    type: TEXT,
    of(row) {
      const [a, b] = [printValue(left.of(row), left.type), printValue(right.of(row), right.type)];
      return a === null || b === null ? null : a + b;
    },
  };
}

/** Compares two values of one type; texts by code point, moments with an offset by their instant. */
export function compareValues(a: NonNullable<SqlValue>, b: NonNullable<SqlValue>, type: SqlType): number {
  // Blanks at the end do not count, as in T-SQL.
  if (type.kind === 'text') return compareText(String(a).replace(/ +$/, ''), String(b).replace(/ +$/, ''));
  if (type.kind === 'datetimeoffset') return Date.parse(String(a)) - Date.parse(String(b));
  if (typeof a === 'string' || typeof b === 'string') return a === b ? 0 : String(a) < String(b) ? -1 : 1;
  const [x, y] = [toNumber(a, 'decimal'), toNumber(b, 'decimal')];
  return x instanceof Big && y instanceof Big ? x.cmp(y) : 0;
}
