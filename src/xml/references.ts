import type { Limits } from './element.ts';

/** Replaces references in the text and attribute values of one document; counts against its limits. */
export interface References {
  /** The value with all references replaced and white space made blanks (XML 1.0, 3.3.3), or null if malformed or over a limit. */
  attribute(raw: string): string | null;
  /** The same for a value with nothing to replace: only its length counts. */
  plain(value: string): string | null;
  /** Character data, or null if malformed. It has `ended` at a reference to an entity of the document type: that is a node, not text (P08). */
  text(raw: string): { readonly value: string; readonly ended: boolean } | null;
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** `entities`: name -> literal value of its declaration, null if external. */
export function openReferences(entities: ReadonlyMap<string, string | null>, limits: Limits): References {
  let expansions = 0;
  let expandedLength = 0;

  function plain(value: string): string | null {
    return value.length > limits.maxAttributeLength ? null : value;
  }

  function attribute(raw: string): string | null {
    return plain(raw) === null ? null : expand(raw, []);
  }

  /** `open` holds the entities being replaced: one inside itself never ends. */
  function expand(raw: string, open: readonly string[]): string | null {
    const blanked = /[\t\n\r]/.test(raw) ? raw.replaceAll(/\r\n|[\t\n\r]/g, ' ') : raw;
    return replaceReferences(blanked, (name) => entity(name, open));
  }

  function entity(name: string, open: readonly string[]): string | null {
    const literal = entities.get(name) ?? null;
    expansions += 1;
    if (literal === null || open.includes(name) || expansions > limits.maxEntityExpansions) return null;
    const replacement = replaceCharacters(literal);
    if (replacement === null || replacement.includes('<')) return null;
    const value = expand(replacement, [...open, name]);
    if (value === null) return null;
    expandedLength += value.length;
    return value.length > limits.maxAttributeLength || expandedLength > limits.maxDocumentLength ? null : value;
  }

  function text(raw: string): { value: string; ended: boolean } | null {
    let end: string | null = null;
    const value = replaceReferences(raw, (name, before) => {
      if (!entities.has(name)) return null;
      end ??= before;
      return '';
    });
    return value === null ? null : { value: end ?? value, ended: end !== null };
  }

  return { plain, attribute, text };
}

/** Null if a `&` begins no reference or `entity` (given the name and all that comes before it) knows no such name. */
function replaceReferences(raw: string, entity: (name: string, before: string) => string | null): string | null {
  let ampersand = raw.indexOf('&');
  if (ampersand === -1) return raw;
  let value = '';
  let from = 0;
  while (ampersand !== -1) {
    const semicolon = raw.indexOf(';', ampersand);
    if (semicolon === -1) return null;
    const name = raw.slice(ampersand + 1, semicolon);
    value += raw.slice(from, ampersand);
    const replacement = name.startsWith('#') ? character(name) : (PREDEFINED.get(name) ?? entity(name, value));
    if (replacement === null) return null;
    value += replacement;
    from = semicolon + 1;
    ampersand = raw.indexOf('&', from);
  }
  return value + raw.slice(from);
}

/** In an entity's literal value only character references are replaced at its declaration (XML 1.0, 4.4). */
function replaceCharacters(literal: string): string | null {
  let legal = true;
  const value = literal.replaceAll(/&(#[^;&]*);/g, (_, name: string) => {
    const replacement = character(name);
    legal &&= replacement !== null;
    return replacement ?? '';
  });
  return legal ? value : null;
}

function character(name: string): string | null {
  const digits = /^#(?:x([\dA-Fa-f]{1,8})|(\d{1,10}))$/.exec(name);
  if (digits === null) return null;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return isCharacter(code) ? String.fromCodePoint(code) : null;
}

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
