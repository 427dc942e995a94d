import { parseArgs } from 'node:util';
import { readerTarget } from './reader.ts';
import type { Target } from './target.ts';

/** What can be fuzzed. */
const TARGETS: Readonly<Record<string, (seed: number) => Target>> = { reader: readerTarget };

const MOST_SHOWN = 5;

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
  let wrong = 0;
  for (let index = 0; index < inputs && wrong < MOST_SHOWN; index += 1) {
    const found = target.attempt(index);
    if (found === null) continue;
    wrong += 1;
    process.stdout.write(`input ${index} of seed ${values.seed}:\n${found}\n\n`);
  }
  process.stdout.write(`${JSON.stringify({ ...target.summary(), wrong })}\n`);
  return wrong === 0 ? 0 : 1;
}

process.exitCode = fuzz();
