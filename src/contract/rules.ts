import type { Findings } from './findings.ts';
import { checkDuplicateColumns, checkMapping } from './mapping-rules.ts';
import type { Draft } from './shape.ts';
import {
  checkDeclarations,
  checkFilterRules,
  checkInsertionOrder,
  checkRelationships,
  checkUnlisted,
} from './table-rules.ts';

/**
 * Checks what no single key can tell (spec 2.5). A rule that needs the whole of a part stays silent while that part has
 * faults of its own, so that one mistake is not reported as several.
 */
export function checkRules(draft: Draft, findings: Findings): void {
  const sound = (...parts: string[]): boolean => !parts.some((part) => draft.broken.has(part));
  checkNotEmpty(draft, findings);
  for (const mapping of draft.mappings) checkMapping(draft, mapping, findings);
  if (sound('tables', 'row_tables')) checkDuplicateColumns(draft, findings);
  if (sound('element_filtering', 'mappings', 'tables', 'row_tables')) checkFilterRules(draft, findings);
  if (sound('table_insertion_order')) checkRelationships(draft, findings);
  if (sound('table_insertion_order', 'log_table')) checkUnlisted(draft, findings);
  if (sound('mappings', 'tables', 'row_tables', 'element_filtering')) checkDeclarations(draft, findings);
  if (sound('mappings', 'relationships', 'tables', 'row_tables', 'log_table', 'table_insertion_order')) {
    checkInsertionOrder(draft, findings);
  }
}

function checkNotEmpty(draft: Draft, { faults }: Findings): void {
  if (draft.mappings.length > 0 || draft.broken.has('mappings')) return;
  faults.push({ path: ['mappings'], message: 'is empty', advice: 'Map at least one attribute to a column.' });
}
