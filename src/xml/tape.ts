/**
 * A document as every reader hands it over: lists of numbers, and one text that their ranges point into.
 *
 * | list         | words of a record                                              | in the order of             |
 * |--------------|----------------------------------------------------------------|-----------------------------|
 * | `nodes`      | name, prefix, parent, end, attributes, texts, step, place       | start tags                  |
 * | `attributes` | name, prefix, from, to, form                                   | start tags, then as written |
 * | `texts`      | from, to, owner                                                | the document                |
 *
 * - A node is its number. Those below node `n` are `n + 1` to `end - 1`; `parent` of the root is `NONE`.
 * - `attributes` and `texts` of a node count the records before its own: its attributes end where those of the next node
 *   begin, its texts and those below it are before the texts of node `end`, save what its ancestors own. A last record,
 *   behind the nodes, closes both lists.
 * - Names and prefixes are numbers of `names`. What a reach mentions has the same number in all its documents (`idOf` of
 *   its plan); other spellings are numbered by each document anew. No prefix, or prefixes not asked for: `NONE`.
 *   Declarations are attributes, `xmlns="…"` the one named `XMLNS`, `xmlns:p="…"` the one named `p` with prefix `XMLNS`.
 * - A text is what stands between two tags, with CDATA, without comments and instructions; owner is the node it is in.
 *   Which texts are kept says the reach: by default what is before an element's first child, unless it is blank.
 * - `step` is the number of the path of the reach that leads here, in the order of its set, `NONE` if there is none or
 *   `*` is in it. `place` is the offset of the start tag in the text of the document, `NONE` if not asked for.
 * - Values are decoded once, neither trimmed nor unescaped again. `form` says what an attribute's looks like (form.ts).
 *
 * It lives until its reader reads the next document.
 */
export interface Tape {
  readonly names: readonly string[];
  readonly text: string;
  readonly nodes: Int32Array;
  readonly attributes: Int32Array;
  readonly texts: Int32Array;
}

export const NONE = -1;

/** The first two of all `names`. */
export const XMLNS = 0;
export const XML = 1;

/** Words of a record of each list, and their places. */
export const [NODE, ATTRIBUTE, TEXT] = [8, 5, 3] as const;
export const [PARENT, END, ATTRIBUTES, STEP] = [2, 3, 4, 6] as const;
const [PREFIX, TEXTS, PLACE] = [1, 5, 7] as const;
export const [ATTRIBUTE_FROM, ATTRIBUTE_TO, FORM] = [2, 3, 4] as const;
const [TEXT_FROM, TEXT_TO, OWNER] = [0, 1, 2] as const;

export function nodeCount({ nodes }: Tape): number {
  return nodes.length / NODE - 1;
}

export function nameOf({ nodes }: Tape, node: number): number {
  return nodes[node * NODE] ?? NONE;
}

export function prefixOf({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + PREFIX] ?? NONE;
}

export function parentOf({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + PARENT] ?? NONE;
}

/** The first node that is not below `node`. */
export function endOf({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + END] ?? 0;
}

export function stepOf({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + STEP] ?? NONE;
}

export function placeOf({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + PLACE] ?? NONE;
}

/** The first attribute of a node; the last is before the first one of `node + 1`. */
export function firstAttribute({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + ATTRIBUTES] ?? 0;
}

/** The first text behind a node's start tag. */
export function firstText({ nodes }: Tape, node: number): number {
  return nodes[node * NODE + TEXTS] ?? 0;
}

export function attributeName({ attributes }: Tape, attribute: number): number {
  return attributes[attribute * ATTRIBUTE] ?? NONE;
}

export function attributePrefix({ attributes }: Tape, attribute: number): number {
  return attributes[attribute * ATTRIBUTE + PREFIX] ?? NONE;
}

export function attributeValue({ attributes, text }: Tape, attribute: number): string {
  const at = attribute * ATTRIBUTE;
  return text.slice(attributes[at + ATTRIBUTE_FROM], attributes[at + ATTRIBUTE_TO]);
}

/** The attribute of that name without prefix, or `NONE`. */
export function findAttribute({ nodes, attributes }: Tape, node: number, name: number): number {
  const end = nodes[(node + 1) * NODE + ATTRIBUTES] ?? 0;
  for (let at = nodes[node * NODE + ATTRIBUTES] ?? 0; at < end; at += 1) {
    if (attributes[at * ATTRIBUTE] === name && attributes[at * ATTRIBUTE + PREFIX] === NONE) return at;
  }
  return NONE;
}

/** Whether a word is what stands between two places of a text: to compare it there is faster than to cut it out. */
export function standsAt(text: string, from: number, to: number, word: string): boolean {
  if (word.length !== to - from) return false;
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) !== text.charCodeAt(from + at)) return false;
  return true;
}

export function textValue({ texts, text }: Tape, piece: number): string {
  return text.slice(texts[piece * TEXT + TEXT_FROM], texts[piece * TEXT + TEXT_TO]);
}

/** The node that a text stands in. */
export function ownerOf({ texts }: Tape, piece: number): number {
  return texts[piece * TEXT + OWNER] ?? NONE;
}

/** What stands before a node's first child, `''` if that is nothing or blank. */
export function leadingText(tape: Tape, node: number): string {
  const piece = firstText(tape, node);
  return piece < firstText(tape, node + 1) && ownerOf(tape, piece) === node ? textValue(tape, piece) : '';
}

/** All kept texts of a node and of what is below it, in order. */
export function wholeText(tape: Tape, node: number, between = ''): string {
  // Behind the node there may be texts of its ancestors.
  return piecesOf(tape, node, (piece) => ownerOf(tape, piece) >= node).join(between);
}

/** The kept texts of the node itself. */
export function ownText(tape: Tape, node: number): string {
  return piecesOf(tape, node, (piece) => ownerOf(tape, piece) === node).join('');
}

function piecesOf(tape: Tape, node: number, isMeant: (piece: number) => boolean): readonly string[] {
  const pieces: string[] = [];
  const end = firstText(tape, endOf(tape, node));
  for (let piece = firstText(tape, node); piece < end; piece += 1) {
    if (isMeant(piece)) pieces.push(textValue(tape, piece));
  }
  return pieces;
}

/** The namespace that a prefix (or `NONE`) stands for at a node: `''` if none. The reach must ask for namespaces. */
export function namespaceAt(tape: Tape, node: number, prefix: number): string {
  if (prefix === XML) return 'http://www.w3.org/XML/1998/namespace';
  const [name, of] = prefix === NONE ? [XMLNS, NONE] : [prefix, XMLNS];
  for (let at = node; at !== NONE; at = parentOf(tape, at)) {
    const end = firstAttribute(tape, at + 1);
    for (let attribute = firstAttribute(tape, at); attribute < end; attribute += 1) {
      if (attributeName(tape, attribute) === name && attributePrefix(tape, attribute) === of) {
        return attributeValue(tape, attribute);
      }
    }
  }
  return '';
}
