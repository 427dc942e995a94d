import type { NestedContract, NestedTable } from '../../contract/nested/model.ts';
import type { NameTest, Path, PathCondition } from '../../contract/nested/path.ts';
import { withNested } from '../../contract/nested/tree.ts';

/** What leads to the rows of a table; none for those that stand where their parents do. */
export function rowPaths({ rows }: NestedTable): readonly Path[] {
  if (rows.kind === 'parent') return [];
  return rows.kind === 'paths' ? rows.paths : rows.entries.flatMap(({ paths }) => paths);
}

/** What the columns of a table read. */
export function columnPaths({ columns }: NestedTable): readonly Path[] {
  return columns.flatMap(({ source }) => (source.kind === 'paths' ? source.alternatives.flat() : []));
}

/** All tests of names in the paths and predicates of a contract. */
function testsOf({ roots, documentId, tables }: NestedContract): readonly NameTest[] {
  const paths = withNested(tables).flatMap((table) => [...rowPaths(table), ...(table.at ?? []), ...columnPaths(table)]);
  return [...roots, ...[...(documentId ?? []), ...paths].flatMap(testsOfPath)];
}

function testsOfPath({ start, steps }: Path): readonly NameTest[] {
  const first = start.kind === 'ancestor' ? [start.test, ...start.conditions.flatMap(testsOfCondition)] : [];
  const others = steps.flatMap((step): readonly NameTest[] => {
    if (step.axis === 'deep') return [];
    const conditions = step.predicates.flatMap((predicate) =>
      predicate.kind === 'position' || predicate.kind === 'last' ? [] : testsOfCondition(predicate),
    );
    return step.axis === 'text' ? conditions : [step.test, ...conditions];
  });
  return [...first, ...others];
}

function testsOfCondition(condition: PathCondition): readonly NameTest[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap(testsOfCondition);
    case 'not':
      return testsOfCondition(condition.operand);
    default:
      return testsOfPath(condition.path);
  }
}

/** All element and attribute names that a contract reads, in lower case. */
export function namesIn(contract: NestedContract): ReadonlySet<string> {
  return new Set(testsOf(contract).flatMap(({ local }) => local?.toLowerCase() ?? []));
}

/** All namespaces that a contract names. */
export function namespacesIn(contract: NestedContract): readonly string[] {
  return [...new Set(testsOf(contract).flatMap(({ namespace }) => namespace ?? []))].filter((uri) => uri !== '');
}
