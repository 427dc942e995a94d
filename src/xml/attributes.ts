import { type DeclaredAttribute, type DeclaredAttributes, dropBlanks } from './doctype.ts';
import { fail } from './fault.ts';
import type { References } from './references.ts';
import * as scan from './scan.ts';

/** Namespaces that are declared where an element stands: prefix -> name. */
export type Scope = ReadonlyMap<string, string>;

/** What it takes to read a start tag. */
export interface TagContext extends scan.Source {
  readonly references: References;
  readonly declared: DeclaredAttributes;
}

/** What a start tag says beside its name. */
export interface StartTag {
  /** As `Element.attributes` has them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** By their written names, with declarations of namespaces. */
  readonly written: ReadonlyMap<string, string>;
  readonly scope: Scope;
  /** Place of the `>`. */
  readonly gt: number;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Reads and checks the start tag at `lt`, whose name ends at `nameEnd`. `scope` is its parent's; without one (null) prefixes are not checked. */
export function readStartTag(context: TagContext, lt: number, nameEnd: number, scope: Scope | null): StartTag {
  const name = context.text.slice(lt + 1, nameEnd);
  if (!scan.isName(name)) fail(lt, 'a < that begins no markup: written as text it is &lt;');
  const { attributes, hasColon, gt } = readAttributes(context, lt, nameEnd);
  const written = withDeclared(attributes, context.declared.get(name));
  if (scope === null) return { attributes: written, written, scope: NONE, gt };
  if (!hasColon && written === attributes && !name.includes(':')) return { attributes, written, scope, gt };
  const placeOf = (wanted: string): number =>
    wanted === name ? lt + 1 : startOfAttribute(context, lt, nameEnd, wanted);
  return { ...resolve(name, written, scope, placeOf), written, gt };
}

interface Written {
  /** By written name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Whether namespaces matter to them. */
  readonly hasColon: boolean;
  readonly gt: number;
}

function readAttributes({ text, codes, references }: TagContext, lt: number, at: number): Written {
  if (codes[at] === scan.GREATER) return { attributes: NONE, hasColon: false, gt: at };
  const attributes = new Map<string, string>();
  let hasColon = false;
  for (let end = at; ;) {
    const start = scan.skipSpace(codes, end);
    const gt = codes[start] === scan.SLASH ? start + 1 : start;
    if (codes[gt] === scan.GREATER) {
      scan.checkCharacters(text.slice(at, gt), at);
      return { attributes, hasColon, gt };
    }
    const nameEnd = start === end ? -1 : endOfName(text, start);
    if (nameEnd === -1) failNoAttribute(text, lt, start, end);
    const name = text.slice(start, nameEnd);
    const quote = openingQuote(codes, nameEnd);
    if (quote === -1) fail(start, `attribute ${scan.show(name)} has no value in quotes`);
    let plain = true;
    let close = quote + 1;
    for (let code = codes[close]; code !== codes[quote]; code = codes[++close]) {
      if (code === undefined) fail(quote, `the value of attribute ${scan.show(name)} is never closed`);
      if (code === scan.LESS)
        fail(close, `a < in the value of attribute ${scan.show(name)}: written as text it is &lt;`);
      if (code === scan.AMPERSAND || code < scan.BLANK) plain = false;
    }
    const raw = text.slice(quote + 1, close);
    if (attributes.has(name)) fail(start, `attribute ${scan.show(name)} is there twice`);
    attributes.set(name, references.attribute(raw, quote + 1, plain));
    hasColon ||= name.includes(':') || name === 'xmlns';
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

/** Something else than an attribute stands at `start`, behind what ended at `end`. */
function failNoAttribute(text: string, lt: number, start: number, end: number): never {
  if (start >= text.length || text.startsWith('<', start)) fail(lt, 'this tag is never closed');
  return fail(start, start === end ? 'no white space before this attribute' : 'an unexpected character in a tag');
}

/** Treats attributes as the document type declares them: those of tokens lose blanks, those that are missing get their default. */
function withDeclared(
  written: ReadonlyMap<string, string>,
  declared: ReadonlyMap<string, DeclaredAttribute> | undefined,
): ReadonlyMap<string, string> {
  if (declared === undefined) return written;
  const attributes = new Map(written);
  for (const [name, { isTokenized, fallback }] of declared) {
    const value = attributes.get(name);
    if (value !== undefined && isTokenized) attributes.set(name, dropBlanks(value));
    if (value === undefined && fallback !== null) attributes.set(name, fallback);
  }
  return attributes;
}

const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** The prefix that needs no declaration. */
export const ROOT_SCOPE: Scope = new Map([['xml', XML]]);

/** Where an attribute begins of a tag that was read; where the tag does if it has only been declared. */
function startOfAttribute({ text, codes }: TagContext, lt: number, at: number, name: string): number {
  for (let end = at; ;) {
    const start = scan.skipSpace(codes, end);
    const nameEnd = endOfName(text, start);
    if (nameEnd === -1) return lt;
    if (text.slice(start, nameEnd) === name) return start;
    const quote = openingQuote(codes, nameEnd);
    end = text.indexOf(text.charAt(quote), quote + 1) + 1;
  }
}

/** The place of a name as it is written: of the element's own, or of an attribute. */
type PlaceOf = (written: string) => number;

/** Applies Namespaces in XML 1.0 to a tag. */
function resolve(
  element: string,
  written: ReadonlyMap<string, string>,
  outer: Scope,
  placeOf: PlaceOf,
): Pick<StartTag, 'attributes' | 'scope'> {
  const scope = scopeOf(written, outer, placeOf);
  namespaceOf(element, scope, placeOf);
  const attributes = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of written) {
    if (isDeclaration(name)) continue;
    const namespace = namespaceOf(name, scope, placeOf);
    if (namespace === null) attributes.set(name, value);
    else {
      const local = name.slice(name.indexOf(':') + 1);
      const expanded = `${local} ${namespace}`;
      if (seen.has(expanded))
        fail(placeOf(name), `attribute ${scan.show(local)} of one namespace is there twice, by two prefixes`);
      seen.add(expanded);
      if (!written.has(local)) attributes.set(local, value);
      attributes.set(name, value);
    }
  }
  return { attributes, scope };
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}

/** The namespaces in force inside a tag. */
function scopeOf(written: ReadonlyMap<string, string>, outer: Scope, placeOf: PlaceOf): Scope {
  let scope: Map<string, string> | null = null;
  for (const [name, namespace] of written) {
    if (!isDeclaration(name)) continue;
    const prefix = name.slice('xmlns:'.length);
    if (namespace === XMLNS || (namespace === XML) !== (prefix === 'xml') || prefix === 'xmlns')
      fail(placeOf(name), 'a namespace declaration of or for a reserved name');
    if (name === 'xmlns') continue;
    if (!scan.isName(prefix) || prefix.includes(':')) fail(placeOf(name), `${scan.show(name)} is no prefix and name`);
    if (namespace === '') fail(placeOf(name), `prefix ${scan.show(prefix)} is declared as nothing`);
    scope ??= new Map(outer);
    scope.set(prefix, namespace);
  }
  return scope ?? outer;
}

/** The namespace that the prefix of a name stands for, null without one. */
function namespaceOf(name: string, scope: Scope, placeOf: PlaceOf): string | null {
  const colon = name.indexOf(':');
  if (colon === -1) return null;
  const prefix = name.slice(0, colon);
  const local = name.slice(colon + 1);
  if (prefix === '' || !scan.isName(local) || local.includes(':'))
    fail(placeOf(name), `${scan.show(name)} is no prefix and name`);
  return scope.get(prefix) ?? fail(placeOf(name), `prefix ${scan.show(prefix)} of ${scan.show(name)} is not declared`);
}
