import { existsSync } from 'node:fs';
import { loadContractFolder } from '../contract/folder.ts';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { InputError } from '../errors.ts';
import type { Line, Lines } from '../run/line.ts';
import { openLines } from '../run/line.ts';
import type { Settings } from '../settings.ts';
import { parseSettings } from '../settings.ts';
import type { OpenOptions as ConnectionOptions } from '../store/open.ts';
import { openDatabase } from '../store/open.ts';
import type { LineOptions, StoreOptions } from './options.ts';
import { preparedLines } from './prepared.ts';
import { printableStore, storeUrl } from './store-url.ts';

export interface LineAndStoreOptions extends StoreOptions, LineOptions {}

/** What a command works on: product lines on an opened database. */
export interface Work {
  readonly settings: Settings;
  readonly lines: Lines;
  /** Address of the database, without secrets. */
  readonly store: string;
  /** The product line that the options name; without one, all that the database is prepared for. */
  readonly chosen: readonly Line[];
}

/** What a command can do without. */
export interface OpenOptions {
  /** A SQLite file that is not there is made; otherwise that is taken for a slip of the pen. */
  readonly create?: boolean;
  /** The tables that xmlfan owns may be missing. */
  readonly unprepared?: boolean;
}

/** Opens the database and the product lines that the options name, and closes it whatever happens. */
export async function withLines<T>(
  options: LineAndStoreOptions,
  open: OpenOptions,
  use: (work: Work) => Promise<T>,
): Promise<T> {
  const settings = parseSettings(process.env);
  const contracts = findContracts(options, settings.contractsDir);
  const url = storeUrl(options, settings.store);
  if (!open.create) refuseMissingFile(url);
  const database = await openDatabase(url, settings, connectionOptions(options));
  try {
    const lines = openLines({ database, contracts });
    if (open.unprepared) return await use({ settings, lines, store: printableStore(url), chosen: lines.all() });
    const chosen = await preparedLines(lines.all());
    return await use({
      settings,
      lines: openLines({ database, contracts: chosen.map(({ contract }) => contract) }),
      store: printableStore(url),
      chosen,
    });
  } finally {
    await database.close();
  }
}

function connectionOptions({ connectionTimeout, maxPoolSize }: StoreOptions): ConnectionOptions {
  return {
    ...(connectionTimeout !== undefined && { connectionTimeoutSeconds: connectionTimeout }),
    ...(maxPoolSize !== undefined && { maxConnections: maxPoolSize }),
  };
}

function refuseMissingFile(url: string): void {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : '';
  if (path === '' || path === ':memory:' || existsSync(path)) return;
  throw new InputError('The database is not there:', [
    {
      place: '--store',
      message: `there is no file ${path}`,
      advice: 'Check the path, or make the database with `xmlfan init --destination`.',
    },
  ]);
}

/** The same for a command that works on one product line. */
export async function withLine<T>(
  options: LineAndStoreOptions,
  open: OpenOptions,
  use: (line: Line, work: Work) => Promise<T>,
): Promise<T> {
  if (options.productLine === undefined && options.contract === undefined) refuseNoLine();
  return withLines(options, open, async (work) => {
    const [line] = work.chosen;
    if (line === undefined) refuseNoLine();
    return use(line, work);
  });
}

/** The contract that the options name, or every one of the contracts folder. */
export function findContracts({ contract, productLine }: LineOptions, folder: string): readonly Contract[] {
  if (contract !== undefined) return [loadContract(contract)];
  const { contracts, faults } = loadContractFolder(folder);
  const found =
    productLine === undefined ? contracts : contracts.filter((candidate) => candidate.productLine === productLine);
  if (found.length > 0) return found;
  // the one that is asked for may be among the broken
  if (faults.length > 0) throw new InputError(`No usable contract in ${folder}:`, faults);
  const known = contracts.map((candidate) => candidate.productLine).join(', ');
  throw new InputError(productLine === undefined ? `No contract in ${folder}` : 'The product line is not known:', [
    {
      place: '--product-line',
      message: productLine === undefined ? 'has none to choose from' : `${productLine} is not in ${folder}`,
      advice:
        known === ''
          ? 'Give --contract FILE, or set CONTRACTS_DIR.'
          : `Known are ${known}. For another contract give --contract FILE.`,
    },
  ]);
}

/** Refuses a command that needs a contract and was given none. */
export function refuseNoLine(): never {
  throw new InputError('No contract is named:', [
    {
      place: '--contract',
      message: 'is missing',
      advice: 'Give --contract FILE, or --product-line NAME for a contract of the contracts folder.',
    },
  ]);
}
