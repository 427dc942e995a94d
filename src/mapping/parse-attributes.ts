import type { References } from './parse-references.ts';
import { hasLegalCharacters, NAME } from './scan.ts';

const SPACE = '[ \\t\\n\\r]';
// A value is either plain, that is as written, or may have something to replace.
const ATTRIBUTE = new RegExp(
  `${SPACE}+(${NAME})${SPACE}*=${SPACE}*(?:"([^"<&\\t\\n\\r]*)"|"([^"<]*)"|'([^'<]*)')`,
  'y',
);
const END = new RegExp(`${SPACE}*/?>`, 'y');

const NONE: ReadonlyMap<string, string> = new Map();

/** What a start tag says behind its name. */
export interface TagRest {
  /** By local name, without namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Place of the `>`. */
  readonly gt: number;
}

/** Reads the start tag whose name ends at `at`; null if malformed. */
export function readTagRest(text: string, at: number, references: References): TagRest | null {
  if (text.startsWith('>', at)) return { attributes: NONE, gt: at };
  const attributes = new Map<string, string>();
  let prefixed = false;
  let end = at;
  ATTRIBUTE.lastIndex = at;
  for (let match = ATTRIBUTE.exec(text); match !== null; match = ATTRIBUTE.exec(text)) {
    const name = match[1] ?? '';
    const plain = match[2];
    const value = plain === undefined ? references.attribute(match[3] ?? match[4] ?? '') : references.plain(plain);
    if (value === null || attributes.has(name)) return null;
    attributes.set(name, value);
    prefixed ||= name.includes(':') || name === 'xmlns';
    end = ATTRIBUTE.lastIndex;
  }
  END.lastIndex = end;
  const gt = END.test(text) ? END.lastIndex - 1 : -1;
  if (gt === -1 || !hasLegalCharacters(text.slice(at, gt))) return null;
  return { attributes: prefixed ? withoutNamespaces(attributes) : attributes, gt };
}

function withoutNamespaces(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const local = new Map<string, string>();
  for (const [name, value] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) local.set(name.slice(name.indexOf(':') + 1), value);
  }
  return local;
}
