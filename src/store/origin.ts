import { hash } from 'node:crypto';
import type { SourceDocument } from './port.ts';

/** What tells one text of a document from another: 128 bits of the SHA-256 of its bytes as they are read, text as UTF-8. */
export function hashSource({ xml }: Pick<SourceDocument, 'xml'>): string {
  return hash('sha256', xml).slice(0, 32);
}

/** What tells one contract from another beside each document: 64 bits of its hash. */
export function contractMark(contractHash: string): string {
  return contractHash.slice(0, 16);
}
