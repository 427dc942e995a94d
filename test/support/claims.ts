import { loadContract } from '../../src/contract-files.ts';
import { generateDocuments } from '../../src/generate/documents.ts';
import { openLines } from '../../src/run/line.ts';
import { openDatabase } from '../../src/store/open.ts';
import { CLAIMS } from './cli.ts';

/** Makes a database file with so many short documents of the sample contract of claims, a few of them broken, and empty tables for their rows. */
export async function makeClaims(path: string, count: number): Promise<void> {
  const contract = loadContract(CLAIMS);
  const database = await openDatabase(`sqlite:${path}`, { leaseSeconds: 60, aliveSeconds: 60 });
  const { store, tables } = openLines({ database, contracts: [contract] }).find(contract.productLine);
  await store.init();
  await store.createSource();
  await store.createDestination(tables);
  const documents = generateDocuments({ contract, count, seed: 1, length: { least: 1000, most: 3000 } });
  await store.importDocuments([...documents], { replace: false });
  await database.close();
}
