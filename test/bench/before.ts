import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Contract } from '../../src/contract/contract.ts';
import type { BenchDatabase } from './database.ts';

/** The last commit before the fast path: what has become faster is measured against it, in the same run. */
const COMMIT = '2736879';
/** Not below `test`: its tests are not ours. */
const FOLDER = new URL('../../.data/before/', import.meta.url);

/** The program as it was at that commit. */
export interface Before {
  readonly loan: Contract;
  readonly claim: Contract;
  /** What it makes of documents of a contract, which has to be its own. */
  readonly mapperOf: (contract: Contract) => (xml: Uint8Array, now: Date) => unknown;
  readonly openDatabase: (contract: Contract) => Promise<BenchDatabase>;
}

export type OpenedBefore =
  | { readonly ok: true; readonly before: Before }
  | { readonly ok: false; readonly reason: string };

/** Checks it out, once, with the packages it had. */
export async function openBefore(): Promise<OpenedBefore> {
  const folder = fileURLToPath(FOLDER);
  if (!existsSync(`${folder}node_modules`)) {
    mkdirSync(fileURLToPath(new URL('..', FOLDER)), { recursive: true });
    const reason =
      run('git', ['worktree', 'add', '--force', '--detach', folder, COMMIT], process.cwd()) ??
      run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], folder);
    if (reason !== null) return { ok: false, reason };
  }
  // What modules of that commit export is known: it does not change.
  const documents: { LOAN: Contract; CLAIM: Contract } = await import(addressOf('test/bench/documents.ts'));
  const mapping: { compile(contract: Contract): { map(document: object, now: Date): unknown } } = await import(
    addressOf('src/mapping/compile.ts')
  );
  const database: { openBenchDatabase: Before['openDatabase'] } = await import(addressOf('test/bench/database.ts'));
  return {
    ok: true,
    before: {
      loan: documents.LOAN,
      claim: documents.CLAIM,
      mapperOf: (contract) => {
        const mapper = mapping.compile(contract);
        return (xml, now) => mapper.map({ xml, encoding: 'utf-8' }, now);
      },
      openDatabase: database.openBenchDatabase,
    },
  };
}

function addressOf(path: string): string {
  return new URL(path, FOLDER).href;
}

function run(command: string, argumentsOf: readonly string[], cwd: string): string | null {
  const { status, stderr, error } = spawnSync(command, argumentsOf, { cwd, encoding: 'utf8' });
  return status === 0 ? null : `${command} ${argumentsOf[0]}: ${error?.message ?? stderr.trim().slice(-200)}`;
}
