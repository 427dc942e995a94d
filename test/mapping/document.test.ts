import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readApplicationId } from '../../src/mapping/application-id.ts';
import { canonicalTables } from '../../src/mapping/canonical.ts';
import { sentenceOf, wordReason } from '../../src/mapping/reason.ts';
import { parseContract } from '../../src/contract/load.ts';
import type { Contract } from '../../src/contract/contract.ts';
import { readFileSync } from 'node:fs';
import { columnsOf } from '../../src/mapping/layout.ts';
import type { Row } from '../../src/mapping/layout.ts';
import type { Cells } from '../support/rows.ts';
import { APPLICATION, cellsOf, documentOf, mapped, NOW, smallLine } from './small-line.ts';

const line = smallLine([{ default: 'x' }]);
const text = readFileSync(new URL('../golden/contracts/lease.json', import.meta.url), 'utf8');
const lease: Contract = parseContract(text, { format: 'json', productLine: 'lease' }).contract;

function reasonOf(xml: string, appId?: string): string | null {
  const outcome = line.map({ xml, appId }, NOW);
  return outcome.outcome === 'rejected' ? outcome.reason : null;
}

/** A row of a table, by its columns. */
function rowOf(table: string, cells: Cells): Row {
  const found = lease.tables.find(({ name }) => name === table);
  assert.ok(found !== undefined);
  return columnsOf(found).map((column) => cells[column]);
}

const withId = (id: string): string => documentOf('a="1"').replace('ID="7"', `ID="${id}"`);

const invalid = (what: string): string => `validation: ['CRITICAL: ${what}']`;

const other = (element: string): string => documentOf('a="1"').replaceAll('application', element);

const wrong = (product: string, element: string): string =>
  `validation: ["Wrong product line: Found ${product} XML (/${element}) but contract expects 'application'. ` +
  'This XML is not compatible with the current contract."]';

const print = (...errors: string[]): string => wordReason({ stage: 'validation', errors }).reason;

const UNCLOSED =
  'Invalid XML structure or format: line 1, column 12: the document ends before </Provenir>, for <Provenir> opened at line 1, column 1';

describe('the application id', () => {
  it('is an integer above zero, digits of any script included', () => {
    for (const [id, canonical] of [
      [' 0042 ', '42'],
      ['+42', '42'],
      ['٤٢', '42'],
      ['99999999999999999999', '99999999999999999999'],
    ] as const) {
      const outcome = line.map({ xml: withId(id) }, NOW);
      assert.equal(outcome.appId, canonical);
      assert.equal(cellsOf(line, outcome)['app_base']?.[0]?.['app_id'], canonical);
      assert.deepEqual(readApplicationId(withId(id), lease), { ok: true, appId: canonical });
    }
  });

  it('rejects by name what is none', () => {
    assert.equal(reasonOf(withId('')), invalid('Missing app_id (/Provenir/Request/@ID)'));
    assert.equal(reasonOf(withId('1_000')), invalid('Invalid app_id format: 1_000 (must be integer)'));
    assert.equal(reasonOf(withId('0')), invalid('Invalid app_id value: 0 (must be positive integer)'));
    assert.equal(reasonOf(withId('-0')), invalid('Invalid app_id value: -0 (must be positive integer)'));
    assert.deepEqual(readApplicationId(withId('x'), lease), {
      ok: false,
      message: 'CRITICAL: Invalid app_id format: x (must be integer)',
    });
    assert.deepEqual(readApplicationId('<Provenir>x', lease), { ok: false, message: UNCLOSED });
    assert.deepEqual(readApplicationId('<Provenir></Provenir>', lease), {
      ok: false,
      message: 'CRITICAL: Missing app_id (/Provenir/Request/@ID)',
    });
  });

  it('must be that of the source row, as integers (D08)', () => {
    assert.equal(reasonOf(withId('007'), '7'), null);
    assert.equal(reasonOf(withId('7'), '0007'), null);
    assert.equal(reasonOf(withId('7'), '8'), 'validation: app_id mismatch');
    assert.equal(reasonOf(withId('7'), 'seven'), 'validation: app_id mismatch');
    assert.equal(line.map({ xml: withId('7'), appId: '8' }, NOW).appId, '7');
  });
});

describe('validation', () => {
  it('collects everything that is wrong', () => {
    assert.equal(
      reasonOf(other('thing').replace(' ID="7"', '')),
      "validation: ['CRITICAL: Missing app_id (/Provenir/Request/@ID)', " +
        '"Missing required application element: /Provenir/Request/CustData/application. ' +
        "Contract expects 'application' for this product line.\"]",
    );
  });

  it('tells the product lines that it knows', () => {
    assert.equal(reasonOf(other('IL_application')), wrong('Rec Lending', 'IL_application'));
    const otherLines = [
      { applicationElement: { path: '/Provenir/Request/CustData/boat', name: 'boat' }, productName: 'Boats' },
    ];
    const outcome = smallLine([{}], { otherLines }).map({ xml: other('boat') }, NOW);
    assert.equal(outcome.outcome === 'rejected' && outcome.reason, wrong('Boats', 'boat'));
  });

  it('of other names take only `application` for another line unless told', () => {
    const boats = smallLine([{}], { element: 'boat' });
    const found = boats.map({ xml: other('application') }, NOW);
    assert.match(found.outcome === 'rejected' ? found.reason : '', /Wrong product line: Found Credit Card XML/);
    const missing = boats.map({ xml: other('IL_application') }, NOW);
    assert.match(missing.outcome === 'rejected' ? missing.reason : '', /Missing required application element/);
  });

  it('only notes a document of two product lines', () => {
    const { issues } = mapped(line, documentOf('a="1"', '', '<IL_application/>'));
    assert.deepEqual(issues, [{ kind: 'several_product_lines', table: null, column: null }]);
  });
});

