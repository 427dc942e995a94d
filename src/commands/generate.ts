import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.ts';
import type { GeneratedDocument } from '../generate/documents.ts';
import type { Line } from '../run/line.ts';
import { inBatches } from './input.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, wholeNumber, type Cli } from './options.ts';
import { makeFolder, note, pathIn, print, type Terminal } from './terminal.ts';
import { count, formatNumber } from '../words.ts';

interface GenerateOptions extends LineAndStoreOptions {
  readonly count: number;
  readonly seed: number;
  readonly startId: number;
  readonly out?: string;
}

export function addGenerate({ program, acting }: Cli): void {
  const command = program
    .command('generate')
    .summary('make synthetic documents for a contract')
    .description(
      'Makes synthetic documents for any contract, from small ones to 300 KB with mostly unmapped content, some of them broken on purpose. ' +
        'The same seed makes the same documents. They go into a folder or straight into the source table.',
    )
    .requiredOption('--count <n>', 'number of documents', wholeNumber(1, 10_000_000))
    .option('--seed <n>', 'any whole number', wholeNumber(0, 4_294_967_295), 1)
    .option('--start-id <n>', 'id of the first document', wholeNumber(1, 2_000_000_000), 1)
    .option('--out <folder>', 'write one XML file a document here')
    .action(acting(generate));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['generate --count 100 --seed 7 --contract contracts/personal-loan.json --out documents', 'a hundred files'],
    [
      'generate --count 5000 --contract contracts/personal-loan.json --store sqlite:my.db',
      'five thousand rows of the source table',
    ],
  ]);
}

/** Makes synthetic documents into a folder or into the source table. */
async function generate(terminal: Terminal, options: GenerateOptions): Promise<ExitStatus> {
  if (options.out !== undefined) return generateFiles(terminal, options.out, options);
  if (!(options.store ?? options.server ?? terminal.env['XMLFAN_STORE'])) refuseNowhere();
  const { withLine } = await import('./lines.ts');
  const { requireSource } = await import('../run/prepared.ts');
  return withLine(terminal, options, {}, async (line) => {
    await requireSource(line);
    const { added, skipped, broken } = await generateInto(line, options);
    const { sourceName } = await import('../run/line.ts');
    const where = sourceName(line);
    await print(
      terminal,
      `${count(added, 'document')} added to ${where}, ${formatNumber(broken)} of them broken on purpose.`,
    );
    if (skipped > 0)
      note(terminal, `${formatNumber(skipped)} skipped, since their ids are there already; give another --start-id.`);
    return EXIT.done;
  });
}

function refuseNowhere(): never {
  const advice = 'Give --out FOLDER for files, or --store or XMLFAN_STORE for the source table of a database.';
  throw new InputError('The documents need a place to go to:', [{ place: '--out', message: 'is missing', advice }]);
}

/** What a generator is asked for. */
interface Wanted {
  readonly count: number;
  readonly seed: number;
  readonly startId: number;
  readonly length?: { readonly least: number; readonly most: number };
}

/** Makes documents into the source table of a line. */
export async function generateInto(
  { store, contract }: Line,
  wanted: Wanted,
): Promise<{ added: number; skipped: number; broken: number }> {
  const { generateDocuments } = await import('../generate/documents.ts');
  const sum = { added: 0, skipped: 0, broken: 0 };
  for await (const batch of inBatches(generateDocuments({ ...wanted, contract }), BATCH)) {
    const { added, skipped } = await store.importDocuments(batch, { replace: false });
    sum.added += added;
    sum.skipped += skipped;
    sum.broken += countBroken(batch);
  }
  return sum;
}

const BATCH = 200;

async function generateFiles(terminal: Terminal, out: string, options: GenerateOptions): Promise<ExitStatus> {
  const { generateDocuments } = await import('../generate/documents.ts');
  const { findContract } = await import('./lines.ts');
  refuseStore(options);
  const contract = findContract(terminal, options);
  const folder = pathIn(terminal, out);
  makeFolder(folder, '--out');
  let broken = 0;
  for await (const batch of inBatches(generateDocuments({ ...options, contract }), FILES_AT_ONCE)) {
    await Promise.all(batch.map(({ appId, xml }) => writeFile(join(folder, `${appId}.xml`), xml)));
    broken += countBroken(batch);
  }
  await print(
    terminal,
    `${count(options.count, 'document')} written to ${out}, ${formatNumber(broken)} of them broken on purpose.`,
  );
  return EXIT.done;
}

const FILES_AT_ONCE = 32;

function refuseStore({ store, server }: GenerateOptions): void {
  if (store === undefined && server === undefined) return;
  throw new InputError('The documents can go to one place only:', [
    { place: '--out', message: 'is given together with a store', advice: 'Leave one of them out.' },
  ]);
}

function countBroken(documents: readonly GeneratedDocument[]): number {
  return documents.filter(({ defect }) => defect !== null).length;
}
