import type { Contract } from '../contract/contract.ts';
import { readApplicationId } from '../mapping/application-id.ts';
import type { Line } from '../run/line.ts';
import type { SourceDocument } from '../store/port.ts';
import { decodeDocument } from '../xml/decode.ts';
import type { ImportOptions } from './import.ts';
import { inBatches, readXmlFile, readXmlFiles, STDIN, type Unusable, type XmlFile } from './input.ts';
import { note, type Terminal } from './terminal.ts';
import { formatNumber } from './words.ts';

/** What came of files. */
export interface Loaded {
  readonly added: number;
  readonly skipped: number;
  readonly replaced: number;
  /** Of the added ones, those that carry no id and were given one. */
  readonly numbered: number;
  /** As paths, since they may be many. */
  readonly leftOut: readonly Unusable[];
}

/** The same while files come. */
interface Tally {
  added: number;
  skipped: number;
  replaced: number;
  numbered: number;
  readonly leftOut: Unusable[];
  /** Files to be numbered when all others are in: so no number is given that one of those carries. */
  readonly withoutId: (XmlFile | string)[];
}

/** Loads files into the source table of a line, in batches. Whatever cannot be loaded is left out and told, all else is loaded. */
export async function loadFiles(
  terminal: Terminal,
  line: Line,
  paths: readonly string[],
  options: ImportOptions,
): Promise<Loaded> {
  const tally: Tally = { added: 0, skipped: 0, replaced: 0, numbered: 0, leftOut: [], withoutId: [] };
  await addAll(terminal, line, withIds(readXmlFiles(terminal, paths), line.contract, options, tally), options, tally);
  await addAll(terminal, line, numbered(terminal, line, tally), options, tally);
  return tally;
}

const BATCH = 200;

async function addAll(
  terminal: Terminal,
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
    note(terminal, `${formatNumber(done)} documents so far`);
    next = done + PROGRESS_EVERY;
  }
}

const PROGRESS_EVERY = 10_000;

async function* withIds(
  files: AsyncIterable<XmlFile | Unusable>,
  contract: Contract,
  { ids }: ImportOptions,
  tally: Tally,
): AsyncGenerator<SourceDocument> {
  for await (const file of files) {
    if ('problem' in file) {
      tally.leftOut.push(file);
      continue;
    }
    const decoded = decodeDocument(file.bytes);
    if (!decoded.ok) {
      tally.leftOut.push({ path: file.path, problem: decoded.problem });
      continue;
    }
    const xml = decoded.text;
    const id = readApplicationId(xml, contract);
    if (id.ok && BigInt(id.appId) <= LARGEST_ID) yield { appId: id.appId, xml };
    else if (ids === 'sequence' && !id.ok) tally.withoutId.push(file.path === STDIN ? file : file.path);
    else
      tally.leftOut.push({
        path: file.path,
        problem: id.ok ? `id ${id.appId} is too large for a bigint` : id.message.replace(/^CRITICAL: /, ''),
      });
  }
}

const LARGEST_ID = 2n ** 63n - 1n;

async function* numbered(terminal: Terminal, { store }: Line, tally: Tally): AsyncGenerator<SourceDocument> {
  let last = BigInt((await store.lastDocumentId()) ?? '0');
  if (last < 0n) last = 0n;
  for (const found of tally.withoutId) {
    const file = typeof found === 'string' ? await readXmlFile(terminal, found) : found;
    if ('problem' in file) {
      tally.leftOut.push(file);
      continue;
    }
    const decoded = decodeDocument(file.bytes);
    if (!decoded.ok) {
      tally.leftOut.push({ path: file.path, problem: decoded.problem });
      continue;
    }
    last += 1n;
    tally.numbered += 1;
    yield { appId: String(last), xml: decoded.text };
  }
}