describe('reasons', () => {
  it('of documents that cannot be read carry their stage', () => {
    assert.equal(reasonOf('  \n'), 'source: blank document');
    assert.equal(reasonOf('<Provenir>x'), `validation: ['${UNCLOSED}']`);
    assert.equal(wordReason({ stage: 'unknown', message: 'm' }).reason, 'unknown: m');
  });

  it('print texts as a Python list does', () => {
    assert.equal(print("it's", 'a "b"', `'"`), `validation: ["it's", 'a "b"', '\\'"']`);
    assert.equal(
      print('a\\b\n\t\r\u00a0\u200b😀é\u{e0001}\u0001'),
      String.raw`validation: ['a\\b\n\t\r\xa0\u200b😀é\U000e0001\x01']`,
    );
  });

  it('are cut to 500 bytes, between characters', () => {
    const { reason } = wordReason({ stage: 'mapping', message: '😀'.repeat(600) });
    assert.equal(reason, `mapping: ${'😀'.repeat(122)}`);
    assert.equal(reasonOf(withId('x'.repeat(600)))?.length, 500);
    assert.equal(wordReason({ stage: 'mapping', message: 'é'.repeat(245) }).reason.length, 254);
  });

  it('read as sentences, also those of the original and those that were cut', () => {
    for (const [reason, sentence] of [
      [`validation: ['${UNCLOSED}']`, `${UNCLOSED}.`],
      ["validation: ['Invalid XML structure or format']", 'Invalid XML structure or format.'],
      [
        print('CRITICAL: a is missing', "it's \\ \n \u00a0 😀\u{e0001}", 'so "it" \'is\''),
        "A is missing. It's \\ \n \u00a0 😀\u{e0001}. So \"it\" 'is'.",
      ],
      [`validation: ["Wrong product line: Found 'x'. Not that`, "Wrong product line: Found 'x'. Not that."],
      ['source: blank document', 'Blank document.'],
      ['validation: app_id mismatch', 'app_id mismatch.'],
      ['constraint_violation: lease.terms.grade does not fit tinyint', 'lease.terms.grade does not fit tinyint.'],
      ['mapping: No data mapped from XML', 'No data mapped from XML.'],
      ['root: Bill: The root element is Bill, not Order.', 'The root element is Bill, not Order.'],
      ['required: orders.sku: There is no value.', 'orders.sku: There is no value.'],
    ] as const)
      assert.equal(sentenceOf(reason), sentence);
  });
});

describe('canonical rows', () => {
  it('print numbers plainly, dates as timestamps, the clock by name, and leave text alone', () => {
    const row = {
      app_id: '+0042',
      monthly_rent: '1e3',
      residual_percent: '.50',
      buyout_amount: '-0.00',
      mass_kg: '1E-7',
      unit_count: '12 months',
      start_date: '1900-01-01',
      renew_at: 'soon',
      signed_at: '2026-01-02T03:04:05.67',
      note: '1.50',
      region_code: '',
      cap_code: null,
    };
    assert.deepEqual(
      canonicalTables(
        lease,
        [
          { table: 'lease_terms', rows: [rowOf('lease_terms', row)] },
          { table: 'unknown', rows: [] },
        ],
        NOW,
      ),
      {
        lease_terms: [
          {
            app_id: '42',
            monthly_rent: '1000',
            residual_percent: '0.5',
            buyout_amount: '0',
            mass_kg: '0.0000001',
            unit_count: '12 months',
            start_date: '1900-01-01T00:00:00',
            renew_at: 'soon',
            signed_at: '<utcnow>',
            note: '1.50',
            region_code: null,
            cap_code: null,
          },
        ],
      },
    );
  });

  it('print floats of scores plainly', () => {
    const scores = lease.tables.map((table) =>
      table.name === 'scores'
        ? { ...table, mappings: table.mappings.map((m) => ({ ...m, dataType: 'float' as const })) }
        : table,
    );
    const rows = [rowOf('scores', { score_identifier: 'S', score: '1.5e-7' })];
    assert.deepEqual(canonicalTables({ ...lease, tables: scores }, [{ table: 'scores', rows }], NOW), {
      scores: [{ score_identifier: 'S', score: '0.00000015' }],
    });
  });
});

describe('a root in another case', () => {
  const base = { column: 'base', attribute: 'base', default: 'x', nullable: false };
  const lower = documentOf('base="b"').replaceAll('Provenir', 'provenir');

  it('is named with the root that is expected, where the document is rejected for it', () => {
    const outcome = smallLine([base]).map({ xml: lower }, NOW);
    assert.ok(outcome.outcome === 'rejected');
    assert.match(outcome.reason, /^validation: \['CRITICAL: Missing app_id \(\/Provenir\/Request\/@ID\)', /);
    assert.match(sentenceOf(outcome.reason), / The root element is provenir, the contract expects Provenir\.$/);
  });

  it('is counted where rows come of the document all the same', () => {
    const applicationId = { path: '/Provenir/Request', attribute: 'ID', optional: true };
    const units = { table: 'units', column: 'size', path: `${APPLICATION}/unit`, attribute: 'size' };
    const outcome = smallLine([base, units], { applicationId, element: null }).map(
      { xml: '<PROVENIR/>', appId: '1' },
      NOW,
    );
    assert.deepEqual(outcome.issues, [{ kind: 'root_in_other_case', table: null, column: null }]);
    assert.equal(outcome.outcome, 'mapped');
  });
});
