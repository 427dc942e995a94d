import type { AnyContract } from '../contract/contract.ts';
import { ANY_INTEGER, numberedId } from '../document-id.ts';
import { breakDocument, type Defect } from './defects.ts';
import type { DocumentWriter, WriteOptions } from './document-writer.ts';
import { openFiller, type Filler } from './filler.ts';
import { openNestedWriter } from './nested/writer.ts';
import { openRandom, type Random } from './random.ts';
import { openOriginalWriter } from './write-document.ts';

export interface GenerateOptions {
  readonly contract: AnyContract;
  readonly count: number;
  readonly seed: number;
  /** Id of the first document; the others follow. Default 1. */
  readonly startId?: number | undefined;
  /** Bounds of the documents' length in characters; most are small. Default: small to 300 KB. */
  readonly length?: { readonly least: number; readonly most: number } | undefined;
  /** Share of a document's length that the contract reads: more rows are made until it is reached, as far as ids go. Default: whatever one to three rows of a kind take. */
  readonly mappedShare?: number | undefined;
  /** Share of documents that are broken. Default 0.02. */
  readonly brokenShare?: number | undefined;
}

export interface GeneratedDocument {
  readonly appId: string;
  readonly xml: string;
  /** How it was broken, or null. */
  readonly defect: Defect | null;
}

const DEFAULT_LENGTH = { least: 1_000, most: 300_000 };
const DEFAULT_BROKEN_SHARE = 0.02;
const MOST_ROWS = 9;

/**
 * Makes synthetic documents for any contract, one at a time. The same seed makes the same documents, however many are asked for.
 * Those that are not broken hold values that fit their columns, and no two share the id of a contact.
 */
export function* generateDocuments(options: GenerateOptions): Generator<GeneratedDocument, void, undefined> {
  const make = openMaker(options);
  const startId = options.startId ?? 1;
  for (let id = startId; id < startId + options.count; id += 1) yield make(id);
}

function openMaker(options: GenerateOptions): (id: number) => GeneratedDocument {
  const { contract, seed, length = DEFAULT_LENGTH, mappedShare, brokenShare = DEFAULT_BROKEN_SHARE } = options;
  const writer = contract.format === 1 ? openOriginalWriter(contract) : openNestedWriter(contract);
  const fill = openFiller(writer.names);
  const idType = contract.format === 1 ? ANY_INTEGER : contract.source.idType;

  return (id) => {
    const random = openRandom(seed, id);
    const defect = random.chance(brokenShare) ? random.pick(writer.defects) : null;
    const appId = numberedId(id, idType);
    const wanted = pickLength(length, random);
    const mapped = {
      random,
      documentId: appId,
      fullness: random.int(50, 95) / 100,
      defect,
    };
    const pieces =
      mappedShare === undefined
        ? writer.write({ ...mapped, rows: random.int(1, 3) })
        : writeAbout(writer, mapped, wanted * mappedShare);
    const xml = disguise(mappedShare === 1 ? pieces.join('') : fillGaps(pieces, wanted, fill, random), random);
    return { appId, xml: defect === null ? xml : breakDocument(xml, defect, writer, random), defect };
  };
}

/** With as many rows as come nearest to a length. */
function writeAbout(writer: DocumentWriter, mapped: Omit<WriteOptions, 'rows'>, length: number): readonly string[] {
  let nearest = writer.write({ ...mapped, rows: 1 });
  for (let rows = 2; rows <= MOST_ROWS && lengthOf(nearest) < length; rows += 1) {
    const next = writer.write({ ...mapped, rows });
    if (lengthOf(next) - length > length - lengthOf(nearest)) break;
    nearest = next;
  }
  return nearest;
}

/** Puts content that no mapping reads into some or all gaps, until the document is as long as wanted. */
function fillGaps(pieces: readonly string[], wanted: number, fill: Filler, random: Random): string {
  const gaps = pieces.length - 1;
  const missing = wanted - lengthOf(pieces);
  const filled = Math.min(gaps, Math.ceil(missing / LEAST_FILLING));
  if (filled <= 0) return pieces.join('');
  const first = random.int(0, gaps - 1);
  const isFilled = (gap: number): boolean => (gap - first + gaps) % gaps < filled;
  return pieces
    .map((piece, gap) => (gap > 0 && isFilled(gap - 1) ? fill(random, missing / filled) : '') + piece)
    .join('');
}

const LEAST_FILLING = 2_000;

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Small documents are many and large ones are few. */
function pickLength({ least, most }: { least: number; most: number }, random: Random): number {
  return least + (most - least) * (random.int(0, 1000) / 1000) ** 4;
}

/** Forms that mean the same: a declaration (its encoding does not matter), a byte order mark, other line ends. */
function disguise(xml: string, random: Random): string {
  const declaration = random.chance(0.2)
    ? `<?xml version="1.0" encoding="${random.pick(['UTF-8', 'utf-16', 'ISO-8859-1'])}"?>\n`
    : '';
  const lines = declaration + xml;
  return (random.chance(0.03) ? '\uFEFF' : '') + (random.chance(0.03) ? lines.replaceAll('\n', '\r\n') : lines);
}
