/** How a column counts and stores text. */
export interface TextLimit {
  /** The length of a text as the column counts it; null if the column cannot hold one of its characters. */
  measure(text: string): number | null;
  /** The longest beginning that fits, never half a character. */
  cut(text: string, length: number): string;
}

/** n-types count UTF-16 units and hold every character. */
export const UNITS: TextLimit = { measure: (text) => text.length, cut: (text, length) => cutUnits(text, length) };

function cutUnits(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

/** Other types count bytes of their code page, a label of the WHATWG Encoding Standard: `utf-8`, or one of a byte a character. */
export function bytesOf(label: string): TextLimit {
  const { encoding } = new TextDecoder(label);
  return encoding === 'utf-8' ? UTF8 : singleBytes(encoding);
}

const UTF8: TextLimit = {
  measure: (text) => Buffer.byteLength(text, 'utf8'),
  cut(text, length) {
    let [end, bytes] = [0, 0];
    for (const character of text) {
      bytes += Buffer.byteLength(character, 'utf8');
      if (bytes > length) break;
      end += character.length;
    }
    return text.slice(0, end);
  },
};

function singleBytes(encoding: string): TextLimit {
  const decoder = new TextDecoder(encoding);
  const known = new Set(Array.from({ length: 256 }, (_, byte) => decoder.decode(Uint8Array.of(byte))));
  const lacks = (text: string): boolean => {
    for (const character of text) if (!known.has(character)) return true;
    return false;
  };
  return {
    // Nearly all text is ASCII, which every code page has.
    measure: (text) => (isAscii(text) || !lacks(text) ? text.length : null),
    cut: (text, length) => text.slice(0, length),
  };
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
