import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Contract } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract-files.ts';
import { generateDocuments, type GeneratedDocument, type GenerateOptions } from '../../src/generate/documents.ts';
import { silentLog } from '../../src/log.ts';
import { compile } from '../../src/mapping/compile.ts';
import { project } from '../../src/xml/project.ts';
import { planReading } from '../../src/xml/reach-plan.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readProlog } from '../../src/xml/prolog.ts';
import { openSource } from '../../src/xml/scan.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { openDatabase } from '../../src/store/open.ts';
import { original } from '../support/original.ts';

const CONTRACTS = [
  '../golden/contracts/lease.json',
  '../golden/contracts/craft.json',
  '../../contracts/personal-loan.json',
  '../../contracts/insurance-claim.yaml',
].map((path) => original(loadContract(fileURLToPath(new URL(path, import.meta.url)))));

function generate(options: Partial<GenerateOptions> & { contract: Contract }): GeneratedDocument[] {
  return [...generateDocuments({ count: 50, seed: 7, ...options })];
}

/** Converts documents on SQLite; id -> reason of the log row, null where it says success. */
async function convert(
  contract: Contract,
  documents: readonly GeneratedDocument[],
): Promise<Map<string, string | null>> {
  const database = await openDatabase('sqlite::memory:', { leaseSeconds: 60, aliveSeconds: 60 });
  const lines = openLines({ database, contracts: [contract] });
  const { store, tables, productLine } = lines.find(contract.productLine);
  await store.init();
  await store.createSource();
  await store.createDestination(tables);
  await store.importDocuments(documents, { replace: false });
  const pool = openPool({ lines, workers: 0 });
  const run = await runLocally({
    request: parseRunRequest({ product_line: productLine }),
    lines,
    pool,
    log: silentLog,
    maxPageBytes: 8_000_000,
  });
  assert.equal(run.status, 'completed');
  const reasons = new Map<string, string | null>();
  for (const { appId } of documents) reasons.set(appId, (await store.findLog(appId))?.failureReason ?? null);
  await database.close();
  return reasons;
}

for (const contract of CONTRACTS) {
  test(`healthy documents of ${contract.productLine} become rows, broken ones a reason`, async () => {
    const documents = generate({ contract, count: 300, brokenShare: 0.2, length: { least: 1000, most: 30_000 } });
    const reasons = await convert(contract, documents);
    for (const { appId, defect, xml } of documents) {
      const reason = reasons.get(appId) ?? null;
      assert.equal(reason !== null, defect !== null, `${appId}, ${defect}: ${reason}\n${xml.slice(0, 5000)}`);
    }
  });
}

const [LEASE] = CONTRACTS;
assert.ok(LEASE !== undefined);
const lease = LEASE;

test('a seed always makes the same documents, however many are asked for and wherever they start', () => {
  const documents = generate({ contract: lease });
  assert.deepEqual(generate({ contract: lease }), documents);
  assert.deepEqual(generate({ contract: lease, count: 10 }), documents.slice(0, 10));
  assert.deepEqual(generate({ contract: lease, startId: 41, count: 10 }), documents.slice(40));
  assert.notDeepEqual(generate({ contract: lease, seed: 8 }), documents);
});

test('documents are made one at a time', () => {
  const { value } = generateDocuments({ contract: lease, count: 1_000_000_000, seed: 1 }).next();
  assert.equal(value?.appId, '1');
});

test('ids follow each other and no two documents share the id of a contact', () => {
  const documents = generate({ contract: lease, count: 200, startId: 90, brokenShare: 0 });
  assert.deepEqual(
    documents.map(({ appId }) => appId),
    Array.from({ length: 200 }, (_, index) => String(90 + index)),
  );
  const ids = documents.flatMap(({ xml }) => [...xml.matchAll(/\scon_id="(\d+)"/g)].map((match) => match[1]));
  assert.ok(ids.length > 200);
  assert.equal(new Set(ids).size, ids.length);
});

test('most documents are small and some are large', () => {
  const lengths = generate({ contract: lease, count: 300, brokenShare: 0 })
    .map(({ xml }) => xml.length)
    .toSorted((a, b) => a - b);
  assert.ok((lengths[150] ?? 0) < 50_000, `median ${lengths[150]}`);
  assert.ok((lengths[299] ?? 0) > 200_000, `longest ${lengths[299]}`);
  assert.ok((lengths[299] ?? 0) < 320_000, `longest ${lengths[299]}`);
});

test('length and mapped share can be given', () => {
  const { reach } = compile(lease);
  for (const [most, mappedShare] of [
    [250_000, 0.03],
    [5_000, 1],
  ] as const) {
    for (const { xml } of generate({
      contract: lease,
      count: 10,
      brokenShare: 0,
      length: { least: most, most },
      mappedShare,
    })) {
      assert.ok(Math.abs(xml.length / most - 1) < 0.3, `${xml.length} of ${most}`);
      const source = openSource(xml.trim());
      const projection = project(source, readProlog(source, DEFAULT_LIMITS), planReading(reach), DEFAULT_LIMITS);
      const kept = projection.tags.reduce(
        (sum, { attributes }) => sum + [...attributes].join().length,
        projection.text.length,
      );
      assert.ok(Math.abs(kept / (most * mappedShare) - 1) < 0.4, `${kept} of ${most * mappedShare}`);
    }
  }
});

test('broken documents come in the share asked for and are broken in every way', () => {
  const documents = generate({ contract: lease, count: 1000, brokenShare: 0.3, length: { least: 1000, most: 2000 } });
  const broken = documents.filter(({ defect }) => defect !== null);
  assert.ok(broken.length > 250 && broken.length < 350, String(broken.length));
  assert.equal(new Set(broken.map(({ defect }) => defect)).size, 13);
});
