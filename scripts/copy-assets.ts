import { chmodSync, cpSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LIBRARIES, libraryFile } from '../src/api/dashboard-files.ts';

/** What the program reads beside its modules; unbuilt, it is read from src. */
const ASSETS = ['xml/assembly/scan.wasm', 'dashboard/**/*.{html,js,css,svg}'];

const root = join(import.meta.dirname, '..');

/** Copies them to where the built modules are. */
export function copyAssets(target: string): void {
  for (const asset of globSync(ASSETS, { cwd: join(root, 'src') }))
    cpSync(join(root, 'src', asset), join(target, asset));
  for (const name of Object.keys(LIBRARIES)) cpSync(libraryFile(name), join(target, 'dashboard', name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  copyAssets(join(root, 'dist'));
  // What `npm link` has made a command stays one when it is built anew.
  chmodSync(join(root, 'dist', 'cli.js'), 0o755);
}
