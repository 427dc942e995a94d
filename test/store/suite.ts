import { describe } from 'node:test';
import { duplicateSuite } from './suite/duplicates.ts';
import { exactTypeSuite } from './suite/exact-types.ts';
import { heldSuite } from './suite/held.ts';
import { leaseSuite } from './suite/leases.ts';
import { logSuite } from './suite/log.ts';
import { overviewSuite } from './suite/overview.ts';
import { placeSuite } from './suite/places.ts';
import { readingSuite } from './suite/reading.ts';
import { redoSuite } from './suite/redo.ts';
import { runSuite } from './suite/runs.ts';
import { retentionSuite } from './suite/retention.ts';
import { setUpSuite } from './suite/set-up.ts';
import { valueSuite } from './suite/values.ts';
import { writingSuite } from './suite/writing.ts';
import type { Engine } from './suite/world.ts';

/** Every promise of the store port, one test a promise; each adapter must pass. */
export function storeSuite(engine: Engine): void {
  describe(engine.ids === undefined ? engine.name : `${engine.name}, ${engine.ids.name}`, () => {
    describe('set-up', () => setUpSuite(engine));
    describe('reading', () => readingSuite(engine));
    describe('runs', () => runSuite(engine));
    describe('leases', () => leaseSuite(engine));
    describe('writing', () => writingSuite(engine));
    describe('duplicate rows', () => duplicateSuite(engine));
    describe('places', () => placeSuite(engine));
    describe('values', () => valueSuite(engine));
    if (engine.ids === undefined) describe('types of format 2', () => exactTypeSuite(engine));
    describe('log', () => logSuite(engine));
    describe('overview', () => overviewSuite(engine));
    describe('retention', () => retentionSuite(engine));
    describe('redo', () => redoSuite(engine));
    describe('what destinations hold', () => heldSuite(engine));
  });
}
