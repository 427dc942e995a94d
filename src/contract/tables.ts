import { rowStep } from './mapping-types.ts';
import type { FilterRule, Mapping, RowKey, RowSource, Table } from './contract.ts';
import { CHILD_TYPE_COLUMNS, GROUPS, KEY_COLUMNS, LOG_TABLE, ROW_COLUMNS, TABLE_KINDS } from './conventions.ts';
import type { GroupOptions, TableKind } from './conventions.ts';
import type { Draft } from './shape.ts';

/** What the rows of a table are: as the contract says, else as its name says (spec 14). */
export function tableKind(draft: Draft, name: string): TableKind {
  const declared = draft.tables?.[name];
  if (declared?.rows !== undefined) return 'each';
  return draft.row_tables?.[name]?.kind ?? declared?.role ?? TABLE_KINDS.get(name) ?? 'application';
}

/** Tables that have mappings, in the order of their inserts (spec 11.2). */
export const orderedTables = oncePerDraft((draft): readonly string[] => {
  const mapped = new Set(draft.mappings.map((mapping) => mapping.target_table));
  const listed = draft.table_insertion_order.filter((name) => mapped.has(name) && name !== logTable(draft));
  const others = [...mapped].filter((name) => !listed.includes(name)).toSorted();
  return [...new Set([...listed, ...others])];
});

/** Rules ask the same of every mapping. */
function oncePerDraft<T extends object>(find: (draft: Draft) => T): (draft: Draft) => T {
  const known = new WeakMap<Draft, T>();
  return (draft) => {
    const found = known.get(draft) ?? find(draft);
    known.set(draft, found);
    return found;
  };
}

/** `orderedTables` without those that can have no row: employments without a rule, which is legal (spec 2.3). */
export function fillableTables(draft: Draft): string[] {
  const ruled = draft.filterRules.some((rule) => rule.element_type === 'employment');
  return orderedTables(draft).filter((name) => ruled || tableKind(draft, name) !== 'employment');
}

/** The table of the log rows. */
export function logTable(draft: Draft): string {
  return draft.log_table ?? LOG_TABLE;
}

/** The key columns of a contract: those of its root and contact tables, else the conventional names. */
export function keyColumns(draft: Draft): { document: string; contact: string } {
  return {
    document: ownKey(draft, parents(draft).root) ?? KEY_COLUMNS.document,
    contact: ownKey(draft, parents(draft).contact) ?? KEY_COLUMNS.contact,
  };
}

/** The attribute that identifies a contact, if the contract names one. */
export function contactIdAttribute(draft: Draft): string | undefined {
  return draft.tables?.[parents(draft).contact ?? '']?.key?.attribute;
}

/** Builds a table of a contract without faults. */
export function buildTable(
  draft: Draft,
  name: string,
  mappings: readonly Mapping[],
  filters: readonly FilterRule[],
): Table {
  const rows = rowSource(draft, name, mappings, filters);
  const keys = rowKeys(draft, name, rows.kind);
  return { name, rows, mappings, keys, ...duplicateRule(draft, name, rows, keys, mappings) };
}

function rowSource(
  draft: Draft,
  name: string,
  mappings: readonly Mapping[],
  filters: readonly FilterRule[],
): RowSource {
  const kind = tableKind(draft, name);
  const rule = (elementType: string): FilterRule => {
    const found = filters.find((filter) => filter.elementType === elementType);
    if (found === undefined) throw new Error(`The contract was not checked: no filter rule ${elementType}`);
    return found;
  };
  const columns = draft.row_tables?.[name]?.columns ?? {};
  switch (kind) {
    case 'root':
      return { kind, keyAlone: TABLE_KINDS.get(name) !== 'root' };
    case 'application':
      return { kind };
    case 'contact':
      return { kind, filter: rule('contact') };
    case 'address':
    case 'employment':
      return { kind, filter: rule(kind), contact: rule('contact') };
    case 'each':
      return { kind, filter: rule(draft.tables?.[name]?.rows?.each ?? '') };
    case 'score':
      return { kind, columns: { ...ROW_COLUMNS.score, ...columns } };
    case 'indicator':
      return { kind, columns: { ...ROW_COLUMNS.indicator, ...columns } };
    case 'history':
      return { kind, columns: { ...ROW_COLUMNS.history, ...columns } };
    case 'report':
      return { kind, columns: { ...ROW_COLUMNS.report, ...columns } };
    case 'exception':
      return { kind, columns: { ...ROW_COLUMNS.exception, ...columns } };
    default:
      return { kind, flavour: groupFlavour(mappings), ...groupOptions(draft, name) };
  }
}

/** `add_collateral` and `warranty_field` fill groups by rules of their own (spec 9); a table has one of them only. */
function groupFlavour(mappings: readonly Mapping[]): 'collateral' | 'warranty' {
  const collateral = mappings.some(({ steps }) => rowStep(steps, 'group')?.name === 'add_collateral');
  return collateral ? 'collateral' : 'warranty';
}

/** How a group table fills its rows: the options given, else those of the conventional table of that name. */
export function groupOptions(draft: Draft, name: string): GroupOptions {
  const given = draft.row_tables?.[name];
  const conventional = GROUPS.get(name);
  const always = given?.always && Object.entries(given.always).map(([column, value]) => [column, String(value)]);
  return {
    groupColumn: given?.group_column ?? conventional?.groupColumn ?? '',
    always: always ? Object.fromEntries(always) : (conventional?.always ?? {}),
    defaults: given?.defaults ?? conventional?.defaults ?? false,
    positiveOnly: given?.positive_only ?? conventional?.positiveOnly ?? [],
  };
}

