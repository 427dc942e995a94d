import type { Source } from './scan-source.ts';
import { skipMarkup, skipSpace } from './scan.ts';

/** What comes before the root element. */
export interface Prolog {
  /** Place of the root's start tag. */
  readonly root: number;
  /** Internal general entities of the document type declaration; null: an external one, which is never fetched. */
  readonly entities: ReadonlyMap<string, string | null>;
}

const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.\d+"|'1\.\d+')(?:\s+encoding\s*=\s*(?:"[\w.-]+"|'[\w.-]+'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;

const NO_ENTITIES: ReadonlyMap<string, string | null> = new Map();

/** Reads declaration, comments, instructions and document type, or null if malformed. The declared encoding does not matter (P04). */
export function readProlog(source: Source): Prolog | null {
  const { text, codes } = source;
  let entities: Prolog['entities'] | null = null;
  let at = DECLARATION.exec(text)?.[0].length ?? 0;
  for (;;) {
    at = skipSpace(codes, at);
    if (text.startsWith('<!DOCTYPE', at) && entities === null) {
      const doctype = readDoctype(source, at);
      if (doctype === null) return null;
      ({ entities } = doctype);
      at = doctype.end;
    } else if (text.startsWith('<!', at) || text.startsWith('<?', at)) {
      at = skipMarkup(text, at, false);
      if (at === -1) return null;
    } else {
      return text.startsWith('<', at) ? { root: at, entities: entities ?? NO_ENTITIES } : null;
    }
  }
}

const LITERAL = `(?:"[^"]*"|'[^']*')`;
const DOCTYPE = new RegExp(
  `<!DOCTYPE\\s+[^\\s"'<>[\\]]+\\s*(?:(?:SYSTEM\\s+${LITERAL}|PUBLIC\\s+${LITERAL}\\s+${LITERAL})\\s*)?(\\[)?`,
  'y',
);
const ENTITY = new RegExp(`<!ENTITY\\s+([^\\s"'%<>&;]+)\\s+(?:(${LITERAL})|(?:SYSTEM|PUBLIC)\\s[^>]*)\\s*>`, 'y');
const DECLARED = new RegExp(`<!(?:ENTITY\\s+%|ELEMENT|ATTLIST|NOTATION)\\s(?:[^"'>]|${LITERAL})*>`, 'y');
const PARAMETER_REFERENCE = /%[^\s;%&<>]+;/y;

function readDoctype(source: Source, start: number): { end: number; entities: Map<string, string | null> } | null {
  const { text, codes } = source;
  const entities = new Map<string, string | null>();
  const opening = matchAt(DOCTYPE, text, start);
  if (opening === null) return null;
  let at = start + opening[0].length;
  if (opening[1] !== undefined) {
    at = readSubset(source, at, entities);
    if (at === -1) return null;
    at = skipSpace(codes, at);
  }
  return text.startsWith('>', at) ? { end: at + 1, entities } : null;
}

/** Where the internal subset ends, behind its `]`. Parameter entities are passed over, never replaced. */
function readSubset({ text, codes }: Source, start: number, entities: Map<string, string | null>): number {
  let at = start;
  while (at !== -1) {
    at = skipSpace(codes, at);
    if (text.startsWith(']', at)) return at + 1;
    const entity = matchAt(ENTITY, text, at);
    const other = entity ?? matchAt(DECLARED, text, at) ?? matchAt(PARAMETER_REFERENCE, text, at);
    if (other === null) {
      at = skipMarkup(text, at, false);
      continue;
    }
    // The first declaration of a name is the binding one.
    const name = entity?.[1];
    if (name !== undefined && !entities.has(name)) entities.set(name, entity?.[2]?.slice(1, -1) ?? null);
    at += other[0].length;
  }
  return -1;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
