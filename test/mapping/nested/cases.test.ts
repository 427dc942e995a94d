import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadNested } from '../../../src/contract/nested/load.ts';
import { parseText } from '../../../src/contract/source.ts';
import type { NestedContract } from '../../../src/contract/nested/model.ts';
import { openExplanation } from '../../../src/mapping/explain/explain.ts';
import { openNestedMapping } from '../../../src/mapping/nested/document.ts';
import { explained, written } from '../../support/explained.ts';
import { namedCells } from './named-cells.ts';

const want = z.union([
  z.object({
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    issues: z.record(z.string(), z.number()).default({}),
  }),
  z.object({ rejected: z.string() }),
  z.object({ load_error: z.string() }),
]);
const CASES = z
  .array(
    z.object({
      name: z.string(),
      contract: z.string(),
      xml: z.union([z.string(), z.array(z.string())]).default([]),
      want: z.union([want, z.array(want)]),
    }),
  )
  .parse(parse(readFileSync(new URL('cases.yaml', import.meta.url), 'utf8')));

const NOW = new Date('2026-01-02T03:04:05Z');

for (const { name, contract, xml, want: expected } of CASES) {
  test(name, () => {
    const root = contract.includes('document:') ? '' : 'document: { root: lib }\n';
    const text = `format: 2\nproduct_line: line\nsource: { table: documents, column: body, id: id }\n${root}${contract}`;
    const wants = [expected].flat();
    const [first] = wants;
    if (first !== undefined && 'load_error' in first) {
      const { load_error: part } = first;
      return assert.throws(
        () => loadNested(parseText(text, 'yaml'), 'line'),
        (error) => error instanceof Error && error.message.includes(part),
      );
    }
    const loaded = loadNested(parseText(text, 'yaml'), 'line').contract;
    const map = openNestedMapping(loaded);
    const explain = openExplanation(loaded);
    const documents = [xml].flat();
    assert.equal(documents.length, wants.length);
    documents.forEach((document, index) => {
      const one = { xml: document, appId: String(index + 1) };
      // What is explained is what a run writes.
      assert.deepEqual(explained(explain(one, NOW)), written(loaded, map(one, NOW)));
      // Text and bytes take different ways.
      for (const form of [document, Buffer.from(document)]) {
        assert.deepEqual(
          describe(loaded, map({ xml: form, appId: String(index + 1) }, NOW), wants[index]),
          printed(wants[index]),
        );
      }
    });
  });
}

type Result = ReturnType<ReturnType<typeof openNestedMapping>>;
type Want = z.infer<typeof want>;

/** What came out, in the form of what is wanted: of a reason as much as the case says. */
function describe(contract: NestedContract, result: Result, expected: Want | undefined): unknown {
  if (result.outcome === 'rejected') {
    const length = expected !== undefined && 'rejected' in expected ? expected.rejected.length : undefined;
    return { rejected: result.reason.slice(0, length) };
  }
  const tables = result.tables.map(({ table, rows }) => [table, rows.map((row) => namedCells(contract, table, row))]);
  const issues: Record<string, number> = {};
  for (const { kind, table, column } of result.issues) {
    const key = [kind, table, column].filter((part) => part !== null).join('/');
    issues[key] = (issues[key] ?? 0) + 1;
  }
  return printed({ tables: Object.fromEntries(tables), issues });
}

/** Values as text, so that `1` of the file is `'1'` of a row. */
function printed(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_, part: unknown) => (typeof part === 'number' ? String(part) : part)),
  );
}
