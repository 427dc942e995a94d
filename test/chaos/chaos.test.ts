import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../support/cli.ts';
import { mixedDocuments } from '../run/workload.ts';
import { besiegeAll, peace } from './siege.ts';

const KILLS = 15;
const folder = temporaryFolder();

test('processes that are killed at work again and again do every document once, as if none had been', async () => {
  const setting = { folder, server: null, documents: mixedDocuments(200) };
  const clean = await peace(setting);
  const outcomes = await besiegeAll({ ...setting, clean, kills: KILLS, seed: 1 }, 1);
  assert.deepEqual(
    outcomes.flatMap(({ faults }) => faults),
    [],
  );
  const sum = (of: 'kills' | 'inFlight'): number => outcomes.reduce((all, outcome) => all + outcome[of], 0);
  assert.ok(sum('kills') >= KILLS && sum('inFlight') > 0, JSON.stringify(outcomes));
});
