import type { Contract, FilterRule, Mapping, Table } from '../contract/contract.ts';
import { isPath } from '../contract/names.ts';
import { usesOfNames } from './expression-names.ts';
import { narrow, planType, planValue, type ValuePlan } from './values.ts';

/** An element that documents of a contract have, with everything that the contract may read of it. */
export interface ElementPlan {
  readonly name: string;
  readonly attributes: Map<string, AttributePlan>;
  text: ValuePlan | null;
  readonly children: Map<string, ElementPlan>;
  /** Set where each element may become a row of its own. */
  rows: RowPlan | null;
}

interface AttributePlan {
  readonly value: ValuePlan;
  readonly required: boolean;
}

interface RowPlan {
  readonly kind: 'contact' | 'address' | 'employment' | 'each';
  /** The attribute that tells the kinds of rows apart; siblings get different ones. */
  readonly typeAttribute: string | null;
  readonly types: readonly string[];
  /** Whether two rows of one parent may not share a type. */
  readonly distinct: boolean;
}

/** What the documents of a contract look like: its root element. */
export function planDocuments(contract: Contract): ElementPlan {
  const top: ElementPlan = newElement('');
  const { applicationId, applicationElement, tables } = contract;
  require(at(top, applicationId.path), applicationId.attribute, { kind: 'documentId' });
  if (applicationElement !== null) at(top, applicationElement.path);
  for (const table of tables) planRows(top, table);
  for (const table of tables) for (const mapping of table.mappings) planMapping(top, contract, table, mapping);
  for (const table of tables) for (const mapping of table.mappings) planExpression(top, contract, table, mapping);
  const [root] = top.children.values();
  if (root === undefined) throw new Error(`the id path ${applicationId.path} names no element`);
  return root;
}

function newElement(name: string): ElementPlan {
  return { name, attributes: new Map(), text: null, children: new Map(), rows: null };
}

function at(top: ElementPlan, path: string): ElementPlan {
  let element = top;
  for (const name of path.split('/').filter((step) => step !== '')) {
    let child = element.children.get(name);
    if (child === undefined) element.children.set(name, (child = newElement(name)));
    element = child;
  }
  return element;
}

function add(element: ElementPlan, attribute: string, value: ValuePlan, required: boolean): void {
  const known = element.attributes.get(attribute);
  element.attributes.set(attribute, {
    value: known === undefined ? value : narrow(known.value, value),
    required: required || (known?.required ?? false),
  });
}

function require(element: ElementPlan, attribute: string, value: ValuePlan): void {
  add(element, attribute, value, true);
}

const SOME_TEXT: ValuePlan = { kind: 'text', length: 20, likely: [] };

function planRows(top: ElementPlan, { rows, mappings, uniqueKey }: Table): void {
  if (!('filter' in rows)) return;
  if ('contact' in rows) planRule(at(top, rows.contact.path), rows.contact, 'contact', false);
  const typeColumn = mappings.find(({ attribute }) => attribute === rows.filter.type?.attribute)?.column ?? '';
  planRule(
    at(top, rows.filter.path),
    rows.filter,
    rows.kind,
    'contact' in rows || (uniqueKey?.includes(typeColumn) ?? false),
  );
}

function planRule(element: ElementPlan, rule: FilterRule, kind: RowPlan['kind'], distinct: boolean): void {
  element.rows = { kind, typeAttribute: rule.type?.attribute ?? null, types: rule.type?.values ?? [], distinct };
  for (const [attribute, allowed] of rule.required) {
    const [first, ...rest] = allowed === true ? [] : allowed;
    require(element, attribute, first === undefined ? SOME_TEXT : { kind: 'choice', values: [first, ...rest] });
  }
  if (kind === 'contact') require(element, rule.idAttribute, { kind: 'rowId' });
  const [meaningful] = rule.meaningfulAttributes;
  if (meaningful !== undefined) require(element, meaningful, SOME_TEXT);
}

