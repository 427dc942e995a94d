import type { AnyContract } from '../contract/contract.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';
import type { LogRow, SourceDocument } from '../store/port.ts';
import type { ExitStatus } from './exit.ts';
import { readXmlFiles, type Unusable, type XmlFile } from './input.ts';
import type { LineAndStoreOptions } from './lines.ts';
import type { Terminal } from './terminal.ts';

export interface DocumentOptions extends LineAndStoreOptions {
  readonly appId?: readonly string[];
}

/** A document of the source table, and how to read its log row, if it has one; or why there is none. */
export type StoredDocument =
  | Unusable
  | { readonly path: null; readonly document: SourceDocument; readonly readLog: () => Promise<LogRow | null> };

type Use = (contract: AnyContract, inputs: AsyncIterable<StoredDocument | XmlFile | Unusable>) => Promise<ExitStatus>;

/** Gives a command its contract and documents: XML files, or documents of the source table by `--app-id`. */
export async function withDocuments(
  terminal: Terminal,
  paths: readonly string[],
  options: DocumentOptions,
  use: Use,
): Promise<ExitStatus> {
  const { findContract, withLine } = await import('./lines.ts');
  const ids = options.appId ?? [];
  if (paths.length > 0 === ids.length > 0) refuseSources(paths.length > 0);
  if (paths.length > 0) return use(findContract(terminal, options), readXmlFiles(terminal, paths));
  const { documentIds } = await import('./ids.ts');
  const { requireSource } = await import('../run/prepared.ts');
  return withLine(terminal, options, { unprepared: true }, async (line) => {
    await requireSource(line, 'Documents cannot be read:');
    return use(line.contract, readStored(line, documentIds(line, '--app-id', ids)));
  });
}

function refuseSources(both: boolean): never {
  const message = both ? 'is given together with files' : 'is missing, and no file is given';
  throw new InputError('No document, or too many:', [
    { place: '--app-id', message, advice: 'Name XML files, or documents of the source table.' },
  ]);
}

async function* readStored(line: Line, ids: readonly string[]): AsyncGenerator<StoredDocument> {
  const { store } = line;
  let log: Promise<boolean> | undefined;
  const findLog = async (id: string): Promise<LogRow | null> =>
    (await (log ??= hasLog(line))) ? store.findLog(id) : null;
  for (const id of ids) {
    const document = await store.readDocument(id);
    yield document === null
      ? { path: `app_id ${id}`, problem: 'the source table has no such document' }
      : { path: null, document, readLog: () => findLog(id) };
  }
}

/** Documents of a database that is not prepared are read all the same: it has no log. */
async function hasLog(line: Line): Promise<boolean> {
  const { sortLines } = await import('../run/prepared.ts');
  return (await sortLines([line])).faults.length === 0;
}
