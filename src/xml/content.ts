import { fail } from './fault.ts';
import { PREDEFINED, type Entities, type References } from './references.ts';
import { matchAt, NAME, show, SPACE } from './scan.ts';

/** A document with the entities in its content replaced, so that it can be read like one without a document type. */
export interface Expanded {
  readonly text: string;
  /** Where a character stood before; what an entity brought stands where its reference stood. */
  readonly original: (at: number) => number;
}

/** A reference that was replaced: where it ended, and where its replacement ended, with what came before counted in. */
interface Replaced {
  readonly from: number;
  readonly end: number;
  readonly expandedFrom: number;
  readonly expandedEnd: number;
}

/** Expands the entities in the content of the element at `root` (XML 1.0, 4.4.2). Unknown ones are left to the reader, who knows whether they matter. */
export function expandContent(text: string, root: number, entities: Entities, references: References): Expanded {
  const replaced: Replaced[] = [];
  let out = '';
  let from = 0;
  for (const { at, name, end } of entityReferences(text, root, entities)) {
    out += text.slice(from, at);
    const expandedFrom = out.length;
    out += replacementOf(name, at, [], entities, references);
    replaced.push({ from: at, end, expandedFrom, expandedEnd: out.length });
    from = end;
  }
  return { text: out + text.slice(from), original: (at) => originalPlace(replaced, at) };
}

function originalPlace(replaced: readonly Replaced[], at: number): number {
  const last = replaced.findLast(({ expandedFrom }) => expandedFrom <= at);
  if (last === undefined) return at;
  return at < last.expandedEnd ? last.from : at - last.expandedEnd + last.end;
}

/** What an entity stands for, entities within it replaced. */
function replacementOf(
  name: string,
  at: number,
  open: readonly string[],
  entities: Entities,
  references: References,
): string {
  const text = references.entity(name, at, open);
  let out = '';
  let from = 0;
  for (const inner of entityReferences(text, 0, entities, () => failUnbalanced(name, at))) {
    out += text.slice(from, inner.at) + replacementOf(inner.name, at, [...open, name], entities, references);
    from = inner.end;
  }
  return out + text.slice(from);
}

function failUnbalanced(name: string, at: number): never {
  return fail(at, `entity &${show(name)}; does not close what it opens`);
}

interface EntityReference {
  readonly name: string;
  readonly at: number;
  readonly end: number;
}

/** A piece of markup or a reference: what is neither is no complete one. */
const TOKEN = new RegExp(
  [
    '<!--[^]*?-->',
    '<!\\[CDATA\\[[^]*?\\]\\]>',
    '<\\?[^]*?\\?>',
    `</${NAME}${SPACE}*>`,
    `(?<start><${NAME}(?:[^<>"']|"[^"<]*"|'[^'<]*')*>)`,
    '&#\\w+;',
    `&(?<name>${NAME});`,
  ].join('|'),
  'y',
);

/** References to declared entities between tags, in order. `incomplete` is called if the text is not balanced in itself. */
function* entityReferences(
  text: string,
  start: number,
  entities: Entities,
  incomplete?: () => never,
): Generator<EntityReference> {
  let depth = 0;
  let at = start;
  for (;;) {
    at = nextMark(text, at);
    if (at === text.length) break;
    const token = matchAt(TOKEN, text, at);
    if (token === null) {
      incomplete?.();
      return;
    }
    const end = at + token[0].length;
    const { start: tag, name } = token.groups ?? {};
    if (tag !== undefined && !tag.endsWith('/>')) depth += 1;
    if (token[0].startsWith('</')) depth -= 1;
    if (depth < 0) incomplete?.();
    if (name !== undefined && !PREDEFINED.has(name) && typeof entities.get(name) === 'string') yield { name, at, end };
    at = end;
  }
  if (depth !== 0) incomplete?.();
}

const MARK = /[<&]/g;

function nextMark(text: string, from: number): number {
  MARK.lastIndex = from;
  return MARK.exec(text)?.index ?? text.length;
}
