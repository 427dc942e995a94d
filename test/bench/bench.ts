import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plot } from './plot.ts';
import { printSection, toJson, type Section } from './report.ts';
import { growth } from './section-growth.ts';
import { parseAndMap } from './section-map.ts';
import { instances, threads } from './section-scaling.ts';
import { endToEnd } from './section-store.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'boolean', default: false },
    only: { type: 'string' },
    plot: { type: 'boolean', default: false },
  },
});

const SECTIONS: Readonly<Record<string, () => Promise<Section[]>>> = {
  map: parseAndMap,
  store: endToEnd,
  threads,
  instances,
  growth: () => growth(values.scale ? 1_000_000 : 20_000),
};

const only = values.only?.split(',') ?? (values.scale ? ['growth'] : Object.keys(SECTIONS));
const sections: Section[] = [];
for (const name of only) {
  const found = (await SECTIONS[name]?.()) ?? [];
  for (const section of found) process.stdout.write(printSection(section));
  sections.push(...found);
}

const folder = fileURLToPath(new URL('out/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}${values.scale ? 'scale' : 'latest'}.json`, `${JSON.stringify(toJson(sections), null, 2)}\n`);
if (values.plot) writeFileSync(fileURLToPath(new URL('../../docs/bench.svg', import.meta.url)), plot(sections));
