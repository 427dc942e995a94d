import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { parseContract } from '../../src/contract/load.ts';
import { compile } from '../../src/mapping/compile.ts';
import type { Document } from '../../src/mapping/document.ts';
import { openDocument } from '../../src/mapping/document.ts';
import { environmentOf } from '../../src/mapping/environment.ts';
import { openIssues } from '../../src/mapping/issues.ts';
import { openMatches } from '../../src/mapping/matches.ts';
import { openMergedContext } from '../../src/mapping/original/merged-context.ts';
import { planContext } from '../../src/mapping/reach.ts';
import { compileRecord } from '../../src/mapping/record.ts';
import { planReading } from '../../src/xml/reach-plan.ts';
import { NO_TRACE } from '../../src/mapping/trace.ts';
import { writeTape } from '../../src/xml/tape-writer.ts';

const text = readFileSync(new URL('../golden/contracts/lease.json', import.meta.url), 'utf8');

it('a column that fails is lost, and nothing else (M09)', () => {
  const { contract } = parseContract(text, { format: 'json', productLine: 'lease' });
  const terms = contract.tables.find(({ name }) => name === 'lease_terms');
  assert.ok(terms !== undefined);
  const [first, second] = terms.mappings;
  assert.deepEqual(
    [first?.attribute, second?.attribute, second?.column],
    ['term_months', 'residual_pct', 'residual_percent'],
  );

  const plan = planReading(compile(contract).reach);
  const document = openDocument(plan, new Set());
  const failing = document.nameOf('term_months').exact;
  const issues = openIssues();
  const reads: Document = {
    ...document,
    find: (place, node) => (place.name.exact === failing ? assert.fail('unreadable') : document.find(place, node)),
  };
  const surroundings = {
    contract,
    document,
    reads,
    trace: NO_TRACE,
    contacts: null,
    addresses: null,
    context: openMergedContext(document, planContext(contract), null),
    issues,
    matches: openMatches(),
  };
  const table = { ...terms, mappings: terms.mappings.slice(0, 2) };
  const environment = environmentOf(surroundings, table);
  const record = compileRecord(table, environment);

  const tape = writeTape(plan);
  for (const name of ['Provenir', 'Request', 'CustData', 'application', 'terms']) tape.open(name, 0);
  tape.attribute('term_months', '12');
  tape.attribute('residual_pct', '1.5');
  for (let depth = 0; depth < 5; depth += 1) tape.close();
  issues.begin();
  document.open(tape.finish(), '');
  const row = record.build(0);
  assert.equal(row[environment.layout.at('residual_percent')], '1.5');
  assert.deepEqual(issues.noted(), [{ kind: 'column_failed', table: 'lease_terms', column: 'term_months' }]);
});
