import { readdirSync, readFileSync } from 'node:fs';
import type { Contract } from '../../src/contract/contract.ts';
import { parseContract } from '../../src/contract/load.ts';
import { generateDocuments } from '../../src/generate/documents.ts';
import { CLAIM, LOAN } from '../bench/documents.ts';

/** A contract of format 1, and documents that it reads. */
export interface ContractDocuments {
  readonly contract: Contract;
  readonly xmls: readonly string[];
}

const MOST = 8_000;

/** Documents of the original, and such as are made for the sample contracts; none is too large to be changed all over. */
export function contractDocuments(seed: number): readonly ContractDocuments[] {
  return [...['lease', 'craft'].map(golden), ...[LOAN, CLAIM].map((contract) => generated(contract, seed))];
}

function golden(line: string): ContractDocuments {
  const folder = new URL('../golden/', import.meta.url);
  const text = readFileSync(new URL(`contracts/${line}.json`, folder), 'utf8');
  const { contract } = parseContract(text, { format: 'json', productLine: line });
  const xmls = readdirSync(new URL(`${line}/`, folder))
    .filter((name) => name.endsWith('.xml'))
    .map((name) => readFileSync(new URL(`${line}/${name}`, folder), 'utf8'))
    .filter((xml) => xml.length < MOST);
  return { contract, xmls };
}

function generated(contract: Contract, seed: number): ContractDocuments {
  const length = { least: 800, most: 3_000 };
  const documents = generateDocuments({ contract, count: 60, seed, brokenShare: 0, length, mappedShare: 0.3 });
  return { contract, xmls: [...documents].map(({ xml }) => xml) };
}
