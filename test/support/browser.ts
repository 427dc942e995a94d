import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { isOpenRequest } from '../../src/api/api.ts';
import type { RunningServer } from '../../src/api/server.ts';
import { startServer } from '../../src/api/server.ts';
import type { TestApi } from './api.ts';

// The page in a real browser: Debian's Chromium, or what XMLFAN_TEST_CHROMIUM names.

const CHROMIUM = process.env['XMLFAN_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(CHROMIUM) || process.env['CI'] ? false : `no browser at ${CHROMIUM}`;

/** A test that needs the browser; says so where there is none. In CI there has to be one. */
export function browserTest(name: string, work: () => Promise<void>): void {
  void test(name, { skip, timeout: 240_000 }, async () => {
    try {
      await work();
    } finally {
      await Promise.all(opened.splice(0).map(leave));
    }
  });
}

interface Tab {
  /** How it was opened. */
  readonly kind: string;
  readonly page: Page;
}

const opened: Tab[] = [];
/** Tabs of tests that have ended: to open one costs the browser more than what is looked at in it. */
const spare: Tab[] = [];

/** A tab that nobody looks at any more would go on to ask its server, and would show the next test what this one left. */
async function leave(tab: Tab): Promise<void> {
  const { page } = tab;
  try {
    await page.evaluate('sessionStorage.clear(); localStorage.clear()');
    // From its own site, so that it keeps the process that draws it.
    await page.goto(new URL('/api/dashboard/0/icon.svg', page.url()).href);
    page.removeAllListeners('pageerror').removeAllListeners('console').removeAllListeners('request');
    spare.push(tab);
  } catch {
    // Where there was nothing to see, or the browser is gone.
    await page.context().close();
  }
}

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

/** One browser a test file. */
async function openBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  return browser;
}

export interface OpenedPage {
  readonly page: Page;
  /** What the page complained of: scripts that failed, and what its policy kept out. */
  readonly complaints: readonly string[];
}

/** Opens an address in a tab that is this test's alone. */
export async function openPage(url: string, options: { readonly bypassCSP?: boolean } = {}): Promise<OpenedPage> {
  const kind = JSON.stringify(options);
  const index = spare.findIndex((tab) => tab.kind === kind);
  const tab = spare.splice(index, index < 0 ? 0 : 1)[0] ?? { kind, page: await openTab(options) };
  opened.push(tab);
  const { page } = tab;
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(url);
  return { page, complaints };
}

async function openTab(options: BrowserContextOptions): Promise<Page> {
  const page = await (await openBrowser()).newPage(options);
  page.setDefaultTimeout(30_000);
  return page;
}

/** Serves an API, and with it the page, as `serve` does. */
export async function serveApi(
  { handle }: Pick<TestApi, 'handle'>,
  { key = null, port = 0 }: { readonly key?: string | null; readonly port?: number } = {},
): Promise<RunningServer> {
  return startServer({ host: '127.0.0.1', port, key, isOpen: isOpenRequest, handle });
}

/** Asserts that a page found nothing to complain of. */
export function assertQuiet({ complaints }: OpenedPage): void {
  assert.deepEqual(complaints, []);
}

/**
 * Rules of accessibility that what is shown breaks, each with the first element that does: all of them in the light scheme, and in the dark
 * one those of colours, as nothing else differs.
 */
export async function violations(page: Page): Promise<readonly string[]> {
  // Put in by the test, which the page's policy would not let a page do.
  if (await page.evaluate('window.axe === undefined')) await page.evaluate(axe.source);
  const light = await broken(page, {});
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await broken(page, { runOnly: ['color-contrast', 'link-in-text-block'] });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark.map((rule) => `dark: ${rule}`)];
}

async function broken(page: Page, options: axe.RunOptions): Promise<readonly string[]> {
  return page.evaluate<string[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, nodes }) => \`\${id}: \${nodes[0].html.slice(0, 200)} \${nodes[0].failureSummary}\`))`,
  );
}
