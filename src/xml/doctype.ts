import { fail, Malformed } from './fault.ts';
import { type References, replaceCharacters } from './references.ts';
import { matchAt, NAME, show, skipMarkup, skipSpace, SPACE, type Source } from './scan.ts';

/** What the document type says of one attribute. */
export interface DeclaredAttribute {
  /** Whether blanks around and between its parts are dropped (XML 1.0, 3.3.3). */
  readonly isTokenized: boolean;
  /** Its value where a tag lacks it. */
  readonly fallback: string | null;
}

/** Element name as written -> attribute name as written -> declaration. */
export type DeclaredAttributes = ReadonlyMap<string, ReadonlyMap<string, DeclaredAttribute>>;

/** What is collected while an internal subset is read. */
export interface Declarations {
  readonly entities: Map<string, string | null>;
  readonly attributes: Map<string, Map<string, DeclaredAttribute>>;
  readonly references: References;
  /** Parameter entities: what they stand for, null if that is never read. */
  readonly parameters: Map<string, string | null>;
  /** Whether something was not read that could have declared anything: what follows does not count then (XML 1.0, 5.1). */
  isPartial: boolean;
  readonly isStandalone: boolean;
}

const LITERAL = `(?:"[^"]*"|'[^']*')`;
const PUBLIC_ID = `(?:"[-'()+,./:=?;!*#@$_%a-zA-Z0-9 \\r\\n]*"|'[-()+,./:=?;!*#@$_%a-zA-Z0-9 \\r\\n]*')`;
const EXTERNAL_ID = `(?:SYSTEM${SPACE}+${LITERAL}|PUBLIC${SPACE}+${PUBLIC_ID}${SPACE}+${LITERAL})`;

const DOCTYPE = new RegExp(`<!DOCTYPE${SPACE}+${NAME}(?:${SPACE}+${EXTERNAL_ID})?${SPACE}*(\\[)?`, 'y');

/** Reads the document type declaration at `start` and returns where it ends. External parts are never fetched. */
export function readDoctype({ text, codes }: Source, start: number, declarations: Declarations): number {
  const opening = matchAt(DOCTYPE, text, start) ?? fail(start, 'a malformed document type declaration');
  let at = start + opening[0].length;
  if (opening[1] !== undefined) {
    at = readSubset(text, at, declarations, []);
    if (at === text.length) fail(start, 'this document type declaration is never closed');
    at = skipSpace(codes, at + 1);
  }
  return text.startsWith('>', at) ? at + 1 : fail(at, 'a malformed document type declaration');
}

const SPACES = new RegExp(`${SPACE}*`, 'y');
const PARAMETER_REFERENCE = new RegExp(`%(${NAME});`, 'y');

/** Reads declarations up to the `]` or the end, and returns its place. `open` are the parameter entities they stand in. */
function readSubset(text: string, start: number, declarations: Declarations, open: readonly string[]): number {
  let at = start;
  for (;;) {
    at += matchAt(SPACES, text, at)?.[0].length ?? 0;
    if (at === text.length || (text.startsWith(']', at) && open.length === 0)) return at;
    const reference = matchAt(PARAMETER_REFERENCE, text, at);
    if (reference !== null) {
      readParameter(reference[1] ?? '', at, declarations, open);
      at += reference[0].length;
    } else if (text.startsWith('<!--', at) || text.startsWith('<?', at)) {
      at = skipMarkup(text, at, { inRoot: false, kept: false });
    } else {
      at = readDeclaration(text, at, declarations);
    }
  }
}

/** What a parameter entity stands for are declarations too; their faults are told at the reference. */
function readParameter(name: string, at: number, declarations: Declarations, open: readonly string[]): void {
  const value = declarations.parameters.get(name) ?? null;
  if (value === null) {
    declarations.isPartial = !declarations.isStandalone;
    return;
  }
  if (open.includes(name)) fail(at, `entity %${show(name)}; contains itself`);
  declarations.references.count(value.length, at);
  try {
    readSubset(value, 0, declarations, [...open, name]);
  } catch (error) {
    if (error instanceof Malformed) fail(at, error.problem);
    throw error;
  }
}

