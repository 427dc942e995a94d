import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { parseContract } from '../../src/contract/load.ts';
import { compile } from '../../src/mapping/compile.ts';
import { DEFAULT_LIMITS, type Reach } from '../../src/xml/element.ts';
import { readFast, readTape } from '../../src/xml/read-tape.ts';
import { SAMPLES } from '../fuzz/samples.ts';
import { CLAIM, fullDocuments, largeDocuments, LOAN } from './documents.ts';

interface Read {
  readonly xml: string | Uint8Array;
  readonly rootElement: string;
  readonly reach: Reach | null;
}

/** How many golden, benchmark and other test documents are well formed, and how many of these the scanner reads. */
export function fastPathShare(): { readonly wellFormed: number; readonly fast: number } {
  let [wellFormed, fast] = [0, 0];
  for (const { xml, rootElement, reach } of [...golden(), ...benchmark(), ...samples()]) {
    // As text columns hand them out: what they say of their encoding does not count.
    const encoding = typeof xml === 'string' || !isUtf8(xml) ? undefined : 'utf-8';
    const options = { rootElement, reach, limits: DEFAULT_LIMITS, encoding };
    if (!readTape(xml, options).ok) continue;
    wellFormed += 1;
    if (readFast(xml, options) !== null) fast += 1;
  }
  return { wellFormed, fast };
}

function golden(): readonly Read[] {
  const folder = new URL('../golden/', import.meta.url);
  return ['lease', 'craft'].flatMap((line) => {
    const text = readFileSync(new URL(`contracts/${line}.json`, folder), 'utf8');
    const { contract } = parseContract(text, { format: 'json', productLine: line });
    const { reach } = compile(contract);
    return readdirSync(new URL(`${line}/`, folder))
      .filter((name) => name.endsWith('.xml'))
      .map((name) => readFileSync(new URL(`${line}/${name}`, folder)))
      .map((xml) => ({ xml, rootElement: contract.rootElement, reach }));
  });
}

function benchmark(): readonly Read[] {
  return [LOAN, CLAIM].flatMap((contract) => {
    const { reach } = compile(contract);
    return [...largeDocuments(contract, 5), ...fullDocuments(contract, 20)].map(({ xml }) => ({
      xml: Buffer.from(xml),
      rootElement: contract.rootElement,
      reach,
    }));
  });
}

function samples(): readonly Read[] {
  return SAMPLES.flatMap(({ xml, rootElement, reaches }) => reaches.map((reach) => ({ xml, rootElement, reach })));
}
