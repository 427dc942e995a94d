/**
 * The text of a document as the mapper reads it (spec 3.1): bytes decoded as `encoding` says, by default as UTF-8 or else
 * Windows-1252, one byte order mark and leading control characters dropped, trimmed. Blank documents give ''. Line ends are the parser's.
 */
export function decodeDocument(xml: string | Uint8Array, encoding?: string): string {
  const text = typeof xml === 'string' ? xml : decodeBytes(xml, encoding);
  return trim(text.slice(junkEnd(text)));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeBytes(bytes: Uint8Array, encoding?: string): string {
  if (encoding !== undefined) return decoderOf(encoding).decode(bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    return decoderOf('windows-1252').decode(bytes);
  }
}

const decoders = new Map<string, typeof utf8>();

function decoderOf(encoding: string): typeof utf8 {
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding, { ignoreBOM: true });
  decoders.set(encoding, decoder);
  return decoder;
}

/** The mark itself, then how the marks of UTF-16 and UTF-8 look when each byte became a character. */
const BYTE_ORDER_MARKS = ['\uFEFF', '\u00FF\u00FE', '\u00FE\u00FF', '\u00EF\u00BB\u00BF'];

function junkEnd(text: string): number {
  let at = BYTE_ORDER_MARKS.find((mark) => text.startsWith(mark))?.length ?? 0;
  while (text.charCodeAt(at) < 0x20 && !'\t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

/** Leaves a line end at the end alone: the parser passes over it, while a part of a string is slower to scan than a whole one. */
function trim(text: string): string {
  const trimmed = text.trim();
  return text.startsWith('<') && /^\r?\n$/.test(text.slice(trimmed.length)) ? text : trimmed;
}
