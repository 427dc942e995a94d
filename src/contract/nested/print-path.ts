import type { NameTest, Path, PathCondition, PathStep, Predicate } from './path.ts';

/** A path as a contract writes it; names of namespaces are printed as `{uri}name`. */
export function printPath({ start, steps, reads }: Path): string {
  const parts = steps.map(printStep);
  if (reads === 'name') parts.push('name()');
  if (start.kind === 'document') return `/${join(parts)}`;
  if (start.kind === 'ancestor') {
    return join([
      `ancestor::${printTest(start.test)}${start.conditions.map((condition) => `[${printCondition(condition)}]`).join('')}`,
      ...parts,
    ]);
  }
  if (start.levels > 0) return join([...Array.from({ length: start.levels }, () => '..'), ...parts]);
  if (parts.length === 0) return '.';
  return steps[0]?.axis === 'deep' ? join(['.', ...parts]) : join(parts);
}

/** `//` stands between two steps as an empty one. */
function join(parts: readonly string[]): string {
  return parts.join('/');
}

function printStep(step: PathStep): string {
  if (step.axis === 'deep') return '';
  const name =
    step.axis === 'text'
      ? 'text()'
      : step.axis === 'attribute'
        ? `@${printAttribute(step.test)}`
        : printTest(step.test);
  return `${name}${step.predicates.map((predicate) => `[${printPredicate(predicate)}]`).join('')}`;
}

function printTest({ local, namespace }: NameTest): string {
  return `${namespace === null ? '' : `{${namespace}}`}${local ?? '*'}`;
}

/** One without prefix is in no namespace. */
function printAttribute(test: NameTest): string {
  return printTest({ ...test, namespace: test.namespace === '' ? null : test.namespace });
}

function printPredicate(predicate: Predicate): string {
  if (predicate.kind === 'position') return String(predicate.position);
  return predicate.kind === 'last' ? 'last()' : printCondition(predicate);
}

function printCondition(condition: PathCondition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands
        .map((operand) => (operand.kind === 'or' ? `(${printCondition(operand)})` : printCondition(operand)))
        .join(` ${condition.kind} `);
    case 'not':
      return `not(${printCondition(condition.operand)})`;
    case 'exists':
      return printPath(condition.path);
    case 'starts-with':
    case 'contains':
      return `${condition.kind}(${printPath(condition.path)}, ${quote(condition.text)})`;
    default:
      return `${printPath(condition.path)}${condition.kind}${quote(condition.text)}`;
  }
}

/** A text within a path: in the quotes that it does not hold. */
export function quote(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
