import type { WorkSet } from '../destination.ts';
import type { Names } from '../names.ts';
import type { Leases } from '../port.ts';
import type { Connection } from './connection.ts';
import type { Session } from './statement.ts';

/** The tables of one work set and how they are reached: what each part of the store is given. */
export interface Context extends SessionContext {
  readonly db: Connection;
}

/** The same where statements may be those of one transaction. */
export interface SessionContext {
  readonly db: Session;
  readonly workSet: WorkSet;
  readonly names: Names;
  readonly leases: Leases;
}

/** The same tables in a transaction. */
export function within(context: Context, session: Session): SessionContext {
  return { ...context, db: session };
}
