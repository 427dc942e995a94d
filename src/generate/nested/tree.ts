import type { NameTest, PathCondition, PathStep, Predicate, TextTest } from '../../contract/nested/path.ts';

/** An element of a document in the making; the document itself is one without name or parent. */
export interface XmlNode {
  name: string;
  /** URI; the empty text is none. */
  readonly namespace: string;
  readonly parent: XmlNode | null;
  readonly attributes: XmlAttribute[];
  readonly children: XmlNode[];
  /** What stands before the children; null while nobody has said. */
  text: string | null;
}

export interface XmlAttribute {
  readonly name: string;
  readonly namespace: string;
  /** Null while nobody has said. */
  value: string | null;
}

/** What a path leads to: an element, or one of its attributes. */
export interface XmlFind {
  readonly node: XmlNode;
  readonly attribute: XmlAttribute | null;
}

/** What steps find from an element, in document order. */
export function findSteps(from: XmlNode, steps: readonly PathStep[]): readonly XmlFind[] {
  let finds: readonly XmlFind[] = [{ node: from, attribute: null }];
  for (const step of steps) {
    const [only] = finds;
    if (only === undefined) break;
    finds = finds.length === 1 ? findStep(only, step) : finds.flatMap((find) => findStep(find, step));
  }
  return finds;
}

function findStep({ node, attribute }: XmlFind, step: PathStep): readonly XmlFind[] {
  if (attribute !== null) return [];
  if (step.axis === 'deep') return [node, ...below(node)].map((at) => ({ node: at, attribute: null }));
  const found: XmlFind[] = [];
  if (step.axis === 'text') {
    if ((node.text ?? '') !== '') found.push({ node, attribute: null });
  } else if (step.axis === 'attribute') {
    for (const one of node.attributes) if (fits(one, step.test)) found.push({ node, attribute: one });
  } else for (const one of node.children) if (fits(one, step.test)) found.push({ node: one, attribute: null });
  return step.predicates.reduce(keep, found);
}

function below(node: XmlNode): readonly XmlNode[] {
  return node.children.flatMap((child) => [child, ...below(child)]);
}

function keep(finds: readonly XmlFind[], predicate: Predicate): readonly XmlFind[] {
  if (predicate.kind === 'position') return finds.slice(predicate.position - 1, predicate.position);
  return predicate.kind === 'last' ? finds.slice(-1) : finds.filter((find) => holds(find, predicate));
}

/** Whether a name passes a test. */
export function fits(of: { readonly name: string; readonly namespace: string }, test: NameTest): boolean {
  return (
    (test.local === null || test.local === of.name) && (test.namespace === null || test.namespace === of.namespace)
  );
}

/** Whether a find fulfils a condition, as far as that is said yet. */
export function holds(find: XmlFind, condition: PathCondition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => holds(find, operand));
    case 'or':
      return condition.operands.some((operand) => holds(find, operand));
    case 'not':
      return !holds(find, condition.operand);
    default: {
      const { path } = condition;
      const finds = find.attribute === null ? findSteps(find.node, path.steps) : path.steps.length === 0 ? [find] : [];
      if (condition.kind === 'exists') return finds.length > 0;
      // Whatever will be said differs from the text, or else it is taken back.
      if (condition.kind === '!=' && finds.some(isOpen)) return true;
      const test = TESTS[condition.kind];
      return finds.some((one) => test((path.reads === 'name' ? nameOf(one) : textOf(one)).trim(), condition.text));
    }
  }
}

const TESTS: Record<TextTest, (found: string, text: string) => boolean> = {
  '=': (found, text) => found === text,
  '!=': (found, text) => found !== text,
  'starts-with': (found, text) => found.startsWith(text),
  contains: (found, text) => found.includes(text),
};

/** Whether nobody has said what the text of a find is. */
export function isOpen({ node, attribute }: XmlFind): boolean {
  return attribute === null ? node.text === null && node.children.length === 0 : attribute.value === null;
}

export function nameOf({ node, attribute }: XmlFind): string {
  return (attribute ?? node).name;
}

/** The value of an attribute, or the text of an element with all below it. */
export function textOf({ node, attribute }: XmlFind): string {
  return attribute === null ? wholeText(node) : (attribute.value ?? '');
}

function wholeText({ text, children }: XmlNode): string {
  return (text ?? '') + children.map(wholeText).join('');
}

/** The element so many levels above a find, or null above the root. */
export function above({ node, attribute }: XmlFind, levels: number): XmlFind | null {
  let at: XmlNode | null = node;
  for (let left = attribute === null ? levels : levels - 1; left > 0 && at !== null; left -= 1) at = at.parent;
  return at === null || at.parent === null ? null : { node: at, attribute: null };
}
