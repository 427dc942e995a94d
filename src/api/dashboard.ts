import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Answer } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { notFound } from './problem.ts';

// The page for operators: static files, sent as they are. It is public; whatever it shows it asks the API for, with the caller's key.

/** What the page uses of node_modules: each file by the name it is sent under. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'lib/preact.mjs': 'preact',
  'lib/preact-hooks.mjs': 'preact/hooks',
  'lib/htm.mjs': 'htm',
  'lib/htm-preact.mjs': 'htm/preact',
  'lib/uplot.mjs': 'uplot/dist/uPlot.esm.js',
  'lib/uplot.css': 'uplot/dist/uPlot.min.css',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Page {
  /** Text of the files by name, e.g. `views/run.js`. */
  readonly files: ReadonlyMap<string, string>;
  /** Of all files, for their addresses: what is sent under it never changes. */
  readonly version: string;
  readonly html: string;
  readonly policy: string;
}

let kept: Page | undefined;

/** The page's own files are those of its folder, whatever a request asks for. */
function readPage(): Page {
  const folder = join(import.meta.dirname, '..', 'dashboard');
  const own = globSync('**/*.{html,js,css,svg}', { cwd: folder })
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((file) => [file.replaceAll('\\', '/'), join(folder, file)] as const);
  const libraries = Object.entries(LIBRARIES).map(
    ([name, library]) => [name, fileURLToPath(import.meta.resolve(library))] as const,
  );
  const files = new Map([...own, ...libraries].map(([name, path]) => [name, readFileSync(path, 'utf8')]));
  const version = hash([...files].flat().join('\0'), 'hex').slice(0, 16);
  const html = (files.get('index.html') ?? '').replaceAll('/api/dashboard/0/', `/api/dashboard/${version}/`);
  return { files, version, html, policy: policyFor(html) };
}

/** Scripts and styles are files of this host; the one exception, the names of modules, is known by its hash. */
function policyFor(html: string): string {
  const inline = [...html.matchAll(/<script type="importmap">(.*?)<\/script>/gsu)].map(
    ([, text = '']) => `'sha256-${hash(text, 'base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${inline.join(' ')}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hash(text: string, as: 'hex' | 'base64'): string {
  return createHash('sha256').update(text).digest(as);
}

const PROTECTED = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A changed file has another address. */
const LASTING = 'public, max-age=31536000, immutable';

export const getDashboardEndpoint = endpoint({
  ...NO_INPUT,
  answer: { status: 200, description: 'The page', schema: z.string(), type: 'text/html' },
  handle: async (): Promise<Answer> => {
    const { html, policy } = (kept ??= readPage());
    const headers = { ...PROTECTED, 'content-security-policy': policy };
    return { status: 200, body: html, type: TYPES['.html'] ?? '', headers };
  },
});

export const getDashboardFileEndpoint = endpoint({
  ...NO_INPUT,
  params: z.strictObject({ file: z.string().describe('Version and name of the file') }),
  answer: { status: 200, description: 'The file', schema: z.string(), type: 'text/javascript' },
  problems: [404],
  handle: async ({ params }): Promise<Answer> => {
    const { files, version } = (kept ??= readPage());
    const [asked = '', ...parts] = params.file.split('/');
    const name = parts.join('/');
    const body = files.get(name);
    if (body === undefined) throw notFound(`The page has no file ${name}.`);
    const headers = { ...PROTECTED, 'cache-control': asked === version ? LASTING : 'no-store' };
    return { status: 200, body, type: TYPES[extname(name)] ?? '', headers };
  },
});
