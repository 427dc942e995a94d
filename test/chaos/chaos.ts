import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mixedDocuments } from '../run/workload.ts';
import { besiegeAll, peace } from './siege.ts';
import type { Outcome } from './siege.ts';

/** Kills processes at work until so many were killed: `npm run test:chaos -- --kills 500 --store sqlite`. */
async function chaos(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      store: { type: 'string', default: 'sqlite' },
      seed: { type: 'string', default: '1' },
      documents: { type: 'string', default: '500' },
      lanes: { type: 'string', default: '1' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'xmlfan-chaos-'));
  const server = values.store === 'sqlite' ? null : values.store;
  const setting = { folder, server, documents: mixedDocuments(Number(values.documents)) };
  try {
    const clean = await peace(setting);
    const siege = { ...setting, clean, kills: Number(values.kills), seed: Number(values.seed) };
    const outcomes = await besiegeAll(siege, Number(values.lanes), print);
    print(summary(outcomes));
    return outcomes.every(({ faults }) => faults.length === 0) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function summary(outcomes: readonly Outcome[]) {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, outcome) => all + of(outcome), 0);
  const points = new Set(outcomes.flatMap(({ byPoint }) => Object.keys(byPoint)));
  return {
    databases: outcomes.length,
    processes: sum(({ processes }) => processes),
    runs: sum(({ runs }) => runs),
    kills: sum(({ kills }) => kills),
    inFlight: sum(({ inFlight }) => inFlight),
    byPoint: Object.fromEntries(
      [...points].toSorted().map((point) => [point, sum(({ byPoint }) => byPoint[point] ?? 0)]),
    ),
    faults: sum(({ faults }) => faults.length),
  };
}

process.exitCode = await chaos();
