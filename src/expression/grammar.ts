import { EmbeddedActionsParser, EOF } from 'chevrotain';
import type { IParserErrorMessageProvider, IToken } from 'chevrotain';
import { ARITHMETIC_OPS, COMPARE_OPS } from './expression.ts';
import type { Branch, CompareOp, Condition, Expression } from './expression.ts';
import {
  Additive,
  And,
  Case,
  Close,
  Comma,
  Compare,
  CONDITION_TOKENS,
  DateAdd,
  DateOf,
  Else,
  Empty,
  End,
  Is,
  Like,
  Minus,
  Multiplicative,
  Name,
  Not,
  Null,
  Numeral,
  Open,
  Or,
  Power,
  Text,
  Then,
  TOKENS,
  When,
} from './tokens.ts';

/** The grammar of spec 8.5 as code: one rule a nonterminal, each returning its part of the syntax tree. */
export class ExpressionGrammar extends EmbeddedActionsParser {
  /** `checked`: whether the grammar itself is looked through for ambiguities, which tests do: it takes a third of the time. */
  constructor({ checked = false } = {}) {
    super(TOKENS, { errorMessageProvider: messages, maxLookahead: 1, skipValidations: !checked });
    this.performSelfAnalysis();
  }

  readonly value = this.RULE('value', (): Expression =>
    this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.cases) }, { ALT: () => this.SUBRULE(this.sum) }],
      ERR_MSG: 'a value',
    }),
  );

  private readonly cases = this.RULE('cases', (): Expression => {
    const branches: Branch[] = [];
    this.CONSUME(Case);
    this.AT_LEAST_ONE({
      DEF: () => {
        this.CONSUME(When);
        const when = this.SUBRULE(this.condition);
        this.CONSUME(Then);
        branches.push({ when, value: this.SUBRULE(this.value) });
      },
      ERR_MSG: 'WHEN',
    });
    const otherwise = this.OPTION(() => {
      this.CONSUME(Else);
      return this.SUBRULE1(this.value);
    });
    this.CONSUME(End);
    return { kind: 'case', branches, otherwise: otherwise ?? null };
  });

  private readonly sum = this.RULE('sum', (): Expression => {
    let left = this.SUBRULE(this.product);
    this.MANY(() => {
      const op = this.CONSUME(Additive);
      left = arithmetic(op, left, this.SUBRULE1(this.product));
    });
    return left;
  });

  private readonly product = this.RULE('product', (): Expression => {
    let left = this.SUBRULE(this.unary);
    this.MANY(() => {
      const op = this.CONSUME(Multiplicative);
      left = arithmetic(op, left, this.SUBRULE1(this.unary));
    });
    return left;
  });

  private readonly unary = this.RULE('unary', (): Expression =>
    this.OR({
      DEF: [
        {
          ALT: (): Expression => {
            this.CONSUME(Minus);
            return { kind: 'negate', operand: this.SUBRULE(this.unary) };
          },
        },
        { ALT: () => this.SUBRULE(this.power) },
      ],
      ERR_MSG: 'a value',
    }),
  );

  private readonly power = this.RULE('power', (): Expression => {
    const base = this.SUBRULE(this.atom);
    const raised = this.OPTION(() => arithmetic(this.CONSUME(Power), base, this.SUBRULE(this.unary)));
    return raised ?? base;
  });

  private readonly atom = this.RULE('atom', (): Expression =>
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.group) },
        { ALT: (): Expression => ({ kind: 'text', value: this.CONSUME(Text).image.slice(1, -1) }) },
        { ALT: (): Expression => ({ kind: 'number', text: this.CONSUME(Numeral).image }) },
        {
          ALT: (): Expression => {
            this.CONSUME(Null);
            return { kind: 'null' };
          },
        },
        { ALT: (): Expression => ({ kind: 'name', name: this.CONSUME(Name).image }) },
        {
          ALT: (): Expression => {
            this.CONSUME(DateOf);
            return { kind: 'date', operand: this.SUBRULE1(this.group) };
          },
        },
        { ALT: () => this.SUBRULE(this.dateAdd) },
      ],
      ERR_MSG: 'a value',
    }),
  );

  private readonly group = this.RULE('group', (): Expression => {
    this.CONSUME(Open);
    const inner = this.SUBRULE(this.value);
    this.CONSUME(Close);
    return inner;
  });

  private readonly dateAdd = this.RULE('dateAdd', (): Expression => {
    this.CONSUME(DateAdd);
    this.CONSUME(Open);
    this.OR({ DEF: [{ GATE: () => /^day$/i.test(this.LA(1).image), ALT: () => this.CONSUME(Name) }], ERR_MSG: 'day' });
    this.CONSUME(Comma);
    const days = this.SUBRULE(this.value);
    this.CONSUME1(Comma);
    const date = this.SUBRULE1(this.value);
    this.CONSUME(Close);
    return { kind: 'dateadd', days, date };
  });

  private readonly condition = this.RULE('condition', (): Condition => {
    const operands = [this.SUBRULE(this.conjunction)];
    this.MANY(() => {
      this.CONSUME(Or);
      operands.push(this.SUBRULE1(this.conjunction));
    });
    return oneOrAll('or', operands);
  });

  private readonly conjunction = this.RULE('conjunction', (): Condition => {
    const operands = [this.SUBRULE(this.negation)];
    this.MANY(() => {
      this.CONSUME(And);
      operands.push(this.SUBRULE1(this.negation));
    });
    return oneOrAll('and', operands);
  });

  private readonly negation = this.RULE('negation', (): Condition =>
    this.OR({
      DEF: [
        {
          ALT: (): Condition => {
            this.CONSUME(Not);
            return { kind: 'not', operand: this.SUBRULE(this.negation) };
          },
        },
        {
          GATE: () => this.opensCondition(),
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.CONSUME(Open);
            const inner = this.SUBRULE(this.condition);
            this.CONSUME(Close);
            return inner;
          },
        },
        { ALT: () => this.SUBRULE(this.comparison) },
      ],
      ERR_MSG: 'a condition',
    }),
  );

  private readonly comparison = this.RULE('comparison', (): Condition => {
    const left = this.SUBRULE(this.sum);
    return this.OR({
      DEF: [
        { ALT: (): Condition => ({ kind: 'is', ...this.SUBRULE(this.emptiness), operand: left }) },
        {
          ALT: (): Condition => {
            const negated = this.OPTION(() => this.CONSUME(Not)) !== undefined;
            this.CONSUME(Like);
            return { kind: 'like', negated, operand: left, pattern: this.SUBRULE1(this.sum) };
          },
        },
        {
          ALT: (): Condition => {
            const op = compareOp(this.CONSUME(Compare));
            return { kind: 'compare', op, left, right: this.SUBRULE2(this.sum) };
          },
        },
      ],
      ERR_MSG: '=, !=, <, >, <=, >=, IS or LIKE',
    });
  });

  private readonly emptiness = this.RULE('emptiness', (): { what: 'empty' | 'null'; negated: boolean } => {
    this.CONSUME(Is);
    const negated = this.OPTION(() => this.CONSUME(Not)) !== undefined;
    const word = this.OR({
      DEF: [{ ALT: () => this.CONSUME(Empty) }, { ALT: () => this.CONSUME(Null) }],
      ERR_MSG: 'EMPTY or NULL',
    });
    return { what: word.tokenType === Empty ? 'empty' : 'null', negated };
  });

  /**
   * Whether the parenthesis ahead groups a condition and not a value. Values contain conditions only inside
   * CASE ... END, so any other word of a condition before the matching parenthesis decides; no backtracking.
   */
  private opensCondition(): boolean {
    let parentheses = 0;
    let cases = 0;
    for (let ahead = 1; ; ahead++) {
      const { tokenType } = this.LA(ahead);
      if (tokenType === Open) parentheses++;
      else if (tokenType === Close) parentheses--;
      else if (tokenType === Case) cases++;
      else if (tokenType === End) cases--;
      else if (cases === 0 && CONDITION_TOKENS.has(tokenType)) return true;
      if (parentheses <= 0 || tokenType === EOF) return false;
    }
  }
}

/** Says what was expected in the words of the language, and what stood there instead. */
const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => `expected ${expected.LABEL}, found ${show(actual)}`,
  buildNoViableAltMessage: ({ actual, customUserDescription }) =>
    `expected ${customUserDescription}, found ${show(actual[0])}`,
  buildEarlyExitMessage: ({ actual, customUserDescription }) =>
    `expected ${customUserDescription}, found ${show(actual[0])}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    `expected an operator or the end, found ${show(firstRedundant)}`,
};

function show(token: IToken | undefined): string {
  return token === undefined || token.tokenType === EOF ? 'the end' : token.image;
}

// The fallbacks of the next two only serve the dry run in which the parser records its own grammar.
function arithmetic({ image }: IToken, left: Expression, right: Expression): Expression {
  return { kind: 'arithmetic', op: ARITHMETIC_OPS.find((op) => op === image) ?? '+', left, right };
}

function compareOp({ image }: IToken): CompareOp {
  return image === '<>' ? '!=' : (COMPARE_OPS.find((op) => op === image) ?? '=');
}

function oneOrAll(kind: 'or' | 'and', operands: readonly Condition[]): Condition {
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind, operands };
}
