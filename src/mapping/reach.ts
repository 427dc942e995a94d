import { isPath } from '../contract/names.ts';
import type { Contract, FilterRule, Mapping, Table } from '../contract/contract.ts';
import type { Expression } from '../expression/expression.ts';
import { visitExpression } from '../expression/visit.ts';
import type { Reach } from '../xml/element.ts';
import { isOfElement, ruleOf } from './environment.ts';
import { attributeName, isTextName } from './document.ts';
import type { ContextPlan } from './original/merged-context.ts';
import { selectorName } from './original/selected-contact.ts';
import type { OtherLine } from './validate.ts';

/** Qualifiers that stand for the application element and the primary contact, whatever their names. */
const RESERVED = ['application', 'contact'];

/** What a contract can ask the merged context for (spec 8.2). */
export function planContext(contract: Contract): ContextPlan {
  const names = contract.tables.flatMap((table) => contextNames(contract, table)).map((name) => name.toLowerCase());
  const known = knownElements(contract);
  const qualified = new Map<string, Set<string>>();
  for (const name of names) {
    for (const [qualifier, attribute] of splits(name)) {
      for (const element of known.filter((candidate) => candidate.toLowerCase() === qualifier)) {
        qualified.set(element, (qualified.get(element) ?? new Set()).add(attribute));
      }
    }
  }
  return {
    unqualified: new Set(names),
    qualified,
    applicationName: contract.applicationElement?.name ?? null,
    contact: ruleOf(contract, 'contact'),
    idColumn: contract.keyColumns.document,
  };
}

/** Every place of a document that can change a row of this contract. */
export function planReach(contract: Contract, plan: ContextPlan, otherLines: readonly OtherLine[]): Reach {
  const mappings = contract.tables.flatMap((table) => table.mappings);
  const usesContext = plan.unqualified.size > 0;
  const paths = [
    ...mappings.map(({ path }) => path).filter(isPath),
    ...contract.filters.map(({ path }) => path),
    contract.applicationId.path,
    ...(contract.applicationElement === null ? [] : [contract.applicationElement.path]),
    ...otherLines.map(({ applicationElement }) => applicationElement.path),
  ];
  return {
    // What leads to a path is in reach too: with numbers of its own it is told from what only an attribute brought there.
    paths: new Set([...paths, ...paths.flatMap(pathsAbove)]),
    names: new Set([
      ...contract.filters.map(({ elementName }) => elementName),
      ...notedNames(contract),
      ...mappings.filter((mapping) => selectorName(mapping) !== null).map(({ path }) => lastSegment(path)),
      ...plan.qualified.keys(),
      ...(usesContext && plan.applicationName !== null ? [plan.applicationName] : []),
    ]),
    attributes: plan.unqualified,
    wanted: wantedAttributes(contract, plan),
  };
}

function pathsAbove(path: string): readonly string[] {
  return [...path.matchAll(/(?<=.)\//g)].map(({ index }) => path.slice(0, index));
}

/** Every attribute that rows, rules or expressions can ask an element for. */
function wantedAttributes({ tables, filters, applicationId }: Contract, plan: ContextPlan): ReadonlySet<string> {
  const mappings = tables.flatMap((table) => table.mappings);
  const inExpressions = mappings.flatMap(({ expression }) => (expression === null ? [] : namesIn(expression)));
  const names = [
    ...mappings.map(({ attribute }) => attribute),
    ...inExpressions.flatMap((name) => [name, ...splits(name).map(([, attribute]) => attribute)]),
    ...filters.flatMap((rule) => [
      rule.idAttribute,
      rule.type?.attribute ?? '',
      ...rule.required.keys(),
      ...rule.meaningfulAttributes,
    ]),
    applicationId.attribute,
    ...[...plan.qualified.values()].flatMap((attributes) => [...attributes]),
  ];
  return new Set(names.map(attributeName).filter((name) => name !== ''));
}

/** Names whose elements are looked for anywhere: contacts, elements with rows of their own, and what holds the id (C08). */
export function notedNames(contract: Contract): ReadonlySet<string> {
  return new Set([...noted(contract).map(({ elementName }) => elementName), lastSegment(contract.applicationId.path)]);
}

function noted(contract: Contract): readonly FilterRule[] {
  const contact = ruleOf(contract, 'contact');
  const ofRows = contract.tables.flatMap(({ rows }) => {
    if (rows.kind === 'contact' || rows.kind === 'each') return [rows.filter];
    return rows.kind === 'address' || rows.kind === 'employment' ? [rows.contact] : [];
  });
  return contact === null ? ofRows : [contact, ...ofRows];
}

/** Names that the columns of a table look up in the merged context. */
function contextNames(contract: Contract, table: Table): readonly string[] {
  if (isOfElement(table)) return [];
  const contact = ruleOf(contract, 'contact');
  const hasContext = table.mappings.some((mapping) => mapping.expression !== null);
  return table.mappings.flatMap((mapping) => [
    ...(mapping.expression === null ? [] : [...namesIn(mapping.expression), attributeName(mapping.attribute)]),
    // A contact path reads the merged context (C09), and so does the contact's id for its address.
    ...(hasContext && contact !== null && mapping.path === contact.path ? attributeNames(mapping) : []),
    ...(hasContext && contact !== null && mapping.steps.some(({ name }) => name === 'curr_address_only')
      ? [contact.idAttribute]
      : []),
  ]);
}

function attributeNames(mapping: Mapping): readonly string[] {
  return isTextName(mapping.attribute) ? [] : [attributeName(mapping.attribute)];
}

/** All names of an expression. */
function namesIn(expression: Expression): readonly string[] {
  const names: string[] = [];
  visitExpression(expression, (part) => {
    if (part.kind === 'name') names.push(part.name);
  });
  return names;
}

/** Element names that the contract mentions in any way. */
function knownElements(contract: Contract): readonly string[] {
  const paths = contract.tables.flatMap(({ mappings }) => mappings.map(({ path }) => path));
  const qualifiers = contract.tables
    .flatMap(({ mappings }) => mappings.flatMap(({ expression }) => (expression === null ? [] : namesIn(expression))))
    .flatMap((name) => splits(name).map(([qualifier]) => qualifier));
  const named = [...contract.filters.map(({ elementName }) => elementName), contract.applicationElement?.name ?? ''];
  return [...new Set([...RESERVED, ...named, ...qualifiers, ...paths.flatMap((path) => path.split('/'))])].filter(
    (name) => name !== '',
  );
}

/** Every way to read a name as qualifier and attribute; both may contain points. */
function splits(name: string): readonly (readonly [string, string])[] {
  return [...name.matchAll(/\./g)].map(({ index }) => [name.slice(0, index), name.slice(index + 1)] as const);
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
