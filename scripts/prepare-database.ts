import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadContractFolder } from '../src/contract-files.ts';

// What `azd up` runs once everything is there: xmlfan's own tables for each product line, and the rights of the app's identity. Whoever deploys
// is logged in; nothing else is made and nothing is loaded.

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Outputs of infra/main.bicep, which azd puts into the environment of its hooks. */
const OUTPUTS = ['XMLFAN_SQL_SERVER', 'XMLFAN_SQL_DATABASE', 'XMLFAN_IDENTITY_NAME'] as const;

const REMEDY = `The database could not be prepared; the deployment itself is not touched by that. When you know why, run it again: azd hooks run postprovision
  - From a machine that the server's firewall does not know: azd env set XMLFAN_CLIENT_ADDRESS <your address>, then azd provision.
  - With a private network: run it from inside, or give a DBA what \`xmlfan ddl --grant-to <identity> <contract>\` prints, after \`xmlfan init\`.
`;

process.exitCode = main(process.env);

function main(env: NodeJS.ProcessEnv): number {
  const missing = OUTPUTS.filter((name) => !env[name]);
  if (missing.length > 0) {
    process.stderr.write(
      `These outputs of infra/main.bicep are not set: ${missing.join(', ')}. Run this as a hook of azd.\n`,
    );
    return 2;
  }
  const [server, database, identity] = OUTPUTS.map((name) => env[name] ?? '');
  const store = `Server=tcp:${server},1433;Database=${database};Authentication=Active Directory Default;Encrypt=true`;
  const { contracts } = loadContractFolder(env['CONTRACTS_DIR'] ?? join(ROOT, 'contracts'));
  for (const { productLine } of contracts) {
    const options = ['init', '--product-line', productLine, '--grant-to', identity ?? ''];
    const { status } = spawnSync(process.execPath, [join(ROOT, 'src/cli.ts'), ...options], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...env, XMLFAN_STORE: store },
    });
    if (status !== 0) {
      process.stderr.write(REMEDY);
      return 1;
    }
  }
  return 0;
}
