import { loadContract } from '../contract-files.ts';
import { toDestinationTables } from '../run/destination.ts';
import { ddl as printDdl } from '../store/ddl.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { print } from './output.ts';

export interface DdlOptions {
  readonly dialect: 'sqlite' | 'mssql';
}

/** Prints the destination tables that a contract needs. */
export async function ddl(file: string, { dialect }: DdlOptions): Promise<ExitStatus> {
  const contract = loadContract(file);
  await print(printDdl(contract.targetSchema, toDestinationTables(contract), dialect).trimEnd());
  return EXIT.done;
}
