import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Contract } from '../../src/contract/contract.ts';
import { parseContract } from '../../src/contract/load.ts';
import type { CanonicalTables } from '../../src/mapping/canonical.ts';

/** What the original made of a document, and what is wanted where that was wrong (test/golden/README.md). */
export interface Golden {
  readonly file: string;
  readonly app_id: string | null;
  readonly outcome: 'mapped' | 'rejected';
  readonly stage?: string;
  readonly reason?: string;
  readonly tables?: CanonicalTables;
  readonly desired?: { readonly outcome: 'mapped' | 'rejected'; readonly tables?: CanonicalTables };
}

const folder = new URL('../golden/', import.meta.url);
const expected: Record<string, { readonly results: readonly Golden[] }> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

/** The contracts of the golden documents, each with what is expected of its documents. */
export const goldenLines: readonly {
  readonly line: string;
  readonly contract: Contract;
  readonly results: readonly (Golden & { readonly xml: string })[];
}[] = Object.entries(expected).map(([line, { results }]) => {
  const text = readFileSync(new URL(`contracts/${line}.json`, folder), 'utf8');
  const { contract } = parseContract(text, { format: 'json', productLine: line });
  return {
    line,
    contract,
    results: results.map((golden) => ({ ...golden, xml: readColumn(new URL(`${line}/${golden.file}`, folder)) })),
  };
});

/** A document as a text column holds it: what it declares of its encoding does not count. */
function readColumn(file: URL): string {
  const bytes = readFileSync(file);
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252', { ignoreBOM: true }).decode(bytes);
}
