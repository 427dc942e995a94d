import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { unzipSync } from 'fflate';
import { packageApp, type Package } from '../../scripts/package.ts';
import { runView } from '../../src/api/views.ts';
import { ROOT } from '../support/cli.ts';
import { openApp, startLetters } from '../support/functions/app.ts';
import { runLines, sentToInsights } from '../support/functions/child.ts';
import { registered } from '../support/functions/worker.ts';
import { makeWorkplace } from '../support/workplace.ts';

const folder = mkdtempSync(join(tmpdir(), 'xmlfan-'));
/** The zip file, unpacked where nothing else is. */
const app = join(folder, 'unpacked');
const LIST_IMPORTS = ['--import', join(ROOT, 'test/support/list-imports.ts')];
let made: Package;

before(async () => {
  // By `npm run typecheck`, which is no business of this test.
  made = await packageApp(join(folder, 'out'), { checked: true });
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(made.zip)))) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), bytes);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(path: string): readonly string[] {
  return globSync('**/*', { cwd: path }).filter((file) => statSync(join(path, file)).isFile());
}

test('the package has modules, libraries, contracts with one schema, licence and bill of materials, and nothing else', () => {
  const files = filesOf(app);

  assert.deepEqual([...new Set(files.map((file) => file.replace(/\/.*/s, '')))].toSorted(), [
    'LICENSE',
    'contracts',
    'dist',
    'host.json',
    'lib',
    'package.json',
    'sbom.cdx.json',
  ]);
  assert.deepEqual(
    files.filter(
      (file) => !/\.(js|wasm)$/.test(file) && /^(dist|lib)\//.test(file) && !file.startsWith('dist/dashboard/'),
    ),
    [],
  );
  assert.deepEqual(
    files.filter((file) => file.endsWith('.schema.json')),
    ['contracts/contract.schema.json'],
  );
  assert.ok(files.includes('dist/xml/assembly/scan.wasm'));
  for (const file of files.filter((path) => /^dist\/dashboard\/(?!lib\/)/.test(path)))
    assert.deepEqual(readFileSync(join(app, file)), readFileSync(join(ROOT, file.replace('dist/', 'src/'))), file);
  assert.ok(files.includes('dist/dashboard/lib/preact.mjs'));
  const { dependencies, main }: Record<string, unknown> = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  assert.deepEqual([dependencies, main], [undefined, 'dist/functions/app.js']);
});

test('the unpacked zip converts documents behind the Functions host, in threads', async (t) => {
  const workplace = await makeWorkplace();
  await workplace.addDocuments('letters', 1, 120, (id) => id % 10 === 3);
  const host = await openApp({ workplace, packaged: app, settings: { WORKERS: '2' } });
  t.after(async () => {
    await host.close();
    await workplace.remove();
  });

  const id = await startLetters(host, { instance_count: 3 });
  await host.drain();
  const run = runView.parse((await host.http('getRun', `runs/${id}`)).json());
  const openApi = await host.http('getOpenApi', 'openapi.json');
  const page = await host.http('getDashboard', 'dashboard');
  const files = [...page.text.matchAll(/"\/api\/(dashboard\/[^"]+)"/g)].map(([, path = '']) => path);
  const statuses = await Promise.all(files.map(async (path) => (await host.http('getDashboardFile', path)).status));

  assert.deepEqual([run.status, run.totals.success, run.totals.failed], ['completed', 108, 12]);
  assert.ok((await workplace.line('letters').store.verify()).every(({ passed }) => passed));
  assert.equal(openApi.status, 200);
  assert.ok(files.some((path) => path.endsWith('/lib/preact.mjs')));
  assert.deepEqual(
    statuses,
    files.map(() => 200),
  );
  assert.ok(registered().has('getLiveness'));
});

