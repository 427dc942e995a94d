import { createToken, Lexer } from 'chevrotain';
import type { CustomPatternMatcherFunc, TokenType } from 'chevrotain';

/** A name: letters, digits, `_` and `.`, beginning with a letter or `_` as XML names do. */
export const Name = createToken({
  name: 'Name',
  pattern: matcher(/[\p{L}_][\p{L}\p{M}\p{N}_.]*/uy),
  label: 'a name',
  line_breaks: false,
});

const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });

export const Text = createToken({ name: 'Text', pattern: /'[^']*'|"[^"]*"/, label: 'a text', line_breaks: true });
/** The look-ahead leaves `12abc` unreadable rather than reading it as a number and a name. */
export const Numeral = createToken({
  name: 'Numeral',
  pattern: matcher(/(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{M}\p{N}_.])/uy),
  label: 'a number',
  line_breaks: false,
});

export const Case = keyword('CASE');
export const When = keyword('WHEN');
export const Then = keyword('THEN');
export const Else = keyword('ELSE');
export const End = keyword('END');
export const And = keyword('AND');
export const Or = keyword('OR');
export const Not = keyword('NOT');
export const Is = keyword('IS');
export const Empty = keyword('EMPTY');
export const Null = keyword('NULL');
export const Like = keyword('LIKE');
/** `date` and `dateadd` are ordinary names unless a parenthesis follows. */
export const DateAdd = createToken({
  name: 'DateAdd',
  pattern: /DATEADD(?=\s*\()/i,
  label: 'DATEADD',
  line_breaks: false,
});
export const DateOf = createToken({ name: 'DateOf', pattern: /DATE(?=\s*\()/i, label: 'DATE', line_breaks: false });

export const Additive = createToken({ name: 'Additive', pattern: Lexer.NA, label: "'+' or '-'" });
export const Multiplicative = createToken({
  name: 'Multiplicative',
  pattern: Lexer.NA,
  label: "'*', '/', '//' or '%'",
});

export const Open = symbol('(');
export const Close = symbol(')');
export const Comma = symbol(',');
export const Minus = symbol('-', Additive);
export const Power = symbol('**');
export const Compare = createToken({
  name: 'Compare',
  pattern: /!=|<>|<=|>=|=|<|>/,
  label: 'a comparison',
  line_breaks: false,
});

/** Earlier tokens win over later ones, so keywords and longer symbols come first. */
export const TOKENS: TokenType[] = [
  Space,
  Text,
  Numeral,
  DateAdd,
  DateOf,
  Case,
  When,
  Then,
  Else,
  End,
  And,
  Or,
  Not,
  Is,
  Empty,
  Null,
  Like,
  Name,
  Open,
  Close,
  Comma,
  Additive,
  Multiplicative,
  Power,
  Compare,
  symbol('+', Additive),
  Minus,
  symbol('*', Multiplicative),
  symbol('//', Multiplicative),
  symbol('/', Multiplicative),
  symbol('%', Multiplicative),
];

/** Tokens that only a condition contains; outside CASE ... END they tell a condition in parentheses from a value. */
export const CONDITION_TOKENS: ReadonlySet<TokenType> = new Set([Compare, And, Or, Not, Is, Like]);

/** A function, because the lexer's analysis of patterns does not know Unicode classes. */
function matcher(sticky: RegExp): CustomPatternMatcherFunc {
  return (text, offset) => {
    sticky.lastIndex = offset;
    const [image] = sticky.exec(text) ?? [];
    return image === undefined ? null : [image];
  };
}

function keyword(word: string): TokenType {
  return createToken({ name: word, pattern: new RegExp(word, 'i'), longer_alt: Name, label: word, line_breaks: false });
}

function symbol(text: string, category?: TokenType): TokenType {
  return createToken({ name: text, pattern: text, label: `'${text}'`, categories: category ? [category] : [] });
}
