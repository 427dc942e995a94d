import { cpSync, globSync } from 'node:fs';
import { join } from 'node:path';

/** What the program reads beside its modules; unbuilt, it is read from src. */
const ASSETS = ['xml/assembly/scan.wasm'];

const root = join(import.meta.dirname, '..');
for (const asset of globSync(ASSETS, { cwd: join(root, 'src') })) {
  cpSync(join(root, 'src', asset), join(root, 'dist', asset));
}
