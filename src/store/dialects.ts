import { MSSQL } from './mssql/dialect.ts';
import { SQLITE } from './sqlite/dialect.ts';
import type { Dialect } from './dialect.ts';

/** The dialects by name, for whoever writes SQL without a database. */
export const DIALECTS: Readonly<Record<Dialect['name'], Dialect>> = { sqlite: SQLITE, mssql: MSSQL };
