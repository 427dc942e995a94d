import type { PathCondition, PathStep, Predicate } from '../../contract/nested/path.ts';
import type { Random } from '../random.ts';
import type { Journal } from './journal.ts';
import { findSteps, holds, isOpen, type XmlAttribute, type XmlFind, type XmlNode } from './tree.ts';

/** What documents are made with. */
export interface Ground {
  readonly random: Random;
  readonly journal: Journal;
  /** For elements and attributes that may be called anything. */
  readonly names: readonly [string, ...string[]];
  /** What must not be empty, whoever says what it is. */
  readonly open: XmlFind[];
}

/** `fresh` wants the last of the steps new; `name` is what it is called where any name fits. */
interface Wish {
  readonly fresh?: boolean;
  readonly name?: string;
}

/** What steps lead to from an element: what is there, or new elements that fulfil the predicates. Null where there can be none. */
export function plant(ground: Ground, from: XmlNode, steps: readonly PathStep[], wish: Wish = {}): XmlFind | null {
  if (wish.fresh !== true) {
    const [there] = findSteps(from, steps);
    if (there !== undefined) return there;
  }
  return ground.journal.attempt(() => {
    let find: XmlFind | null = { node: from, attribute: null };
    for (const [index, step] of steps.entries()) {
      if (find === null || find.attribute !== null) return null;
      if (step.axis === 'deep' || step.axis === 'text') continue;
      const isNew = wish.fresh === true && index === steps.length - 1;
      const there: XmlFind | undefined = isNew ? undefined : findSteps(find.node, [step])[0];
      const add = step.axis === 'child' ? addChild : addAttribute;
      find = there ?? add(ground, find.node, step, wish.name);
    }
    return find;
  });
}

type NamedStep = Exclude<PathStep, { axis: 'deep' | 'text' }>;

function addChild(ground: Ground, parent: XmlNode, step: NamedStep, name: string | undefined): XmlFind | null {
  const { test, predicates } = step;
  const { random, names } = ground;
  const [first] = predicates;
  if (first?.kind === 'position') {
    const missing = first.position - 1 - findSteps(parent, [{ ...step, predicates: [] }]).length;
    if (missing < 0) return null;
    for (let left = missing; left > 0; left -= 1)
      append(ground, parent, test.local ?? random.pick(names), test.namespace);
  }
  const node = append(ground, parent, test.local ?? name ?? random.pick(names), test.namespace);
  return fulfil(ground, { node, attribute: null }, predicates) ? { node, attribute: null } : null;
}

function append({ journal }: Ground, parent: XmlNode, name: string, namespace: string | null): XmlNode {
  const node: XmlNode = { name, namespace: namespace ?? '', parent, attributes: [], children: [], text: null };
  parent.children.push(node);
  journal.note(parent, () => parent.children.splice(parent.children.indexOf(node), 1));
  return node;
}

function addAttribute(ground: Ground, node: XmlNode, step: NamedStep, wanted: string | undefined): XmlFind | null {
  const { test, predicates } = step;
  const isFree = (name: string): boolean => !node.attributes.some((known) => known.name === name);
  const name = test.local ?? wanted ?? ground.names.find(isFree) ?? '';
  if (name === '' || !isFree(name)) return null;
  const attribute: XmlAttribute = { name, namespace: test.namespace ?? '', value: null };
  node.attributes.push(attribute);
  ground.journal.note(node, () => node.attributes.splice(node.attributes.indexOf(attribute), 1));
  return fulfil(ground, { node, attribute }, predicates) ? { node, attribute } : null;
}

function fulfil(ground: Ground, find: XmlFind, predicates: readonly Predicate[]): boolean {
  return predicates.every((predicate) => {
    if (predicate.kind === 'position' || predicate.kind === 'last') return true;
    if (!satisfy(ground, find, predicate)) return false;
    ground.journal.promise(find, predicate);
    return true;
  });
}

/** Makes a condition true, as far as that takes something that is not there. */
function satisfy(ground: Ground, find: XmlFind, condition: PathCondition): boolean {
  if (holds(find, condition)) return true;
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => satisfy(ground, find, operand));
    case 'or': {
      const [first, ...rest] = condition.operands;
      return first !== undefined && satisfy(ground, find, ground.random.pick([first, ...rest]));
    }
    case 'not':
      return false;
    default: {
      const { path } = condition;
      const at = path.steps.length === 0 ? find : find.attribute === null ? plant(ground, find.node, path.steps) : null;
      if (at === null) return false;
      if (condition.kind === 'exists') return true;
      if (path.reads === 'name') return rename(ground, at, condition.text);
      if (condition.kind === '!=') ground.open.push(at);
      else setText(ground, at, condition.text);
      return true;
    }
  }
}

/** Only of elements, and only where any name fits; that it does is part of what was promised. */
function rename({ journal }: Ground, { node, attribute }: XmlFind, name: string): boolean {
  if (attribute !== null) return false;
  const before = node.name;
  node.name = name;
  journal.note(node, () => (node.name = before));
  return true;
}

/** Gives a find its text, unless it has one. */
export function setText({ journal }: Ground, { node, attribute }: XmlFind, text: string): void {
  if (attribute === null ? node.text !== null : attribute.value !== null) return;
  if (attribute === null) node.text = text;
  else attribute.value = text;
  journal.note(node, () => (attribute === null ? (node.text = null) : (attribute.value = null)));
}

/** Says something where nobody else has. */
export function settle(ground: Ground): void {
  for (const find of ground.open.splice(0)) if (isOpen(find)) setText(ground, find, ground.random.pick(ground.names));
}
