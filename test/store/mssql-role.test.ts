import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../src/contract-files.ts';
import { toDestinationTables, toWorkSet } from '../../src/run/contract-tables.ts';
import { allTables } from '../../src/store/mssql/check.ts';
import { permissionsFor } from '../../src/store/mssql/permissions.ts';
import { roleScript, roleStatements } from '../../src/store/mssql/role.ts';
import { CLAIMS, LOANS, xmlfan } from '../support/cli.ts';
import { catalogColumn } from './mssql-plan.ts';

/** What a script grants to the role, as `SCHEMA.TABLE PERMISSION`. */
function granted(script: string): readonly string[] {
  return [...script.matchAll(/^GRANT (.+) ON \[(.+)\]\.\[(.+)\] TO \[xmlfan_run\];$/gm)].flatMap(
    ([, permissions = '', schema, table]) =>
      permissions.split(', ').map((permission) => `${schema}.${table} ${permission}`),
  );
}

for (const path of [LOANS, CLAIMS])
  test(`the script grants exactly what check asks for: ${path.replace(/.*\//, '')}`, async () => {
    const contract = loadContract(path);
    const [workSet, tables] = [toWorkSet(contract), toDestinationTables(contract)];
    const found = allTables(workSet, tables).map(({ schema, name }) => ({ schema, name, columns: new Map() }));
    const asked = permissionsFor(workSet, tables, found);

    const { stdout } = await xmlfan(['ddl', path, '--grant-to', 'id-xmlfan']);

    assert.deepEqual(
      granted(stdout).toSorted(),
      asked.map(({ schema, name, permission }) => `${schema}.${name} ${permission}`).toSorted(),
    );
    assert.doesNotMatch(stdout, /db_owner|db_ddladmin|CONTROL|ALTER ANY/);
    assert.match(stdout, /ALTER ROLE \[xmlfan_run\] ADD MEMBER \[id-xmlfan\];\n$/);
  });

test('a table whose ids are an identity column is found in the database, and may be altered for that', () => {
  const contract = loadContract(LOANS);
  const [workSet, tables] = [toWorkSet(contract), toDestinationTables(contract)];
  const [table] = tables;
  assert.ok(table !== undefined);
  const [column] = table.columns;
  assert.ok(column !== undefined);
  const columns = new Map([[column.name.toLowerCase(), catalogColumn(column.name, 'int', { identity: true })]]);

  const script = roleStatements(workSet, tables, [{ schema: workSet.schema, name: table.name, columns }], 'u').join(
    '\n',
  );

  assert.ok(granted(script).includes(`${workSet.schema}.${table.name} ALTER`));
});

test('a name is quoted as a name and as a text', () => {
  const contract = loadContract(LOANS);
  const script = roleScript(toWorkSet(contract), toDestinationTables(contract), "o'neil]");

  assert.ok(script.includes("DATABASE_PRINCIPAL_ID(N'o''neil]')"));
  assert.ok(script.includes("EXEC (N'CREATE USER [o''neil]]] FROM EXTERNAL PROVIDER')"));
});
