import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openExplanation } from '../../src/mapping/explain/explain.ts';
import type { ExplainedRead, Explanation } from '../../src/mapping/explain/explanation.ts';
import { openMapping } from '../../src/mapping/map-document.ts';
import { explained, written } from '../support/explained.ts';
import { goldenLines } from '../support/golden.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

function readsOf({ tables }: Explanation): readonly ExplainedRead[] {
  return tables.flatMap(({ rows }) => rows.flatMap(({ columns }) => columns.flatMap(({ read }) => read)));
}

/** What stands at the place of a read. */
function textAt(lines: readonly string[], { at }: ExplainedRead): string {
  return (lines[(at?.line ?? 0) - 1] ?? '').slice((at?.column ?? 0) - 1);
}

/** Whether a text begins with the attribute that was read, or with the text of the element. */
function isAt(there: string, { at, text }: ExplainedRead): boolean {
  const name = /@([^@]+)$/.exec(at?.path ?? '')?.[1];
  if (name !== undefined) return there.replace(/^[^\s=:]+:/, '').startsWith(name) || there.startsWith(name);
  const first = (text ?? '').trim().charAt(0);
  return first === '' || there.startsWith(first) || /^[&<]/.test(there);
}

describe('explanations', () => {
  for (const { line, contract, results } of goldenLines) {
    const explain = openExplanation(contract);
    const map = openMapping(contract);
    it(`explain the rows that a run writes and point at what was read, in all golden documents of ${line}`, () => {
      let places = 0;
      for (const { file, xml } of results) {
        const outcome = map({ xml }, now);
        const explanation = explain({ xml }, now);
        assert.equal(explanation.outcome, outcome.outcome, file);
        assert.deepEqual(explained(explanation), written(contract, outcome), file);
        const lines = xml.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
        for (const read of readsOf(explanation)) {
          if (read.at === null) continue;
          places += 1;
          const there = textAt(lines, read);
          assert.ok(isAt(there, read), `${file}: ${JSON.stringify(read)} where there is ${there.slice(0, 30)}`);
        }
      }
      assert.ok(places > 1000, `only ${places} places`);
    });

    it(`tell the same of a part of what there is, of golden documents of ${line}`, () => {
      for (const { file, xml } of results.slice(0, 2)) {
        for (const whole of explain({ xml }, now).tables) {
          const { table, totals, rows, left } = whole;
          assert.deepEqual(totals, { rows: rows.length, left: left.length }, file);
          const part = { table: table.toUpperCase(), rows: { first: 2, last: 3 }, left: { first: 1, last: 1 } };
          const told = explain({ xml }, now, part).tables;
          assert.deepEqual(told, [{ ...whole, rows: rows.slice(1, 3), left: left.slice(0, 1) }], `${file}: ${table}`);
        }
      }
    });
  }
});
