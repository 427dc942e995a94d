import { z } from 'zod';
import { ownNames } from '../schema.ts';
import { NUMBER } from './run-rows.ts';
import { placeOf, type DestinationTable, type WorkSet } from '../destination.ts';
import type { Mismatch } from '../port.ts';
import type { CatalogTable } from './catalog.ts';
import type { Session, Statement } from './statement.ts';
import { agree } from '../../words.ts';

const PERMISSION = z.object({ name: z.string(), permission: z.string(), granted: NUMBER.nullable() });

export type FoundTable = { readonly schema: string; readonly name: string } & Pick<CatalogTable, 'columns'>;

/** What the login may not do with the tables that are there. */
export async function checkPermissions(
  db: Session,
  workSet: WorkSet,
  tables: readonly DestinationTable[],
  found: readonly FoundTable[],
): Promise<readonly Mismatch[]> {
  const rows = await db.all(PERMISSION, permissionStatement(permissionsFor(workSet, tables, found)));
  const lacking = Map.groupBy(
    rows.filter(({ granted }) => granted === 0),
    ({ name }) => name,
  );
  return [...lacking].map(([place, denied]) => {
    const permissions = denied.map(({ permission }) => permission);
    const list = permissions.join(', ');
    return {
      place,
      message: `The login lacks the ${agree(permissions.length, 'permission', 'permissions')} ${list}.`,
      advice: `GRANT ${list} on it to the login.`,
      severity: 'error',
      permission: permissions.includes('SELECT') ? 'SELECT' : list,
    };
  });
}

interface Permission {
  readonly schema: string;
  readonly name: string;
  readonly permission: string;
}

/** What a run does with each table. */
export function permissionsFor(
  workSet: WorkSet,
  tables: readonly DestinationTable[],
  found: readonly FoundTable[],
): readonly Permission[] {
  const names = ownNames(workSet);
  const own = new Set<string>(Object.values(names));
  // Of documents that are done anew, and of runs that are over for long.
  const deleted = new Set([names.log, names.origin, names.run, names.instance]);
  const written = new Map(
    tables.map((table) => {
      const place = placeOf(workSet.schema, table);
      return [`${place.schema}.${place.name}`, table];
    }),
  );
  return found.flatMap(({ schema, name, columns }) => {
    const table = written.get(`${schema}.${name}`);
    const permissions = ['SELECT'];
    if (own.has(name) || table !== undefined) permissions.push('INSERT');
    if (own.has(name) || table?.onDuplicate === 'update') permissions.push('UPDATE');
    if (deleted.has(name)) permissions.push('DELETE');
    // IDENTITY_INSERT asks for it.
    if (table?.columns.some((column) => columns.get(column.name.toLowerCase())?.identity)) permissions.push('ALTER');
    return permissions.map((permission) => ({ schema, name, permission }));
  });
}

export function permissionStatement(wanted: readonly Permission[]): Statement {
  const rows = wanted.map(({ schema, name, permission }) => [schema, name, permission]);
  return {
    sql: `SELECT w.[schema] + N'.' + w.name AS name, w.permission,
  HAS_PERMS_BY_NAME(QUOTENAME(w.[schema]) + N'.' + QUOTENAME(w.name), 'OBJECT', w.permission) AS granted
FROM OPENJSON(@wanted) WITH ([schema] nvarchar(128) '$[0]', name nvarchar(128) '$[1]', permission nvarchar(60) '$[2]') w`,
    inputs: { wanted: { type: 'long', value: JSON.stringify(rows) } },
  };
}

/** Whether the login sees every table of a schema, so that one it does not see is not there. */
export async function seesAll(db: Session, schema: string): Promise<boolean> {
  const row = await db.get(z.object({ granted: NUMBER.nullable() }), sightStatement(schema));
  return row?.granted !== 0;
}

export function sightStatement(schema: string): Statement {
  return {
    sql: `SELECT HAS_PERMS_BY_NAME(QUOTENAME(@schema), 'SCHEMA', 'VIEW DEFINITION') AS granted`,
    inputs: { schema: { type: 'text', value: schema } },
  };
}
