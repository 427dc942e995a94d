import { EOF, Lexer } from 'chevrotain';
import type { ILexingError, IToken } from 'chevrotain';
import type { Expression } from './expression.ts';
import { ExpressionGrammar } from './grammar.ts';
import { Additive, Case, Close, End, Minus, Multiplicative, Not, Open, Power, TOKENS } from './tokens.ts';

/** What hostile text could exceed; no real expression comes near. Together they bound the depth of the syntax tree. */
const LIMITS = { length: 10_000, nesting: 50, operators: 500, chained: 50 };

/** A syntax tree, or where and why there is none. */
export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  /** `line` and `column` count from 1; `message` names what was expected, e.g. `expected THEN, found END`. */
  | { readonly ok: false; readonly line: number; readonly column: number; readonly message: string };

const lexer = new Lexer(TOKENS, { positionTracking: 'onlyOffset', ensureOptimizations: false, skipValidations: true });
const grammar = new ExpressionGrammar();

/** Reads one expression of spec 8.5. Never throws, whatever the text. */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > LIMITS.length) {
    return fault(text, LIMITS.length, `an expression has at most ${LIMITS.length} characters, this one ${text.length}`);
  }
  const { tokens, errors } = lexer.tokenize(text);
  const [unreadable] = errors;
  if (unreadable !== undefined) return fault(text, unreadable.offset, describeUnreadable(text, unreadable));
  const excess = findExcess(tokens);
  if (excess !== null) return fault(text, excess.token.startOffset, excess.message);
  return parseTokens(text, tokens);
}

function parseTokens(text: string, tokens: IToken[]): ParsedExpression {
  grammar.input = tokens;
  const expression = grammar.value();
  const [error] = grammar.errors;
  if (error === undefined) return { ok: true, expression };
  const offset = error.token.tokenType === EOF ? text.trimEnd().length : error.token.startOffset;
  return fault(text, offset, error.message);
}

function describeUnreadable(text: string, { offset }: ILexingError): string {
  const rest = text.slice(offset);
  if (/^['"]/.test(rest)) return `expected a closing ${rest.charAt(0)} for the text that begins here`;
  const word = /^[\p{L}\p{M}\p{N}_.]+/u.exec(rest)?.[0];
  if (word !== undefined) return `${word} is neither a number nor a name`;
  return `${String.fromCodePoint(rest.codePointAt(0) ?? 0)} is no part of the language`;
}

function findExcess(tokens: readonly IToken[]): { token: IToken; message: string } | null {
  let nesting = 0;
  let operators = 0;
  let chained = 0;
  for (const [i, token] of tokens.entries()) {
    const { tokenType } = token;
    if (tokenType === Open || tokenType === Case) nesting++;
    if (tokenType === Close || tokenType === End) nesting--;
    if (isArithmetic(token)) operators++;
    if (isChained(token, tokens[i - 1])) chained++;
    if (nesting > LIMITS.nesting)
      return { token, message: `an expression nests at most ${LIMITS.nesting} levels deep` };
    if (operators > LIMITS.operators) {
      return { token, message: `an expression has at most ${LIMITS.operators} operators (+ - * / // % **)` };
    }
    if (chained > LIMITS.chained) {
      return {
        token,
        message: `an expression has at most ${LIMITS.chained} powers (**) and repeated signs (- -, NOT NOT)`,
      };
    }
  }
  return null;
}

function isArithmetic({ tokenType }: IToken): boolean {
  const categories = tokenType.CATEGORIES ?? [];
  return tokenType === Power || categories.includes(Additive) || categories.includes(Multiplicative);
}

/** Whether the parser recurses for an operator without any parenthesis: powers, and signs after other operators. */
function isChained({ tokenType }: IToken, before: IToken | undefined): boolean {
  if (tokenType === Power) return true;
  if (before === undefined || (tokenType !== Not && tokenType !== Minus)) return false;
  return before.tokenType === Not || isArithmetic(before);
}

function fault(text: string, offset: number, message: string): ParsedExpression {
  const lines = text.slice(0, offset).split('\n');
  return { ok: false, line: lines.length, column: (lines.at(-1) ?? '').length + 1, message };
}
