import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadContract } from '../../../src/contract-files.ts';
import { parseAnyContract } from '../../../src/contract/load.ts';
import type { AnyContract, Contract } from '../../../src/contract/contract.ts';
import { upgrade } from '../../../src/contract/upgrade/upgrade.ts';
import { generateDocuments } from '../../../src/generate/documents.ts';
import { toDestinationTables } from '../../../src/run/contract-tables.ts';
import { canonicalOf } from '../../../src/mapping/canonical.ts';
import { openMapping } from '../../../src/mapping/map-document.ts';
import { CLAIMS, LOANS, ROOT, temporaryFolder, xmlfan } from '../../support/cli.ts';
import { original } from '../../support/original.ts';

const ORDERS = join(ROOT, 'test', 'contract', 'upgrade', 'orders.yaml');
const OLD_CLAIMS = join(ROOT, 'test', 'contract', 'upgrade', 'insurance-claim.yaml');
const NOW = new Date('2026-01-02T03:04:05Z');

type Rows = Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;

function openRows(contract: AnyContract): (xml: string) => Rows | string {
  const map = openMapping(contract);
  return (xml) => {
    const outcome = map({ xml }, NOW);
    return outcome.outcome === 'mapped' ? canonicalOf(contract, outcome.tables, NOW) : outcome.reason;
  };
}

const KEPT = new Map([
  ['date', 10],
  ['smalldatetime', 16],
]);

interface Common {
  readonly name: string;
  /** Characters of it that a column keeps. */
  readonly kept: number;
  /** Where an expression lacks a value, format 1 goes its own ways. */
  readonly isComputed: boolean;
}

/** By table: the columns that both contracts have. */
function commonColumns(before: Contract, after: AnyContract): ReadonlyMap<string, readonly Common[]> {
  const old = toDestinationTables(before);
  return new Map(
    toDestinationTables(after).map(({ name: table, columns }) => {
      const known = old.find(({ name }) => name === table)?.columns ?? [];
      const mappings = before.tables.find(({ name }) => name === table)?.mappings ?? [];
      const common = columns
        .filter(({ name }) => known.some((column) => column.name === name))
        .map(({ name, type }) => ({
          name,
          kept: KEPT.get(type.kind === 'exact' ? type.type.kind : type.kind) ?? Infinity,
          isComputed: mappings.some(({ column, expression }) => column === name && expression !== null),
        }));
      return [table, common];
    }),
  );
}

/** What is compared of rows; `old` says where a computed value is missing. */
function only(rows: Rows, columns: ReturnType<typeof commonColumns>, old: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).flatMap(([table, made]) => {
      const common = columns.get(table);
      if (common === undefined) return [];
      const cells = (row: Rows[string][number], index: number) =>
        common.map(({ name, kept, isComputed }) => {
          const isLacking = isComputed && (old[table]?.[index]?.[name] ?? null) === null;
          return [name, isLacking ? null : (row[name]?.slice(0, kept) ?? null)];
        });
      return [[table, made.map((row, index): Record<string, string | null> => Object.fromEntries(cells(row, index)))]];
    }),
  );
}

/** Asserts that both make the same rows of generated documents. */
function compare(contract: Contract, upgraded: AnyContract): void {
  const columns = commonColumns(contract, upgraded);
  let compared = 0;
  const [old, made] = [openRows(contract), openRows(upgraded)];
  const length = { least: 1000, most: 20_000 };
  for (const { xml } of generateDocuments({ contract, count: 60, seed: 11, brokenShare: 0, length })) {
    const [before, after] = [old(xml), made(xml)];
    assert.ok(typeof before !== 'string' && typeof after !== 'string', JSON.stringify([before, after]));
    assert.deepEqual(only(after, columns, before), only(before, columns, before));
    compared += Object.keys(after).length;
  }
  assert.ok(compared > 60);
}

function shape(contract: AnyContract): unknown {
  return Object.fromEntries(
    toDestinationTables(contract).map(({ name, columns }) => [name, columns.map((column) => column.name).toSorted()]),
  );
}

describe('upgrade', () => {
  for (const path of [ORDERS, OLD_CLAIMS, LOANS]) {
    test(`gives the rows of ${path.slice(ROOT.length + 1)} for what it takes over`, () => {
      const contract = original(loadContract(path));
      compare(contract, parseAnyContract(upgrade(contract).text, { format: 'yaml' }).contract);
    });
  }

  test('gives the rows of docs/orders.yaml and contracts/insurance-claim.yaml, which were made by it', () => {
    compare(original(loadContract(ORDERS)), loadContract(join(ROOT, 'docs', 'orders.yaml')));
    compare(original(loadContract(OLD_CLAIMS)), loadContract(CLAIMS));
  });

  test('takes over all tables and columns of insurance claims', () => {
    const old = original(loadContract(OLD_CLAIMS));
    const { text, missing } = upgrade(old);
    assert.deepEqual(missing, []);
    for (const contract of [parseAnyContract(text, { format: 'yaml' }).contract, loadContract(CLAIMS)]) {
      assert.deepEqual(shape(contract), shape(old));
    }
  });

  test('lists what has no equal, and leaves it out of what is valid', async () => {
    const { status, stdout, stderr } = await xmlfan(['upgrade', '--contract', LOANS]);
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^\d+ parts of it have no equal:\n {2}app_contact_base: rows of this contact table have no equal\n/,
    );
    assert.match(stderr, /loan_applicants\.primary_rent: last_valid_pr_contact has no equal/);
    assert.match(stdout, /^# +loan_applicants\.primary_rent: last_valid_pr_contact has no equal$/m);
    const file = join(temporaryFolder(), 'claims.yaml');
    writeFileSync(file, stdout);
    assert.equal((await xmlfan(['validate', file])).status, 0);
    const again = await xmlfan(['upgrade', '--contract', file]);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /is of format 2 already/);
  });

  test('takes out what format 2 finds wrong with an expression', async () => {
    const file = join(temporaryFolder(), 'orders.yaml');
    const columns = `  - { xml_path: /Order, target_table: orders, target_column: odd, data_type: int, mapping_type: [calculated_field], nullable: true, expression: "Order.placed * 2" }
  - { xml_path: /Order, target_table: orders, target_column: power, data_type: int, mapping_type: [calculated_field], nullable: true, expression: "2 ** 3" }
`;
    writeFileSync(file, readFileSync(ORDERS, 'utf8') + columns);
    const { status, stderr } = await xmlfan(['upgrade', '--contract', file]);
    assert.equal(status, 0);
    assert.match(stderr, /orders\.power: the operator \*\* has no equal/);
    assert.match(stderr, /orders\.odd: /);
  });
});
