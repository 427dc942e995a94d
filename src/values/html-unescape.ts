import { decodeHTML } from 'entities/decode';

const REFERENCE = /&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g;

/** Decodes HTML references a second time (P02): all HTML5 names, the old ones also without a semicolon and as a prefix. */
export function unescapeHtml(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, decode) : text;
}

function decode(reference: string): string {
  const decoded = decodeHTML(reference);
  return reference[1] === '#' && isForbidden(decoded.codePointAt(0) ?? 0) ? '' : decoded;
}

/** Code points that HTML forbids: controls but white space, and noncharacters. They vanish when referred to by number. */
function isForbidden(code: number): boolean {
  if (code < 0x20) return code < 0x09 || code === 0x0b || code > 0x0d;
  return code === 0x7f || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
}
