import { mkdir, rm } from 'node:fs/promises';
import { convert } from '../src/commands/convert.ts';
import { describeError, EXIT, type ExitStatus } from '../src/commands/exit.ts';
import { generateInto } from '../src/commands/generate.ts';
import type { Work } from '../src/commands/lines.ts';
import { withLines } from '../src/commands/lines.ts';
import { describeNothing, MOST_ISSUES, renderRun, renderVerification } from '../src/commands/render.ts';
import { createProgram } from '../src/commands/program.ts';
import { openSpelling } from '../src/commands/spelling.ts';
import { readOrder } from '../src/commands/run-request.ts';
import { note, paint, print as printTo, processTerminal } from '../src/commands/terminal.ts';
import { count, formatSeconds } from '../src/words.ts';
import { InputError } from '../src/errors.ts';
import type { Line } from '../src/run/line.ts';
import { openPool, type MapPool } from '../src/run/pool.ts';

const FOLDER = '.data';
const FILE = `${FOLDER}/demo.db`;
const STORE = `sqlite:${FILE}`;
const USUAL_DOCUMENTS = 2000;
const INSTANCES = '4';

/** `npm start`: a whole workload on this machine, from nothing to verified rows. `--fresh` starts over, `--documents=N` makes more or fewer. */
export async function demo(args: readonly string[]): Promise<ExitStatus> {
  try {
    return await fillAndConvert(args);
  } catch (error) {
    const { status, message } = describeError(error, { debug: false });
    note(processTerminal, message);
    return status;
  }
}

async function fillAndConvert(args: readonly string[]): Promise<ExitStatus> {
  const { isFresh, documents } = readOptions(args);
  if (isFresh) await forget();
  await mkdir(FOLDER, { recursive: true });
  return withLines(processTerminal, { store: STORE }, { create: true, unprepared: true }, async (work) => {
    await fill(work, documents);
    if (!(await convertAll(work))) return EXIT.interrupted;
    await title('Checking that every document was done exactly once');
    for (const { productLine, store } of work.chosen)
      await print(renderVerification({ productLine, checks: await store.verify() }, processTerminal));
    await print(WHAT_NEXT);
    return EXIT.done;
  });
}

function readOptions(args: readonly string[]): { readonly isFresh: boolean; readonly documents: number } {
  const [, number] = args.map((arg) => /^--documents=([1-9]\d{0,6})$/.exec(arg)).find((match) => match !== null) ?? [];
  const unknown = args.filter((arg) => arg !== '--fresh' && arg !== `--documents=${number}`);
  if (unknown.length > 0)
    throw new InputError(
      'Unknown options:',
      unknown.map((place) => ({ place, message: 'is not known', advice: 'There are --fresh and --documents=NUMBER.' })),
    );
  return { isFresh: args.includes('--fresh'), documents: Number(number ?? USUAL_DOCUMENTS) };
}

/** Half of the documents are of one product line, half of the other. What is there already is left as it is. */
async function fill({ chosen }: Work, documents: number): Promise<void> {
  await title(`Synthetic documents in ${FILE}`);
  const each = Math.ceil(documents / chosen.length);
  for (const [i, line] of chosen.entries()) {
    const started = performance.now();
    await line.store.init();
    await line.store.createSource();
    await line.store.createDestination(line.tables);
    if (BigInt((await line.store.lastDocumentId()) ?? 0) >= each) {
      await print(`  ${line.productLine}: there already; npm start -- --fresh starts over`);
      continue;
    }
    const { broken } = await generateInto(line, { count: each, seed: i + 1, startId: 1, length: LENGTH });
    const seconds = (performance.now() - started) / 1000;
    await print(
      `  ${line.productLine}: ${count(each, 'document')}, ${broken} of them broken on purpose, made in ${formatSeconds(seconds)}`,
    );
  }
}

const LENGTH = { least: 1000, most: 20_000 };

/** By the same threads: to start them takes as long as to map some hundred documents. False if Ctrl-C stopped it. */
async function convertAll(work: Work): Promise<boolean> {
  const pool = openPool({ lines: work.lines, workers: work.settings.workers });
  const spell = openSpelling(createProgram(), ['--store', STORE], process.env);
  try {
    for (const line of work.chosen) if (!(await convertLine(line, work, { pool, spell }))) return false;
    return true;
  } finally {
    await pool.close();
  }
}

async function convertLine(
  line: Line,
  work: Work,
  { pool, spell }: { readonly pool: MapPool; readonly spell: ReturnType<typeof openSpelling> },
): Promise<boolean> {
  await title(`Converting ${line.productLine} with ${INSTANCES} instances`);
  const order = readOrder(line, { instanceCount: INSTANCES }, work.settings);
  const { view, interrupted } = await convert(processTerminal, line, work, order, { logLevel: 'warn', pool });
  const told = (await describeNothing(line, view)) ?? renderRun(view, processTerminal, { mostIssues: MOST_ISSUES });
  await print(spell(told));
  if (interrupted) note(processTerminal, 'Stopped. What was committed stays; npm start goes on.');
  return !interrupted;
}

async function print(text: string): Promise<void> {
  await printTo(processTerminal, text);
}

function bold(text: string): string {
  return paint(processTerminal, 'bold', text);
}

async function title(text: string): Promise<void> {
  await print(`\n${bold(text)}`);
}

async function forget(): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(FILE + suffix, { force: true });
}

const WHAT_NEXT = `
${bold('What to try next')}
  export XMLFAN_STORE=${STORE}
  npm run -s xmlfan -- status
  npm run -s xmlfan -- generate --count 5000 --start-id 10001 --product-line personal-loan
  npm run -s xmlfan -- run --product-line personal-loan --instance-count 8
  npm run -s xmlfan -- redrive --product-line personal-loan
  npm run -s xmlfan -- serve --open
  npm run -s xmlfan -- --help`;
