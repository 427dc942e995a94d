import { isUtf8 } from 'node:buffer';
import { printPlace } from './fault.ts';
import { unpack } from './unpack.ts';

/** The text of a document, or what keeps it from being one. */
export type Decoded =
  | {
      readonly ok: true;
      readonly text: string;
      /** What stood before the text, without a byte order mark; places count from its beginning. */
      readonly before: string;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * The text of a document as the mapper reads it (spec 3.1): bytes decoded, one byte order mark and leading control characters
 * dropped, trimmed. Blank documents give ''. Line ends are the parser's.
 *
 * `encoding` is that of a text column, as a label of the WHATWG Encoding Standard; what the document says of itself does not
 * count then (P04). Other bytes are what their mark or the look of UTF-16 says, or else their declaration; if none does,
 * UTF-8, or failing that Windows-1252. What cannot be decoded is never replaced. Packed bytes are unpacked first, `mostUnpacked` at most.
 */
export function decodeDocument(xml: string | Uint8Array, encoding?: string, mostUnpacked?: number): Decoded {
  if (typeof xml === 'string') return cleanUp(xml);
  const unpacked = unpack(xml, mostUnpacked);
  return unpacked.ok ? decodeBytes(unpacked.bytes, encoding) : unpacked;
}

function decodeBytes(xml: Uint8Array, encoding: string | undefined): Decoded {
  const label = encoding ?? signatureOf(xml);
  if (label !== null) return decode(xml, label);
  const declared = declaredEncoding(xml);
  if (declared === null) return decode(xml, isUtf8(xml) ? 'UTF-8' : 'windows-1252');
  // Bytes in which a declaration can be read are no UTF-16: it comes from a text column, and the standard takes UTF-8 then.
  return decode(xml, decoderOf(declared)?.encoding.startsWith('utf-16') === true ? 'UTF-8' : declared);
}

type Decoder = InstanceType<typeof TextDecoder>;

const decoders = new Map<string, Decoder>();

/** Null if there is no such encoding. */
function decoderOf(label: string): Decoder | null {
  const known = decoders.get(label);
  if (known !== undefined) return known;
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    decoders.set(label, decoder);
    return decoder;
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array, label: string): Decoded {
  const decoder = decoderOf(label);
  if (decoder === null) return { ok: false, problem: `the encoding ${label} is not known` };
  try {
    return cleanUp(decoder.decode(bytes));
  } catch {
    const before = longestDecodable(bytes, label);
    return { ok: false, problem: `${printPlace(before, before.length)}: bytes that are not ${label}` };
  }
}

/** The text up to the first bytes that mean nothing, found by halving. */
function longestDecodable(bytes: Uint8Array, label: string): string {
  let [good, bad] = [0, bytes.length + 1];
  let text = '';
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      text = new TextDecoder(label, { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return text;
}

const MARKS: readonly (readonly [label: string, ...bytes: number[]])[] = [
  // No encoding of the standard, hence told as unknown; looked for first, since it begins like UTF-16.
  ['UTF-32LE', 0xff, 0xfe, 0, 0],
  ['UTF-32BE', 0, 0, 0xfe, 0xff],
  ['UTF-32LE', 0x3c, 0, 0, 0],
  ['UTF-32BE', 0, 0, 0, 0x3c],
  ['UTF-8', 0xef, 0xbb, 0xbf],
  ['UTF-16LE', 0xff, 0xfe],
  ['UTF-16BE', 0xfe, 0xff],
];

/** The encoding that the first bytes tell by themselves: by a mark, or by zeros between `<` or white space and what follows it. */
function signatureOf(bytes: Uint8Array): string | null {
  const mark = MARKS.find(([, ...wanted]) => wanted.every((byte, index) => bytes[index] === byte));
  if (mark !== undefined) return mark[0];
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  if (isStart(first) && second === 0 && third > 0 && fourth === 0 && bytes.length > 3) return 'UTF-16LE';
  return first === 0 && isStart(second) && third === 0 && fourth > 0 ? 'UTF-16BE' : null;
}

function isStart(byte: number): boolean {
  return byte === 0x3c || byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** A declaration is longer only if somebody means harm. */
const DECLARATION_WITHIN = 1000;
const DECLARATION =
  /^[\0- ]*<\?xml[ \t\r\n][^<>?]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][\w.:-]*)"|'([A-Za-z][\w.:-]*)')/;

/** The encoding that the declaration of a document names, whose characters are single bytes as far as that. */
function declaredEncoding(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, DECLARATION_WITHIN)).toString(
    'latin1',
  );
  const declaration = DECLARATION.exec(start);
  return declaration?.[1] ?? declaration?.[2] ?? null;
}

/** The mark itself, then how the marks of UTF-16 and UTF-8 look when each byte became a character. */
const BYTE_ORDER_MARKS = ['\uFEFF', '\u00FF\u00FE', '\u00FE\u00FF', '\u00EF\u00BB\u00BF'];

function cleanUp(decoded: string): Decoded {
  const mark = BYTE_ORDER_MARKS.find((candidate) => decoded.startsWith(candidate)) ?? '';
  const whole = mark === '' ? decoded : decoded.slice(mark.length);
  let start = 0;
  while (whole.charCodeAt(start) < 0x20 && !'\t\n\r'.includes(whole.charAt(start))) start += 1;
  start = whole.length - whole.slice(start).trimStart().length;
  return { ok: true, text: trimEnd(start === 0 ? whole : whole.slice(start)), before: whole.slice(0, start) };
}

/** Leaves a line end at the end alone: the parser passes over it, while a part of a string is slower to scan than a whole one. */
function trimEnd(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed !== '' && /^\r?\n$/.test(text.slice(trimmed.length)) ? text : trimmed;
}
