import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import mssql from 'mssql';
import { parseAnyContract } from '../../src/contract/load.ts';
import { InputError } from '../../src/errors.ts';
import { silentLog } from '../../src/log.ts';
import { listRuns } from '../../src/run/control.ts';
import { openLines } from '../../src/run/line.ts';
import { compare } from '../../src/run/compare/compare.ts';
import { runLocally } from '../../src/run/local.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { openDatabase } from '../../src/store/open.ts';
import { LEASES } from '../run/workload.ts';
import { attributeOf, contractNaming, HOSTILE } from '../support/hostile.ts';
import { dropSchema } from './mssql-schema.ts';

const server = process.env['XMLFAN_TEST_MSSQL'] ?? '';
const skip = server === '' ? 'XMLFAN_TEST_MSSQL names no server' : false;

test(
  'on SQL Server names of tables, columns, values, ids and product lines are never statements',
  { skip },
  async (t) => {
    const schema = `i_${randomBytes(6).toString('hex')}`;
    const probe = await new mssql.ConnectionPool(server).connect();
    await probe.query(`EXEC ('CREATE SCHEMA ${schema}')`);
    // In the login's own schema, so that its name needs no dot: what stands before one is a schema.
    const victim = `victim_${schema}`;
    await probe.query(`CREATE TABLE ${victim} (id int)`);
    await probe.query(`INSERT INTO ${victim} VALUES (1)`);
    const ids = HOSTILE.map((name) => name.replaceAll('victim', victim));
    // Servers that only speak T-SQL may lack some names of their own, whoever asks.
    const takes = await Promise.all(ids.map((name) => takesName(probe, schema, name)));
    const names = ids.filter((_, index) => takes[index]);
    if (names.length < ids.length) t.diagnostic(`this server takes ${names.length} of ${ids.length} names of tables`);
    const source = { id_type: 'nvarchar(100)' };
    const raw: object = JSON.parse(contractNaming(names, source));
    const load = (productLine: string) =>
      parseAnyContract(JSON.stringify({ ...raw, schema, product_line: productLine }), { format: 'json' }).contract;
    for (const name of names.filter((each) => /\W/u.test(each))) assert.throws(() => load(name), InputError);
    const productLine = '__proto__';
    const contract = load(productLine);
    const database = await openDatabase(server, LEASES);
    t.after(async () => {
      await database.close();
      await probe.query(`DROP TABLE ${victim}`);
      await dropSchema(probe, schema).catch((error: Error) => t.diagnostic(`${schema} is left: ${error.message}`));
      await probe.close();
    });
    const lines = openLines({ database, contracts: [contract] });
    const { store, tables } = lines.find(productLine);
    await store.init();
    await store.createSource();
    await store.createDestination(tables);
    const attributes = names.map((name) => attributeOf(name)).filter((name, at, all) => all.indexOf(name) === at);
    const documents = ids.map((id) => {
      const values = attributes.map((name) => `${name}="${escape(id)}"`).join(' ');
      return { appId: id, xml: `<r id="${escape(id)}" ${values}/>` };
    });
    await store.importDocuments(documents, { replace: false });

    const request = parseRunRequest({ product_line: productLine, instance_count: 2 });
    const pool = openPool({ lines, workers: 0 });
    const run = await runLocally({ lines, pool, log: silentLog, maxPageBytes: 1e6, runRetentionDays: 365, request });

    assert.equal(run.status, 'completed', String(run.error));
    const [listed] = await listRuns(lines, { limit: 1, offset: 0, productLine });
    const { success, rows } = listed?.totals ?? {};
    assert.deepEqual([listed?.product_line, success, rows], [productLine, ids.length, ids.length * names.length]);
    for (const id of ids) assert.equal((await store.findLog(id))?.status, 'success', id);
    // What is read back, and what is deleted, is named alike.
    const everything = { range: { start: null, end: null }, sample: null };
    const compared = await compare(lines.find(productLine), everything);
    assert.deepEqual([compared.is_equal, compared.documents, compared.columns], [true, ids.length, []]);
    // Not the one with the mark that a server which only speaks T-SQL leaves escaped in JSON.
    const redone = await store.redo(ids.slice(1, 3), tables, { dryRun: false });
    assert.ok(redone !== 'referred_to');
    assert.equal(
      redone.rows.reduce((sum, table) => sum + table.rows, 0),
      2 * names.length,
    );
    const existing = (await database.existingTables()).filter((table) => table.schema === schema);
    for (const { name } of tables)
      assert.ok(
        existing.some((table) => table.name.toLowerCase() === name.toLowerCase()),
        name,
      );
    assert.deepEqual((await probe.query(`SELECT id FROM ${victim}`)).recordset, [{ id: 1 }]);
    assert.ok(!('polluted' in {}));
  },
);

/** Whether it can make a table of that name, read it and tell what may be done with it. */
async function takesName(probe: mssql.ConnectionPool, schema: string, name: string): Promise<boolean> {
  const made = `[${schema}].[taken ${name.replaceAll(']', ']]')}]`;
  try {
    await probe.query(`CREATE TABLE ${made} ([${name.replaceAll(']', ']]')}] int)`);
    await probe.query(`SELECT * FROM ${made}`);
    const asked = probe
      .request()
      .input('schema', schema)
      .input('name', JSON.stringify([`taken ${name}`]));
    const { recordset } = await asked.query<{ granted: number | null }>(
      `SELECT HAS_PERMS_BY_NAME(QUOTENAME(@schema) + N'.' + QUOTENAME(t.name), 'OBJECT', 'SELECT') AS granted
       FROM OPENJSON(@name) WITH (told nvarchar(128) '$') JOIN sys.tables t ON t.name = told`,
    );
    return recordset[0]?.granted === 1;
  } catch {
    return false;
  }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
