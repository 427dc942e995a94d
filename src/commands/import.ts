import type { Contract } from '../contract/contract.ts';
import { readApplicationId } from '../mapping/application-id.ts';
import { decodeDocument } from '../xml/decode.ts';
import type { Line } from '../run/line.ts';
import type { SourceDocument } from '../store/port.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { withLine, type LineAndStoreOptions } from './lines.ts';
import { note, print } from './output.ts';
import { requireSource } from './prepared.ts';
import { count, formatNumber } from './words.ts';
import type { XmlFile } from './xml-files.ts';
import { inBatches, readXmlFiles } from './xml-files.ts';

export interface ImportOptions extends LineAndStoreOptions {
  readonly ids: 'contract' | 'sequence';
  readonly replace?: true;
}

/** What came of the files, while they come. */
interface Tally {
  added: number;
  skipped: number;
  replaced: number;
  /** Files that carry no readable id; kept as paths, since they may be many. */
  readonly withoutId: { readonly path: string; readonly problem: string }[];
}

const BATCH = 200;

/** Loads XML files into the source table. Files without a readable id are reported, all others loaded. */
export async function importFiles(paths: readonly string[], options: ImportOptions): Promise<ExitStatus> {
  return withLine(options, {}, async (line) => {
    await requireSource(line);
    const tally: Tally = { added: 0, skipped: 0, replaced: 0, withoutId: [] };
    await addAll(line, withIds(readXmlFiles(paths), line.contract, tally), options, tally);
    if (options.ids === 'sequence') await addAll(line, numbered(line, tally), options, tally);
    await tell(line, tally, options);
    return options.ids === 'contract' && tally.withoutId.length > 0 ? EXIT.failed : EXIT.done;
  });
}

async function addAll(
  { store }: Line,
  documents: AsyncIterable<SourceDocument>,
  { replace }: ImportOptions,
  tally: Tally,
): Promise<void> {
  let next = PROGRESS_EVERY;
  for await (const batch of inBatches(documents, BATCH)) {
    const { added, skipped, replaced } = await store.importDocuments(batch, { replace: replace ?? false });
    tally.added += added;
    tally.skipped += skipped;
    tally.replaced += replaced;
    const done = tally.added + tally.skipped + tally.replaced;
    if (done < next) continue;
    note(`${formatNumber(done)} documents so far`);
    next = done + PROGRESS_EVERY;
  }
}

const PROGRESS_EVERY = 10_000;

async function* withIds(
  files: AsyncIterable<XmlFile>,
  contract: Contract,
  tally: Tally,
): AsyncGenerator<SourceDocument> {
  for await (const { path, bytes } of files) {
    const xml = decodeDocument(bytes);
    const id = readApplicationId(xml, contract);
    if (id.ok && BigInt(id.appId) <= LARGEST_ID) yield { appId: id.appId, xml };
    else
      tally.withoutId.push({
        path,
        problem: id.ok ? `id ${id.appId} is too large for a bigint` : id.message.replace(/^CRITICAL: /, ''),
      });
  }
}

const LARGEST_ID = 2n ** 63n - 1n;

/** Documents without an id, after the others are in: so no number is given that one of those carries. */
async function* numbered({ store }: Line, { withoutId }: Tally): AsyncGenerator<SourceDocument> {
  let last = BigInt((await store.lastDocumentId()) ?? '0');
  if (last < 0n) last = 0n;
  for await (const { bytes } of readXmlFiles(withoutId.map(({ path }) => path))) {
    last += 1n;
    yield { appId: String(last), xml: decodeDocument(bytes) };
  }
}

async function tell(
  { workSet }: Line,
  { added, skipped, replaced, withoutId }: Tally,
  { ids }: ImportOptions,
): Promise<void> {
  const parts = [
    `${count(added, 'document')} added to ${workSet.schema}.${workSet.sourceTable}`,
    ...(replaced > 0 ? [`${formatNumber(replaced)} replaced`] : []),
    ...(skipped > 0
      ? [`${formatNumber(skipped)} skipped, since their ids are there already (--replace overwrites them)`]
      : []),
  ];
  await print(`${parts.join(', ')}.`);
  if (withoutId.length === 0) return;
  if (ids === 'sequence')
    return print(
      `${count(withoutId.length, 'document')} without an id ${withoutId.length === 1 ? 'was' : 'were'} numbered.`,
    );
  note(`${count(withoutId.length, 'file')} left out, since no id could be read:`);
  for (const { path, problem } of withoutId) note(`  ${path}: ${problem}`);
  note('--ids sequence numbers such documents instead.');
}
