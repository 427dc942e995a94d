import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract-files.ts';
import type { CanonicalTables } from '../mapping/canonical.ts';
import { canonicalTables } from '../mapping/canonical.ts';
import { compile } from '../mapping/compile.ts';
import type { Outcome, QualityIssue, Stage } from '../mapping/outcome.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { print } from './output.ts';
import { readXmlFiles } from './xml-files.ts';

export interface MapOptions {
  readonly contract: string;
}

/** What `map` prints of one document. */
interface MappedFile {
  readonly file: string;
  readonly app_id: string | null;
  readonly outcome: Outcome['outcome'];
  readonly stage?: Stage;
  readonly reason?: string;
  readonly tables: CanonicalTables;
  readonly quality_issues: readonly QualityIssue[];
}

/** Prints what the contract makes of each file, one line of JSON a file, values in canonical form. */
export async function map(paths: readonly string[], options: MapOptions): Promise<ExitStatus> {
  const contract = loadContract(options.contract);
  const mapper = compile(contract);
  for await (const { path, bytes } of readXmlFiles(paths)) {
    const now = new Date();
    await print(JSON.stringify(describe(path, mapper.map({ xml: bytes }, now), contract, now)));
  }
  return EXIT.done;
}

function describe(file: string, result: Outcome, contract: Contract, now: Date): MappedFile {
  const rejected = result.outcome === 'rejected' ? { stage: result.stage, reason: result.reason } : {};
  const tables = result.outcome === 'mapped' ? canonicalTables(contract, result.tables, now) : {};
  return { file, app_id: result.appId, outcome: result.outcome, ...rejected, tables, quality_issues: result.issues };
}
