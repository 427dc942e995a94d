import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { openApi } from '../support/api.ts';
import { assertQuiet, browserTest, openPage, serveApi, violations } from '../support/browser.ts';
import { makeWorkplace } from '../support/workplace.ts';

// How the page looks and reads: contrasts and roles in both schemes, on a phone, with many instances, and with texts that mean harm.

const workplace = await makeWorkplace();
const api = openApi(workplace, { env: { DOCUMENT_CONTENTS: 'on' } });
const server = await serveApi(api);
let runId = '';
after(async () => {
  await api.close();
  await server.close();
  await workplace.remove();
});
before(async () => {
  await workplace.addDocuments('letters', 1, 200, (id) => id % 10 === 3);
  const { body } = await api.call('runs', { body: { product_line: 'letters', instance_count: 64 } });
  runId = String(body['run_id']);
  await api.idle();
});

/** Every view, and what is there once it is drawn. */
function views(): readonly (readonly [string, string])[] {
  return [
    ['#/', 'Product lines'],
    [`#/runs/${runId}?view=table`, 'Instances'],
    [`#/runs/${runId}`, 'Timeline'],
    ['#/documents/letters/13', 'What it maps to now'],
    ['#/documents/letters/14', 'What it maps to now'],
    ['#/failures/letters', 'Failures of letters'],
    ['#/contracts', 'Contracts'],
    ['#/contracts/letters?find=words', 'What the database says'],
    ['#/contracts/letters?by=path', 'By XML path'],
    ['#/start?line=letters', 'The same from a terminal'],
    ['#/find?id=999999', 'Find 999999'],
    ['#/nowhere', 'Nothing here'],
  ];
}

async function show(page: Page, [address, heading]: readonly [string, string]): Promise<void> {
  await page.goto(`${server.url}/${address}`);
  await page.getByRole('heading', { name: heading, exact: true }).first().waitFor();
  await page.waitForLoadState('networkidle');
}

browserTest(
  'no view breaks a rule of accessibility, or needs sideways scrolling from a phone to a large screen',
  async () => {
    const opened = await openPage(server.url, { bypassCSP: true });
    const { page } = opened;
    for (const view of views()) {
      await show(page, view);
      const wide: unknown[] = [];
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        wide.push(await page.evaluate('document.documentElement.scrollWidth'));
      }
      assert.deepEqual([view[0], ...wide, await violations(page)], [view[0], ...WIDTHS, []]);
    }
    await page.goto(`${server.url}/#/start?line=letters`);
    await page.getByRole('button', { name: 'Start the run…' }).click();
    await page.getByText('The same from a terminal').last().click();
    assert.deepEqual(await violations(page), []);

    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 390, height: 844 });
    await show(page, [`#/runs/${runId}`, 'Timeline']);
    await page.getByText('Commands', { exact: true }).click();
    const sheet = await page.locator('.sheet').boundingBox();
    assert.ok(sheet !== null && sheet.x >= 0 && sheet.x + sheet.width <= 390, JSON.stringify(sheet));
    assertQuiet(opened);
  },
);

/** Rules of accessibility are looked at in the last. */
const WIDTHS = [390, 360, 768, 1920, 1280];

browserTest('sixty-four instances are grouped, and can be seen one by one', async () => {
  const opened = await openPage(`${server.url}/#/runs/${runId}`);
  const instances = opened.page.getByRole('region', { name: 'Instances' });
  await instances.getByText('64 completed', { exact: true }).first().waitFor();

  assert.equal(await instances.locator('table').count(), 0);
  await instances.getByLabel('Table').check({ force: true });
  await instances.locator('table').waitFor();
  assert.equal(await instances.locator('tbody tr').count(), 64);
  assert.match(opened.page.url(), /view=table/);
  assert.equal(await opened.page.locator('.gantt .lane:not(.axis-lane)').count(), 64);
  assertQuiet(opened);
});

const EVIL = '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script>';

browserTest('texts of documents, reasons and contracts cannot run script', async () => {
  const text = EVIL.replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const xml = `<Mail><Head id="900"/><Body><Item no="1" words="${text.slice(0, 60)}"/></Body></Mail>`;
  await workplace.line('parcels').store.importDocuments([{ appId: '900', xml }], { replace: false });
  const quoted = EVIL.replaceAll("'", "''");
  await workplace.execute(
    `UPDATE "mail.letters_log" SET failure_reason = 'validation: ${quoted}', session_id = session_id WHERE status = 'failed'`,
  );
  const opened = await openPage(`${server.url}/#/runs/${runId}`);
  const { page } = opened;

  await page.getByText('<img src=x onerror', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Show documents' }).click();
  await page.getByRole('button', { name: 'Redrive all 20…' }).click();
  await page.getByRole('dialog').getByText('<img', { exact: false }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/#/documents/parcels/900`);
  await page.getByRole('region', { name: 'XML' }).getByText('&lt;img src=x', { exact: false }).first().waitFor();
  await page.getByRole('cell', { name: '<img src=x', exact: false }).first().waitFor();
  await page.goto(`${server.url}/#/find?id=${encodeURIComponent(EVIL)}`);
  await page.getByText('No document and none of', { exact: false }).waitFor();
  await page.goto(`${server.url}/#/contracts/letters?find=${encodeURIComponent(EVIL)}`);
  await page.getByText('Nothing of this contract', { exact: false }).waitFor();

  assert.equal(await page.evaluate('window.hit'), undefined);
  assert.equal(await page.locator('img').count(), 0);
  assertQuiet(opened);
});

browserTest('the page loads nothing from elsewhere and its policy lets it', async () => {
  const opened = await openPage('about:blank');
  const asked: string[] = [];
  opened.page.on('request', (request) => asked.push(new URL(request.url()).origin));
  const response = await opened.page.goto(server.url);
  await opened.page.getByRole('heading', { name: 'Product lines' }).waitFor();
  const policy = response?.headers()['content-security-policy'] ?? '';

  assert.deepEqual([...new Set(asked)], [server.url]);
  assert.match(policy, /^default-src 'none'; script-src 'self' 'sha256-/);
  assert.doesNotMatch(policy, /unsafe/);
  const blocked = await opened.page.evaluate(
    `(() => { const script = document.createElement('script'); try { script.text = 'window.hit = 1'; document.head.append(script); } catch {} return window.hit; })()`,
  );
  assert.equal(blocked, undefined);
});
