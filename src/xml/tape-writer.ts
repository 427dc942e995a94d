import type { Element } from './element.ts';
import { formOf } from './form.ts';
import { DOCUMENT, stateBelow, type ReachPlan } from './reach-plan.ts';
import { ATTRIBUTE, END, NODE, NONE, TEXT, type Tape } from './tape.ts';

/**
 * Writes a tape tag by tag, in the order of the document. Where the reach asks for namespaces, names are as written;
 * else they are local names, and what is named `p:x` is dropped unless the reach names it so.
 */
export interface TapeWriter {
  /** A start tag; `place` as in the tape. */
  open(name: string, place: number): void;
  /** An attribute of the element opened last, before anything in it; it is dropped if the reach does not ask for it. */
  attribute(name: string, value: string): void;
  /** A text in the element that is open, if it is not empty; two in succession must be one. */
  text(value: string): void;
  /** The end of the element that is open. */
  close(): void;
  finish(): Tape;
}

/** Begins the tape of a document that is read by a plan. */
export function writeTape(plan: ReachPlan): TapeWriter {
  const hasPrefixes = plan.reach.namespaces === true;
  const isWanted = wantedOf(plan);
  const { names, idOf } = numberNames(plan);
  const nodes: number[] = [];
  const attributes: number[] = [];
  const texts: number[] = [];
  const values: string[] = [];
  const open: { node: number; state: number; isWhole: boolean }[] = [];
  let length = 0;

  /** A name and its prefix. */
  function idsOf(written: string): readonly [number, number] {
    const colon = hasPrefixes ? written.indexOf(':') : -1;
    return colon === -1 ? [idOf(written), NONE] : [idOf(written.slice(colon + 1)), idOf(written.slice(0, colon))];
  }

  function range(value: string): readonly [number, number] {
    values.push(value);
    length += value.length;
    return [length - value.length, length];
  }

  const counts = (): readonly [number, number] => [attributes.length / ATTRIBUTE, texts.length / TEXT];

  return {
    open(written, place) {
      const above = open.at(-1) ?? { node: NONE, state: DOCUMENT, isWhole: plan.whole[DOCUMENT] === 1 };
      const [name, prefix] = idsOf(written);
      const state = stateBelow(plan, above.state, name);
      const isWhole = above.isWhole || plan.whole[state] === 1 || plan.reach.whole?.has(names[name] ?? '') === true;
      open.push({ node: nodes.length / NODE, state, isWhole });
      nodes.push(name, prefix, above.node, 0, ...counts(), plan.path[state] ?? NONE, place);
    },
    attribute(name, value) {
      if (isWanted(name, open.at(-1)?.isWhole === true))
        attributes.push(...idsOf(name), ...range(value), formOf(value));
    },
    text(value) {
      if (value !== '') texts.push(...range(value), open.at(-1)?.node ?? NONE);
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

/** Names by number: the plan's, and behind them those that a document has beside. */
function numberNames(plan: ReachPlan): { readonly names: readonly string[]; readonly idOf: (name: string) => number } {
  const names = [...plan.names];
  const others = new Map<string, number>();
  return {
    names,
    idOf(name) {
      const id = plan.idOf(name);
      if (id !== NONE) return id;
      const known = others.get(name);
      if (known !== undefined) return known;
      others.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}

/** Whether an attribute is kept, by its written name. */
function wantedOf(plan: ReachPlan): (written: string, isWhole: boolean) => boolean {
  const { wanted, attributes, namespaces } = plan.reach;
  const names = wanted && new Set([...wanted, ...attributes].map((name) => name.toLowerCase()));
  const isNamed = (name: string, isWhole: boolean): boolean =>
    isWhole || names === undefined || names.has(name.toLowerCase());
  if (namespaces !== true)
    return (name, isWhole) => isNamed(name, isWhole) && (!name.includes(':') || plan.idOf(name) !== NONE);
  return (written, isWhole) =>
    written === 'xmlns' || written.startsWith('xmlns:') || isNamed(written.slice(written.indexOf(':') + 1), isWhole);
}

/** The tape of a tree, with what the reach asks for. */
export function tapeOf(root: Element, plan: ReachPlan): Tape {
  const tape = writeTape(plan);
  const write = (element: Element): void => {
    tape.open(element.name, NONE);
    for (const [name, value] of element.attributes) tape.attribute(name, value);
    tape.text(element.text);
    element.children.forEach(write);
    tape.close();
  };
  write(root);
  return tape.finish();
}
