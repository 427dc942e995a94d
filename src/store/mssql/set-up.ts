import { z } from 'zod';
import { destinationTables } from '../ddl.ts';
import { logIndex, ownNames, ownTables, sourceTables } from '../schema.ts';
import { declaredType, hasUniqueKey, readTable } from './catalog.ts';
import { notedConflict, refuseConflict } from '../log-conflict.ts';
import { checkDatabase, tablesThere } from './check.ts';
import { notedOwner, noteLogStatement } from './log-owner.ts';
import { NUMBER } from './run-rows.ts';
import { roleStatements } from './role.ts';
import { MSSQL } from './dialect.ts';
import type { DestinationTable } from '../destination.ts';
import type { Names } from '../names.ts';
import type { InitResult, Store } from '../port.ts';
import type { TableDdl } from '../schema.ts';
import type { Session, Statement } from './statement.ts';
import { within } from './context.ts';
import type { Context, SessionContext } from './context.ts';

/** The part of the store that makes tables and checks what is there. */
export function setUpStore(
  context: Context,
): Pick<Store, 'init' | 'createSource' | 'createDestination' | 'grant' | 'check'> {
  const { db, workSet } = context;
  return {
    init: () => db.transaction((session) => init(within(context, session))),
    createSource: () => db.transaction((session) => createMissing(session, sourceTables(workSet, MSSQL))),
    createDestination: (tables) =>
      db.transaction((session) => createMissing(session, destinationTables(workSet.schema, tables, MSSQL))),
    grant: (tables, user) => db.transaction((session) => grant(within(context, session), tables, user)),
    check: (tables) => checkDatabase(context, tables),
  };
}

async function grant(context: SessionContext, tables: readonly DestinationTable[], user: string): Promise<void> {
  const found = await tablesThere(context, tables);
  for (const statement of roleStatements(context.workSet, tables, found, user))
    await context.db.run(ddlStatement(statement));
}

const DUPLICATE = z.object({ appId: z.string(), rows: NUMBER });

async function init(context: SessionContext): Promise<InitResult> {
  const { db, names, workSet } = context;
  const { schema, logTable } = workSet;
  const notes = await readTable(db, schema, ownNames(workSet).logs);
  refuseConflict(notedConflict(workSet, await notedOwner(context, notes)));
  const own = ownTables(workSet, MSSQL, await idType(context));
  const log = await readTable(db, schema, logTable);
  if (log === undefined || hasUniqueKey(log, ['app_id']))
    return { created: await makeOwn(context, own), duplicateLogRows: [] };

  const duplicateLogRows = await db.all(DUPLICATE, duplicatesStatement(names));
  if (duplicateLogRows.length > 0) return { created: [], duplicateLogRows };
  await db.run(ddlStatement(logIndex(workSet, MSSQL)));
  const created = await makeOwn(context, own);
  return { created: [`${schema}.${logTable}: unique index on app_id`, ...created], duplicateLogRows: [] };
}

/** Ids that the log holds more than once, at most 20. */
export function duplicatesStatement(names: Names): Statement {
  return {
    sql: `SELECT TOP (20) ${names.ids.text('app_id')} AS appId, COUNT(*) AS [rows] FROM ${names.log}
GROUP BY app_id HAVING COUNT(*) > 1 ORDER BY app_id`,
    inputs: {},
  };
}

/** The log's ids are typed like the source's, in its collation too, so that they join without a conversion. Undefined: there is no such column. */
async function idType({ db, workSet }: SessionContext): Promise<string | undefined> {
  const { schema, sourceSchema = schema, sourceTable, idColumn = 'app_id' } = workSet;
  const source = await readTable(db, sourceSchema, sourceTable);
  const column = source?.columns.get(idColumn.toLowerCase());
  return column && declaredType(column);
}

/** Makes the tables that are missing and adds what those of an earlier version lack. */
async function makeOwn(
  { db, names, workSet }: SessionContext,
  tables: readonly TableDdl[],
): Promise<readonly string[]> {
  const made = [...(await createMissing(db, tables))];
  for (const { schema, name, additions } of tables) {
    const found = await readTable(db, schema, name);
    for (const { column, statements } of additions.filter((addition) => !found?.columns.has(addition.column))) {
      for (const statement of statements) await db.run(ddlStatement(statement));
      made.push(`${schema}.${name}: column ${column}`);
    }
  }
  await db.run(noteLogStatement(names, workSet));
  return made;
}

async function createMissing(db: Session, tables: readonly TableDdl[]): Promise<readonly string[]> {
  const created: string[] = [];
  for (const { schema, name, create, indexes } of tables) {
    if ((await readTable(db, schema, name)) !== undefined) continue;
    await createSchema(db, schema);
    for (const sql of [create, ...indexes]) await db.run(ddlStatement(sql));
    created.push(`${schema}.${name}`);
  }
  return created;
}

async function createSchema(db: Session, schema: string): Promise<void> {
  const found = await db.get(z.object({ id: NUMBER.nullable() }), schemaStatement(schema));
  if (found?.id === null) await db.run(createSchemaStatement(schema));
}

export function schemaStatement(schema: string): Statement {
  return { sql: 'SELECT SCHEMA_ID(@schema) AS id', inputs: { schema: { type: 'text', value: schema } } };
}

// CREATE SCHEMA must stand alone in its batch, and a request is one only if it has no inputs.
export function createSchemaStatement(schema: string): Statement {
  return { sql: `EXEC (N'CREATE SCHEMA ${MSSQL.quote(schema).replaceAll("'", "''")}')`, inputs: {} };
}

/** A statement of the schema, as `schema.ts` and `ddl.ts` make them. */
export function ddlStatement(sql: string): Statement {
  return { sql, inputs: {} };
}
