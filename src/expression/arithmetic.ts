import type { ArithmeticOp } from './expression.ts';

type Numeric = number | bigint;

/** Larger powers of integer literals than this are an overflow. */
const MAX_EXPONENT = 1024n;

/** One operation (spec 8.3): floats throughout, except that two integers give an integer (not for `/`). Failure is null. */
export function arithmetic(op: ArithmeticOp, left: Numeric | null, right: Numeric | null): Numeric | null {
  if (left === null || right === null || op === '%') return null;
  if (typeof left === 'bigint' && typeof right === 'bigint' && op !== '/') {
    const result = integers(op, left, right);
    return typeof result === 'bigint' ? bounded(result) : result;
  }
  return finite(floats(op, Number(left), Number(right)));
}

/** The number with the other sign. */
export function negate(operand: Numeric | null): Numeric | null {
  return operand === null ? null : -operand;
}

function floats(op: Exclude<ArithmeticOp, '%'>, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return floorDivide(left, right);
    default:
      return left ** right;
  }
}

/** Floor of the quotient as Python has it: by the remainder, so that rounding of the quotient does not show. */
function floorDivide(left: number, right: number): number {
  const remainder = left % right;
  const isBelow = remainder !== 0 && remainder < 0 !== right < 0;
  const quotient = (left - remainder) / right - (isBelow ? 1 : 0);
  if (quotient === 0) return (left / right) * 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function integers(op: Exclude<ArithmeticOp, '/' | '%'>, left: bigint, right: bigint): Numeric | null {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '//':
      return right === 0n ? null : floorDivideIntegers(left, right);
    default:
      if (right < 0n) return finite(Number(left) ** Number(right));
      return right > MAX_EXPONENT ? null : left ** right;
  }
}

function floorDivideIntegers(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

/** Overflow and division by zero give no value. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Integers end where floats do: at about 308 digits. */
export function bounded(value: bigint): bigint | null {
  return BigInt.asIntN(1025, value) === value ? value : null;
}
