import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { connect } from '../../src/store/mssql/connection.ts';

// Makes the database `xmlfan` on the local server, the tables of the sample product lines, and documents for them.
const password = process.env['XMLFAN_SQL_PASSWORD'] ?? 'Local-only-1';
const store =
  process.env['XMLFAN_STORE'] ??
  `Server=localhost;Database=xmlfan;User Id=sa;Password="${password}";TrustServerCertificate=true`;
const config = parseConnection(store);
const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

await createDatabase();
for (const productLine of ['personal-loan', 'insurance-claim']) {
  xmlfan('init', '--destination', '--product-line', productLine);
  xmlfan('generate', '--count', '1000', '--product-line', productLine);
}
process.stdout.write('Now: npm run -s xmlfan -- run --product-line personal-loan --instance-count 3\n');

async function createDatabase(): Promise<void> {
  const server = await connect({ ...config, database: 'master' });
  const name = `[${config.database.replaceAll(']', ']]')}]`;
  const sql = 'SELECT name FROM sys.databases WHERE name = @name';
  const found = await server.get(z.object({ name: z.string() }), {
    sql,
    inputs: { name: { type: 'text', value: config.database } },
  });
  if (found === undefined) {
    await server.run({ sql: `CREATE DATABASE ${name}`, inputs: {} });
    await server.run({ sql: `ALTER DATABASE ${name} SET READ_COMMITTED_SNAPSHOT ON`, inputs: {} });
  }
  await server.close();
}

function xmlfan(...args: readonly string[]): void {
  const env = { ...process.env, XMLFAN_STORE: store };
  const { status } = spawnSync(process.execPath, [cli, ...args], { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
