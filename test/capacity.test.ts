import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { capacityOf, capacityTable, figuresOf, ratesOf, REFERENCE, type Plan } from '../scripts/capacity-model.ts';
import { ROOT } from './support/cli.ts';

const PLAN: Plan = { documents: 3600, kb: 5, share: 1, instances: 1, vCores: 2, logMbps: 9, readMbps: 40 };

test('the table of the documentation is what the model says of its figures', () => {
  const page = readFileSync(join(ROOT, 'docs/capacity.md'), 'utf8');
  const [, table] = /<!-- capacity -->\n([^]*?)\n?<!-- \/capacity -->/.exec(page) ?? [];

  assert.equal(table, capacityTable(REFERENCE));
});

test('the slowest part decides, and time follows from it', () => {
  const { rate, part, hours } = capacityOf(PLAN, REFERENCE);

  assert.deepEqual([rate, part, hours], [600, 'database log', 1 / 600]);
  assert.equal(capacityOf({ ...PLAN, readMbps: 1 }, REFERENCE).part, 'source reading');
  assert.equal(capacityOf({ ...PLAN, logMbps: 1000, vCores: 1 }, REFERENCE).part, 'database cores');
  assert.equal(capacityOf({ ...PLAN, logMbps: 1000, vCores: 100, readMbps: 1000 }, REFERENCE).part, 'app');
});

test('instances add up in the app and nowhere else', () => {
  const [one, four] = [PLAN, { ...PLAN, instances: 4 }].map((plan) => ratesOf(plan, REFERENCE));
  assert.ok(one !== undefined && four !== undefined);

  assert.equal(four.app, 4 * one.app);
  assert.deepEqual({ ...four, app: 0 }, { ...one, app: 0 });
});

test('two documents of a benchmark give what a KB takes, scanned and mapped', () => {
  const [scan, map] = [0.002, 0.03];
  const figures = figuresOf({
    milliseconds_per_document: {
      'read and map, 250 KB, 3 % mapped, personal-loan': { 'read and map': 250 * scan + 7.5 * map },
      'read and map, 5 KB, all mapped, personal-loan': { 'read and map': 5 * scan + 5 * map },
    },
  });

  assert.ok(Math.abs(figures.scanMsPerKb - scan) < 1e-9);
  assert.ok(Math.abs(figures.mapMsPerKb - map) < 1e-9);
});

test('a benchmark that has not measured both is no basis', () => {
  assert.ok(Number.isNaN(figuresOf({ milliseconds_per_document: {} }).mapMsPerKb));
});
