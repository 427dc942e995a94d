import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import { openApi } from '../support/api.ts';
import { assertQuiet, browserTest, openPage, serveApi } from '../support/browser.ts';
import { contractOf, makeWorkplace } from '../support/workplace.ts';

// What operators do, in a real browser: start, watch, pause, resume, look for what failed, and give it to the next run again.

const workplace = await makeWorkplace();
const SETTINGS = { env: { DOCUMENT_CONTENTS: 'on' } };
let api = openApi(workplace, SETTINGS);
const server = await serveApi({ handle: async (request) => api.handle(request) });
after(async () => {
  await api.close();
  await server.close();
  await workplace.remove();
});

browserTest(
  'a run is started from its form, watched to its end, and what failed is found with its reason',
  async () => {
    await workplace.addDocuments('letters', 1, 30, (id) => id % 10 === 3);
    const opened = await openPage(server.url);
    const { page } = opened;

    await page.getByRole('link', { name: 'Start a run' }).first().click();
    await page.getByLabel('Product line').selectOption('letters');
    await page.getByLabel('Instances').fill('0');
    await page.getByLabel('First document id').fill('1');
    await page.getByRole('button', { name: 'Start the run…' }).click();
    assert.deepEqual(await page.locator('.fault').allInnerTexts(), [
      'missing: the range needs both ends, or neither.',
      'must be at least 1.',
    ]);
    assert.equal(await page.getByRole('dialog').count(), 0);
    // What its own check refuses is no command to copy.
    const same = page.getByRole('region', { name: 'The same from a terminal' });
    assert.match(await same.innerText(), /No command yet: “Instances” must be .*“Last document id” missing/);
    assert.doesNotMatch(await same.innerText(), /xmlfan run/);
    await page.getByLabel('First document id').fill('');
    await page.getByLabel('Instances').fill('3');
    await page.getByRole('button', { name: 'Start the run…' }).click();
    const question = page.getByRole('dialog');
    await question.getByText('The same from a terminal').click();
    assert.match(await question.innerText(), /xmlfan run --product-line letters --instance-count 3/);
    await question.getByRole('button', { name: 'Start the run', exact: true }).click();

    await page.getByText(/Completed at/).waitFor();
    assert.equal(await page.title(), '100 %, letters, xmlfan');
    assert.match(await page.locator('.hero').innerText(), /30\s+of 30 documents/);
    assert.equal(await page.locator('table.instances tbody tr').count(), 3);
    const failures = page.getByRole('region', { name: 'Failures' });
    assert.match(await failures.innerText(), /3 documents, 1 reason[\s\S]*Invalid XML structure or format/);

    const saved = page.waitForEvent('download');
    await failures.getByRole('button', { name: 'Download as CSV' }).click();
    const csv = await readFile(await (await saved).path(), 'utf8');
    assert.deepEqual(
      csv
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',')[0]),
      ['\uFEFFapp_id', '3', '13', '23'],
    );
    await failures.getByRole('button', { name: 'Show documents' }).click();
    await failures.getByRole('link', { name: 'Why did 13 fail?' }).click();
    await page.getByRole('heading', { name: 'Document 13 Failed' }).waitFor();
    await page.getByText('Rejected.').first().waitFor();
    await page.getByText('marked: line 1').waitFor();
    await page
      .getByRole('button', { name: /^line 1, column/i })
      .first()
      .click();
    assert.match(page.url(), /at=1\.\d+/);
    assert.doesNotMatch(await page.locator('main').innerText(), /validation: \[/);
    assert.match(await page.getByRole('region', { name: 'XML' }).innerText(), /SECRET-13/);
    assertQuiet(opened);
  },
);

browserTest('a run is paused, keeps its place, and goes on', async () => {
  await workplace.addDocuments('parcels', 1, 6000);
  const { body } = await api.call('runs', { body: { product_line: 'parcels', instance_count: 2, batch_size: 5 } });
  const opened = await openPage(`${server.url}/#/runs/${String(body['run_id'])}`);
  const { page } = opened;

  await page.getByRole('button', { name: 'Pause…' }).click();
  await page.getByRole('button', { name: 'Pause the run', exact: true }).click();
  await page.getByText('Asked to pause.').waitFor();
  await page.getByRole('heading', { name: 'Paused' }).waitFor();
  await page.getByText('No instance is at work.').waitFor();
  const paused = await page.locator('.hero .pct').innerText();
  const { page: form } = await openPage(`${server.url}/#/start?line=parcels`);
  await form.getByText(/Refused until .* has ended: it is paused/).waitFor();
  await form.getByLabel('Read and map only').check();
  await form.getByText('Refused until').waitFor({ state: 'detached' });
  // The page counts pauses in seconds.
  await page.waitForTimeout(1500);
  await page.reload();
  await page.getByRole('button', { name: 'Resume…' }).click();
  assert.notEqual(paused, '100 %');
  await page.getByRole('button', { name: 'Resume the run', exact: true }).click();
  await page.getByText(/Completed at/).waitFor({ timeout: 60_000 });

  assert.match(await page.locator('.hero').innerText(), /100\s*%/);
  assert.match(await page.locator('.hero').innerText(), /paused, not counted/);
  assertQuiet(opened);
});

