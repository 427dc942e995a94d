import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import mssql from 'mssql';
import { LOANS, spawnXmlfan, temporaryFolder, xmlfan } from '../support/cli.ts';
import { dropSchema } from './mssql-schema.ts';
import type { Result } from '../support/cli.ts';

const server = process.env['XMLFAN_TEST_MSSQL'] ?? '';
const skip = server === '' ? 'XMLFAN_TEST_MSSQL names no server' : false;
const folder = temporaryFolder();
const DOCUMENTS = 240;

test(
  'on SQL Server a workload is filled in, converted by three instances, survives a kill, is redriven and verified',
  { skip },
  async (t) => {
    const schema = `e_${randomBytes(6).toString('hex')}`;
    const contract = join(folder, 'contract.json');
    const original: object = JSON.parse(await readFile(LOANS, 'utf8'));
    await writeFile(contract, JSON.stringify({ ...original, target_schema: schema, application_schema: schema }));
    t.after(async () => {
      const pool = await new mssql.ConnectionPool(server).connect();
      await dropSchema(pool, schema);
      await pool.close();
    });
    const env = { XMLFAN_STORE: server, LEASE_SECONDS: '2', ALIVE_SECONDS: '4', MAX_PAGE_BYTES: '1048576' };
    const run = (command: string, ...args: string[]): Promise<Result> =>
      xmlfan([command, '--contract', contract, ...args], { env });

    assert.equal((await run('init', '--destination')).status, 0);
    const generated = await run('generate', '--count', String(DOCUMENTS));
    assert.equal(generated.status, 0, generated.stderr);

    const killed = await spawnXmlfan(
      ['run', '--contract', contract, '--instance-count', '3', '--batch-size', '10', '--log-level', 'debug'],
      { env },
    );
    await killed.stderrHas('Batch committed');
    killed.child.kill('SIGKILL');
    await killed.ended;

    const rest = await run('run', '--instance-count', '3', '--batch-size', '10');
    // Some of the documents are broken on purpose.
    assert.equal(rest.status, 3, rest.stderr);
    const verified = await run('verify');
    assert.equal(verified.status, 0, verified.stdout);

    const pool = await new mssql.ConnectionPool(server).connect();
    const logged = async () =>
      (await pool.query(`SELECT status, COUNT(*) AS n FROM ${schema}.processing_log GROUP BY status ORDER BY status`))
        .recordset;
    const before = await logged();
    assert.equal(
      before.reduce((sum, { n }) => sum + n, 0),
      DOCUMENTS,
    );

    // Broken documents stay broken: the redriven ones fail again, and nothing else is touched.
    assert.equal((await run('redrive')).status, 0);
    assert.equal((await run('run', '--instance-count', '2')).status, 3);
    assert.deepEqual(await logged(), before);
    assert.equal((await run('verify')).status, 0);
    await pool.close();
  },
);
