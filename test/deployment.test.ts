import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from './support/cli.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('azd packages what `npm run package` makes, deploys it to the app that Bicep tags for it, and runs scripts that are there', () => {
  const { services, hooks, infra } = parse(read('azure.yaml'));
  const [name, ...others] = Object.keys(services);
  const service = services[String(name)];

  assert.deepEqual(others, []);
  assert.ok(read('infra/modules/function-app.bicep').includes(`'azd-service-name': '${name}'`));
  assert.deepEqual([service['dist'], service['host'], service['remoteBuild']], ['out/app', 'function', false]);
  assert.ok(existsSync(join(ROOT, infra.path, `${infra.module}.bicepparam`)));
  const { posix, windows } = hooks.postprovision;
  assert.equal(posix.run, windows.run);
  assert.ok(existsSync(join(ROOT, posix.run.replace('node ', ''))));
});

test('the hook that prepares the database is told by Bicep what it needs, and says what is missing', () => {
  const script = join(ROOT, 'scripts/prepare-database.ts');
  const { status, stderr } = spawnSync(process.execPath, [script], { env: {}, encoding: 'utf8' });

  assert.equal(status, 2);
  const asked = /not set: (.+)\. Run/.exec(stderr)?.[1]?.split(', ') ?? [];
  assert.equal(asked.length, 3);
  for (const output of asked) assert.match(read('infra/main.bicep'), new RegExp(`^output ${output} `, 'm'));
});

test('no output of the deployment carries a key or a connection string', () => {
  for (const path of globSync('infra/**/*.bicep', { cwd: ROOT }))
    for (const line of read(path).match(/^output .*/gm) ?? [])
      assert.doesNotMatch(line, /listKeys|connectionString|password|primaryKey|sharedKey/i, `${path}: ${line}`);
});

test('every role that the app gets has its reason beside it', () => {
  for (const path of globSync('infra/modules/*.bicep', { cwd: ROOT })) {
    const lines = read(path).split('\n');
    for (const [index, line] of lines.entries())
      if (/'[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}'/.test(line))
        assert.match(lines.slice(Math.max(0, index - 5), index + 1).join('\n'), /\/\/ .*/, `${path}: ${line}`);
  }
});

const operations = read('docs/operations.md');

test('every alert has its page of the runbook, and its query asks for metrics that there are', () => {
  const alerts = read('infra/modules/alerts.bicep');
  const names = [...alerts.matchAll(/^ {4}name: '([\w-]+)'$/gm)].map(([, name = '']) => name);
  assert.equal(names.length, 6);
  for (const name of names) assert.match(operations, new RegExp(`^### ${name}$`, 'm'));

  const measured = read('src/telemetry.ts');
  const places = { alerts, workbook: read('infra/modules/workbook.bicep'), operations };
  for (const [place, text] of Object.entries(places))
    for (const [, metric] of text.matchAll(/Name == \\?"(xmlfan\.[\w.]+)/g))
      assert.ok(measured.includes(`'${metric}'`), `${place}: ${metric}`);
});

test('every metric is listed with its unit and the alert that asks for it', () => {
  const rows = new Map(
    [...operations.matchAll(/^\| `(xmlfan\.[\w.]+)` \| \w+, `([^`]+)`.*\| ([^|]+) \|$/gm)].map(
      ([, name = '', unit = '', alert = '']) => [name, { unit, alert }],
    ),
  );
  const declared = [...read('src/telemetry.ts').matchAll(/\('(xmlfan\.[\w.]+)', \{\s*unit: '([^']+)'/g)];
  assert.equal(declared.length, rows.size);
  for (const [, name = '', unit] of declared) {
    const row = rows.get(name);
    assert.equal(row?.unit, unit, name);
    for (const alert of /none:/.test(String(row?.alert)) ? [] : String(row?.alert).split(', '))
      assert.match(operations, new RegExp(`^### ${alert}$`, 'm'));
  }
});

test('roles that Bicep gives are those of the table', () => {
  const given = globSync('infra/modules/*.bicep', { cwd: ROOT }).flatMap((path) =>
    [...read(path).matchAll(/'[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}'/g)].map(String),
  );
  const listed = [...operations.matchAll(/^\| ((?:Storage|Durable|Monitoring) [\w ]+) \| /gm)];
  assert.equal(new Set(given).size, listed.length);
});
