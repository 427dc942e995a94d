import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { runView, startedRun } from '../src/api/views.ts';

// `npm run screenshots`: the pictures of the README, of the page while documents that were made for it are converted.

const ROOT = join(import.meta.dirname, '..');
const LINE = 'personal-loan';
const DOCUMENTS = 12_000;
/** Percent of the documents at which the picture is taken. */
const TAKEN_AT = 62;
const SIZE = { width: 1280, height: 1080 };

function xmlfan(store: string, args: readonly string[]): readonly string[] {
  return [join(ROOT, 'src/cli.ts'), ...args, '--store', store];
}

/** Serves a database of synthetic documents in a process of its own. */
async function serve(store: string) {
  for (const args of [
    ['init', '--product-line', LINE, '--destination'],
    ['generate', '--product-line', LINE, '--count', String(DOCUMENTS)],
  ])
    execFileSync(process.execPath, xmlfan(store, args), { stdio: 'ignore' });
  const child = spawn(process.execPath, xmlfan(store, ['serve', '--port', '0']), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  for await (const text of child.stderr.setEncoding('utf8')) {
    told += String(text);
    const [, url] = /^The page is at (\S+)\/$/m.exec(told) ?? [];
    if (url !== undefined) return { url, child };
  }
  throw new Error(`It could not be served: ${told}`);
}

async function startRun(url: string): Promise<string> {
  const response = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ product_line: LINE, instance_count: 8, batch_size: 100 }),
  });
  return startedRun.parse(await response.json()).run_id;
}

/** Resolves once so many percent of a run are done. */
async function reached(url: string, id: string, share: number): Promise<void> {
  for (let percent = 0; percent < share;) {
    await sleep(300);
    percent = runView.parse(await (await fetch(`${url}/api/runs/${id}`)).json()).percent ?? 0;
  }
}

async function openPage(browser: Browser, url: string, colorScheme: 'light' | 'dark'): Promise<Page> {
  const page = await (await browser.newContext({ viewport: SIZE, colorScheme })).newPage();
  await page.goto(url);
  await page.getByRole('heading', { name: 'Product lines' }).waitFor();
  return page;
}

const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
const { url, child } = await serve(`sqlite:${join(folder, 'demo.db')}`);
const browser = await chromium.launch({
  executablePath: process.env['XMLFAN_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  const [light, dark] = [await openPage(browser, url, 'light'), await openPage(browser, url, 'dark')];
  const id = await startRun(url);
  for (const page of [light, dark]) await page.goto(`${url}/#/runs/${id}`);
  await reached(url, id, TAKEN_AT);
  await light.screenshot({ path: join(ROOT, 'docs/page-light.png') });
  await dark.screenshot({ path: join(ROOT, 'docs/page-dark.png') });
} finally {
  await browser.close();
  child.kill('SIGINT');
  await rm(folder, { recursive: true, force: true });
}
