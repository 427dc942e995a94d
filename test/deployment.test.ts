import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
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

const azdHook = z.strictObject({ shell: z.enum(['sh', 'pwsh']), run: z.string() });
const azdHooks = <Name extends string>(...names: readonly Name[]) =>
  z.partialRecord(z.enum(names), z.strictObject({ posix: azdHook, windows: azdHook }));

/** The part of azd's own schema (v1.0) that is in use here: azd leaves a hook out whose name it does not know, without a word. */
const AZURE_YAML = z.strictObject({
  name: z.string().regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/),
  metadata: z.strictObject({ template: z.string() }),
  requiredVersions: z.strictObject({ azd: z.string() }),
  infra: z.strictObject({ provider: z.literal('bicep'), path: z.string(), module: z.string() }),
  services: z.record(
    z.string(),
    z.strictObject({
      project: z.string(),
      language: z.enum(['js', 'ts']),
      host: z.literal('function'),
      dist: z.string(),
      remoteBuild: z.boolean(),
      hooks: azdHooks('prerestore', 'prebuild', 'prepackage', 'postpackage', 'predeploy', 'postdeploy'),
    }),
  ),
  hooks: azdHooks('preprovision', 'postprovision', 'predeploy', 'postdeploy', 'preup', 'postup', 'predown', 'postdown'),
});

const word = z.string();
const words = z.array(word);
/** The part of the Compose specification that is in use here. */
const COMPOSE = z.strictObject({
  name: word.regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(
    word,
    z.strictObject({
      image: word.optional(),
      build: z.strictObject({ context: word, dockerfile: word }).optional(),
      command: word.optional(),
      environment: z.record(word, word).optional(),
      ports: z.array(word.regex(/^127\.0\.0\.1:\d+:\d+$/)),
      volumes: z.array(word.regex(/^[\w./-]+:\/[\w./-]+(?::ro)?$/)),
      healthcheck: z
        .strictObject({
          test: words,
          interval: word,
          timeout: word,
          retries: z.int(),
          start_period: word.optional(),
        })
        .optional(),
      read_only: z.boolean().optional(),
      tmpfs: words.optional(),
      cap_drop: words.optional(),
      security_opt: words.optional(),
      stop_grace_period: word.regex(/^\d+s$/).optional(),
      restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).optional(),
    }),
  ),
  volumes: z.record(word, z.null()),
});

test('azd and Compose know every key of their files, and ports are open to this machine only', () => {
  AZURE_YAML.parse(parse(read('azure.yaml')));
  const files = globSync('infra/*/compose.yaml', { cwd: ROOT });
  assert.equal(files.length, 2);
  for (const path of files) {
    const { services, volumes } = COMPOSE.parse(parse(read(path)));
    for (const { build, volumes: mounts } of Object.values(services)) {
      if (build !== undefined) assert.ok(existsSync(join(ROOT, path, '..', build.context, build.dockerfile)));
      for (const [source = ''] of mounts.map((mount) => mount.split(':')))
        assert.ok(source in volumes || existsSync(join(ROOT, path, '..', source)), source);
    }
  }
});

const verifier = spawnSync('systemd-analyze', ['--version']).status === 0;
test('systemd takes the units', { skip: verifier ? false : 'systemd-analyze is not there' }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  const units = globSync('infra/server/*.{service,timer}', { cwd: ROOT }).map((path) => {
    const unit = join(folder, basename(path).replace('@', '@line'));
    // Where Node.js is, is this machine's affair.
    writeFileSync(unit, read(path).replace('/usr/bin/node', '/bin/sh'));
    return unit;
  });
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
  await rm(folder, { recursive: true });

  assert.equal(units.length, 3);
  assert.deepEqual([status, stderr], [0, '']);
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
