import { fileURLToPath } from 'node:url';
import type { Contract } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract-files.ts';
import { generateDocuments, type GeneratedDocument, type GenerateOptions } from '../../src/generate/documents.ts';
import { original } from '../support/original.ts';

/** The sample contract with the conventional names, and one with none of them. */
export const LOAN = load('../../contracts/personal-loan.json');
export const CLAIM = load('../contract/upgrade/insurance-claim.yaml');

function load(path: string): Contract {
  return original(loadContract(fileURLToPath(new URL(path, import.meta.url))));
}

/** 250 KB, of which the contract reads 3 %. */
export function largeDocuments(contract: Contract, count: number): readonly GeneratedDocument[] {
  return make({ contract, count, length: { least: 250_000, most: 250_000 }, mappedShare: 0.03 });
}

/** 5 KB, or as given, all of it mapped. */
export function fullDocuments(contract: Contract, count: number, length = 5_000): readonly GeneratedDocument[] {
  return make({ contract, count, length: { least: length, most: length }, mappedShare: 1 });
}

/** As a database hands them out: in one piece, not joined from many. */
function make(options: Omit<GenerateOptions, 'seed' | 'brokenShare'>): readonly GeneratedDocument[] {
  const documents = generateDocuments({ ...options, seed: 20_26, brokenShare: 0 });
  return [...documents].map((document) => ({ ...document, xml: Buffer.from(document.xml).toString() }));
}
