import { decodeHTML } from 'entities';

const REFERENCE = /&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g;

/** Code points that HTML forbids and that vanish when referred to by number. */
const FORBIDDEN = /^[\u0001-\u0008\u000b\u000e-\u001f\u007f\ufdd0-\ufdef]$|^[\u{fffe}\u{ffff}]$/u;

/** Decodes HTML references a second time (P02): all HTML5 names, the old ones also without a semicolon and as a prefix. */
export function unescapeHtml(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, decode) : text;
}

function decode(reference: string): string {
  const decoded = decodeHTML(reference);
  if (reference[1] !== '#') return decoded;
  const isNoncharacter = decoded.length === 2 && (decoded.codePointAt(0)! & 0xfffe) === 0xfffe;
  return FORBIDDEN.test(decoded) || isNoncharacter ? '' : decoded;
}
