import assert from 'node:assert/strict';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, beforeEach, describe, test } from 'node:test';
import { StoreError } from '../../src/store/port.ts';
import { storeError } from '../../src/store/sqlite/errors.ts';
import { CLAIMS, startXmlfan, temporaryFolder, type Started } from '../support/cli.ts';
import { makeClaims } from '../support/claims.ts';

describe('a run on a database that breaks', () => {
  const cwd = temporaryFolder();
  const env = { XMLFAN_STORE: 'sqlite:a.db', WORKERS: '0' };
  const start = (...args: string[]): Started =>
    startXmlfan(['run', '--contract', CLAIMS, '--batch-size', '2', '--log-level', 'debug', ...args], { cwd, env });
  const remove = (): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(cwd, `a.db${suffix}`), { force: true });
  };

  before(() => makeClaims(join(cwd, 'filled.db'), 60));

  beforeEach(() => {
    remove();
    copyFileSync(join(cwd, 'filled.db'), join(cwd, 'a.db'));
  });

  for (const [what, options] of [
    ['on all instances', []],
    ['on one of them', ['--instance-count', '2', '--instance-id', '1']],
  ] as const)
    test(`ends at once where its file is deleted, ${what}`, async () => {
      const run = start(...options);
      await run.stderrHas('Page 2: fetched');
      remove();
      const { status, stderr } = await run.ended;
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^The database: SQLite: the database file \S+a\.db was deleted or replaced while it was in use$/m,
      );
      assert.doesNotMatch(stderr, /Unexpected error/);
    });

  test('does not go on in another file of the same name', async () => {
    const run = start();
    await run.stderrHas('Page 2: fetched');
    remove();
    writeFileSync(join(cwd, 'a.db'), '');
    const { status, stderr } = await run.ended;
    assert.equal(status, 1);
    assert.match(stderr, /^The database: SQLite: .+ was deleted or replaced while it was in use$/m);
  });
});

describe('what SQLite says of a file', () => {
  for (const [code, meaning] of [
    [13, 'SQLite: the disk of the database is full: make room, what was committed stays (its words)'],
    [778, 'SQLite: the disk of the database could not be read or written: is it full, damaged or gone? (its words)'],
    [1032, 'SQLite: the database file or its folder may not be written by this user (its words)'],
  ] as const)
    test(`is put into words: ${code}`, () => {
      const error = storeError(Object.assign(new Error('its words'), { errcode: code }));
      assert.equal(error.message, meaning);
    });

  for (const code of [5, 6, 15, 261, 517])
    test(`is worth another attempt where another connection is in the way: ${code}`, () => {
      const error = storeError(Object.assign(new Error('its words'), { errcode: code }));
      assert.ok(error instanceof StoreError && error.transient);
    });
});
