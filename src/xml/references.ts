import type { Limits } from './element.ts';
import { fail } from './fault.ts';
import { matchAt, NAME, show } from './scan.ts';

/** General entities of a document type: name -> replacement text, or null for one that stands outside of the document and is never read. */
export type Entities = ReadonlyMap<string, string | null>;

/** Where in the document the character with this index of a raw text stands. */
type Place = (index: number) => number;

/** Replaces references in one document and counts what entities bring against its limits. */
export interface References {
  /** The value of an attribute written as `raw` at `at`: references replaced and white space made blanks (XML 1.0, 3.3.3), unless it is plain. */
  attribute(raw: string, at: number, isPlain: boolean): string;
  /** Character data written as `raw` at `at`. Entities of the document type are expanded before: one that is left is unknown. */
  text(raw: string, at: number): string;
  /** The replacement text of an entity whose reference stands at `at`. `open` are those being replaced: one inside itself never ends. */
  entity(name: string, at: number, open: readonly string[]): string;
  /** Counts one more use of an entity, of so many characters, against the limits. */
  count(length: number, at: number): void;
}

/** Entities that need no declaration. */
export const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** The references of one document. `entities` may grow while its document type is read. */
export function openReferences(entities: Entities, limits: Limits): References {
  let expansions = 0;
  let added = 0;

  function expand(raw: string, place: Place, open: readonly string[]): string {
    return replaceReferences(raw, place, blank, (name, at) => {
      const predefined = PREDEFINED.get(name);
      if (predefined !== undefined) return predefined;
      const replacement = entity(name, at, open);
      if (replacement.includes('<')) fail(at, `entity &${show(name)}; holds markup, which no attribute may`);
      return expand(replacement, () => at, [...open, name]);
    });
  }

  function entity(name: string, at: number, open: readonly string[]): string {
    const replacement = entities.get(name) ?? failUnknown(name, at, entities);
    if (open.includes(name)) fail(at, `entity &${show(name)}; contains itself`);
    count(replacement.length, at);
    return replacement;
  }

  function count(length: number, at: number): void {
    expansions += 1;
    added += length;
    if (expansions > limits.maxEntityExpansions) fail(at, `more than ${limits.maxEntityExpansions} uses of entities`);
    if (added > limits.maxEntityLength) fail(at, `entities add more than ${limits.maxEntityLength} characters`);
  }

  return {
    attribute(raw, at, isPlain) {
      const value = isPlain ? raw : expand(raw, (index) => at + index, []);
      if (value.length <= limits.maxAttributeLength) return value;
      return fail(at, `an attribute value of more than ${limits.maxAttributeLength} characters`);
    },
    text: (raw, at) =>
      replaceReferences(
        raw,
        (index) => at + index,
        (literal) => literal,
        (name, place) => PREDEFINED.get(name) ?? failUnknown(name, place, entities),
      ),
    entity,
    count,
  };
}

function blank(literal: string): string {
  return /[\t\n\r]/.test(literal) ? literal.replaceAll(/\r\n|[\t\n\r]/g, ' ') : literal;
}

function failUnknown(name: string, at: number, entities: Entities): never {
  const problem = entities.has(name) ? 'stands outside of the document and is never read' : 'is not declared';
  return fail(at, `entity &${show(name)}; ${problem}`);
}

const REFERENCE = new RegExp(`&(?:#(?:x([\\dA-Fa-f]+)|(\\d+))|(${NAME}));`, 'y');

/** Replaces all references; `literal` treats what stands between them, `entity` gives what a name stands for whose reference is at a place. */
function replaceReferences(
  raw: string,
  place: Place,
  literal: (text: string) => string,
  entity: (name: string, at: number) => string,
): string {
  let value = '';
  let from = 0;
  for (let ampersand = raw.indexOf('&'); ampersand !== -1; ampersand = raw.indexOf('&', from)) {
    const reference = matchAt(REFERENCE, raw, ampersand);
    if (reference === null) fail(place(ampersand), 'a bare & that begins no reference: written as text it is &amp;');
    const [written, , , name] = reference;
    const replacement = name === undefined ? character(reference, place(ampersand)) : entity(name, place(ampersand));
    value += literal(raw.slice(from, ampersand)) + replacement;
    from = ampersand + written.length;
  }
  return from === 0 ? literal(raw) : value + literal(raw.slice(from));
}

/** In the literal value of an entity's declaration, which stands at `at`, only character references are replaced (XML 1.0, 4.4). */
export function replaceCharacters(value: string, at: number): string {
  return replaceReferences(
    value,
    (index) => at + index,
    (literal) => literal,
    (name) => `&${name};`,
  );
}

function character([, hexadecimal, decimal]: readonly (string | undefined)[], at: number): string {
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  return isCharacter(code)
    ? String.fromCodePoint(code)
    : fail(at, 'a reference to a character that is not allowed in XML');
}

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
