import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { BUNDLING, THREAD } from '../../scripts/bundle-libraries.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'xmlfan-programs');

/** Modules that stand in for others: path from the root of the project -> path. */
type Replaced = Readonly<Record<string, string>>;

const made = new Map<string, Promise<string>>();

/**
 * A program of the sources in few files, for tests that start processes: it is loaded in half the time. Made once for each state of the
 * sources, whichever process of the tests asks first. Returns the path of its file.
 */
export async function bundle(program: string, replaced: Replaced = {}): Promise<string> {
  const known = made.get(program) ?? make(program, replaced);
  made.set(program, known);
  return known;
}

async function make(program: string, replaced: Replaced): Promise<string> {
  const state = join(CACHE, stateOfSources());
  const name = basename(program, '.ts');
  const folder = join(state, program.replaceAll('/', '-'));
  if (existsSync(folder)) return join(folder, `${name}.js`);
  forgetOthers(state);
  const unfinished = `${folder}.${process.pid}`;
  await build({
    ...BUNDLING,
    absWorkingDir: ROOT,
    entryPoints: [program, 'src/run/map-worker.ts', THREAD.in].map((path) => ({
      in: path,
      out: basename(path).replace(/\.[jt]s$/, ''),
    })),
    outdir: unfinished,
    plugins: [standIn(replaced), inPlace],
  });
  try {
    renameSync(unfinished, folder);
  } catch {
    // Another process was faster.
    rmSync(unfinished, { recursive: true });
  }
  return join(folder, `${name}.js`);
}

/** Changes with every file that a program may be made of. */
function stateOfSources(): string {
  const hash = createHash('sha256');
  const files = globSync(['package-lock.json', '{src,scripts,test}/**/*.ts'], { cwd: ROOT }).toSorted();
  for (const file of files) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

function forgetOthers(state: string): void {
  mkdirSync(state, { recursive: true });
  for (const name of readdirSync(CACHE)) if (name !== basename(state)) rmSync(join(CACHE, name), { recursive: true });
}

function standIn(replaced: Replaced): Plugin {
  const places = new Map(Object.entries(replaced).map(([from, to]) => [join(ROOT, from), join(ROOT, to)]));
  return {
    name: 'stand in',
    setup(building) {
      building.onResolve({ filter: /\.ts$/ }, ({ path, importer, resolveDir }) => {
        const wrapper = places.get(join(resolveDir, path));
        return wrapper === undefined || importer === wrapper ? null : { path: wrapper };
      });
    },
  };
}

/** Modules find what lies beside them where it is in the sources; only threads are started from the bundle. */
const inPlace: Plugin = {
  name: 'in place',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.') || text.includes('map-worker.')) return null;
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};
