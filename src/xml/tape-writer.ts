import type { Element } from './element.ts';
import { DOCUMENT, stateBelow, type ReachPlan } from './reach-plan.ts';
import { ATTRIBUTE, END, NODE, NONE, TEXT, type Tape } from './tape.ts';

/** Writes a tape tag by tag, in the order of the document. Names are local names; `''` is no prefix. */
export interface TapeWriter {
  /** A start tag; `place` as in the tape. */
  open(name: string, prefix: string, place: number): void;
  /** An attribute of the element opened last, before anything in it. */
  attribute(name: string, prefix: string, value: string): void;
  /** A text in the element that is open; two in succession must be one. */
  text(value: string): void;
  /** The end of the element that is open. */
  close(): void;
  finish(): Tape;
}

/** Begins the tape of a document that is read by a plan. */
export function writeTape(plan: ReachPlan): TapeWriter {
  const names = [...plan.names];
  const others = new Map<string, number>();
  const nodes: number[] = [];
  const attributes: number[] = [];
  const texts: number[] = [];
  const values: string[] = [];
  const open: { node: number; state: number }[] = [];
  let length = 0;

  function idOf(name: string): number {
    const id = plan.idOf(name);
    if (id !== NONE) return id;
    const known = others.get(name);
    if (known !== undefined) return known;
    others.set(name, names.length);
    return names.push(name) - 1;
  }

  function range(value: string): readonly [number, number] {
    values.push(value);
    length += value.length;
    return [length - value.length, length];
  }

  const prefixId = (prefix: string): number => (prefix === '' ? NONE : idOf(prefix));
  const counts = (): readonly [number, number] => [attributes.length / ATTRIBUTE, texts.length / TEXT];

  return {
    open(name, prefix, place) {
      const above = open.at(-1) ?? { node: NONE, state: DOCUMENT };
      const id = idOf(name);
      const state = stateBelow(plan, above.state, id);
      open.push({ node: nodes.length / NODE, state });
      nodes.push(id, prefixId(prefix), above.node, 0, ...counts(), plan.path[state] ?? NONE, place);
    },
    attribute(name, prefix, value) {
      attributes.push(idOf(name), prefixId(prefix), ...range(value));
    },
    text(value) {
      texts.push(...range(value), open.at(-1)?.node ?? NONE);
    },
    close() {
      const closed = open.pop();
      if (closed !== undefined) nodes[closed.node * NODE + END] = nodes.length / NODE;
    },
    finish() {
      nodes.push(NONE, NONE, NONE, NONE, ...counts(), NONE, NONE);
      return {
        names,
        text: values.join(''),
        nodes: Int32Array.from(nodes),
        attributes: Int32Array.from(attributes),
        texts: Int32Array.from(texts),
      };
    },
  };
}

/** The tape of a tree that the careful reader made, with what the reach asks for. */
export function tapeOf(root: Element, plan: ReachPlan): Tape {
  const tape = writeTape(plan);
  const isWanted = wantedOf(plan);
  const write = (element: Element, above: number, isWholeAbove: boolean): void => {
    const state = stateBelow(plan, above, plan.idOf(element.name));
    const isWhole = isWholeAbove || plan.whole[state] === 1 || plan.reach.whole?.has(element.name) === true;
    tape.open(element.name, '', NONE);
    for (const [name, value] of element.attributes) if (isWanted(name, isWhole)) tape.attribute(name, '', value);
    if (element.text !== '') tape.text(element.text);
    for (const child of element.children) write(child, state, isWhole);
    tape.close();
  };
  write(root, DOCUMENT, plan.whole[DOCUMENT] === 1);
  return tape.finish();
}

/** Whether an attribute is kept; the written name of one with a prefix only where the reach says it. */
function wantedOf(plan: ReachPlan): (name: string, isWhole: boolean) => boolean {
  const { wanted, attributes } = plan.reach;
  const names = wanted && new Set([...wanted, ...attributes].map((name) => name.toLowerCase()));
  return (name, isWhole) =>
    (isWhole || names === undefined || names.has(name.toLowerCase())) &&
    (!name.includes(':') || plan.idOf(name) !== NONE);
}
