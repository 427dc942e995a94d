import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { describeRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import { brokenDocument, goodDocument, goodDocuments, openWorkload, refusedDocument } from './workload.ts';
import type { Workload } from './workload.ts';

/** Documents that a stage refuses, and how the reason begins. */
const POISON: Readonly<Record<string, { readonly reason: RegExp; readonly make: (id: number) => SourceDocument }>> = {
  blank: { reason: /^source: blank document/u, make: (id) => ({ appId: String(id), xml: ' \n ' }) },
  malformed: { reason: /^validation: \['Invalid XML structure/u, make: brokenDocument },
  'of another root': {
    reason: /^validation: .*root element is <?other/u,
    make: (id) => ({ appId: String(id), xml: '<other/>' }),
  },
  'under another id': {
    reason: /^validation: .*app_id/iu,
    make: (id) => ({ appId: String(id), xml: goodDocument(id + 70_000).xml }),
  },
  'of another line': {
    reason: /^validation: /u,
    make: (id) =>
      edited(id, (xml) => xml.replaceAll('<application ', '<mortgage ').replaceAll('</application>', '</mortgage>')),
  },
  'refused by its table': { reason: /^constraint_violation: /u, make: refusedDocument },
  'too deep': {
    reason: /nested more than 257 deep/u,
    make: (id) =>
      edited(id, (xml) => xml.replace('</CustData>', `</CustData>${'<a>'.repeat(300)}${'</a>'.repeat(300)}`)),
  },
};

function edited(id: number, edit: (xml: string) => string): SourceDocument {
  return { appId: String(id), xml: edit(String(goodDocument(id).xml)) };
}

async function convert(t: TestContext, documents: readonly SourceDocument[], before?: (work: Workload) => void) {
  const work = await openWorkload(t, documents);
  before?.(work);
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 2 }) });
  const view = await describeRun(work.lines, run.runId);
  assert.ok(view !== null);
  assert.equal(run.status, 'completed', String(run.error));
  assert.deepEqual(
    (await work.line.store.verify()).filter(({ passed }) => !passed),
    [],
  );
  return { work, view };
}

function reasons(work: Workload): ReadonlyMap<number, string> {
  const rows = work.sql(`SELECT app_id, failure_reason FROM "lease.processing_log" WHERE status = 'failed'`);
  return new Map(rows.map((row) => [Number(row['app_id']), String(row['failure_reason'])]));
}

suite('documents that are poison', () => {
  test('one of each among five hundred fails with its stage, and harms no other', async (t) => {
    const kinds = Object.entries(POISON);
    const documents = goodDocuments(500);
    for (const [index, [, { make }]] of kinds.entries()) documents[index * 61 + 7] = make(index * 61 + 8);
    const { work, view } = await convert(t, documents);
    const found = reasons(work);
    assert.deepEqual([view.totals.success, view.totals.failed], [500 - kinds.length, kinds.length]);
    for (const [index, [kind, { reason }]] of kinds.entries())
      assert.match(found.get(index * 61 + 8) ?? '', reason, kind);
    const left = work.sql(`SELECT app_id FROM "lease.app_base" WHERE app_id IN (${[...found.keys()].join()})`);
    assert.deepEqual(left, [], 'nothing of them is left in a table');
  });

  test('nothing but poison fails document by document and ends', async (t) => {
    const makers = Object.values(POISON);
    const documents = Array.from(
      { length: 70 },
      (_, index) => makers[index % makers.length]?.make(index + 1) ?? brokenDocument(index + 1),
    );
    const { work, view } = await convert(t, documents);
    assert.deepEqual([view.totals.success, view.totals.failed], [0, 70]);
    for (const { name } of work.line.tables) assert.deepEqual(work.sql(`SELECT 1 FROM "lease.${name}"`), [], name);
  });

  test('a document that any one of its tables refuses leaves no row in the others', async (t) => {
    const whole = await openWorkload(t, goodDocuments(1));
    await runLocally({ ...whole.deps, request: whole.request() });
    const filled = Object.entries(whole.rows()).flatMap(([table, rows]) => (rows.length > 0 ? [table] : []));
    assert.ok(filled.length >= 8, filled.join());
    const { work, view } = await convert(t, goodDocuments(filled.length + 20), (opened) => {
      for (const [index, table] of filled.entries()) {
        const key = Object.keys(Object(whole.rows()[table]?.[0]))[0];
        opened.sql(
          `CREATE TRIGGER "t${index}" BEFORE INSERT ON "lease.${table}" WHEN NEW.${key} = ${key === 'con_id' ? `${index + 1}1` : index + 1} BEGIN SELECT RAISE(ABORT, 'no'); END`,
        );
      }
    });
    assert.deepEqual([view.totals.success, view.totals.failed], [20, filled.length]);
    for (const [id, reason] of reasons(work))
      assert.match(reason, /^constraint_violation: refused by a trigger/u, String(id));
    const rows = Object.values(work.rows()).flat().length;
    assert.equal(rows, 20 * Object.values(whole.rows()).flat().length);
  });

  test('a document of 50 MB is converted beside others', async (t) => {
    const filler = '<Level kind="x">filler &amp; more filler</Level>'.repeat(1_100_000);
    const large = edited(3, (xml) => xml.replace('</CustData>', `</CustData><Ballast>${filler}</Ballast>`));
    assert.ok(String(large.xml).length > 50_000_000);
    const { work, view } = await convert(t, [goodDocument(1), goodDocument(2), large, goodDocument(4)]);
    assert.deepEqual([view.totals.success, reasons(work).size], [4, 0]);
  });

  test('a reason for each of a thousand failures makes a short report', async (t) => {
    const documents = Array.from({ length: 1000 }, (_, index) =>
      edited(index + 1, (xml) => xml.replace(/ID="\d+"/u, `ID="x${index}"`)),
    );
    const { view } = await convert(t, documents);
    assert.equal(view.totals.failed, 1000);
    assert.ok(view.failures.length <= 50, `${view.failures.length} reasons`);
    assert.ok(JSON.stringify(view).length < 30_000, `${JSON.stringify(view).length} characters`);
  });
});
