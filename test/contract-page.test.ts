import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { contractJsonSchema } from '../src/contract/json-schema.ts';
import { loadNested } from '../src/contract/nested/load.ts';
import { parseText } from '../src/contract/source.ts';
import { FUNCTIONS } from '../src/expression/sql/functions.ts';
import { parseValueType } from '../src/values/typed/value-type.ts';
import { openNestedMapping } from '../src/mapping/nested/document.ts';
import { namedCells } from './mapping/nested/named-cells.ts';

const PAGE = readFileSync(new URL('../docs/contract.md', import.meta.url), 'utf8');
const HEAD = 'format: 2\nsource: { table: docs, column: body, id: id }\ndocument: { root: r }\n';
const NOW = new Date('2026-01-02T03:04:05Z');

type Row = Readonly<Record<string, string>>;
interface Result {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly issues: readonly string[];
  readonly reason: string | null;
}

/** What a contract makes of a document: rows without NULLs, values as text. */
function map(contract: string, xml: string): Result {
  const { contract: loaded, warnings } = loadNested(parseText(contract, 'yaml'), 'line');
  // A column shown alone may be one that expressions read.
  assert.ok(warnings.every(({ message }) => message === 'is not stored, and no expression reads it'));
  const result = openNestedMapping(loaded)({ xml, appId: '1' }, NOW);
  if (result.outcome === 'rejected') return { tables: {}, issues: [], reason: result.reason };
  const tables = result.tables.map(({ table, rows }) => [table, rows.map((row) => namedCells(loaded, table, row))]);
  return { tables: Object.fromEntries(tables), issues: result.issues.map(({ kind }) => kind), reason: null };
}

/** Cells of a row of a table in Markdown, their code without its quotes. */
function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const codeOf = (cell: string): string => /^`(.*?)`/.exec(cell)?.[1] ?? '';

/** Rows of the tables below a heading, up to the next of the same level. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, part = ''] = PAGE.split(`\n${heading}\n`);
  const [section = ''] = part.split(/\n##+ /);
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map(cellsOf);
}

const columns = [...rowsBelow('## Keys of a column'), ...rowsBelow('### Types')];

for (const [, , example = '', document = '', result = ''] of columns) {
  test(`the page is right about ${codeOf(example)} of ${codeOf(document)}`, () => {
    const { tables, issues, reason } = map(
      `${HEAD}tables: { t: { each: /r, columns: { v: ${codeOf(example)} } } }`,
      `<r>${codeOf(document)}</r>`,
    );
    if (result === 'fails') return assert.notEqual(reason, null);
    assert.equal(reason, null);
    const value = tables['t']?.[0]?.['v'];
    // A day is kept as its first moment.
    const shown = example.includes('type: date,') || example.includes('type: date }') ? value?.slice(0, 10) : value;
    assert.equal(shown ?? 'NULL', result.startsWith('NULL') ? 'NULL' : codeOf(result));
    assert.deepEqual(
      issues,
      [...result.matchAll(/issue `(\w+)`/g)].map(([, issue]) => issue),
    );
  });
}

const [, PATH_DOCUMENT = ''] = /of a table of `\/r\/x`[^]*?```xml\n([^]*?)\n```/.exec(PAGE) ?? [];

for (const [, , example = '', result = ''] of rowsBelow('## Paths')) {
  test(`the page is right about the path ${codeOf(example)}`, () => {
    const column = `{ from: "${codeOf(example)}", take: all, join: ",", type: varchar(99) }`;
    const { tables } = map(
      `${HEAD}tables: { t: { each: /r/x, columns: { k: { expr: id(), type: int }, v: ${column} } } }`,
      PATH_DOCUMENT,
    );
    assert.equal(tables['t']?.[0]?.['v'] ?? '', codeOf(result));
  });
}

for (const [, , example = '', result = ''] of rowsBelow('## Expressions')) {
  test(`the page is right about ${codeOf(example)}`, () => {
    const type = /^\d{4}-/.test(codeOf(result)) ? 'datetime2(0)' : 'nvarchar(99)';
    const { tables } = map(
      `${HEAD}tables:
  t:
    each: /r
    columns:
      n: { from: n, type: int }
      d: { from: d, type: "decimal(9,2)" }
      s: { from: s, type: varchar(20) }
      t: { from: t, type: datetime2(0) }
      z: { from: z, type: int }
      v: { expr: ${JSON.stringify(codeOf(example))}, type: ${type} }`,
      '<r><n>7</n><d>2.50</d><s>Ab c</s><t>2024-01-31T10:20:30</t></r>',
    );
    assert.equal(tables['t']?.[0]?.['v'], codeOf(result));
  });
}

const RECIPES = [...PAGE.matchAll(/```yaml\n([^]*?)```\n+```xml\n([^]*?)```\n+```json\n([^]*?)```/g)];

for (const [index, [, contract = '', xml = '', rows = '']] of RECIPES.entries()) {
  test(`recipe ${index + 1} of the page gives the rows that it shows`, () => {
    const wanted: unknown = JSON.parse(rows, (_, value: unknown) =>
      typeof value === 'number' ? String(value) : value,
    );
    assert.deepEqual(map(contract, xml).tables, wanted);
  });
}

test('the page has examples of every kind', () => {
  assert.ok(columns.length > 30 && RECIPES.length === 11);
});

/** What the page shows by running it: contracts, columns, paths and expressions. */
const SHOWN = [
  ...RECIPES.map(([, contract = '']) => contract),
  ...columns.map(([, , example = '']) => example),
  ...rowsBelow('## Expressions').map(([, , example = '']) => example),
].join('\n');

test('every key, type and function has an example that is run', () => {
  const keys = propertiesOf(contractJsonSchema(2)).filter((key) => key !== '$schema');
  const told = parseValueType('none');
  assert.ok(typeof told === 'string');
  const types = told.replace(/^.* there are /, '').split(', ');
  assert.ok(keys.length > 40 && types.length > 20);
  const missing = [
    ...keys.filter((key) => !new RegExp(`\\b${key}:`).test(SHOWN)),
    ...types.filter((type) => !new RegExp(`type: "?${type}\\b`).test(SHOWN)),
    ...[...FUNCTIONS.keys(), 'CAST'].filter((name) => !new RegExp(`\\b${name}\\(`, 'i').test(SHOWN)),
  ];
  assert.deepEqual(missing, []);
});

test('the page describes every key and function', () => {
  const code = [...PAGE.matchAll(/`[^`]*`/g)].join('\n');
  const words = [...propertiesOf(contractJsonSchema(2)), ...FUNCTIONS.keys(), 'CAST'];
  const missing = words.filter((word) => word !== '$schema' && !new RegExp(`\\b${word}\\b`, 'i').test(code));
  assert.deepEqual(missing, []);
});

/** Names of properties in a JSON Schema. */
function propertiesOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === 'properties' ? Object.keys(Object(value)) : []),
    ...propertiesOf(value),
  ]);
}
