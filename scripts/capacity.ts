import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadContract } from '../src/contract-files.ts';
import { generateDocuments } from '../src/generate/documents.ts';
import { openMappers } from '../src/run/mappers.ts';
import { capacityOf, capacityTable, figuresOf, ratesOf, REFERENCE, type Figures, type Plan } from './capacity-model.ts';

// `npm run capacity`: how fast a plan is, and what holds it up (docs/capacity.md). Without options: the table of growing plans.

const HELP = `npm run capacity -- [--documents N --kb N --share N --instances N --vcores N --log-mbps N --read-mbps N] [--check]
  --share      part of a document that the contract reads, e.g. 0.03
  --check      maps documents of other sizes with the code of this folder, and compares what the model says of them
`;

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    kb: { type: 'string' },
    share: { type: 'string', default: '1' },
    instances: { type: 'string', default: '1' },
    vcores: { type: 'string', default: '2' },
    'log-mbps': { type: 'string', default: '9' },
    'read-mbps': { type: 'string', default: '40' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** The last benchmark's of this machine, or else those that the documentation is made of. */
function figures(): Figures {
  const latest = fileURLToPath(new URL('../test/bench/out/latest.json', import.meta.url));
  const found = existsSync(latest) ? figuresOf(JSON.parse(readFileSync(latest, 'utf8'))) : REFERENCE;
  // A run of other sections has not measured reading and mapping.
  return Number.isNaN(found.scanMsPerKb) ? REFERENCE : found;
}

function answer(found: Figures): string {
  if (values.check) return check(found);
  return values.kb === undefined ? `${capacityTable(found)}\n` : describe(planOf(Number(values.kb)), found);
}

function planOf(kb: number): Plan {
  return {
    documents: Number(values.documents),
    kb,
    share: Number(values.share),
    instances: Number(values.instances),
    vCores: Number(values.vcores),
    logMbps: Number(values['log-mbps']),
    readMbps: Number(values['read-mbps']),
  };
}

function describe(plan: Plan, found: Figures): string {
  const { rate, part, hours } = capacityOf(plan, found);
  const parts = Object.entries(ratesOf(plan, found))
    .map(([name, most]) => `  ${name.padEnd(16)}${Math.round(most).toLocaleString('en').padStart(12)} documents/s`)
    .join('\n');
  return `${parts}\n${Math.round(rate)} documents/s, held up by: ${part}; ${hours.toFixed(1)} hours in all.\n`;
}

/** Sizes and shares that the figures were not made of. */
const OTHERS = [
  { kb: 5, share: 1 },
  { kb: 20, share: 0.5 },
  { kb: 50, share: 0.2 },
  { kb: 100, share: 0.05 },
  { kb: 250, share: 0.03 },
];

const ROUNDS = 15;

/** CPU time of reading and mapping, by the code as it is, beside what the model says of it. */
function check(found: Figures): string {
  const contract = loadContract(fileURLToPath(new URL('../contracts/personal-loan.json', import.meta.url)));
  if (contract.format !== 1) throw new Error('the sample contract has another format');
  const map = openMappers([contract]);
  const lines = OTHERS.map(({ kb, share }) => {
    const length = { least: kb * 1000, most: kb * 1000 };
    const count = Math.ceil(10_000 / kb);
    const documents = [
      ...generateDocuments({ contract, count, length, mappedShare: share, seed: 7, brokenShare: 0 }),
    ].map(({ appId, xml }) => ({ appId, xml: Buffer.from(xml) }));
    const times = Array.from({ length: ROUNDS + 1 }, () => {
      const before = process.cpuUsage();
      map({ productLine: contract.productLine, documents, now: new Date() });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 / count;
    });
    // The first round compiles.
    const measured = Math.min(...times.slice(1));
    const said = kb * found.scanMsPerKb + kb * share * found.mapMsPerKb;
    return [`${kb} KB, ${share * 100} % mapped`, measured, said] as const;
  });
  return lines
    .map(
      ([what, measured, said]) =>
        `${what.padEnd(22)} measured ${measured.toFixed(3)} ms, model ${said.toFixed(3)} ms (${(said / measured).toFixed(2)} times)\n`,
    )
    .join('');
}

process.stdout.write(values.help ? HELP : answer(figures()));
