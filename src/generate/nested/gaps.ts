import type { NestedContract } from '../../contract/nested/model.ts';
import type { Path, PathCondition, PathStep } from '../../contract/nested/path.ts';
import { columnPaths, rowPaths } from './names.ts';
import type { MadeDocument } from './plan.ts';
import { startOf } from './reading.ts';
import { findSteps, type XmlFind, type XmlNode } from './tree.ts';

/** Elements of a document in which nothing may be added that its contract does not name. */
export interface Closed {
  /** Those whose children are read whatever they are called. */
  readonly children: Set<XmlNode>;
  /** Those of which all below is read. */
  readonly whole: Set<XmlNode>;
}

/** What of a document would be read differently if more were in it. */
export function closedIn({ documentId, tables }: NestedContract, { root, rows }: MadeDocument): Closed {
  const closed: Closed = { children: new Set(), whole: new Set() };
  const top = root.parent ?? root;
  for (const path of documentId ?? [])
    close(closed, startOf({ base: { node: root, attribute: null }, top }, path.start), path, true);
  const outside = { base: { node: top, attribute: null }, top };
  for (const table of tables)
    for (const path of rowPaths(table)) close(closed, startOf(outside, path.start), path, table.split !== null);
  for (const { table, row } of rows) {
    const { base, find } = row;
    for (const path of columnPaths(table)) close(closed, startOf({ base, top }, path.start), path, true);
    for (const path of table.at ?? []) close(closed, startOf({ base: find, top }, path.start), path, false);
    for (const nested of table.tables)
      for (const path of rowPaths(nested))
        close(closed, startOf({ base: find, top }, path.start), path, nested.split !== null);
  }
  return closed;
}

function close(closed: Closed, from: XmlFind | null, { steps, reads }: Path, isRead: boolean): void {
  if (from === null || from.attribute !== null) return;
  steps.forEach((step, index) => {
    for (const { node } of findSteps(from.node, steps.slice(0, index))) closeStep(closed, node, step, steps[index - 1]);
  });
  if (!isRead || reads === 'name') return;
  for (const { node, attribute } of findSteps(from.node, steps)) if (attribute === null) closed.whole.add(node);
}

function closeStep(closed: Closed, node: XmlNode, step: PathStep, before: PathStep | undefined): void {
  if (step.axis === 'deep') return;
  if (step.axis === 'child' && step.test.local === null)
    (before?.axis === 'deep' ? closed.whole : closed.children).add(node);
  if (step.axis !== 'child') return;
  for (const predicate of step.predicates) {
    if (predicate.kind === 'position' || predicate.kind === 'last') continue;
    for (const { node: found } of findSteps(node, [{ ...step, predicates: [] }]))
      closeCondition(closed, found, predicate);
  }
}

function closeCondition(closed: Closed, node: XmlNode, condition: PathCondition): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) closeCondition(closed, node, operand);
      return;
    case 'not':
      return closeCondition(closed, node, condition.operand);
    default:
      close(closed, { node, attribute: null }, condition.path, condition.kind !== 'exists');
  }
}
