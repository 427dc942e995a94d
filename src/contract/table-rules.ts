import type { Step } from './contract.ts';
import { factsOfStep, parseChain, rowStep } from './mapping-types.ts';
import { ROW_COLUMNS } from './conventions.ts';
import type { TableKind } from './conventions.ts';
import { checkSpelling, suggest } from './findings.ts';
import type { Findings, Path } from './findings.ts';
import type { RawRowTable, RawTable } from './schema.ts';
import type { Draft } from './shape.ts';
import { fixedColumns, groupOptions, logTable, madeColumns, orderedTables, tableKind } from './tables.ts';

/** Contacts and addresses need a rule with a list of types wherever tables of them are filled (spec 2.3, 2.5). */
export function checkFilterRules(draft: Draft, findings: Findings): void {
  const { faults, warnings } = findings;
  const kinds = new Set(
    [...draft.table_insertion_order, ...orderedTables(draft)].map((name) => tableKind(draft, name)),
  );
  const children = kinds.has('address') || kinds.has('employment');
  if (kinds.has('contact') || children) requireRule(draft, 'contact', findings);
  if (kinds.has('address')) requireRule(draft, 'address', findings);
  if (kinds.has('employment') && !draft.filterRules.some((rule) => rule.element_type === 'employment')) {
    const message = 'has no rule with element_type employment, so the table of employments gets no rows';
    warnings.push({ path: ['element_filtering', 'filter_rules'], message, advice: '' });
  }
  for (const [position, { element_type: type, index }] of draft.filterRules.entries()) {
    if (draft.filterRules.findIndex((rule) => rule.element_type === type) === position) continue;
    const path = ['element_filtering', 'filter_rules', index, 'element_type'];
    faults.push({ path, message: `there is already a rule for ${type}`, advice: 'Merge the two rules.' });
  }
}

function requireRule(draft: Draft, type: string, { faults }: Findings): void {
  const rule = draft.filterRules.find(({ element_type: elementType }) => elementType === type);
  if (rule === undefined) {
    const others = draft.filterRules.map(({ element_type: other }) => other);
    const meant = suggest(type, others);
    faults.push({
      path: ['element_filtering', 'filter_rules'],
      message: `has no rule with element_type ${type}`,
      advice: `${meant === undefined ? 'Add one' : `Call ${meant} so`}: the contract has tables that are filled from each ${type}.`,
    });
  } else if (Object.values(rule.required_attributes).every((allowed) => allowed === true)) {
    faults.push({
      path: ['element_filtering', 'filter_rules', rule.index, 'required_attributes'],
      message: 'has no list of types',
      advice: `Give the attribute that tells the type of each ${type} the list of its values, the preferred one first.`,
    });
  }
}

/** Children stand in the order of inserts, after their parents (spec 2.5); their elements are those of the filter rules (spec 14). */
export function checkRelationships(draft: Draft, { faults, warnings }: Findings): void {
  const order = draft.table_insertion_order;
  const tables = [...order, ...orderedTables(draft)];
  for (const { index, parent_table: parent, child_table: child, xml_child_path: path } of draft.relationships) {
    if (parent !== '' && !tables.includes(parent)) {
      const message = `${parent} is no table of the contract`;
      warnings.push({ path: ['relationships', index, 'parent_table'], message, advice: checkSpelling(parent, tables) });
    }
    if (!order.includes(child)) {
      const meant = suggest(child, order);
      faults.push({
        path: ['relationships', index, 'child_table'],
        message: `${child} is not in table_insertion_order`,
        advice: meant === undefined ? 'Add it there, after its parent.' : `Did you mean ${meant}?`,
      });
    } else if (order.includes(parent) && order.indexOf(parent) > order.indexOf(child)) {
      faults.push({
        path: ['table_insertion_order', order.indexOf(child)],
        message: `${child} stands before ${parent}, which relationships[${index}] names as its parent`,
        advice: `Put ${parent} before it, or every document fails on the foreign key.`,
      });
    }
    const rule = draft.filterRules.find((filter) => filter.element_type === tableKind(draft, child));
    const element = path.split('/').at(-1);
    if (rule === undefined || rule.xml_child_path.endsWith(`/${element}`)) continue;
    warnings.push({
      path: ['relationships', index, 'xml_child_path'],
      message: `names ${element}, but the filter rule for ${rule.element_type} names another element, which is used`,
      advice: 'Make the two agree.',
    });
  }
}

