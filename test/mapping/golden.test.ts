import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalTables } from '../../src/mapping/canonical.ts';
import type { CanonicalRow, CanonicalTables } from '../../src/mapping/canonical.ts';
import { compile } from '../../src/mapping/compile.ts';
import type { Outcome } from '../../src/mapping/outcome.ts';
import { goldenLines, type Golden } from '../support/golden.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

for (const { line, contract, results } of goldenLines) {
  const mapper = compile(contract);

  describe(`the ${line} contract maps as the original, corrected`, () => {
    for (const golden of results) {
      it(golden.file, () => {
        const outcome = mapper.map({ xml: golden.xml }, now);
        const wanted = golden.desired?.outcome ?? golden.outcome;
        if (wanted === 'rejected' || outcome.outcome === 'rejected') {
          assert.deepEqual(
            outcome.outcome === 'rejected' ? { stage: outcome.stage, reason: originalReason(outcome) } : outcome,
            { stage: golden.stage, reason: golden.stage === 'source' ? 'source: blank document' : golden.reason },
          );
          return;
        }
        assert.equal(outcome.appId, String(BigInt(golden.app_id ?? outcome.appId)));
        assert.deepEqual(comparable(canonicalTables(contract, outcome.tables, now)), comparable(desiredTables(golden)));
      });
    }
  });
}

/** The original says of a malformed document only that it is. */
function originalReason({ reason }: Extract<Outcome, { outcome: 'rejected' }>): string {
  return reason.replace(/^(validation: \['Invalid XML structure or format): line \d+, column \d+: .+('\])$/, '$1$2');
}

/** The original's tables with those of `desired` in their place; an empty list means no rows. */
function desiredTables({ tables, desired }: Golden): CanonicalTables {
  return Object.fromEntries(Object.entries({ ...tables, ...desired?.tables }).filter(([, rows]) => rows.length > 0));
}

/** The original holds decimals as floats: numbers of more than 15 digits agree in the first 15 (V09). */
function comparable(tables: CanonicalTables): CanonicalTables {
  return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.map(roundRow)]));
}

function roundRow(row: CanonicalRow): CanonicalRow {
  const columns = Object.entries(row).map(([column, value]) => [column, value === null ? null : firstDigits(value)]);
  return Object.fromEntries(columns);
}

function firstDigits(value: string): string {
  const isLong = /^-?[0-9]+(?:\.[0-9]+)?$/.test(value) && value.replace(/[-.]/g, '').length > 15;
  return isLong ? Number(value).toPrecision(15) : value;
}
