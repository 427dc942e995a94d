import { parseArgs } from 'node:util';
import { openGuard, tooSlow } from './guard.ts';
import { contractTarget } from './contract.ts';
import { expressionTarget } from './expression.ts';
import { peerTarget } from './peer.ts';
import { readerTarget } from './reader.ts';
import { rowTarget } from './rows.ts';
import type { Target } from './target.ts';

/** What can be fuzzed. */
const TARGETS: Readonly<Record<string, (seed: number) => Target>> = {
  contract: contractTarget,
  reader: readerTarget,
  expression: expressionTarget,
  peer: peerTarget,
  rows: rowTarget,
};

const MOST_SHOWN = 5;
const MOST_MIB = 1500;

/** Tries many inputs of one target, and shows the first that are wrong: `npm run fuzz -- --of reader --inputs 1000000`. */
function fuzz(): number {
  const { values } = parseArgs({
    options: {
      of: { type: 'string', default: 'reader' },
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const open = TARGETS[values.of];
  const inputs = Number(values.inputs);
  if (open === undefined || !(inputs > 0)) {
    process.stderr.write(`--of is one of ${Object.keys(TARGETS).join(', ')}; --inputs is a number above 0\n`);
    return 2;
  }
  const target = open(Number(values.seed));
  const guard = openGuard(`of ${values.of}, seed ${values.seed}`);
  const seen = { wrong: 0, slowestMs: 0, slowest: -1, peakMiB: 0 };
  const started = performance.now();
  for (let index = 0; index < inputs && seen.wrong < MOST_SHOWN; index += 1) {
    const { characters } = target.summary();
    const { result, ms } = guard.time(index, () => target.attempt(index));
    const found = result ?? tooSlow(ms, target.summary().characters - characters);
    if (ms > seen.slowestMs) Object.assign(seen, { slowestMs: ms, slowest: index });
    if (index % 1000 === 0) seen.peakMiB = Math.max(seen.peakMiB, Math.round(process.memoryUsage().rss / 2 ** 20));
    if (found === null) continue;
    seen.wrong += 1;
    process.stdout.write(`input ${index} of seed ${values.seed}:\n${found}\n\n`);
  }
  guard.close();
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${JSON.stringify({ of: values.of, seed: values.seed, ...target.summary(), ...seen, seconds })}\n`,
  );
  return seen.wrong === 0 && seen.peakMiB < MOST_MIB ? 0 : 1;
}

process.exitCode = fuzz();
