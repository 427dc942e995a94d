import type { AnyContract } from '../contract/contract.ts';
import { openMapping, type MapDocument } from '../mapping/map-document.ts';
import type { Outcome } from '../mapping/outcome.ts';
import { wordReason } from '../mapping/reason.ts';
import { hashSource } from '../store/origin.ts';
import type { SourceDocument } from '../store/port.ts';

/** Some documents of one product line, as plain data that crosses threads. */
export interface MapTask {
  readonly productLine: string;
  readonly documents: readonly SourceDocument[];
  readonly now: Date;
}

/** What became of a document, and what tells whether it has changed since. */
export type Mapped = Outcome & { readonly sourceHash: string | null };

/** What moves to a thread instead of being copied; memory that is shared with other values has to stay. */
export function ownMemory({ xml }: SourceDocument): ArrayBuffer[] {
  if (typeof xml === 'string' || !(xml.buffer instanceof ArrayBuffer)) return [];
  return xml.byteLength > 0 && xml.byteLength === xml.buffer.byteLength ? [xml.buffer] : [];
}

/**
 * Empties documents that are mapped. Left to the collector, some ten megabytes of their memory had all other memory searched each time: that took
 * a sixth of this process's CPU in a run of large documents.
 */
export function freeMemory(documents: readonly SourceDocument[]): void {
  for (const memory of documents.flatMap(ownMemory)) memory.transfer(0);
}

/** Maps tasks by contracts that are compiled when they are first needed. */
export function openMappers(contracts: readonly AnyContract[]): (task: MapTask) => readonly Mapped[] {
  const mappers = new Map<string, MapDocument>();
  return ({ productLine, documents, now }) => {
    const map = mappers.get(productLine) ?? compileLine(contracts, productLine);
    mappers.set(productLine, map);
    return documents.map((given) =>
      mapOne(given, () => {
        const document = asText(given);
        const sourceHash = hashSource(document);
        return { ...map(document, now), sourceHash };
      }),
    );
  };
}

/**
 * Text that came as its bytes only to move between threads is text again: what tells it from another is that of its UTF-8, and a decoder
 * would refuse halves of characters, for which the reader has words.
 */
function asText(document: SourceDocument): SourceDocument {
  const { xml, encoding, ...others } = document;
  if (typeof xml === 'string' || encoding !== 'utf-16le') return document;
  return { ...others, xml: Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength).toString('utf16le') };
}

/** A document that the mapper stumbles over must not hold up those behind it. Messages of such errors may quote the document: they stay out. */
function mapOne({ appId }: SourceDocument, map: () => Mapped): Mapped {
  try {
    return map();
  } catch (error) {
    const { name, stack = '' } = error instanceof Error ? error : new Error();
    const place = /[\w.-]+\.[jt]s:\d+/u.exec(stack.slice(stack.indexOf('\n    at ')))?.[0];
    const message = `${name} in the mapper${place === undefined ? '' : `, ${place}`}`;
    return { outcome: 'rejected', appId, ...wordReason({ stage: 'unknown', message }), issues: [], sourceHash: null };
  }
}

function compileLine(contracts: readonly AnyContract[], productLine: string): MapDocument {
  const contract = contracts.find((candidate) => candidate.productLine === productLine);
  if (contract === undefined) throw new Error(`no contract of the product line ${productLine} in this thread`);
  return openMapping(contract, contracts);
}
