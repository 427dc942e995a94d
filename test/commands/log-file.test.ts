import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { openLogFile } from '../../src/commands/log-file.ts';
import { processTerminal } from '../../src/commands/terminal.ts';
import { CLAIMS, temporaryFolder, xmlfan } from '../support/cli.ts';

const OWNER = { instanceId: 1, instanceCount: 3 };
const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - (INFO|WARNING|ERROR|DEBUG) - \S/;

describe('the log file of a run', () => {
  const cwd = temporaryFolder();
  const env = { XMLFAN_STORE: 'sqlite:a.db', WORKERS: '0' };
  const run = (...args: string[]) =>
    xmlfan(['run', '--contract', CLAIMS, '--instance-count', '2', ...args], { cwd, env });

  before(async () => {
    await xmlfan(['init', '--contract', CLAIMS, '--destination'], { cwd, env });
    await xmlfan(['generate', '--contract', CLAIMS, '--count', '20'], { cwd, env });
  });

  test('is a new one in logs/ for each process, named by session, instance and count', async () => {
    const results = await Promise.all(['0', '1'].map((id) => run('--instance-id', id, '--log-file')));
    const files = readdirSync(join(cwd, 'logs')).toSorted();
    assert.equal(files.length, 2);
    for (const [id, file] of files.toSorted((a, b) => a.slice(-10).localeCompare(b.slice(-10))).entries()) {
      assert.match(file, new RegExp(`^production_\\d{8}_\\d{6}_instance_${id}_of_2\\.log$`));
      assert.ok(results[id]?.stderr.startsWith(`The log is in ${join('logs', file)}.\n`));
      const lines = readFileSync(join(cwd, 'logs', file), 'utf8')
        .trimEnd()
        .split('\n');
      assert.deepEqual(
        lines.filter((line) => !LINE.test(line)),
        [],
      );
      assert.ok(lines.some((line) => line.includes(` - INFO - Processing partition: app_id % 2 == ${id} `)));
      assert.match(lines.at(-1) ?? '', / - INFO - Run [\da-f-]{36}: \w+ documents=\d+ success=\d+ failed=\d+ /);
    }
  });

  test('is appended to where a file is named, and tells why a run did not begin', async () => {
    await run('--log-file', 'own/convert.log');
    await run('--log-file', 'own/convert.log', '--dry-run');
    writeFileSync(join(cwd, 'empty.db'), '');
    assert.equal((await run('--log-file', 'own/convert.log', '--store', 'sqlite:empty.db')).status, 2);
    const lines = readFileSync(join(cwd, 'own', 'convert.log'), 'utf8')
      .trimEnd()
      .split('\n');
    assert.equal(lines.filter((line) => line.includes(': completed ')).length, 2);
    assert.match(lines.at(-1) ?? '', / - ERROR - The database is not prepared: insurance-claim: missing are /);
    assert.deepEqual(readdirSync(join(cwd, 'own')), ['convert.log']);
  });

  test('is made only where it is asked for', async () => {
    await run();
    assert.deepEqual(
      readdirSync(cwd)
        .filter((name) => !/\.db/.test(name))
        .toSorted(),
      ['logs', 'own'],
    );
  });
});

describe('a log file', () => {
  const folder = temporaryFolder();

  test('is refused where no folder can be made, or where something else is', { skip: !existsSync('/proc') }, () => {
    assert.throws(() => openLogFile(processTerminal, '/proc/none/a.log', OWNER), {
      message:
        "The folder cannot be made:\n  --log-file: ENOENT: no such file or directory, mkdir '/proc/none'\n" +
        '    Name a folder that is there, or can be made.',
    });
    assert.throws(() => openLogFile(processTerminal, `${import.meta.filename}/a.log`, OWNER), /--log-file: EEXIST/);
    assert.throws(() => openLogFile(processTerminal, '/dev/null', OWNER), /is neither a file nor a folder/);
  });

  test('belongs to one process as long as that lives', () => {
    const path = join(folder, 'shared.log');
    const first = openLogFile(processTerminal, path, OWNER);
    assert.throws(() => openLogFile(processTerminal, path, OWNER), {
      message:
        `The log file cannot be written:\n  --log-file: ${path} is written by process ${process.pid}\n` +
        '    Give each process a file of its own, or name a folder.',
    });
    first.close();
    // as a process that was killed leaves it
    writeFileSync(`${path}.lock`, '999999999');
    openLogFile(processTerminal, path, OWNER).close();
    assert.deepEqual(readdirSync(folder), ['shared.log']);
  });

  test('is never shared in a folder, in the same second neither', () => {
    const inbox = join(folder, 'many');
    mkdirSync(inbox);
    const files = [1, 2, 3].map(() => openLogFile(processTerminal, inbox, OWNER));
    assert.equal(new Set(files.map(({ path }) => path)).size, 3);
    for (const file of files) file.close();
  });

  test('is bounded, and goes on in the same file', () => {
    const path = join(folder, 'long.log');
    const file = openLogFile(processTerminal, path, OWNER, 100);
    for (let i = 0; i < 50; i += 1) file.write(`line ${i}`);
    file.close();
    const [older, newer] = [readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')];
    assert.ok(older.length <= 120 && newer.length <= 120);
    assert.ok(`${older}${newer}`.endsWith('line 48\nline 49\n'));
  });
});