browserTest('what failed for a wrong contract is redriven and converted once the contract is mended', async () => {
  const contract = contractOf('faxes');
  await workplace.writeContract('faxes', { ...contract, application_id: { path: '/Mail/Heads', attribute: 'id' } });
  await api.close();
  api = openApi(workplace, SETTINGS);
  const lines = await makeFaxes();
  await api.call('runs', { body: { product_line: 'faxes' } });
  await api.idle();
  await lines.close();

  await workplace.writeContract('faxes', contract);
  await api.close();
  api = openApi(workplace, SETTINGS);
  const opened = await openPage(server.url);
  const { page } = opened;
  await page.getByRole('link', { name: '4 failed documents of faxes' }).click();
  await page.getByRole('heading', { name: 'Failures of faxes' }).waitFor();
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
  await page.getByRole('button', { name: 'Redrive all 4…' }).click();
  assert.match(await page.getByRole('dialog').innerText(), /Redrive 4 documents that failed for this reason\?/);
  await page.getByRole('dialog').getByRole('button', { name: 'Redrive', exact: true }).click();
  await page.getByText('4 documents are pending again.').waitFor();
  await page.getByRole('link', { name: 'Start a run' }).last().click();
  await page.getByRole('button', { name: 'Start the run…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start the run', exact: true }).click();
  await page.getByText(/Completed at/).waitFor();

  assert.match(await page.getByRole('region', { name: 'Failures' }).innerText(), /No document failed/);
  assertQuiet(opened);
});

browserTest(
  'a document that does not fit is explained: the value, where it was read, and the steps to it',
  async () => {
    const xml =
      '<Mail>\n <Head id="700"/>\n <Body>\n  <Item no="99999999999" words="a"/>\n  <Item words="b"/>\n </Body>\n</Mail>';
    await workplace.line('letters').store.importDocuments([{ appId: '700', xml }], { replace: false });
    await api.call('runs', { body: { product_line: 'letters' } });
    await api.idle();
    const opened = await openPage(`${server.url}/#/documents/letters/700`);
    const { page } = opened;

    const why = page.getByRole('region', { name: 'Why each column is what it is' });
    const refused = why.locator('li[aria-current]');
    await refused.waitFor();
    assert.match(await refused.innerText(), /item_no\s+Does not fit 99999999999\s+line 4, column 9/);
    assert.equal(await page.locator('.xml mark').innerText(), 'no="99999999999"');
    assert.match(await why.innerText(), /Row left out/);
    await why.getByLabel('Table, column or path').fill('mail_id');
    await why.getByRole('button', { name: 'line 2, column 8' }).first().click();
    assert.equal(await page.locator('.xml mark').innerText(), 'id="700"');
    await page.reload();
    assert.equal(await page.locator('.xml mark').innerText(), 'id="700"');
    assertQuiet(opened);
  },
);

browserTest('of a document with many rows a part is explained at a time, and the address keeps which', async () => {
  const items = Array.from({ length: 130 }, (_, at) => `<Item no="${at + 1}" words="w${at + 1}"/>`);
  // What comes after so much is in another part of the document.
  const xml = `<Mail>\n<Head id="800"/><!--${'x'.repeat(1_000_000)}--><Body>\n${items.join('\n')}\n</Body></Mail>`;
  await workplace.line('letters').store.importDocuments([{ appId: '800', xml }], { replace: false });
  const opened = await openPage(`${server.url}/#/documents/letters/800?show=all`);
  const { page } = opened;
  const why = page.getByRole('region', { name: 'Why each column is what it is' });

  await why.getByText('letters_items', { exact: true }).click();
  await why.getByText('Rows 1 to 20 of 130').waitFor();
  await why.getByRole('button', { name: 'Later rows' }).click();
  await why.getByText('Rows 21 to 40 of 130').waitFor();
  await page.reload();
  await why.getByText('Rows 21 to 40 of 130').waitFor();
  assert.match(await why.innerText(), /Row 40[\s\S]*w40/);
  assert.doesNotMatch(await why.innerText(), /w41/);
  assert.match(await page.getByRole('region', { name: 'What it maps to now' }).innerText(), /130 rows, the first 100/);
  const source = page.getByRole('region', { name: 'XML' });
  await source.getByText('1,000,000 of 1,00').waitFor();
  await why.getByRole('button', { name: 'line 42, column 7' }).first().click();
  await source.getByRole('button', { name: 'Show line 42, column 7' }).click();
  await source.getByText('from line 3 on').waitFor();
  assert.equal(await source.locator('mark').innerText(), 'no="40"');
  assertQuiet(opened);
});

/** Tables of a third line, with four documents. */
async function makeFaxes() {
  const { openDatabase } = await import('../../src/store/open.ts');
  const { loadContractFolder } = await import('../../src/contract-files.ts');
  const { openLines } = await import('../../src/run/line.ts');
  const database = await openDatabase(workplace.store, { leaseSeconds: 120, aliveSeconds: 900 });
  const { store, tables } = openLines({
    database,
    contracts: loadContractFolder(workplace.contractsDir).contracts,
  }).find('faxes');
  await store.createSource();
  await store.createDestination(tables);
  await store.init();
  const documents = [1, 2, 3, 4].map((id) => ({
    appId: String(id),
    xml: `<Mail><Head id="${id}"/><Body><Item no="1" words="a"/></Body></Mail>`,
  }));
  await store.importDocuments(documents, { replace: false });
  return database;
}
