import assert from 'node:assert/strict';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../../src/api/server.ts';
import { runView } from '../../src/api/views.ts';
import { openLineLog } from '../../src/commands/log-lines.ts';
import type { TestApi } from '../support/api.ts';
import { openApi } from '../support/api.ts';
import { assertQuiet, browserTest, openPage, serveApi, violations } from '../support/browser.ts';
import { makeWorkplace } from '../support/workplace.ts';

// What else the page is in: without a key, without a server, without contents, empty, in the middle of a run.

const workplace = await makeWorkplace();
const KEY = '0123456789abcdef';
const opened: { apis: TestApi[]; servers: RunningServer[] } = { apis: [], servers: [] };
after(async () => {
  await Promise.all(opened.servers.map(async (server) => server.close()));
  await Promise.all(opened.apis.map(async (made) => made.close()));
  await workplace.remove();
});

function api(options: Parameters<typeof openApi>[1] = {}, place: object = {}): TestApi {
  const made = openApi({ ...workplace, ...place }, options);
  opened.apis.push(made);
  return made;
}

async function serve(made: TestApi, options: Parameters<typeof serveApi>[1] = {}): Promise<RunningServer> {
  const server = await serveApi(made, options);
  opened.servers.push(server);
  return server;
}

browserTest(
  'the key is asked for once, a wrong one is refused at its field, and the tab keeps the right one',
  async () => {
    const server = await serve(api(), { key: KEY });
    const tab = await openPage(server.url, { bypassCSP: true });
    const { page } = tab;

    await page.getByLabel('Key', { exact: true }).fill('not the key');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('That key was refused.').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByLabel('Key', { exact: true }).fill(KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Product lines' }).waitFor();
    await page.reload();
    await page.getByText('No document yet.').waitFor();
    await page.getByRole('group', { name: 'Import' }).getByText('xmlfan import --product-line').waitFor();
    await page.goto(`${server.url}/#/start`);
    await page.getByText('x-functions-key: $XMLFAN_API_KEY', { exact: false }).waitFor();

    assert.deepEqual(await page.evaluate('[sessionStorage.length, localStorage.length]'), [1, 0]);
    assert.doesNotMatch(await page.content(), new RegExp(KEY));
    const other = await openPage(server.url);
    await other.page.getByLabel('Key', { exact: true }).waitFor();
    assertQuiet(tab);
  },
);

browserTest('a server that is gone is told of, and the figures go on when it is back', async () => {
  const made = api();
  const server = await serve(made);
  const port = Number(new URL(server.url).port);
  const tab = await openPage(server.url, { bypassCSP: true });
  await tab.page.getByRole('heading', { name: 'Product lines' }).waitFor();
  await tab.page.waitForLoadState('networkidle');

  await server.close();
  await tab.page.getByText(/No answer since \d\d:\d\d:\d\d/).waitFor({ timeout: 20_000 });
  await tab.page.getByText('Lost connection').waitFor();
  assert.equal(await tab.page.locator('main.old').count(), 1);
  assert.deepEqual(await violations(tab.page), []);
  await serve(made, { port });
  await tab.page.getByText(/^Live/).waitFor({ timeout: 20_000 });

  assert.equal(await tab.page.getByText('No answer since').count(), 0);
  assertQuiet(tab);
});

browserTest('rows do not move under a pointer: newer runs wait until they are asked for', async () => {
  const made = api();
  const server = await serve(made);
  await made.call('runs', { body: { product_line: 'letters', dry_run: true } });
  await made.idle();
  const tab = await openPage(server.url);
  const runs = tab.page.getByRole('region', { name: 'Runs' });
  await tab.page.getByRole('heading', { name: 'Product lines' }).waitFor();
  await runs.locator('tbody tr').first().waitFor();
  await runs.getByRole('heading', { name: 'Runs' }).hover();
  const before = await runs.locator('tbody tr').count();
  await made.call('runs', { body: { product_line: 'letters', dry_run: true } });
  await runs.getByRole('button', { name: '1 newer run' }).waitFor();
  assert.equal(await runs.locator('tbody tr').count(), before);
  await runs.getByRole('button', { name: '1 newer run' }).click();

  await runs.locator('tbody tr').nth(before).waitFor();
  assertQuiet(tab);
});

browserTest('a reload in the middle of a run shows it as it was, with what was open', async () => {
  await workplace.addDocuments('parcels', 1, 2000, (id) => id % 50 === 1);
  const made = api();
  const server = await serve(made);
  const { body } = await made.call('runs', { body: { product_line: 'parcels', instance_count: 2, batch_size: 10 } });
  const runId = String(body['run_id']);
  // The run is at work in this process, and needs its turns.
  while (runView.parse((await made.call(`runs/${runId}`)).body).totals.failed === 0) await sleep(20);
  await made.call(`runs/${runId}/pause`, { method: 'POST' });
  const tab = await openPage(`${server.url}/#/runs/${runId}`);
  const { page } = tab;
  await page.getByRole('button', { name: 'Show documents' }).first().click();
  await page
    .getByRole('link', { name: /Why did \d+ fail/ })
    .first()
    .waitFor();
  const before = await page.locator('.hero .pct').innerText();
  await page.reload();

  await page
    .getByRole('link', { name: /Why did \d+ fail/ })
    .first()
    .waitFor();
  await made.call(`runs/${runId}/resume`, { method: 'POST' });
  await page.getByText('Completed at').waitFor({ timeout: 60_000 });
  assert.notEqual(before, await page.locator('.hero .pct').innerText());
  assertQuiet(tab);
});

browserTest('contents are shown only where that is allowed, and each look is logged without them', async () => {
  await workplace.addDocuments('letters', 1, 3);
  const logged: string[] = [];
  const log = openLineLog([
    {
      level: 'info',
      write: (text) => logged.push(text),
      format: (_, message) => message,
    },
  ]);
  const off = await serve(api({ env: { DOCUMENT_CONTENTS: 'off' }, log }));
  const on = await serve(api({ env: { DOCUMENT_CONTENTS: 'on' }, log }));

  const hidden = await openPage(`${off.url}/#/documents/letters/2`);
  await hidden.page.getByText('Its XML and rows are not shown here.').waitFor();
  assert.doesNotMatch(await hidden.page.content(), /SECRET-2/);
  assert.deepEqual(logged, []);
  const shown = await openPage(`${on.url}/#/documents/letters/2`);
  await shown.page.getByRole('region', { name: 'XML' }).getByText('SECRET-2', { exact: false }).waitFor();
  assert.equal(logged.length, 1);
  assert.match(String(logged[0]), /^Document contents shown product_line=letters app_id=2 /);
  assert.doesNotMatch(String(logged[0]), /SECRET/);
  assertQuiet(shown);
});

browserTest('without a contract, and for what is not there, the page says what to do', async () => {
  await workplace.makeFolder('none');
  const server = await serve(api({}, { contractsDir: `${workplace.folder}/none` }));
  const tab = await openPage(`${server.url}/#/runs/no-such-run`);

  await tab.page.getByText('Not ready').first().waitFor();
  const other = await serve(api());
  await tab.page.goto(`${other.url}/#/runs/no-such-run`);
  await tab.page.getByText('There is no run no-such-run.').waitFor();
  await tab.page.getByRole('heading', { name: 'Run no-such-' }).waitFor();
  assert.equal(await tab.page.getByRole('button', { name: 'Try now' }).count(), 0);
  await tab.page.goto(`${other.url}/#/?status=cancelled`);
  await tab.page.getByText('No run that is cancelled here.').waitFor();
  await tab.page.getByRole('button', { name: 'Clear the filters' }).click();
  assert.doesNotMatch(tab.page.url(), /cancelled/);
});

browserTest('the keyboard alone finds a document, asks a question and takes it back', async () => {
  const server = await serve(api());
  const tab = await openPage(server.url);
  const { page } = tab;
  await page.getByRole('heading', { name: 'Product lines' }).waitFor();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Document 2 of letters' }).waitFor();
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
  await page.goto(`${server.url}/#/start?line=letters`);
  await page.getByRole('button', { name: 'Start the run…' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  assert.equal(await page.evaluate('document.activeElement.textContent.trim()'), 'Not now');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate('document.activeElement.textContent.trim()'), 'Start the run…');
  assertQuiet(tab);
});
