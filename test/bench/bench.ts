import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plot } from './plot.ts';
import { printSection, toJson, type Section } from './report.ts';
import { growth } from './section-growth.ts';
import { contest, readAndMap } from './section-map.ts';
import { nestedTables } from './section-nested.ts';
import { instances, threads } from './section-scaling.ts';
import { contestRuns, endToEnd } from './section-store.ts';

const SECTIONS: Readonly<Record<string, () => Promise<Section[]>>> = {
  map: readAndMap,
  nested: nestedTables,
  store: endToEnd,
  threads,
  instances,
  growth: () => growth(20_000),
  scale: () => growth(1_000_000),
};

/** These run as `npm run xmlfan` does. */
const MEASURES_MEMORY: ReadonlySet<string> = new Set(['growth', 'scale']);

const { values, positionals } = parseArgs({
  options: {
    /** Only the long run over 1,000,000 small documents. */
    scale: { type: 'boolean', default: false },
    /** Only these sections, separated by commas. */
    only: { type: 'string' },
    /** Also draws docs/bench.svg. */
    plot: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const [section, subject = '', contestant = ''] = positionals;
if (section === undefined) await runAll();
else if (section === 'contestant') await contest(subject, contestant);
else if (section === 'runs') await contestRuns(subject, contestant);
else process.send?.((await SECTIONS[section]?.()) ?? []);

async function runAll(): Promise<void> {
  const names =
    values.only?.split(',') ??
    (values.scale ? ['scale'] : ['map', 'nested', 'store', 'threads', 'instances', 'growth']);
  const sections: Section[] = [];
  for (const name of names) {
    const found = await inProcess(name);
    for (const one of found) process.stdout.write(printSection(one));
    sections.push(...found);
  }
  const folder = fileURLToPath(new URL('out/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${values.scale ? 'scale' : 'latest'}.json`, `${JSON.stringify(toJson(sections), null, 2)}\n`);
  if (values.plot) writeFileSync(fileURLToPath(new URL('../../docs/bench.svg', import.meta.url)), plot(sections));
}

/** Each section has a process of its own: none sees the memory or the compiled code of another. */
function inProcess(name: string): Promise<readonly Section[]> {
  return new Promise((resolve, reject) => {
    const execArgv = MEASURES_MEMORY.has(name) ? [...process.execArgv, '--max-semi-space-size=8'] : process.execArgv;
    const child = fork(fileURLToPath(import.meta.url), [name], { serialization: 'advanced', execArgv });
    child.once('message', (found) =>
      isSections(found) ? resolve(found) : reject(new Error(`section ${name} sent no result`)),
    );
    child.once('exit', (code) => reject(new Error(`section ${name} ended with status ${code}`)));
  });
}

function isSections(value: unknown): value is readonly Section[] {
  return Array.isArray(value);
}
