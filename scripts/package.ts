import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { bundleLibraries } from './bundle-libraries.ts';
import { copyAssets } from './copy-assets.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What goes into the package as it is. */
const KEPT = ['host.json', 'LICENSE', 'contracts'];

/** What `packageApp` has made. */
export interface Package {
  /** A folder that runs as it is, without any installation. */
  readonly app: string;
  /** The same, as Azure Functions takes it. */
  readonly zip: string;
  /** The same, as `npm install --global` takes it. */
  readonly tarball: string;
}

/**
 * Builds the package into a folder, which is emptied first: our modules, the libraries they use, contracts and an SBOM, nothing else.
 * Types are checked on the way, which is most of its work, unless `checked` says that they have been.
 */
export async function packageApp(folder: string, { checked = false } = {}): Promise<Package> {
  const app = join(folder, 'app');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  const flags = [
    '--outDir',
    join(app, 'dist'),
    '--sourceMap',
    'false',
    '--removeComments',
    ...(checked ? ['--noCheck'] : []),
  ];
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags], { cwd: ROOT });
  copyAssets(join(app, 'dist'));
  await bundleLibraries(app);
  for (const name of KEPT) cpSync(join(ROOT, name), join(app, name), { recursive: true });
  const manifest = readManifest();
  const kept = Object.fromEntries(MANIFEST.map((key) => [key, manifest[key]]));
  writeFileSync(join(app, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
  const { name, version } = manifest;
  const zip = join(folder, `${name}-${version}.zip`);
  writeFileSync(zip, zipFolder(app));
  return { app, zip, tarball: packTarball(app, folder) };
}

/** What the package tells of itself: nothing is installed with it. */
const MANIFEST = [
  'name',
  'version',
  'description',
  'license',
  'type',
  'bin',
  'main',
  'engines',
  'peerDependencies',
  'peerDependenciesMeta',
];

type Manifest = Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };

function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
}

/** The same folder gives the same bytes, whenever it was made. */
const EPOCH = new Date(2000, 0, 1);

function zipFolder(folder: string): Uint8Array {
  const files = filesOf(folder).map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path))]);
  return zipSync(Object.fromEntries(files), { level: 6, mtime: EPOCH });
}

function packTarball(app: string, folder: string): string {
  const options = ['pack', app, '--pack-destination', folder, '--json', '--ignore-scripts'];
  const packed: readonly { readonly filename: string }[] = JSON.parse(
    execFileSync('npm', options, { encoding: 'utf8', shell: process.platform === 'win32' }),
  );
  return join(folder, packed[0]?.filename ?? '');
}

function filesOf(folder: string): readonly string[] {
  return globSync('**/*', { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
}

function megabytes(paths: readonly string[]): string {
  return (paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6).toFixed(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { app, zip, tarball } = await packageApp(join(ROOT, 'out'));
  const files = filesOf(app).map((path) => join(app, path));
  process.stdout.write(`${app}: ${files.length} files, ${megabytes(files)} MB
${zip}: ${megabytes([zip])} MB, for Azure Functions
${tarball}: ${megabytes([tarball])} MB, for npm install --global
`);
}