test('registering the functions loads little of it, however the worker hands its module over', async () => {
  // The real worker supplies the module by taking the place of `require`.
  const stderr = await runLines(
    [
      `import Module from 'node:module';`,
      `const names = [];`,
      `const core = { Disposable: class {}, registerHook: () => {}, registerFunction: ({ name }) => names.push(name), setProgrammingModel: () => {} };`,
      `const original = Module.prototype.require;`,
      `Module.prototype.require = function (name) { return name === '@azure/functions-core' ? core : original.call(this, name); };`,
      `await import('${join(app, 'dist/functions/app.js')}');`,
      `process.stderr.write('registered ' + names.join() + '\\n');`,
    ],
    LIST_IMPORTS,
  );

  const loaded = stderr.split('\n').flatMap((line) => /^loaded file:\/\/.*\/unpacked\/(.*)/.exec(line)?.[1] ?? []);
  assert.match(stderr, /registered runOrchestrator,drainInstances,planRun,/);
  assert.deepEqual(
    loaded.filter((path) => /^dist\/(xml|values|expression|contract|mapping|store)\//.test(path)),
    [],
  );
  const heavy =
    /"node_modules\/(?:zod|mssql|tedious|@opentelemetry\/sdk-node|applicationinsights|chevrotain|piscina)\//;
  assert.deepEqual(
    loaded.filter((path) => heavy.test(readFileSync(join(app, path), 'utf8'))),
    [],
  );
});

test('an error says in which of our files it arose, by the name it has in the sources', async () => {
  const stderr = await runLines([
    `const { parseAddress } = await import('${join(app, 'dist/store/address.js')}');`,
    `try { parseAddress('nonsense'); } catch (error) { process.stderr.write(error.stack); }`,
  ]);

  assert.match(stderr, /parseAddress \(.*dist\/store\/address\.js:\d+:\d+\)/);
});

test('Application Insights gets what was measured', async () => {
  const sent = await sentToInsights(join(app, 'dist/telemetry-export.js'), join(app, 'lib/opentelemetry-api.js'));

  assert.ok(sent.some(({ data }) => data.baseData.metrics?.[0]?.name === 'xmlfan.documents'));
  assert.ok(sent.some(({ data }) => data.baseData.name === 'xmlfan.slice'));
});

test('the driver of SQL Server is there, and tells of a server that is not', async () => {
  const stderr = await runLines([
    `const { parseConnection } = await import('${join(app, 'dist/store/mssql/config.js')}');`,
    `const { driverConfig } = await import('${join(app, 'dist/store/mssql/driver.js')}');`,
    `const { default: mssql } = await import('${join(app, 'lib/mssql.js')}');`,
    `const config = driverConfig(parseConnection('Server=127.0.0.1,1;Database=d;User Id=u;Password=p'));`,
    `await new mssql.ConnectionPool(config).connect().catch((error) => process.stderr.write(error.code));`,
  ]);

  assert.equal(stderr, 'ESOCKET');
});

test('what logs in as the Windows user is there up to the package that it needs', async () => {
  const stderr = await runLines([
    `const { loadOdbc } = await import('${join(app, 'dist/store/mssql/odbc.js')}');`,
    `await loadOdbc().catch((error) => process.stderr.write(error.message));`,
  ]);

  assert.match(
    stderr,
    /^Windows integrated login is not possible here:\n {2}msnodesqlv8: this package is not installed\n/,
  );
});

test('installed with npm there is a program with its contracts and their schema', () => {
  const prefix = join(folder, 'prefix');
  const env = {
    ...process.env,
    CONTRACTS_DIR: undefined,
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
  };
  const run = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', env });
  const program = join(prefix, 'bin/xmlfan');
  const installed = join(prefix, 'lib/node_modules/xmlfan');

  run('npm', 'install', '--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund', made.tarball);
  run(program, 'init', '--store', 'sqlite:my.db', '--product-line', 'personal-loan', '--destination');

  const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.equal(run(program, '--version'), `${version}\n`);
  const checked = run(program, 'check', '--store', 'sqlite:my.db', '--product-line', 'personal-loan');
  assert.equal(checked, 'personal-loan fits the database.\n');
  assert.equal(
    readFileSync(join(installed, 'contracts/contract.schema.json'), 'utf8'),
    readFileSync(join(ROOT, 'contracts/contract.schema.json'), 'utf8'),
  );
});

/** Licences that allow what is done here, as SPDX names them. */
const ALLOWED = /^(?:MIT|MIT-0|Apache-2\.0|BSD-[23]-Clause|0BSD|ISC|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0)$/;

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string; readonly name?: string } }[];
}

test('the bill of materials names every library with a licence that allows to pass it on', () => {
  const { bomFormat, components }: { bomFormat: string; components: readonly Component[] } = JSON.parse(
    readFileSync(join(app, 'sbom.cdx.json'), 'utf8'),
  );

  assert.equal(bomFormat, 'CycloneDX');
  const names = new Set(components.map(({ name }) => name));
  for (const name of ['mssql', 'applicationinsights', 'durable-functions', 'fast-xml-parser', 'zod', 'preact'])
    assert.ok(names.has(name), name);
  assert.deepEqual(
    components.filter(({ licenses = [] }) => !licenses.some(({ license }) => ALLOWED.test(license?.id ?? ''))),
    [],
  );
});
