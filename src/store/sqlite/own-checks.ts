import { z } from 'zod';
import { placeOf, type DestinationTable } from '../destination.ts';
import { destinationTables } from '../ddl.ts';
import { ownTables } from '../schema.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';

const TABLE = z.object({ name: z.string(), sql: z.string() });

/** What was found at a version of a database's schema. */
interface Known {
  readonly version: number;
  readonly answers: WeakMap<readonly DestinationTable[], boolean>;
}

const known = new WeakMap<Connection, Known>();

/**
 * Whether all CHECKs that writing a group can meet are those that xmlfan itself gives a destination, so that `sureOf` knows what they say: no table
 * of the group was made or altered by somebody else, no other has any, and there is no trigger that would write elsewhere.
 */
export function hasOwnChecksOnly(context: Context, tables: readonly DestinationTable[]): boolean {
  const version = context.db.schemaVersion();
  const before = known.get(context.db);
  const { answers } =
    before?.version === version ? before : { answers: new WeakMap<readonly DestinationTable[], boolean>() };
  known.set(context.db, { version, answers });
  const answer = answers.get(tables) ?? look(context, tables);
  answers.set(tables, answer);
  return answer;
}

function look({ db, dialect, workSet }: Context, tables: readonly DestinationTable[]): boolean {
  const others = `SELECT 1 FROM sqlite_schema WHERE type = 'trigger' OR type = 'table' AND sql LIKE '%ON UPDATE%'`;
  if (db.exists(others)) return false;
  const found = new Map(
    db
      .all(TABLE, `SELECT lower(name) AS name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL`)
      .map(({ name, sql }) => [name, sql]),
  );
  const sqlOf = (schema: string, name: string): string =>
    found.get(dialect.tableName(schema, name).toLowerCase()) ?? '';
  const made = destinationTables(workSet.schema, tables, dialect);
  return (
    tables.every((table, at) => {
      const place = placeOf(workSet.schema, table);
      return sqlOf(place.schema, place.name) === made[at]?.create;
    }) && ownTables(workSet, dialect).every(({ schema, name }) => !/\bcheck\b/i.test(sqlOf(schema, name)))
  );
}
