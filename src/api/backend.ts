import type { ContractFolder } from '../contract-files.ts';
import { InputError } from '../errors.ts';
import type { Line, Lines } from '../run/line.ts';
import { openLines } from '../run/line.ts';
import { explainError } from '../run/prepared.ts';
import type { Settings } from '../settings.ts';
import { parseSettings } from '../settings.ts';
import { StoreError, type Database } from '../store/port.ts';
import { NotReadyError } from './problem.ts';

/**
 * What a long-lived process works on, opened when first needed and kept. A failure is reported and not kept: the next call tries again,
 * so that a wrong setting does not take the whole host down. Wrong settings and contracts are `NotReadyError`s.
 */
export interface Backend {
  settings(): Settings;
  contracts(): Promise<ContractFolder>;
  lines(): Promise<Lines>;
  close(): Promise<void>;
}

/** `observe` is given the lines once they are open, and returns what is worked with. */
export function createBackend(
  env: NodeJS.ProcessEnv,
  observe: (lines: Lines) => Promise<Lines> | Lines = (lines) => lines,
): Backend {
  const settings = keepSuccess(() => parseSettings(env));
  const contracts = keepResolved(async () => {
    const { loadContractFolder } = await import('../contract-files.ts');
    return loadContractFolder(settings().contractsDir);
  });
  const database = keepResolved(async () => openStore(settings()));
  const lines = keepResolved(async () => {
    const folder = await contracts();
    if (folder.contracts.length === 0) throw new InputError('No usable contract', noContract(folder, settings()));
    return observe(openLines({ database: await database(), contracts: folder.contracts }));
  });
  return {
    settings: () => ready(settings),
    contracts: async () => readySoon(contracts),
    lines: async () => readySoon(lines),
    close: async () => {
      const opened = await database.kept();
      await opened?.close();
    },
  };
}

/** A product line by name. If it is not there, the contracts that could not be loaded are named as well: it may be one of them. */
async function findLine(backend: Backend, productLine: string): Promise<Line> {
  const lines = await backend.lines();
  const { faults } = await backend.contracts();
  if (faults.length === 0 || lines.all().some((line) => line.productLine === productLine))
    return lines.find(productLine);
  throw new NotReadyError(new InputError('Some contracts cannot be loaded:', faults));
}

/** Uses a product line. What fails because the database is not prepared for it says so. */
export async function withLine<T>(backend: Backend, productLine: string, use: (line: Line) => Promise<T>): Promise<T> {
  const line = await findLine(backend, productLine);
  try {
    return await use(line);
  } catch (error) {
    throw error instanceof StoreError ? await explainError(line, error) : error;
  }
}

async function openStore(settings: Settings): Promise<Database> {
  if (settings.store === null) {
    const advice = 'Set it to sqlite:PATH, mssql://USER:PASSWORD@HOST/DATABASE or a connection string.';
    throw new InputError('Some settings are wrong:', [{ place: 'XMLFAN_STORE', message: 'is missing', advice }]);
  }
  const { openDatabase } = await import('../store/open.ts');
  return openDatabase(settings.store, settings);
}

function noContract({ faults }: ContractFolder, { contractsDir }: Settings): ContractFolder['faults'] {
  if (faults.length > 0) return faults;
  const advice = 'Put one there, or set CONTRACTS_DIR to another folder.';
  return [{ place: 'CONTRACTS_DIR', message: `${contractsDir} has no contract`, advice }];
}

function keepSuccess<T>(make: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => (kept ??= { value: make() }).value;
}

/** Makes something once and keeps it, but not a failure to make it. Callers at the same time share one attempt. */
export function keepResolved<T>(make: () => Promise<T>) {
  let attempt: Promise<T> | undefined;
  const get = async (): Promise<T> => {
    attempt ??= make();
    const current = attempt;
    try {
      return await current;
    } catch (error) {
      if (attempt === current) attempt = undefined;
      throw error;
    }
  };
  return Object.assign(get, { kept: async () => attempt?.catch(() => undefined) });
}

function ready<T>(get: () => T): T {
  try {
    return get();
  } catch (error) {
    throw error instanceof InputError ? new NotReadyError(error) : error;
  }
}

async function readySoon<T>(get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (error) {
    throw error instanceof InputError ? new NotReadyError(error) : error;
  }
}