/** The columns that rows have without any mapping: keys, those of their kind, and those of a group. */
export function madeColumns(draft: Draft, name: string, kind: TableKind): string[] {
  const keys = rowKeys(draft, name, kind).map(({ column }) => column);
  const { groupColumn, always } = groupOptions(draft, name);
  return [
    ...keys,
    ...fixedColumns(draft, name, kind),
    ...(kind === 'group' ? [groupColumn, ...Object.keys(always)] : []),
  ];
}

/** The columns that a kind of rows has and that no mapping adds to (spec 9). */
export function fixedColumns(draft: Draft, name: string, kind: TableKind): string[] {
  const columns: Partial<Record<TableKind, Readonly<Record<string, string>>>> = ROW_COLUMNS;
  return Object.values({ ...columns[kind], ...draft.row_tables?.[name]?.columns });
}

/** The keys of spec 7.4 under the names that the contract gives them. */
export function rowKeys(draft: Draft, name: string, kind: TableKind): RowKey[] {
  const own = ownKey(draft, name);
  const document = { column: referenceTo(draft, 'root', name) ?? keyColumns(draft).document, of: 'document' } as const;
  const contact = { column: referenceTo(draft, 'contact', name) ?? keyColumns(draft).contact, of: 'contact' } as const;
  if (kind === 'contact') return [{ ...contact, column: own ?? contact.column }, document];
  const key = kind === 'address' || kind === 'employment' ? contact : document;
  return [{ ...key, column: own ?? key.column }];
}

/** A foreign key's name counts only below a parent whose key the contract names: the original never read it (spec 7.4). */
function referenceTo(draft: Draft, role: 'root' | 'contact', child: string): string | undefined {
  const parent = parents(draft)[role];
  if (parent === child || ownKey(draft, parent) === undefined) return undefined;
  return draft.relationships.find((r) => r.child_table === child && r.parent_table === parent)?.foreign_key_column;
}

function ownKey(draft: Draft, name: string | undefined): string | undefined {
  return draft.tables?.[name ?? '']?.key?.column;
}

/** The tables that others hang on. */
const parents = oncePerDraft((draft) => {
  const first = (role: TableKind): string | undefined =>
    orderedTables(draft).find((name) => tableKind(draft, name) === role);
  return { root: first('root'), contact: first('contact') };
});

type DuplicateRule = Pick<Table, 'uniqueKey' | 'onDuplicate' | 'updateColumns'>;

/** How duplicates are told and what becomes of them: as the contract says, else spec 11.2. */
function duplicateRule(
  draft: Draft,
  name: string,
  rows: RowSource,
  keys: readonly RowKey[],
  mappings: readonly Mapping[],
): DuplicateRule {
  const given = draft.row_tables?.[name] ?? draft.tables?.[name];
  const usual = conventionalDuplicates(rows, keys, mappings);
  const uniqueKey = given?.unique_key ?? usual.uniqueKey;
  const onDuplicate = given?.on_duplicate ?? (usual.uniqueKey === null && uniqueKey ? 'skip' : usual.onDuplicate);
  if (uniqueKey === null || onDuplicate === 'fail') return { uniqueKey: null, onDuplicate: 'fail', updateColumns: [] };
  const untouched = new Set([...uniqueKey, ...keys.map(({ column }) => column)]);
  const updateColumns = valueColumns(rows, mappings).filter((column) => !untouched.has(column));
  return { uniqueKey, onDuplicate, updateColumns: onDuplicate === 'update' ? updateColumns : [] };
}

function conventionalDuplicates(
  rows: RowSource,
  keys: readonly RowKey[],
  mappings: readonly Mapping[],
): Omit<DuplicateRule, 'updateColumns'> {
  const [key = ''] = keys.map(({ column }) => column);
  switch (rows.kind) {
    case 'contact':
      return { uniqueKey: [key], onDuplicate: 'skip' };
    case 'address':
    case 'employment': {
      const type = CHILD_TYPE_COLUMNS[rows.kind];
      const mapped = mappings.some(({ column }) => column === type);
      return { uniqueKey: mapped ? [key, type] : null, onDuplicate: mapped ? 'skip' : 'fail' };
    }
    case 'score':
      return { uniqueKey: [key, rows.columns.identifier], onDuplicate: 'update' };
    case 'indicator':
    case 'report':
      return { uniqueKey: [key, rows.columns.name], onDuplicate: 'update' };
    case 'history':
      return { uniqueKey: [key, rows.columns.name, rows.columns.source], onDuplicate: 'update' };
    default:
      return { uniqueKey: null, onDuplicate: 'fail' };
  }
}

/** Columns that a repeated row overwrites: of row-creating tables the value, of others whatever is mapped. */
function valueColumns(rows: RowSource, mappings: readonly Mapping[]): string[] {
  if (rows.kind === 'score' || rows.kind === 'indicator' || rows.kind === 'history' || rows.kind === 'report') {
    return [rows.columns.value];
  }
  if (rows.kind === 'exception') return [rows.columns.reason, rows.columns.notes];
  return [...new Set(mappings.map(({ column }) => column))];
}