const ENTITY = new RegExp(
  `<!ENTITY${SPACE}+(%${SPACE}+)?(${NAME})${SPACE}+(?:(${LITERAL})|${EXTERNAL_ID}(${SPACE}+NDATA${SPACE}+${NAME})?)${SPACE}*>`,
  'y',
);
const ATTLIST = new RegExp(`<!ATTLIST${SPACE}+(${NAME})`, 'y');
const MIXED = `\\(${SPACE}*#PCDATA(?:${SPACE}*\\)\\*?|(?:${SPACE}*\\|${SPACE}*${NAME})+${SPACE}*\\)\\*)`;
const OTHER = new RegExp(
  `<!(?:ELEMENT${SPACE}+${NAME}${SPACE}+(?:EMPTY|ANY|${MIXED}|\\([^<>&"'%#]*\\)[?*+]?)|` +
    `NOTATION${SPACE}+${NAME}${SPACE}+(?:${EXTERNAL_ID}|PUBLIC${SPACE}+${PUBLIC_ID}))${SPACE}*>`,
  'y',
);

function readDeclaration(text: string, at: number, declarations: Declarations): number {
  const entity = matchAt(ENTITY, text, at);
  if (entity !== null) {
    declareEntity(entity, at, declarations);
    return at + entity[0].length;
  }
  const list = matchAt(ATTLIST, text, at);
  if (list !== null) return readAttributes(text, at, list, declarations);
  const other = matchAt(OTHER, text, at) ?? fail(at, 'a malformed declaration in the document type');
  return at + other[0].length;
}

/** The first declaration of a name is the binding one. */
function declareEntity(
  [written, percent, name = '', literal, data]: readonly (string | undefined)[],
  at: number,
  { entities, parameters, isPartial }: Declarations,
): void {
  if (percent !== undefined && data !== undefined) fail(at, 'a malformed declaration in the document type');
  if (literal?.includes('%') === true) fail(at, 'a parameter entity inside a declaration');
  const declared = percent === undefined ? entities : parameters;
  const place = at + (written?.indexOf(literal ?? '') ?? 0) + 1;
  const value = literal === undefined ? null : replaceCharacters(literal.slice(1, -1), place);
  if (!isPartial && !declared.has(name)) declared.set(name, value);
}

const ENUMERATION = `\\(${SPACE}*[^()<>"'%&\\s|]+(?:${SPACE}*\\|${SPACE}*[^()<>"'%&\\s|]+)*${SPACE}*\\)`;
const TYPE = `CDATA|ID|IDREFS?|ENTITY|ENTITIES|NMTOKENS?|(?:NOTATION${SPACE}+)?${ENUMERATION}`;
const DEFAULT = `#REQUIRED|#IMPLIED|(?:#FIXED${SPACE}+)?("[^"<]*"|'[^'<]*')`;
const ATTRIBUTE = new RegExp(`${SPACE}+(${NAME})${SPACE}+(${TYPE})${SPACE}+(?:${DEFAULT})`, 'y');

/** Reads a list of attributes. Their defaults are made ready once, with the entities that are declared before them. */
function readAttributes(
  text: string,
  start: number,
  [opening, element = '']: RegExpExecArray,
  { attributes, references, isPartial }: Declarations,
): number {
  const declared = attributes.get(element) ?? new Map<string, DeclaredAttribute>();
  let at = start + opening.length;
  for (let one = matchAt(ATTRIBUTE, text, at); one !== null; one = matchAt(ATTRIBUTE, text, at)) {
    const [written, name = '', type, literal] = one;
    at += written.length;
    const value =
      literal === undefined ? null : references.attribute(literal.slice(1, -1), at - literal.length + 1, false);
    const isTokenized = type !== 'CDATA';
    const fallback = value !== null && isTokenized ? dropBlanks(value) : value;
    if (!isPartial && !declared.has(name)) declared.set(name, { isTokenized, fallback });
  }
  attributes.set(element, declared);
  at += matchAt(SPACES, text, at)?.[0].length ?? 0;
  return text.startsWith('>', at) ? at + 1 : fail(at, 'a malformed list of attributes in the document type');
}

/** What is left of a value of tokens: one blank between them, none around. */
export function dropBlanks(value: string): string {
  return value.replaceAll(/ +/g, ' ').replaceAll(/^ | $/g, '');
}
