import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { AnyContract } from '../../src/contract/contract.ts';
import { parseAnyContract } from '../../src/contract/load.ts';
import type { NestedContract } from '../../src/contract/nested/model.ts';
import { InputError } from '../../src/errors.ts';
import { toDestinationTables } from '../../src/run/contract-tables.ts';
import { openMapping } from '../../src/mapping/map-document.ts';
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
].map((path) => loadContract(fileURLToPath(new URL(path, import.meta.url))));

/** Where the length of documents is not what is tried. */
const SMALL = { least: 1000, most: 2000 };

function generate(options: Partial<GenerateOptions> & { contract: AnyContract }): GeneratedDocument[] {
  return [...generateDocuments({ count: 50, seed: 7, ...options })];
}

/** Converts documents on SQLite; id -> reason of the log row, null where it says success. */
async function convert(
  contract: AnyContract,
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
    runRetentionDays: 365,
  });
  assert.equal(run.status, 'completed');
  const reasons = new Map<string, string | null>();
  for (const { appId } of documents) reasons.set(appId, (await store.findLog(appId))?.failureReason ?? null);
  await database.close();
  return reasons;
}

for (const contract of CONTRACTS) {
  test(`healthy documents of ${contract.productLine} become rows, broken ones a reason`, async () => {
    const documents = generate({ contract, count: 60, brokenShare: 0.2, length: { least: 1000, most: 5000 } });
    const reasons = await convert(contract, documents);
    for (const { appId, defect, xml } of documents) {
      const reason = reasons.get(appId) ?? null;
      assert.equal(reason !== null, defect !== null, `${appId}, ${defect}: ${reason}\n${xml.slice(0, 5000)}`);
    }
  });
}

/** Contracts of format 2: those of the reference, and the small ones that pin its meaning. */
const NESTED = [
  ...[...read('../../docs/contract.md').matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text),
  ...parse(read('../mapping/nested/cases.yaml')).map(({ contract }: { contract: string }) => {
    const root = contract.includes('document:') ? '' : 'document: { root: lib }\n';
    return `format: 2\nsource: { table: documents, column: body, id: id }\n${root}${contract}`;
  }),
];

/** What these contracts make of any document: two tables that read the same elements, and a limit that no name fits in. */
const IMPOSSIBLE = /u: \{ each: v, unique|value_bytes: 5/;

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function loaded(text: string): NestedContract | null {
  try {
    const { contract } = parseAnyContract(text, { format: 'yaml', productLine: 'line' });
    return contract.format === 2 ? contract : null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

test('of every contract of format 2 in the reference and the cases, documents fill all tables without an issue', () => {
  const contracts = NESTED.filter((text) => !IMPOSSIBLE.test(text)).flatMap((text) => loaded(text) ?? []);
  assert.ok(contracts.length > 25, String(contracts.length));
  for (const contract of contracts) {
    const map = openMapping(contract);
    const filled = new Set<string>();
    for (const { appId, xml, defect } of generate({
      contract,
      count: 25,
      brokenShare: 0.3,
      length: { least: 10, most: 1000 },
    })) {
      const outcome = map({ appId, xml }, new Date(0));
      assert.equal(outcome.outcome, defect === null ? 'mapped' : 'rejected', `${defect}: ${xml}`);
      if (defect !== null) continue;
      assert.deepEqual(outcome.issues, [], xml);
      for (const { table } of outcome.outcome === 'mapped' ? outcome.tables : []) filled.add(table);
    }
    assert.deepEqual(
      [...filled].toSorted(),
      toDestinationTables(contract)
        .map(({ name }) => name)
        .toSorted(),
    );
  }
});

test('ids are of the type that the contract names, and stand in the document', () => {
  for (const [type, first] of [
    ['uniqueidentifier', '00000000-0000-8000-8000-000000000001'],
    ['varchar(20)', '1'],
    ['bigint', '1'],
  ] as const) {
    const contract = loaded(
      `{ format: 2, source: { table: d, column: b, id: i, id_type: "${type}" }, document: { root: r, id: h/n }, tables: { t: { each: /r, columns: { v: { from: v, type: int, required: true } } } } }`,
    );
    assert.ok(contract !== null);
    const [document] = generate({ contract, brokenShare: 0, count: 1, length: SMALL });
    assert.equal(document?.appId, first);
    assert.match(document?.xml ?? '', new RegExp(`<n>${first}</n>`));
    const defects = new Set(
      generate({ contract, brokenShare: 1, count: 60, length: SMALL }).map(({ defect }) => defect),
    );
    assert.equal(defects.has('id not a number'), type !== 'varchar(20)');
    assert.ok(defects.has('id of another document') && defects.has('required value missing'));
  }
});

const [LEASE] = CONTRACTS;
assert.ok(LEASE !== undefined);
const lease = original(LEASE);

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
  const documents = generate({ contract: lease, count: 100, startId: 90, brokenShare: 0, length: SMALL });
  assert.deepEqual(
    documents.map(({ appId }) => appId),
    Array.from({ length: 100 }, (_, index) => String(90 + index)),
  );
  const ids = documents.flatMap(({ xml }) => [...xml.matchAll(/\scon_id="(\d+)"/g)].map((match) => match[1]));
  assert.ok(ids.length > 100);
  assert.equal(new Set(ids).size, ids.length);
});

test('most documents are small and some are large', () => {
  const lengths = generate({ contract: lease, count: 150, brokenShare: 0 })
    .map(({ xml }) => xml.length)
    .toSorted((a, b) => a - b);
  assert.ok((lengths[75] ?? 0) < 50_000, `median ${lengths[75]}`);
  assert.ok((lengths[149] ?? 0) > 200_000, `longest ${lengths[149]}`);
  assert.ok((lengths[149] ?? 0) < 320_000, `longest ${lengths[149]}`);
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
  const documents = generate({ contract: lease, count: 400, brokenShare: 0.3, length: SMALL });
  const broken = documents.filter(({ defect }) => defect !== null);
  assert.ok(broken.length > 90 && broken.length < 150, String(broken.length));
  assert.equal(new Set(broken.map(({ defect }) => defect)).size, 13);
});
