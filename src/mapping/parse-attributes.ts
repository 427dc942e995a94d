import type { References } from './parse-references.ts';
import { hasLegalCharacters, NAME } from './scan.ts';

const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const END = /\s*\/?>/y;

const NONE: ReadonlyMap<string, string> = new Map();

/** The attributes of a start tag whose name ends at `at` and whose `>` is at `gt`, by local name; null if malformed. Namespace declarations are none. */
export function readAttributes(
  text: string,
  at: number,
  gt: number,
  references: References,
): ReadonlyMap<string, string> | null {
  if (at === gt) return NONE;
  const attributes = new Map<string, string>();
  let prefixed = false;
  let end = at;
  ATTRIBUTE.lastIndex = at;
  for (let match = ATTRIBUTE.exec(text); match !== null; match = ATTRIBUTE.exec(text)) {
    const name = match[1] ?? '';
    const value = references.attribute(match[2] ?? match[3] ?? '');
    if (value === null || attributes.has(name)) return null;
    attributes.set(name, value);
    prefixed ||= name.includes(':') || name === 'xmlns';
    end = ATTRIBUTE.lastIndex;
  }
  END.lastIndex = end;
  if (!END.test(text) || END.lastIndex !== gt + 1 || !hasLegalCharacters(text.slice(at, gt))) return null;
  return prefixed ? withoutNamespaces(attributes) : attributes;
}

function withoutNamespaces(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const local = new Map<string, string>();
  for (const [name, value] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) local.set(name.slice(name.indexOf(':') + 1), value);
  }
  return local;
}
