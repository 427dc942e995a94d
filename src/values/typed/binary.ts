import type { ReadTyped } from './number.ts';

/** Reads base64 or hex, white space anywhere, to hex in lower case; `length` is the most bytes, null = any number. */
export function binaryReader(encoding: 'base64' | 'hex', length: number | null): ReadTyped {
  return (text) => {
    const packed = text.replace(/[ \t\r\n]+/g, '');
    const hex = encoding === 'hex' ? packed.toLowerCase() : base64ToHex(packed);
    if (hex === null || hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) return null;
    return length !== null && hex.length > length * 2 ? null : hex;
  };
}

function base64ToHex(text: string): string | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  // Bits that belong to no byte must be zero.
  return bytes.toString('base64') === text ? bytes.toString('hex') : null;
}

const GUID = /^(\{)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(\})?$/i;

/** Reads a GUID, in braces or not, to lower case. */
export const readGuid: ReadTyped = (text) => {
  const [, open, guid, close] = GUID.exec(text) ?? [];
  return guid === undefined || (open === undefined) !== (close === undefined) ? null : guid.toLowerCase();
};
