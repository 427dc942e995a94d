import { loadContract, loadContractFolder, loadProductLine } from '../contract-files.ts';
import type { AnyContract } from '../contract/contract.ts';
import { InputError } from '../errors.ts';
import { findRun, listRuns } from '../run/control.ts';
import type { Line, Lines } from '../run/line.ts';
import { openLines } from '../run/line.ts';
import type { Settings } from '../settings.ts';
import { parseSettings } from '../settings.ts';
import { printableAddress } from '../store/address.ts';
import type { ConnectionOptions } from '../store/address.ts';
import { openDatabase } from '../store/open.ts';
import { StoreError } from '../store/port.ts';
import type { LineOptions, StoreOptions } from './options.ts';
import { explainError, notPrepared, sortLines } from '../run/prepared.ts';
import { checkSqliteFile, storeAddress } from './store-address.ts';
import { note, pathIn, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

export interface LineAndStoreOptions extends StoreOptions, LineOptions {}

/** What a command works on: product lines on an opened database. */
export interface Work {
  readonly settings: Settings;
  readonly lines: Lines;
  /** Address of the database, without secrets. */
  readonly store: string;
  /** Where is told that the database is waited for: by itself on stderr, until something shows more there. */
  readonly waits: { tell: (text: string) => void };
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
  terminal: Terminal,
  options: LineAndStoreOptions,
  open: OpenOptions,
  use: (work: Work) => Promise<T>,
): Promise<T> {
  const settings = parseSettings(terminal.env);
  const contracts = findContracts(terminal, options, settings.contractsDir);
  const address = storeAddress(terminal, options, settings.store);
  checkSqliteFile(address, { create: open.create ?? false });
  const waits: Work['waits'] = { tell: (text) => note(terminal, text) };
  const database = await openDatabase(address, settings, connectionOptions(waits, options));
  try {
    const lines = openLines({ database, contracts });
    const store = await printableAddress(address);
    if (open.unprepared) return await use({ settings, lines, store, waits, chosen: lines.all() });
    const { prepared: chosen, faults } = await sortLines(lines.all());
    if (chosen.length === 0) throw notPrepared(faults);
    if (faults.length > 0)
      note(terminal, new InputError('Left out, since the database is not prepared for them:', faults).message);
    return await use({
      settings,
      lines: openLines({ database, contracts: chosen.map(({ contract }) => contract) }),
      store,
      waits,
      chosen,
    });
  } finally {
    await database.close();
  }
}

function connectionOptions(waits: Work['waits'], { connectionTimeout, maxPoolSize }: StoreOptions): ConnectionOptions {
  return {
    ...(connectionTimeout !== undefined && { connectionTimeoutSeconds: connectionTimeout }),
    ...(maxPoolSize !== undefined && { maxConnections: maxPoolSize }),
    onWait: ({ reason, secondsLeft }) => waits.tell(`${reason}\n  Trying again for ${count(secondsLeft, 'second')}.`),
  };
}

/** The same for a command that works on one product line. */
export async function withLine<T>(
  terminal: Terminal,
  options: LineAndStoreOptions,
  open: OpenOptions,
  use: (line: Line, work: Work) => Promise<T>,
): Promise<T> {
  if (options.productLine === undefined && options.contract === undefined) refuseNoLine();
  return withLines(terminal, options, open, async (work) => {
    const [line] = work.chosen;
    if (line === undefined) refuseNoLine();
    try {
      return await use(line, work);
    } catch (error) {
      // What began without the tables tells by itself what it lacks.
      throw open.unprepared || !(error instanceof StoreError) ? error : await explainError(line, error);
    }
  });
}

/** The one contract that the options name. */
export function findContract(terminal: Terminal, options: LineOptions): AnyContract {
  if (options.productLine === undefined && options.contract === undefined) refuseNoLine();
  const [contract] = findContracts(terminal, options, parseSettings(terminal.env).contractsDir);
  return contract ?? refuseNoLine();
}

/** The contract that the options name, or every usable one of the contracts folder; what is wrong with the others is noted. */
function findContracts(
  terminal: Terminal,
  { contract, productLine }: LineOptions,
  contractsDir: string,
): readonly AnyContract[] {
  const folder = pathIn(terminal, contractsDir);
  if (contract !== undefined) return [loadContract(pathIn(terminal, contract))];
  if (productLine !== undefined) return [loadProductLine(productLine, folder)];
  const { contracts, faults } = loadContractFolder(folder);
  const problem = new InputError(`Contracts of ${folder} that cannot be used:`, faults);
  if (contracts.length > 0) {
    if (faults.length > 0) note(terminal, problem.message);
    return contracts;
  }
  if (faults.length > 0) throw problem;
  const advice = 'Give --contract FILE, or set CONTRACTS_DIR.';
  throw new InputError('There is no contract:', [{ place: 'CONTRACTS_DIR', message: `${folder} holds none`, advice }]);
}

/** Refuses a command that needs a contract and was given none. */
function refuseNoLine(): never {
  throw new InputError('No contract is named:', [
    {
      place: '--contract',
      message: 'is missing',
      advice: 'Give --contract FILE, or --product-line NAME for a contract of the contracts folder.',
    },
  ]);
}

/** The id of the run that was meant: given whole, or by enough of its beginning. Throws an `InputError` if none or several fit. */
export async function resolveRun(lines: Lines, text: string): Promise<string> {
  if ((await findRun(lines, text)) !== null) return text;
  const latest = await listRuns(lines, { limit: SEARCHED, offset: 0 });
  const fitting = latest.filter((run) => run.run_id.startsWith(text)).map((run) => run.run_id);
  if (fitting.length === 1 && fitting[0] !== undefined) return fitting[0];
  throw new InputError('The run is not known:', [
    {
      place: 'run',
      message:
        fitting.length === 0
          ? `none is ${JSON.stringify(text)} or starts so`
          : `${fitting.length} start with ${JSON.stringify(text)}`,
      advice:
        latest.length === 0 ? 'This database has no run of the chosen contracts.' : 'See `xmlfan status` for the ids.',
    },
  ]);
}

/** How many of the latest runs a shortened id is looked for in. */
const SEARCHED = 100;
