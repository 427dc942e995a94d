import { allTables } from './check.ts';
import { MSSQL } from './dialect.ts';
import { permissionsFor } from './permissions.ts';
import type { DestinationTable, WorkSet } from '../destination.ts';
import type { FoundTable } from './permissions.ts';

/** The role that `init --grant-to` and `ddl --grant-to` fill: whoever is in it can do what a run does, and nothing else. */
const ROLE = 'xmlfan_run';

/**
 * Makes the role where it is missing, gives it exactly the rights that `check` asks for on the tables that are there, makes a user (of
 * Microsoft Entra on Azure, of the login of that name elsewhere) where it is missing, and puts it into the role.
 */
export function roleStatements(
  workSet: WorkSet,
  tables: readonly DestinationTable[],
  found: readonly FoundTable[],
  user: string,
): readonly string[] {
  const role = MSSQL.quote(ROLE);
  const member = MSSQL.quote(user);
  const byTable = Map.groupBy(permissionsFor(workSet, tables, found), ({ schema, name }) =>
    MSSQL.qualify(schema, name),
  );
  const make = (from: string): string => `EXEC (${text(`CREATE USER ${member} ${from}`)})`;
  return [
    `IF DATABASE_PRINCIPAL_ID(${text(ROLE)}) IS NULL EXEC (${text(`CREATE ROLE ${role}`)});`,
    ...[...byTable].map(
      ([table, granted]) => `GRANT ${granted.map(({ permission }) => permission).join(', ')} ON ${table} TO ${role};`,
    ),
    `IF DATABASE_PRINCIPAL_ID(${text(user)}) IS NULL
BEGIN
  IF CAST(SERVERPROPERTY('EngineEdition') AS int) IN (5, 8) ${make('FROM EXTERNAL PROVIDER')};
  ELSE ${make(`FOR LOGIN ${member}`)};
END;`,
    `ALTER ROLE ${role} ADD MEMBER ${member};`,
  ];
}

/** The same for a database nobody has looked at: with every table of the contract, none of which has ids that it counts up itself. */
export function roleScript(workSet: WorkSet, tables: readonly DestinationTable[], user: string): string {
  const found = allTables(workSet, tables).map(({ schema, name }) => ({ schema, name, columns: new Map() }));
  return `-- The rights of a run. Tables whose ids are an identity column need ALTER too, which \`init --grant-to\` finds out.
${roleStatements(workSet, tables, found, user).join('\n')}`;
}

function text(value: string): string {
  return `N'${value.replaceAll("'", "''")}'`;
}
