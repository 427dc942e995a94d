import { fingerprintOf } from '../xml/scanner.ts';
import type { SourceDocument } from './port.ts';

/** What tells one text of a document from another: 64 bits, of its bytes as they are read, text as UTF-8. SHA-256 took as long as reading. */
export function hashSource({ xml }: Pick<SourceDocument, 'xml'>): string {
  return fingerprintOf(xml);
}

/** What tells one contract from another beside each document: 64 bits of its hash. */
export function contractMark(contractHash: string): string {
  return contractHash.slice(0, 16);
}
