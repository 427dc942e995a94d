import { readDoctype, type Declarations } from './doctype.ts';
import type { Limits } from './element.ts';
import { fail } from './fault.ts';
import { openReferences } from './references.ts';
import { checkCharacters, skipMarkup, skipSpace, SPACE, type Source } from './scan.ts';

/** What comes before the root element. */
export interface Prolog extends Pick<Declarations, 'entities' | 'attributes' | 'references'> {
  /** Place of the root's start tag. */
  readonly root: number;
}

/** An XML declaration. */
export const DECLARATION = new RegExp(
  `^<\\?xml${SPACE}+version${SPACE}*=${SPACE}*(?:"1\\.\\d+"|'1\\.\\d+')` +
    `(?:${SPACE}+encoding${SPACE}*=${SPACE}*(?:"[A-Za-z][\\w.-]*"|'[A-Za-z][\\w.-]*'))?` +
    `(?:${SPACE}+standalone${SPACE}*=${SPACE}*(?:"(yes|no)"|'(yes|no)'))?${SPACE}*\\?>`,
);

/** Reads declaration, comments, instructions and document type. The declared encoding does not matter any more: the text is decoded (P04). */
export function readProlog(source: Source, limits: Limits): Prolog {
  const { text, codes } = source;
  const declaration = DECLARATION.exec(text);
  const entities = new Map<string, string | null>();
  const declarations: Declarations = {
    entities,
    attributes: new Map(),
    parameters: new Map(),
    references: openReferences(entities, limits),
    isPartial: false,
    isStandalone: (declaration?.[1] ?? declaration?.[2]) === 'yes',
  };
  let hasDoctype = false;
  let at = declaration?.[0].length ?? 0;
  for (;;) {
    at = skipSpace(codes, at);
    if (text.startsWith('<!DOCTYPE', at) && !hasDoctype) {
      hasDoctype = true;
      at = readDoctype(source, at, declarations);
    } else if (text.startsWith('<!', at) || text.startsWith('<?', at)) {
      at = skipMarkup(text, at, { inRoot: false, kept: false });
    } else break;
  }
  checkCharacters(text.slice(0, at), 0);
  if (at === text.length) fail(at, 'no root element');
  if (text.startsWith('<', at)) return { ...declarations, root: at };
  return fail(at, at === 0 ? 'the document does not begin with <' : 'text before the root element');
}
