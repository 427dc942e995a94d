import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { openRandom } from '../../src/generate/random.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { openDatabase } from '../../src/store/open.ts';
import { mixedDocuments, LEASES, openWorkload, query } from '../run/workload.ts';
import type { Workload } from '../run/workload.ts';
import { bundle } from '../support/bundle.ts';
import { temporaryFolder } from '../support/cli.ts';
import { afterPowerCut, recordWrites, type Kept, type Write } from './writes.ts';

const REQUEST = { instance_count: 2, batch_size: 3, product_line: 'lease' };
/** All that a cut leaves is opened and looked at; on some of it the run goes on. */
const [CUTS, RUN_EVERY] = [Number(process.env['POWER_CUTS'] ?? 40), 12];
const folder = temporaryFolder();
const skip = spawnSync('strace', ['-V']).status === 0 ? false : 'there is no strace to record writes with';

test(
  'whatever a power cut leaves of unsynced writes, the database opens whole and the next run ends it',
  { skip },
  async (t) => {
    const documents = mixedDocuments(30);
    const whole = await openWorkload(t, documents);
    await runLocally({ ...whole.deps, request: whole.request(REQUEST) });
    const path = join(folder, 'cut.db');
    await prepare(documents, path);
    const before = new Map([[basename(path), readFileSync(path)]]);
    const command = [process.execPath, await bundle('test/run/process.ts'), path, JSON.stringify(REQUEST)];
    const { writes, status } = await recordWrites(path, command, join(folder, 'trace'));
    assert.equal(status, 0);
    const syncs = writes.filter(({ kind }) => kind === 'sync').length;
    assert.ok(writes.length > 100 && syncs >= 2, `${writes.length} writes, ${syncs} syncs`);

    const kinds: readonly Kept[] = ['none', 'all', 'some'];
    const cuts = cutsOf(writes);
    for (const [index, length] of cuts.entries()) {
      const kept = kinds[index % kinds.length] ?? 'none';
      const about = `${length} of ${writes.length} writes, ${kept} of the unsynced`;
      const copy = layOut(afterPowerCut(before, writes.slice(0, length), kept, openRandom(7, length)), index);
      requireWhole(copy, about);
      if (index % RUN_EVERY === 0) await goOn(whole, copy, about);
    }
    t.diagnostic(`${cuts.length} cuts in ${writes.length} writes and ${syncs} syncs`);
  },
);

/** The moments right before and behind every sync, and some between. */
function cutsOf(writes: readonly Write[]): readonly number[] {
  const atSyncs = writes.flatMap(({ kind }, index) => (kind === 'sync' ? [index, index + 1] : []));
  const between = Array.from({ length: CUTS }, (_, index) => Math.round((index * writes.length) / CUTS));
  return [...new Set([...atSyncs, ...between, writes.length])].toSorted((a, b) => a - b);
}

/** A database whose every write so far is on the disk. */
async function prepare(documents: Parameters<typeof openWorkload>[1], path: string): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  const made = await openWorkload({ after: (end: () => Promise<void>) => void ends.push(end) }, documents, { path });
  query(made.path, 'PRAGMA wal_checkpoint(TRUNCATE)');
  for (const end of ends) await end();
}

function layOut(image: ReadonlyMap<string, Buffer>, index: number): string {
  const place = join(folder, `image-${index}`);
  mkdirSync(place);
  for (const [name, content] of image) writeFileSync(join(place, name), content);
  return join(place, 'cut.db');
}

/** Undamaged, and no document has rows without a log row. */
function requireWhole(path: string, about: string): void {
  assert.deepEqual(query(path, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }], about);
  const torn = `SELECT app_id FROM "lease.app_base" WHERE app_id NOT IN (SELECT app_id FROM "lease.processing_log")`;
  assert.deepEqual(query(path, torn), [], about);
}

async function goOn(whole: Workload, path: string, about: string): Promise<void> {
  const database = await openDatabase(`sqlite:${path}`, LEASES);
  const lines = openLines({ database, contracts: whole.lines.all().map(({ contract }) => contract) });
  await runLocally({ ...whole.deps, lines, request: whole.request(REQUEST) });
  const { store, tables } = lines.find('lease');
  assert.deepEqual(
    (await store.verify()).filter(({ passed }) => !passed),
    [],
    about,
  );
  await database.close();
  const log = query(path, 'SELECT app_id, status, failure_reason FROM "lease.processing_log" ORDER BY app_id');
  assert.deepEqual(log, whole.log(), about);
  for (const { name, columns } of tables) {
    const order = columns.map((_, index) => index + 1).join();
    assert.deepEqual(query(path, `SELECT * FROM "lease.${name}" ORDER BY ${order}`), whole.rows()[name], about);
  }
}
