import { MSSQL } from '../../src/store/mssql/dialect.ts';
import { namesOf } from '../../src/store/names.ts';
import type { WorkSet } from '../../src/store/destination.ts';
import type { Connection } from '../../src/store/mssql/connection.ts';
import type { Context } from '../../src/store/mssql/context.ts';
import type { Session, Statement } from '../../src/store/mssql/statement.ts';

/** Result sets of a statement, or the error it ends with. */
export type Reply = readonly (readonly object[])[] | Error;

/** A connection whose server is a function of a test; what was sent to it is kept. A group takes the attempts that are given. */
export function scriptedConnection(
  reply: (statement: Statement) => Reply,
  attempts: readonly number[] = [0],
): Connection & { readonly sent: Statement[] } {
  const sent: Statement[] = [];
  const ask = async (statement: Statement): Promise<unknown[][]> => {
    sent.push(statement);
    const sets = reply(statement);
    if (sets instanceof Error) throw sets;
    return sets.map((rows) => [...rows]);
  };
  const last = async (statement: Statement): Promise<unknown[]> => (await ask(statement)).at(-1) ?? [];
  const session: Session = {
    all: async (shape, statement) => (await last(statement)).map((row) => shape.parse(row)),
    get: async (shape, statement) => shape.optional().parse((await last(statement))[0]),
    run: async (statement) => void (await ask(statement)),
  };
  return {
    ...session,
    sent,
    attempt: async (statement) => {
      let sets: unknown[][] = [];
      for (const attempt of attempts) sets = await ask(statement(attempt));
      return sets;
    },
    transaction: (work) => work(session),
    close: async () => {},
  };
}

/** What the parts of a store are given, on such a connection. */
export function scriptedContext(
  db: Connection,
  workSet: WorkSet,
  leases = { leaseSeconds: 60, aliveSeconds: 300 },
): Context {
  return { db, workSet, names: namesOf(workSet, MSSQL), leases };
}

/** A server error as the driver gives it. */
export function sqlError(number: number, message = 'text of the server'): Error {
  return Object.assign(new Error(message), { number, code: 'EREQUEST' });
}
