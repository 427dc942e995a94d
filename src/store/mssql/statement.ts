import type { ZodType } from 'zod';

/** A statement and its inputs; a pure value, so that what is sent can be tested and printed. */
export interface Statement {
  readonly sql: string;
  readonly inputs: Readonly<Record<string, Input>>;
}

/**
 * `word`: ASCII text, as our own key columns are. `text`: up to 4,000 characters. `long`: text of any length. `bytes`: binary.
 * No decimals, 64-bit numbers or dates: the driver would pass them through JavaScript's; they travel as text.
 */
export type Input =
  | { readonly type: 'word' | 'text' | 'long'; readonly value: string | null }
  | { readonly type: 'int'; readonly value: number | null }
  | { readonly type: 'bytes'; readonly value: Uint8Array };

/** Several statements as one request, which answers with what the last one gives. An input of several has one value. */
export function together(...statements: readonly Statement[]): Statement {
  return {
    sql: statements.map(({ sql }) => sql).join(';\n'),
    inputs: Object.assign({}, ...statements.map(({ inputs }) => inputs)),
  };
}

/** Where statements run: the pool, or one transaction. */
export interface Session {
  /** Rows of a shape; the driver knows no types, so each row is checked. */
  all<T>(shape: ZodType<T>, statement: Statement): Promise<T[]>;
  /** The first row, if there is one. */
  get<T>(shape: ZodType<T>, statement: Statement): Promise<T | undefined>;
  run(statement: Statement): Promise<void>;
}
