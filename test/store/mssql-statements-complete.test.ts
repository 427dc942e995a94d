import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../../src/store/mssql/', import.meta.url);
const LIST = readFileSync(new URL('mssql-statements.ts', import.meta.url), 'utf8');

interface Declared {
  readonly file: string;
  readonly name: string;
  readonly exported: boolean;
  readonly text: string;
}

/** What the room declares at its top, each with its text. */
function functions(): readonly Declared[] {
  return readdirSync(FOLDER).flatMap((file) => {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    const starts = [...source.matchAll(/^(export )?(?:async )?(?:function|const) (\w+)/gm)];
    return starts.map((start, index) => ({
      file,
      name: start[2] ?? '',
      exported: start[1] !== undefined,
      text: source.slice(start.index, starts[index + 1]?.index),
    }));
  });
}

const isStatement = ({ name }: Declared): boolean => /Statements?$/.test(name);

/** An object with something under `sql`, as a statement is; these send or join texts that others have made. */
const MAKES_SQL = /\bsql(?:: |, inputs)/;
const SENDERS = new Set(['group.ts', 'statement.ts']);

test('SQL is put together only in functions that are called so, where a parser can be given it', () => {
  const elsewhere = functions().filter(
    (one) => !isStatement(one) && !SENDERS.has(one.file) && MAKES_SQL.test(one.text.replaceAll('sql: string', '')),
  );
  assert.deepEqual(
    elsewhere.map(({ file, name }) => `${file}: ${name}`),
    [],
  );
});

test('every statement is in the list that is given to a parser', () => {
  const all = functions().filter(isStatement);
  assert.ok(all.length > 40, `${all.length} statements`);
  const missing = all.filter(({ name, exported, file }) => {
    if (exported) return !LIST.includes(`${name}(`);
    // One that only others of its file use is in what they make.
    const users = all.filter((other) => other.file === file && other.name !== name && other.text.includes(`${name}(`));
    return users.length === 0;
  });
  assert.deepEqual(
    missing.map(({ file, name }) => `${file}: ${name}`),
    [],
  );
});