/** The original writes a table that it was not told the place of after all others (spec 11.2). */
export function checkUnlisted(draft: Draft, { warnings }: Findings): void {
  const order = draft.table_insertion_order;
  const spare = order.filter((name) => !draft.mappings.some((mapping) => mapping.target_table === name));
  for (const name of new Set(draft.mappings.map((mapping) => mapping.target_table))) {
    if (order.includes(name)) continue;
    const index = draft.mappings.find((mapping) => mapping.target_table === name)?.index ?? 0;
    const meant = suggest(name, spare.length > 0 ? spare : order);
    warnings.push({
      path: ['mappings', index, 'target_table'],
      message: `${name} is not in table_insertion_order, so that it is written after all others`,
      advice: meant === undefined ? 'Add it there.' : `Did you mean ${meant}? Otherwise add it there.`,
    });
  }
}

/** Every table to insert into is the root, a child, declared, or filled by row-creating types alone (spec 2.5). */
export function checkInsertionOrder(draft: Draft, { faults, warnings }: Findings): void {
  for (const [i, name] of draft.table_insertion_order.entries()) {
    const path = ['table_insertion_order', i];
    if (draft.table_insertion_order.indexOf(name) < i) {
      warnings.push({ path, message: `${name} is listed twice`, advice: 'Keep the first.' });
    } else if (!isAccountedFor(draft, name)) {
      const mapped = draft.mappings.some((mapping) => mapping.target_table === name);
      faults.push({
        path,
        message: mapped
          ? `${name} is no child table of a relationship`
          : `${name} has no mapping and is no child table`,
        advice: mapped ? 'Add the relationship to its parent.' : 'Remove it, or add its relationship and mappings.',
      });
    }
  }
}

function isAccountedFor(draft: Draft, name: string): boolean {
  const kind = tableKind(draft, name);
  if (kind === 'root' || name === logTable(draft)) return true;
  if (draft.relationships.some((relationship) => relationship.child_table === name)) return true;
  const mappings = draft.mappings.filter((mapping) => mapping.target_table === name);
  if (mappings.length === 0) return false;
  if (draft.tables?.[name] !== undefined || draft.row_tables?.[name] !== undefined) return true;
  const needsNoParent = kind === 'score' || kind === 'indicator' || kind === 'history' || kind === 'report';
  return needsNoParent && mappings.every(({ mapping_type: type }) => rowStep(parseChain(type), kind) !== undefined);
}

/** Checks `tables` and `row_tables` (spec 14) against the rest of the contract. */
export function checkDeclarations(draft: Draft, findings: Findings): void {
  for (const role of ['root', 'contact'] as const) checkSingle(draft, role, findings);
  for (const [name, table] of Object.entries(draft.tables ?? {})) checkTable(draft, name, table, findings);
  for (const [name, table] of Object.entries(draft.row_tables ?? {})) checkRowTable(draft, name, table, findings);
  for (const name of orderedTables(draft)) {
    checkGroup(draft, name, findings);
    checkRowPaths(draft, name, findings);
  }
}

function checkSingle(draft: Draft, role: TableKind, { faults }: Findings): void {
  const [first, second] = orderedTables(draft).filter((name) => tableKind(draft, name) === role);
  if (second === undefined) return;
  const message = `${first} and ${second} are both the ${role} table`;
  faults.push({ path: ['tables'], message, advice: 'Give one of them another role, e.g. application.' });
}

function checkTable(draft: Draft, name: string, table: RawTable, findings: Findings): void {
  const path = ['tables', name];
  const { faults, warnings } = findings;
  if (!orderedTables(draft).includes(name)) {
    warnings.push({
      path,
      message: 'has no effect, as no mapping fills the table',
      advice: checkSpelling(name, orderedTables(draft)),
    });
  }
  if (table.role !== undefined && table.rows !== undefined) {
    faults.push({ path, message: 'has both role and rows', advice: 'Keep one of them.' });
  }
  if (draft.row_tables?.[name] !== undefined) {
    faults.push({ path, message: `${name} is also one of row_tables`, advice: 'Keep one of the two.' });
  }
  const each = table.rows?.each;
  if (each !== undefined && !draft.filterRules.some((rule) => rule.element_type === each)) {
    const message = `there is no filter rule with element_type ${each}`;
    const meant = suggest(
      each,
      draft.filterRules.map((rule) => rule.element_type),
    );
    const advice = meant === undefined ? 'Add it to element_filtering.' : `Did you mean ${meant}?`;
    faults.push({ path: [...path, 'rows', 'each'], message, advice });
  }
  if (table.key?.attribute !== undefined && tableKind(draft, name) !== 'contact') {
    warnings.push({
      path: [...path, 'key', 'attribute'],
      message: 'has an effect only with the role contact',
      advice: '',
    });
  }
  checkDuplicateKeys(draft, name, path, table, findings);
}

