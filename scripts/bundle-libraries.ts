import { cyclonedxEsbuildPlugin } from '@cyclonedx/cyclonedx-esbuild';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BILL, mendBill } from './bill-of-materials.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where built modules name a library: static imports, dynamic ones, and what is required when first used. */
const LIBRARY = /(?<=from |import\(|createRequire\(import\.meta\.url\)\()'((?![./]|node:)[^']+)'/g;

/** Given by whoever runs the app, or installed by whoever needs it. */
const EXTERNAL = ['@azure/functions-core', 'msnodesqlv8', '@napi-rs/nice'];

/** Libraries whose main file is UMD, which cannot be bundled, and the ES module that says the same. */
const MODULES = new Map([['jsonc-parser', './node_modules/jsonc-parser/lib/esm/main.js']]);

/** How what runs on Node.js is bundled. */
export const BUNDLING = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  alias: Object.fromEntries(MODULES),
  external: EXTERNAL,
  legalComments: 'none',
  logLevel: 'warning',
  // Libraries in CommonJS take these for granted.
  banner: {
    js: `import { createRequire as createRequireOfFile } from 'node:module';
const require = createRequireOfFile(import.meta.url), { filename: __filename, dirname: __dirname } = import.meta;`,
  },
} satisfies BuildOptions;

/** Libraries that cannot be loaded everywhere, and the one that exports the same names. */
const LIKE = new Map([['mssql/msnodesqlv8.js', 'mssql']]);

/** Started by piscina as a thread, from beside its own file. */
export const THREAD = { in: './node_modules/piscina/dist/worker.js', out: 'worker' };

/**
 * Makes a folder of built modules independent of `node_modules`: every library they name becomes one file of `lib/` beside them, what several
 * libraries share lies there too, and the modules name those files. Our own modules stay files of their own, so that stack traces name them.
 * `sbom.cdx.json` beside them lists what went in (CycloneDX), with the texts of the licences.
 */
export async function bundleLibraries(app: string): Promise<void> {
  const modules = globSync('dist/**/*.js', { cwd: app, exclude: ['dist/dashboard/**'] }).map((path) => ({
    path: path.replaceAll('\\', '/'),
    text: readFileSync(join(app, path), 'utf8'),
  }));
  const named = modules.flatMap(({ text }) => [...text.matchAll(LIBRARY)].map(([, name = '']) => name));
  const libraries = [...new Set(named)].filter((name) => !EXTERNAL.includes(name)).toSorted();
  await bundle(app, libraries);
  mendBill(join(app, BILL));
  for (const { path, text } of modules) {
    const toLibrary = (quoted: string, name: string): string =>
      libraries.includes(name) ? `'${posix.relative(posix.dirname(path), `lib/${fileOf(name)}.js`)}'` : quoted;
    writeFileSync(join(app, path), text.replaceAll(LIBRARY, toLibrary));
  }
}

function fileOf(library: string): string {
  return library
    .replace('@', '')
    .replace(/(?<=\/.*)\.js$/, '')
    .replaceAll('/', '-');
}

async function bundle(app: string, libraries: readonly string[]): Promise<void> {
  await build({
    ...BUNDLING,
    absWorkingDir: ROOT,
    entryPoints: [...libraries.map((library) => ({ in: `${ENTRY}:${library}`, out: fileOf(library) })), THREAD],
    outdir: join(app, 'lib'),
    chunkNames: 'shared-[hash]',
    metafile: true,
    plugins: [
      entries(exportsOf(libraries.map((library) => LIKE.get(library) ?? library))),
      cyclonedxEsbuildPlugin({
        outputFile: `../${BILL}`,
        gatherLicenseTexts: true,
        outputReproducible: true,
        validate: false,
        logLevel: 'silent',
      }),
    ],
  });
}

const ENTRY = 'library';

/** A library as its users see it: in CommonJS a bundle alone has no names to import. */
function entries(names: Readonly<Record<string, readonly string[]>>): Plugin {
  return {
    name: 'entries',
    setup(building) {
      building.onResolve({ filter: new RegExp(`^${ENTRY}:`) }, ({ path }) => ({
        path: path.slice(ENTRY.length + 1),
        namespace: ENTRY,
      }));
      building.onLoad({ filter: /.*/, namespace: ENTRY }, ({ path }) => ({
        contents: `export { ${names[LIKE.get(path) ?? path]?.filter((name) => name !== 'default' || !MODULES.has(path)).join(', ')} } from '${path}';`,
        resolveDir: ROOT,
      }));
    },
  };
}

/** What Node.js lets import from each library; asked of a process of its own, as some do things when they are loaded. */
function exportsOf(libraries: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const ask = `const names = {};
for (const library of ${JSON.stringify(libraries)})
  names[library] = Object.keys(await import(library)).filter((name) => !['module.exports', '__esModule'].includes(name));
process.stdout.write(JSON.stringify(names), () => process.exit());`;
  const options = ['--input-type=module', '--eval', ask];
  return JSON.parse(
    execFileSync(process.execPath, options, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}
