import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { describeIds, isWhole, readDocumentId } from '../document-id.ts';
import { openIds } from '../mapping/map-document.ts';
import type { Line } from '../run/line.ts';
import type { SourceDocument } from '../store/port.ts';
import { decodeDocument } from '../xml/decode.ts';
import { inBatches, readXmlFile, readXmlFiles, STDIN, type Unusable, type XmlFile } from './input.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { note, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

/** What came of files, while they come. */
export interface Tally {
  added: number;
  skipped: number;
  replaced: number;
  /** Of the added ones, those that carry no id and were given one. */
  numbered: number;
  /** Files that could not be loaded; each is told at once. */
  leftOut: number;
  /** Ids of replaced documents that a run has done before. */
  readonly done: string[];
}

export interface ImportOptions extends LineAndStoreOptions {
  readonly ids: 'contract' | 'sequence';
  readonly replace?: true;
}

/** What an import works on. */
interface Import {
  readonly terminal: Terminal;
  readonly line: Line;
  readonly options: ImportOptions;
  readonly tally: Tally;
}

/** Loads files into the source table of a line, in batches. Whatever cannot be loaded is left out and told, all else is loaded. */
export async function loadFiles(
  terminal: Terminal,
  line: Line,
  paths: readonly string[],
  options: ImportOptions,
): Promise<Tally> {
  const tally: Tally = { added: 0, skipped: 0, replaced: 0, numbered: 0, leftOut: 0, done: [] };
  const job: Import = { terminal, line, options, tally };
  // Numbered when all others are in: so no number is given that one of those carries.
  const withoutId: (XmlFile | string)[] = [];
  await addAll(job, withIds(job, readXmlFiles(terminal, paths), withoutId));
  await addAll(job, numbered(job, withoutId));
  return tally;
}

const BATCH = 200;

async function addAll(
  { terminal, line, options, tally }: Import,
  documents: AsyncIterable<SourceDocument>,
): Promise<void> {
  let next = PROGRESS_EVERY;
  for await (const batch of inBatches(documents, BATCH)) {
    const { added, skipped, replaced, logged } = await line.store.importDocuments(batch, {
      replace: options.replace ?? false,
    });
    tally.added += added;
    tally.skipped += skipped;
    tally.replaced += replaced;
    tally.done.push(...logged);
    const total = tally.added + tally.skipped + tally.replaced;
    if (total < next) continue;
    note(terminal, `${count(total, 'document')} so far`);
    next = total + PROGRESS_EVERY;
  }
}

const PROGRESS_EVERY = 10_000;

async function* withIds(
  job: Import,
  files: AsyncIterable<XmlFile | Unusable>,
  withoutId: (XmlFile | string)[],
): AsyncGenerator<SourceDocument> {
  const { contract, idType } = job.line;
  const noId = contract.format === 2 ? '' : NO_ID;
  const idOf = openIds(contract, noId);
  const isNumbered = job.options.ids === 'sequence' || (contract.format === 2 && contract.documentId === null);
  const pathOf = new Map<string, string>();
  for await (const file of files) {
    const xml = decoded(job, file);
    if (xml === null) continue;
    const id = idOf(xml);
    const first = id.ok ? pathOf.get(id.appId) : undefined;
    if (!id.ok) leaveOut(job, file.path, id.message.replace(/^CRITICAL: /, ''));
    else if (id.appId === noId && isNumbered) withoutId.push(file.path === STDIN && 'bytes' in file ? file : file.path);
    else if (id.appId === noId) leaveOut(job, file.path, 'carries no id; --ids sequence gives it one');
    else if (readDocumentId(id.appId, idType) === null)
      leaveOut(
        job,
        file.path,
        isWhole(idType)
          ? `id ${id.appId} is too large for a bigint`
          : `id ${id.appId} is none of ${describeIds(idType)}`,
      );
    else if (first !== undefined)
      leaveOut(job, file.path, `has the id ${id.appId} of ${first}, which was taken before`);
    else {
      if (pathOf.size < MOST_REMEMBERED) pathOf.set(id.appId, file.path);
      yield { appId: id.appId, xml };
    }
  }
}

/** No document of format 1 carries it, for its ids are above zero: told of one that has none although its contract lets it. */
const NO_ID = '0';
/** Some hundred megabytes; beyond that a repeated id counts as one that is there already. */
const MOST_REMEMBERED = 1_000_000;

/** Gives documents ids: the numbers that follow, GUIDs of their own, or, where ids are texts, the names of their files. */
async function* numbered(job: Import, withoutId: readonly (XmlFile | string)[]): AsyncGenerator<SourceDocument> {
  if (withoutId.length === 0) return;
  const idOf = job.line.idType.kind === 'text' ? openNames(job) : await openNumbers(job);
  for (const found of withoutId) {
    const file = typeof found === 'string' ? await readXmlFile(job.terminal, found) : found;
    const xml = decoded(job, file);
    const appId = xml === null ? null : idOf(file.path);
    if (xml === null || appId === null) continue;
    job.tally.numbered += 1;
    yield { appId, xml };
  }
}

/** The id of a file that has none inside; null if there is none for it either, which is told. */
type IdOf = (path: string) => string | null;

async function openNumbers({ line }: Import): Promise<IdOf> {
  if (!isWhole(line.idType)) return () => randomUUID();
  let last = BigInt((await line.store.lastDocumentId()) ?? '0');
  if (last < 0n) last = 0n;
  return () => String((last += 1n));
}

function openNames(job: Import): IdOf {
  const { idType } = job.line;
  const pathOf = new Map<string, string>();
  return (path) => {
    const name = path === STDIN ? '' : basename(path).replace(/(?:\.xml)?(?:\.gz)?$/i, '');
    const first = pathOf.get(name.toLowerCase());
    if (readDocumentId(name, idType) === null) {
      const why = name === '' ? 'nor a file name' : `and its name is none of ${describeIds(idType)}`;
      leaveOut(job, path, `carries no id, ${why}: name document.id in the contract`);
    } else if (first !== undefined) leaveOut(job, path, `has the name of ${first}, which is its id`);
    else {
      pathOf.set(name.toLowerCase(), path);
      return name;
    }
    return null;
  };
}

/** The text of a file; null if there is none, which is told. What cannot be decoded is never stored. */
function decoded(job: Import, file: XmlFile | Unusable): string | null {
  if ('problem' in file) {
    leaveOut(job, file.path, file.problem);
    return null;
  }
  const document = decodeDocument(file.bytes);
  if (document.ok) return document.text;
  leaveOut(job, file.path, document.problem);
  return null;
}

function leaveOut({ terminal, tally }: Import, path: string, problem: string): void {
  tally.leftOut += 1;
  note(terminal, `left out ${path}: ${problem}`);
}
