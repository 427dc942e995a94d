import type { WorkSet } from '../destination.ts';
import type { Names } from '../names.ts';
import type { Leases } from '../port.ts';
import type { Connection } from './connection.ts';
import type { SqliteDialect } from './dialect.ts';

/** The tables of one work set and how they are reached: what each part of the store is given. */
export interface Context {
  readonly db: Connection;
  readonly dialect: SqliteDialect;
  readonly workSet: WorkSet;
  readonly names: Names;
  readonly leases: Leases;
}
