import { Big } from 'big.js';
import { compileArithmetic, compileConcat } from './arithmetic.ts';
import { compileCondition } from './condition.ts';
import { FUNCTIONS } from './functions.ts';
import type { SqlCondition, SqlExpression } from './syntax.ts';
import { alike, type Compiler, type SqlProblem, type SqlScope, type Truth, type Typed } from './typed.ts';
import { decimalOf, FLOAT, isNumeric, NULL, TEXT } from './types.ts';

/** Compiles a value with T-SQL's meaning; every type error is told (docs/contract.md, Expressions). */
export function compileSql<Row>(
  expression: SqlExpression,
  scope: SqlScope<Row>,
): { readonly typed: Typed<Row>; readonly problems: readonly SqlProblem[] } {
  const problems: SqlProblem[] = [];
  return { typed: openCompiler(scope, problems).value(expression), problems };
}

/** The same of a condition. */
export function compileSqlCondition<Row>(
  condition: SqlCondition,
  scope: SqlScope<Row>,
): { readonly truth: Truth<Row>; readonly problems: readonly SqlProblem[] } {
  const problems: SqlProblem[] = [];
  return { truth: openCompiler(scope, problems).condition(condition), problems };
}

function openCompiler<Row>(scope: SqlScope<Row>, problems: SqlProblem[]): Compiler<Row> {
  const compiler: Compiler<Row> = {
    scope,
    value: (expression) => compileValue(expression, compiler),
    condition: (condition) => compileCondition(condition, compiler),
    fault(at, message) {
      problems.push({ at, message });
      return { type: NULL, of: () => null };
    },
  };
  return compiler;
}

function compileValue<Row>(expression: SqlExpression, compiler: Compiler<Row>): Typed<Row> {
  switch (expression.kind) {
    case 'number':
      return numberLiteral(expression.text);
    case 'text': {
      const { value } = expression;
      return { type: TEXT, of: () => value };
    }
    case 'null':
      return { type: NULL, of: () => null };
    case 'name': {
      const column = compiler.scope.column(expression.name);
      return typeof column === 'string' ? compiler.fault(expression.at, column) : column;
    }
    case 'negate':
      return compileNegate(compiler.value(expression.operand), expression.at, compiler);
    case 'binary': {
      const [left, right] = [compiler.value(expression.left), compiler.value(expression.right)];
      if (expression.op === '||') return compileConcat(left, right);
      return compileArithmetic(expression.op, left, right, (message) => compiler.fault(expression.at, message));
    }
    case 'cast': {
      const cast = compiler.scope.cast(compiler.value(expression.operand), expression.type);
      return typeof cast === 'string' ? compiler.fault(expression.at, cast) : cast;
    }
    case 'call':
      return compileCall(expression, compiler);
    default:
      return compileCase(expression, compiler);
  }
}

/** Whole up to nineteen digits; decimal with a point or more digits; float with an exponent. */
function numberLiteral<Row>(text: string): Typed<Row> {
  if (/e/i.test(text)) {
    const value = Number(text);
    return { type: FLOAT, of: () => value };
  }
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+/, '').length + fraction.length;
  if (!text.includes('.') && digits <= 18) {
    const value = BigInt(text);
    // A literal has the precision of its digits: `2.0 / 3` has six behind the point.
    return { type: { kind: 'int', precision: value < 2n ** 31n ? Math.max(1, digits) : 19 }, of: () => value };
  }
  const value = new Big(text.replace(/\.$/, ''));
  return { type: decimalOf(Math.max(1, digits), fraction.length), of: () => value };
}

function compileNegate<Row>({ type, of }: Typed<Row>, at: number, compiler: Compiler<Row>): Typed<Row> {
  if (!isNumeric(type) && type.kind !== 'null') return compiler.fault(at, `- needs a number, this is a ${type.kind}`);
  return {
    type,
    of(row) {
      const value = of(row);
      if (value === null || typeof value === 'string') return null;
      return typeof value === 'object' ? value.times(-1) : -value;
    },
  };
}

function compileCall<Row>(
  { name, args, at }: Extract<SqlExpression, { kind: 'call' }>,
  compiler: Compiler<Row>,
): Typed<Row> {
  const define = FUNCTIONS.get(name);
  if (define !== undefined) return define(args, at, compiler);
  return compiler.fault(at, `there is no function ${name}; there are ${[...FUNCTIONS.keys()].join(', ')} and CAST`);
}

function compileCase<Row>(
  { branches, otherwise, at }: Extract<SqlExpression, { kind: 'case' }>,
  compiler: Compiler<Row>,
): Typed<Row> {
  const compiled = branches.map(({ when, value }) => ({
    when: compiler.condition(when),
    value: compiler.value(value),
  }));
  const last: Typed<Row> = otherwise === null ? { type: NULL, of: () => null } : compiler.value(otherwise);
  const values = alike([...compiled.map(({ value }) => value), last], (message) => compiler.fault(at, message));
  if (values === null) return last;
  return {
    type: values.type,
    of(row) {
      const index = compiled.findIndex(({ when }) => when(row) === true);
      return values.of.at(index === -1 ? -1 : index)?.(row) ?? null;
    },
  };
}
