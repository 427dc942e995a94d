import { isAscii } from 'node:buffer';
import { decodeDocument } from './decode.ts';
import { EVERYTHING, planReading, type ReachPlan } from './reach-plan.ts';
import { readCarefully, type ReadOptions, type TapeReading } from './read.ts';
import { scanDocument } from './scanner.ts';
import { nameOf, type Tape } from './tape.ts';
import { isPacked, unpack } from './unpack.ts';

/**
 * Reads a document, from what a database column or a file holds (spec 3.1 to 3.3), into a tape, or tells why it cannot
 * be read. The scanner reads what is usual, some six times as fast; all else the careful reader, which has the words for
 * what is wrong. Both give the same. The tape lives until the next document is read.
 */
export function readTape(xml: string | Uint8Array, options: ReadOptions): TapeReading {
  const plain = typeof xml === 'string' || !isPacked(xml) ? xml : unpacked(xml, options);
  const tape = plain === null ? null : readFast(plain, options);
  return tape === null ? readCarefully(plain ?? xml, options) : { ok: true, tape };
}

/** Null if it cannot be, for which the careful reader has words. */
function unpacked(xml: Uint8Array, { limits }: ReadOptions): Uint8Array | null {
  const plain = unpack(xml, limits.maxDocumentLength);
  return plain.ok ? plain.bytes : null;
}

/** The tape of a document that the scanner knows how to read, else null. */
export function readFast(xml: string | Uint8Array, options: ReadOptions): Tape | null {
  const source = utf8Of(xml, options.encoding);
  if (source === null) return null;
  const tape = scanDocument(source, planOf(options), options.limits);
  return tape !== null && isRoot(tape, options.rootElement) ? tape : null;
}

function planOf({ reach }: ReadOptions): ReachPlan {
  return planReading(reach ?? EVERYTHING);
}

/** The careful reader has its own ideas of other names, and words for them. */
function isRoot(tape: Tape, rootElement: string | null): boolean {
  if (rootElement === null) return true;
  const name = tape.names[nameOf(tape, 0)];
  const expected = rootElement.slice(rootElement.indexOf(':') + 1);
  return name === expected || name?.toLowerCase() === expected.toLowerCase();
}

/** Encodings in which ASCII is what it is in UTF-8. */
const SINGLE_BYTES = /^(?:us-ascii|iso-8859-15?|windows-125\d)$/i;
const UTF8 = /^utf-?8$/i;
/** What no document is in which this can be read. */
const UTF16 = /^utf-16(?:le|be)?$/i;
const DECLARED = /^[^<]*<\?xml\s[^<>?]*?\sencoding\s*=\s*["']([^"']*)/;

/** The document as text or as bytes of UTF-8; null if its encoding is for the careful reader to find out. */
function utf8Of(xml: string | Uint8Array, encoding: string | undefined): string | Uint8Array | null {
  if (typeof xml === 'string') return xml;
  const label = encoding ?? declaredIn(xml).replace(UTF16, 'utf-8');
  if (UTF8.test(label) || (SINGLE_BYTES.test(label) && isAscii(xml))) return xml;
  if (encoding === undefined) return null;
  const decoded = decodeDocument(xml, encoding);
  return decoded.ok ? decoded.text : null;
}

const [LESS, QUESTION] = [0x3c, 0x3f];

/** The encoding that an XML declaration names, by default UTF-8. */
function declaredIn(xml: Uint8Array): string {
  if (xml[0] === LESS && xml[1] !== QUESTION) return 'utf-8';
  const start = Buffer.from(xml.buffer, xml.byteOffset, Math.min(xml.length, 200)).toString('latin1');
  return DECLARED.exec(start)?.[1] ?? 'utf-8';
}
