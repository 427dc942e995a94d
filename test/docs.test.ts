import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { contractJsonSchema } from '../src/contract/json-schema.ts';
import { parseContract } from '../src/contract/load.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/contract-1.md'), 'utf8');

const SECTIONS = new Set([...PAGE.matchAll(/^##+ (\d+(?:\.\d+)?)/gm)].map(([, number]) => number ?? ''));
const RULES = new Set([...PAGE.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id ?? ''));

/** Sources, tests and pages, each with its text. */
function texts(): readonly (readonly [file: string, text: string])[] {
  const folders = ['src', 'test', 'docs', 'scripts'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const pages = readdirSync(ROOT).filter((file) => file.endsWith('.md'));
  return [...files, ...pages]
    .filter((file) => /\.(?:ts|md)$/.test(file) && !file.startsWith(join('test', 'golden')))
    .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]);
}

/** `3.1`, `3.4` and so on of `spec 3.1, 3.4`, `spec 2.1-2.4`, `spec 6.4 and 7`. */
function sectionsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bspec(?: section)? (\d+(?:\.\d+)*(?:(?:, | and |-)\d+(?:\.\d+)*)*)/g)].flatMap(
    ([, list]) => list?.match(/\d+(?:\.\d+)*/g) ?? [],
  );
}

function rulesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w#"'-])([PCMVERDS]\d\d(?:\.\d{1,2})?)(?![\w-])/g)].map(([, id]) => id ?? '');
}

test('every section and odd rule that sources and pages cite is in the reference', () => {
  const dangling = texts().flatMap(([file, text]) => [
    ...sectionsIn(text)
      .filter((section) => !SECTIONS.has(section))
      .map((section) => `${file}: spec ${section}`),
    ...rulesIn(text)
      .filter((rule) => !RULES.has(rule))
      .map((rule) => `${file}: ${rule}`),
  ]);
  assert.deepEqual(dangling, []);
});

test('references are recognised in each of their forms', () => {
  assert.deepEqual(sectionsIn('(spec 2.1-2.4), spec 6.4 and 7; spec 5.1, 5.2. spec section 14'), [
    '2.1',
    '2.4',
    '6.4',
    '7',
    '5.1',
    '5.2',
    '14',
  ]);
  assert.deepEqual(rulesIn('(C09), V03: E01.11 and P1, XC09, "D02x"'), ['C09', 'V03', 'E01.11']);
});

test('the reference describes every key, data type and mapping type', () => {
  const code = [...PAGE.matchAll(/`[^`]*`/g)].join('\n');
  const words = [...keysOf(contractJsonSchema(1))].filter(
    (word) => word !== '$schema' && !new RegExp(`\\b${word}\\b`).test(code),
  );
  assert.deepEqual(words, []);
});

/** Names of properties and of offered values in a JSON Schema. */
function keysOf(schema: unknown): Set<string> {
  const found = new Set<string>();
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(Object(value))) found.add(name);
    if (key === 'const' && typeof value === 'string') found.add(value);
    for (const name of keysOf(value)) found.add(name);
  }
  return found;
}

test('the contract of the reference is right', () => {
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(PAGE) ?? [];
  const { contract, warnings } = parseContract(yaml, { format: 'yaml' });
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    contract.tables.map(({ name, mappings }) => [name, mappings.length]),
    [
      ['orders', 1],
      ['order_lines', 2],
    ],
  );
});
