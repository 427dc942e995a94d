import { compareValues } from './arithmetic.ts';
import type { Compiler, Truth, Typed } from './typed.ts';
import type { CompareOp, SqlCondition } from './syntax.ts';
import { printValue, unify } from './types.ts';

/** Compiles a condition with three-valued logic: what is compared with NULL is unknown. */
export function compileCondition<Row>(condition: SqlCondition, compiler: Compiler<Row>): Truth<Row> {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return compileAll(condition.kind, condition.operands.map(compiler.condition));
    case 'not': {
      const operand = compiler.condition(condition.operand);
      return (row) => negate(operand(row));
    }
    case 'null': {
      const { of } = compiler.value(condition.operand);
      const { negated } = condition;
      return (row) => (of(row) === null) !== negated;
    }
    case 'compare':
      return compileComparison(
        condition.op,
        compiler.value(condition.left),
        compiler.value(condition.right),
        condition.at,
        compiler,
      );
    case 'like':
      return compileLike(condition, compiler);
    case 'in': {
      const operand = compiler.value(condition.operand);
      const tests = condition.list.map((item) =>
        compileComparison('=', operand, compiler.value(item), condition.at, compiler),
      );
      return negatedIf(condition.negated, compileAll('or', tests));
    }
    default: {
      const operand = compiler.value(condition.operand);
      const low = compileComparison('>=', operand, compiler.value(condition.low), condition.at, compiler);
      const high = compileComparison('<=', operand, compiler.value(condition.high), condition.at, compiler);
      return negatedIf(condition.negated, compileAll('and', [low, high]));
    }
  }
}

/** One false decides AND, one true decides OR; else one unknown makes it unknown. */
function compileAll<Row>(kind: 'and' | 'or', operands: readonly Truth<Row>[]): Truth<Row> {
  const decisive = kind === 'or';
  return (row) => {
    let isUnknown = false;
    for (const operand of operands) {
      const truth = operand(row);
      if (truth === decisive) return decisive;
      isUnknown ||= truth === null;
    }
    return isUnknown ? null : !decisive;
  };
}

function negate(truth: boolean | null): boolean | null {
  return truth === null ? null : !truth;
}

function negatedIf<Row>(negated: boolean, truth: Truth<Row>): Truth<Row> {
  return negated ? (row) => negate(truth(row)) : truth;
}

const HOLDS: Record<CompareOp, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

function compileComparison<Row>(
  op: CompareOp,
  left: Typed<Row>,
  right: Typed<Row>,
  at: number,
  compiler: Compiler<Row>,
): Truth<Row> {
  const type = unify(left.type, right.type);
  if (type === null || type.kind === 'xml') {
    compiler.fault(at, `a ${left.type.kind} cannot be compared with a ${right.type.kind}; use CAST`);
    return () => null;
  }
  const holds = HOLDS[op];
  return (row) => {
    const [a, b] = [left.of(row), right.of(row)];
    return a === null || b === null ? null : holds(compareValues(a, b, type));
  };
}

function compileLike<Row>(condition: Extract<SqlCondition, { kind: 'like' }>, compiler: Compiler<Row>): Truth<Row> {
  const [operand, pattern] = [compiler.value(condition.operand), compiler.value(condition.pattern)];
  for (const { type } of [operand, pattern]) {
    if (type.kind !== 'text' && type.kind !== 'null')
      compiler.fault(condition.at, `LIKE needs texts, this is a ${type.kind}; use CAST`);
  }
  return negatedIf(condition.negated, (row) => {
    const [text, like] = [printValue(operand.of(row), operand.type), printValue(pattern.of(row), pattern.type)];
    return text === null || like === null ? null : isLike(Array.from(text), parseLike(like));
  });
}

/** What a place of a pattern takes: any number of characters (null), or one that fits. */
type LikePart = ((character: string) => boolean) | null;

const LIKE = /%|_|\[(\^?)([^\]]+)\]|./gsu;

function parseLike(pattern: string): readonly LikePart[] {
  return [...pattern.matchAll(LIKE)].map(([part, negated, set]): LikePart => {
    if (part === '%') return null;
    if (part === '_') return () => true;
    if (set === undefined) return (character) => character === part;
    const ranges = [...set.matchAll(/(.)-(.)|(.)/gsu)].map(
      ([, from, to, only = '']) => [from ?? only, to ?? only] as const,
    );
    return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== (negated === '^');
  });
}

/** Only the last `%` is ever tried again, so the time is bounded by the product of both lengths. */
function isLike(text: readonly string[], parts: readonly LikePart[]): boolean {
  let [at, part, retryAt, retryPart] = [0, 0, 0, -1];
  while (at < text.length) {
    const fits = parts[part];
    if (fits === null) {
      [retryAt, retryPart] = [at, part];
      part += 1;
    } else if (fits?.(text[at] ?? '') === true) {
      at += 1;
      part += 1;
    } else if (retryPart >= 0) {
      retryAt += 1;
      [at, part] = [retryAt, retryPart + 1];
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === null);
}