function planMapping(top: ElementPlan, contract: Contract, table: Table, mapping: Mapping): void {
  const value = isKeyOfRow(table, mapping) ? ({ kind: 'rowId' } as const) : planValue(mapping, contract);
  if (value === null) return;
  const { rows } = table;
  // An address or employment column reads its own element whatever the path says (spec 6.1).
  const path = rows.kind === 'address' || rows.kind === 'employment' ? rows.filter.path : mapping.path;
  if (!isPath(path)) return;
  const element = at(top, path);
  const required =
    (!mapping.nullable && mapping.defaultValue === null) ||
    ('filter' in rows && rows.filter.meaningfulColumns.includes(mapping.column));
  if (mapping.attribute === '' || mapping.attribute === 'text') {
    element.text = element.text === null ? value : narrow(element.text, value);
  } else {
    add(element, mapping.attribute, value, required);
  }
}

/** Whether rows are told apart by this column alone, without a key that the mapper sets or a type that siblings share out. */
function isKeyOfRow({ rows, uniqueKey }: Table, { column, attribute }: Mapping): boolean {
  return rows.kind === 'each' && (uniqueKey?.includes(column) ?? false) && attribute !== rows.filter.type?.attribute;
}

function planExpression(top: ElementPlan, contract: Contract, table: Table, mapping: Mapping): void {
  if (mapping.expression === null) return;
  const keys = Object.values(contract.keyColumns);
  for (const [name, use] of usesOfNames(mapping.expression)) {
    const attribute = name.slice(name.lastIndexOf('.') + 1);
    const element = keys.includes(name) ? null : holderOf(top, contract, table, mapping, name);
    if (element === null) continue;
    const written =
      [...element.attributes.keys()].find((known) => known.toLowerCase() === attribute.toLowerCase()) ?? attribute;
    const known = element.attributes.get(written);
    element.attributes.set(written, {
      value: known === undefined ? (use ?? planType(mapping)) : suit(known.value, use),
      required: known?.required ?? false,
    });
  }
}

/** Small numbers to count with, so that results fit their columns, and texts that are compared with, beside what a mapping wants. */
function suit(known: ValuePlan, use: ValuePlan | null): ValuePlan {
  if (known.kind === 'integer' || known.kind === 'decimal') return { ...known, most: Math.min(known.most, 99) };
  return known.kind === 'text' && use?.kind === 'text' ? narrow(known, use) : known;
}

/** The element that a name of an expression means (spec 8.2), or null if documents have none. */
function holderOf(
  top: ElementPlan,
  { applicationElement }: Contract,
  table: Table,
  mapping: Mapping,
  name: string,
): ElementPlan | null {
  const { rows } = table;
  const [prefix, attribute] = name.split('.');
  if (attribute !== undefined) {
    if (prefix === 'application' && applicationElement !== null) return at(top, applicationElement.path);
    return find(
      top,
      (element) => element.name === prefix || (prefix === 'contact' && element.rows?.kind === 'contact'),
    );
  }
  if ('filter' in rows) return at(top, rows.filter.path);
  const lower = name.toLowerCase();
  return (
    find(top, (element) => [...element.attributes.keys()].some((known) => known.toLowerCase() === lower)) ??
    at(top, mapping.path)
  );
}

function find(element: ElementPlan, matches: (element: ElementPlan) => boolean): ElementPlan | null {
  if (matches(element)) return element;
  for (const child of element.children.values()) {
    const found = find(child, matches);
    if (found !== null) return found;
  }
  return null;
}

/** All element and attribute names that a contract may read, in lower case. */
export function namesOf(element: ElementPlan): ReadonlySet<string> {
  const below = [...element.children.values()].flatMap((child) => [...namesOf(child)]);
  return new Set([element.name, ...element.attributes.keys(), ...below].map((name) => name.toLowerCase()));
}
