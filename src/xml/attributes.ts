import type { References } from './references.ts';
import type { Source } from './scan-source.ts';
import * as scan from './scan.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/** What a start tag says behind its name. */
export interface TagRest {
  /** By local name, without namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Place of the `>`. */
  readonly gt: number;
}

/** Reads the start tag whose name ends at `at`; null if malformed. */
export function readTagRest({ text, codes }: Source, at: number, references: References): TagRest | null {
  if (codes[at] === scan.GREATER) return { attributes: NONE, gt: at };
  const attributes = new Map<string, string>();
  let prefixed = false;
  for (let end = at; ;) {
    const start = scan.skipSpace(codes, end);
    const gt = codes[start] === scan.SLASH ? start + 1 : start;
    if (codes[gt] === scan.GREATER) {
      if (!scan.hasLegalCharacters(text.slice(at, gt))) return null;
      return { attributes: prefixed ? withoutNamespaces(attributes) : attributes, gt };
    }
    const nameEnd = start === end ? -1 : endOfName(text, start);
    const quote = nameEnd === -1 ? -1 : openingQuote(codes, nameEnd);
    if (quote === -1) return null;
    let plain = true;
    let close = quote + 1;
    for (let code = codes[close]; code !== codes[quote]; code = codes[++close]) {
      if (code === undefined || code === scan.LESS) return null;
      if (code === scan.AMPERSAND || code < scan.BLANK) plain = false;
    }
    const name = text.slice(start, nameEnd);
    const raw = text.slice(quote + 1, close);
    const value = plain ? references.plain(raw) : references.attribute(raw);
    if (value === null || attributes.has(name)) return null;
    attributes.set(name, value);
    prefixed ||= name.includes(':') || name === 'xmlns';
    end = close + 1;
  }
}

const NAME = new RegExp(scan.NAME, 'y');

function endOfName(text: string, start: number): number {
  NAME.lastIndex = start;
  return NAME.test(text) ? NAME.lastIndex : -1;
}

function openingQuote(codes: Uint16Array, nameEnd: number): number {
  const equals = scan.skipSpace(codes, nameEnd);
  const quote = scan.skipSpace(codes, equals + 1);
  const isQuote = codes[quote] === scan.DOUBLE_QUOTE || codes[quote] === scan.SINGLE_QUOTE;
  return codes[equals] === scan.EQUALS && isQuote ? quote : -1;
}

function withoutNamespaces(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const local = new Map<string, string>();
  for (const [name, value] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) local.set(name.slice(name.indexOf(':') + 1), value);
  }
  return local;
}
