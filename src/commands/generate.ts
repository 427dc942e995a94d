import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../contract/contract.ts';
import { InputError } from '../errors.ts';
import type { GeneratedDocument } from '../generate/documents.ts';
import { generateDocuments } from '../generate/documents.ts';
import type { Line } from '../run/line.ts';
import { parseSettings } from '../settings.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { findContracts, refuseNoLine, withLine, type LineAndStoreOptions } from './lines.ts';
import { note, print } from './output.ts';
import { requireSource } from './prepared.ts';
import { count, formatNumber } from './words.ts';
import { inBatches } from './xml-files.ts';

export interface GenerateOptions extends LineAndStoreOptions {
  readonly count: number;
  readonly seed: number;
  readonly startId: number;
  readonly out?: string;
}

/** Makes synthetic documents into a folder or into the source table. */
export async function generate(options: GenerateOptions): Promise<ExitStatus> {
  if (options.out !== undefined) return generateFiles(options.out, options);
  return withLine(options, {}, async (line) => {
    await requireSource(line);
    const { added, skipped, broken } = await generateInto(line, options);
    const where = `${line.workSet.schema}.${line.workSet.sourceTable}`;
    await print(`${count(added, 'document')} added to ${where}, ${formatNumber(broken)} of them broken on purpose.`);
    if (skipped > 0)
      note(`${formatNumber(skipped)} skipped, since their ids are there already; give another --start-id.`);
    return EXIT.done;
  });
}

/** What a generator is asked for. */
export interface Wanted {
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

async function generateFiles(folder: string, options: GenerateOptions): Promise<ExitStatus> {
  const contract = oneContract(options);
  await mkdir(folder, { recursive: true });
  let broken = 0;
  for await (const batch of inBatches(generateDocuments({ ...options, contract }), FILES_AT_ONCE)) {
    await Promise.all(batch.map(({ appId, xml }) => writeFile(join(folder, `${appId}.xml`), xml)));
    broken += countBroken(batch);
  }
  await print(
    `${count(options.count, 'document')} written to ${folder}, ${formatNumber(broken)} of them broken on purpose.`,
  );
  return EXIT.done;
}

const FILES_AT_ONCE = 32;

function oneContract(options: GenerateOptions): Contract {
  if (options.store !== undefined || options.server !== undefined) {
    throw new InputError('The documents can go to one place only:', [
      { place: '--out', message: 'is given together with a store', advice: 'Leave one of them out.' },
    ]);
  }
  if (options.contract === undefined && options.productLine === undefined) refuseNoLine();
  const [contract] = findContracts(options, parseSettings(process.env).contractsDir);
  return contract ?? refuseNoLine();
}

function countBroken(documents: readonly GeneratedDocument[]): number {
  return documents.filter(({ defect }) => defect !== null).length;
}
