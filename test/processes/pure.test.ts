import { test } from 'node:test';
import { assertCovered, startCoverage } from '../support/coverage.ts';
import { together } from './together.ts';

// What CI asks for beside: it costs a third of the tests' time.
const session = process.env['XMLFAN_COVERAGE'] === undefined ? null : await startCoverage();

together('pure');

if (session !== null)
  test('the pure rooms are covered by their own tests', async (t) => {
    t.diagnostic(await assertCovered(session, 'src/{xml,values,expression,contract,mapping}/**/*.ts', 0.95));
  });