function checkRowTable(draft: Draft, name: string, table: RawRowTable, findings: Findings): void {
  const path = ['row_tables', name];
  if (!orderedTables(draft).includes(name)) {
    findings.warnings.push({
      path,
      message: 'has no effect, as no mapping fills the table',
      advice: checkSpelling(name, orderedTables(draft)),
    });
  }
  const known = table.kind === 'group' ? [] : Object.keys(ROW_COLUMNS[table.kind]);
  for (const key of Object.keys(table.columns ?? {}).filter((column) => !known.includes(column))) {
    findings.faults.push({
      path: [...path, 'columns', key],
      message: `kind ${table.kind} has no such column`,
      advice: known.length > 0 ? `Its columns are ${known.join(', ')}.` : 'Use group_column and always.',
    });
  }
  if (table.kind === 'group' && groupOptions(draft, name).groupColumn === '') {
    findings.faults.push({
      path: [...path, 'group_column'],
      message: 'is missing',
      advice: 'Name the column that gets the number in parentheses.',
    });
  }
  checkDuplicateKeys(draft, name, path, table, findings);
}

function checkDuplicateKeys(
  draft: Draft,
  name: string,
  path: Path,
  table: RawTable | RawRowTable,
  { faults }: Findings,
): void {
  const { unique_key: uniqueKey, on_duplicate: onDuplicate } = table;
  const usual = ['contact', 'address', 'employment', 'score', 'indicator', 'history', 'report'];
  if (onDuplicate && onDuplicate !== 'fail' && !uniqueKey && !usual.includes(tableKind(draft, name))) {
    const advice = 'Name the columns by which duplicates are told.';
    faults.push({ path: [...path, 'unique_key'], message: `is missing, but on_duplicate is ${onDuplicate}`, advice });
  }
  const columns = columnsOf(draft, name);
  for (const [i, column] of (uniqueKey ?? []).entries()) {
    if (columns.has(column)) continue;
    const advice = `Use columns that every row may have: ${[...columns].join(', ')}.`;
    faults.push({ path: [...path, 'unique_key', i], message: `${column} is no column of ${name}`, advice });
  }
}

/** All columns that rows of a table can have: kinds with columns of their own fill no others. */
function columnsOf(draft: Draft, name: string): Set<string> {
  const kind = tableKind(draft, name);
  const mapped = draft.mappings
    .filter((mapping) => mapping.target_table === name)
    .map((mapping) => mapping.target_column ?? '');
  const made = madeColumns(draft, name, kind);
  const fills = fixedColumns(draft, name, kind).length === 0;
  return new Set([...made, ...(fills ? mapped : [])].filter((column) => column !== ''));
}

/** Rows of elements read themselves, their ancestors, and what is below those; of repeated elements there they get the last. */
function checkRowPaths(draft: Draft, name: string, { warnings }: Findings): void {
  const rowRule = draft.filterRules.find((rule) => rule.element_type === draft.tables?.[name]?.rows?.each);
  if (rowRule === undefined) return;
  const own = segments(rowRule.xml_child_path);
  for (const { index, target_table: table, xml_path: path, mapping_type: type } of draft.mappings) {
    if (table !== name || parseChain(type).some(readsElsewhere)) continue;
    const wanted = segments(path);
    const depth = wanted.findIndex((segment, i) => segment !== own[i]);
    const shared = depth === -1 ? wanted.length : depth;
    const others = draft.filterRules.map((rule) => segments(rule.xml_child_path));
    const repeated = others.find(
      (other) => other.length > shared && other.every((segment, i) => segment === wanted[i]),
    );
    if (shared === 0 || repeated === undefined) continue;
    const source = ['mappings', index, 'xml_path'];
    const [of, below] = [printPath(repeated), printPath(own.slice(0, shared))];
    const message = `${of} repeats: each row of ${name} gets the last one below its own ${below}`;
    warnings.push({ path: source, message, advice: 'Read it in a table of its own rows.' });
  }
}

/** Whether a step's value does not come from the path as such. */
function readsElsewhere({ name }: Step): boolean {
  return name === 'calculated_field' || (factsOfStep(name)?.selectsContact ?? false);
}

function segments(path: string): readonly string[] {
  return path.split('/').slice(1);
}

function printPath(names: readonly string[]): string {
  return names.map((segment) => `/${segment}`).join('');
}

/** `add_collateral` and `warranty_field` follow different rules, so a table has one of them only (spec 9). */
function checkGroup(draft: Draft, name: string, { faults }: Findings): void {
  if (tableKind(draft, name) !== 'group') return;
  const own = draft.mappings.filter((mapping) => mapping.target_table === name);
  const types = own
    .map(({ mapping_type: type }) => rowStep(parseChain(type), 'group')?.name)
    .filter((type) => type !== undefined);
  const odd = own.find((_, i) => types[i] !== undefined && types[i] !== types[0]);
  if (odd === undefined) return;
  const message = `${name} has mappings with add_collateral and with warranty_field`;
  faults.push({
    path: ['mappings', odd.index, 'mapping_type'],
    message,
    advice: 'Use one of the two types in one table.',
  });
}
