import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the page uses of node_modules: each file by the name it is sent under. The build copies them beside the page's own. */
export const LIBRARIES: Readonly<Record<string, string>> = {
  'lib/preact.mjs': 'preact',
  'lib/preact-hooks.mjs': 'preact/hooks',
  'lib/htm.mjs': 'htm',
  'lib/htm-preact.mjs': 'htm/preact',
  'lib/uplot.mjs': 'uplot/dist/uPlot.esm.js',
  'lib/uplot.css': 'uplot/dist/uPlot.min.css',
};

/** Media types of what it is made of. */
export const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page as it is sent. */
export interface Page {
  /** Text of the files by name, e.g. `views/run.js`. */
  readonly files: ReadonlyMap<string, string>;
  /** Of all files, for their addresses: what is sent under it never changes. */
  readonly version: string;
  readonly html: string;
  readonly policy: string;
}

/** Reads it whole. What is sent are the files of its folder and these libraries, whatever a request asks for. */
export function readPage(): Page {
  const folder = join(import.meta.dirname, '..', 'dashboard');
  const own = globSync('{*,parts/*,styles/*,views/*}.{html,js,css,svg}', { cwd: folder })
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((file) => [file.replaceAll('\\', '/'), join(folder, file)] as const);
  const libraries = Object.keys(LIBRARIES).map((name) => [name, findLibrary(folder, name)] as const);
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

/** Unbuilt, a library is where npm has put it. */
function findLibrary(folder: string, name: string): string {
  const copied = join(folder, name);
  return existsSync(copied) ? copied : libraryFile(name);
}

/** Where npm has put a file of `LIBRARIES`. */
export function libraryFile(name: string): string {
  return fileURLToPath(import.meta.resolve(LIBRARIES[name] ?? name));
}

function hash(text: string, as: 'hex' | 'base64'): string {
  return createHash('sha256').update(text).digest(as);
}
