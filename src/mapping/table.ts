import type { FilterRule, RowKey, RowSource, Table } from '../contract/contract.ts';
import { asciiDigits, isBlank } from '../values/text.ts';
import { NONE } from '../xml/tape.ts';
import { isNumeric } from './convert.ts';
import type { Document } from './document.ts';
import type { Environment, Surroundings } from './environment.ts';
import { environmentOf } from './environment.ts';
import type { NoteMatch } from './matches.ts';
import type { Layout, MutableRow, Row } from './layout.ts';
import { elementFind } from './nested/find-value.ts';
import { compileGroups } from './original/groups.ts';
import { compileRowCreating } from './original/row-creating.ts';
import { compileRecord } from './record.ts';
import type { Record } from './record.ts';
import type { Rule } from './rule.ts';
import { compileRule } from './rule.ts';
import type { Refusal } from './trace.ts';

/** A compiled table. */
export interface TablePlan {
  readonly table: string;
  /** By which its rows are ordered. */
  readonly columns: readonly string[];
  /** The rows that the document which is open has in this table. */
  readonly map: () => readonly Row[];
}

/** Adds a row; `contactId` is that of the contact it belongs to. */
type Add = (row: MutableRow, contactId: string | null) => void;

/** Makes the rows of a document, without their keys. */
type Build = (add: Add) => void;

/** Compiles a table by the source of its rows (spec 7.3). */
export function compileTable(surroundings: Surroundings, table: Table): TablePlan {
  const environment = environmentOf(surroundings, table);
  const build = compileBuild(table, environment);
  const setKeys = compileKeys(table.keys, environment);
  const { trace } = environment;
  return {
    table: table.name,
    columns: environment.layout.columns,
    map() {
      const rows: MutableRow[] = [];
      build((row, contactId) => {
        setKeys(row, contactId);
        rows.push(row);
        trace.kept(row);
      });
      return rows;
    },
  };
}

function compileBuild(table: Table, environment: Environment): Build {
  const { rows } = table;
  if (rows.kind === 'group') return compileGroups(rows, environment);
  if ('columns' in rows) return compileRowCreating(rows, environment);
  const rowsOf = ({ path }: FilterRule): NoteMatch => environment.matches.at({ table: table.name, column: null, path });
  const record = compileRecord(table, environment);
  switch (rows.kind) {
    case 'root':
      return buildOne(record, () => rows.keyAlone || record.isSet(), environment);
    case 'application':
      return buildOne(record, () => record.isMeaningful(), environment);
    case 'contact':
      return buildContacts(record, environment, rowsOf(rows.filter));
    case 'each':
      return buildEach(record, rows.filter, environment, rowsOf(rows.filter));
    default:
      return buildChildren(record, rows, environment, rowsOf(rows.filter));
  }
}

/** At most one row, from the document itself. */
function buildOne(record: Record, isKept: () => boolean, { trace }: Environment): Build {
  return (add) => {
    const row = record.build(NONE);
    if (isKept()) add(row, null);
    else trace.left(NOTHING_SET);
  };
}

/** One row per valid contact, never skipped. */
function buildContacts(record: Record, environment: Environment, note: NoteMatch): Build {
  const { contacts, owner, trace } = environment;
  return (add) => {
    const valid = contacts?.valid() ?? [];
    note(valid.length > 0);
    for (const { node, id } of valid) {
      owner.contactId = id;
      add(record.build(node), id);
    }
    if (trace.isOn) for (const { node, why } of contacts?.refused() ?? []) leave(environment, node, why);
  };
}

/** One row per child of a contact that is not blank. Without a contact there are none, which is no failure (C08). */
function buildChildren(
  record: Record,
  { filter }: Extract<RowSource, { kind: 'address' | 'employment' }>,
  environment: Environment,
  noteMatch: NoteMatch,
): Build {
  const { contract, document, contacts, table, issues, owner, trace } = environment;
  const rule = compileRule(document, filter);
  const whyLeft = compileWhyLeft(record, rule, environment);
  const hasId = compileHasId(contract.applicationId, document);
  const note = issues.at(table.name, null);
  return (add) => {
    if (!hasId()) return note('no_application_id');
    if (trace.isOn) for (const { node, why } of contacts?.refusedChildren(rule) ?? []) leave(environment, node, why);
    const children = contacts?.children(rule) ?? null;
    if (children === null) return note('no_valid_contact');
    noteMatch(children.length > 0);
    for (const { node, contactId } of children) {
      owner.contactId = contactId;
      const row = record.build(node);
      const why = whyLeft(row, node);
      if (why === null) add(row, contactId);
      else trace.left(why);
    }
  };
}

/** Whether the first element that should have the application id has one; where it is optional none has to (C08). */
function compileHasId(
  { path, attribute, optional }: Environment['contract']['applicationId'],
  document: Document,
): () => boolean {
  const element = document.elementOf(path.slice(path.lastIndexOf('/') + 1));
  const name = document.nameOf(attribute);
  return () => {
    const [first = NONE] = document.named(element);
    return optional || (first !== NONE && Boolean(document.exactly(first, name)));
  };
}

/** One row per element at the rule's path that passes the rule and is not blank. */
function buildEach(record: Record, filter: FilterRule, environment: Environment, note: NoteMatch): Build {
  const { document, trace } = environment;
  const rule = compileRule(document, filter);
  const whyLeft = compileWhyLeft(record, rule, environment);
  return (add) => {
    let isFound = false;
    for (const node of rule.named()) {
      if (!rule.isAtPath(node) || !rule.passes(node)) {
        if (trace.isOn) leave(environment, node, rule.refusal(node));
        continue;
      }
      isFound = true;
      const row = record.build(node);
      const why = whyLeft(row, node);
      if (why === null) add(row, null);
      else trace.left(why);
    }
    note(isFound);
  };
}

const NOTHING_SET: Refusal = {
  attribute: null,
  sentence: 'no column but keys and defaults has a value',
};

/** An element of which no row is even begun. */
function leave({ trace, table }: Environment, node: number, why: Refusal): void {
  trace.row(table.name, elementFind(node));
  trace.left(why);
}

/** Why a row of an element is not written, or null if it is. */
function compileWhyLeft(
  record: Record,
  rule: Rule,
  environment: Environment,
): (row: Row, node: number) => Refusal | null {
  const isBlankRow = compileIsBlank(rule, environment);
  const { meaningfulColumns, meaningfulAttributes } = rule.filter;
  const names = [...new Set([...meaningfulColumns, ...meaningfulAttributes])].join(', ');
  const blank: Refusal = { attribute: null, sentence: `all that gives it meaning is blank: ${names} (spec 5.2)` };
  return (row, node) => {
    if (!record.isMeaningful()) return NOTHING_SET;
    return isBlankRow(row, node) ? blank : null;
  };
}

/**
 * Whether all columns and attributes that give such a row its meaning are blank (5.2). A number in a column of text means
 * something (C12), in others if it is not 0.
 */
function compileIsBlank(rule: Rule, { table, layout }: Environment): (row: Row, node: number) => boolean {
  const { meaningfulColumns, meaningfulAttributes, textColumns } = rule.filter;
  if (meaningfulColumns.length === 0 && meaningfulAttributes.length === 0) return () => false;
  const columns = meaningfulColumns
    .filter((column) => hasColumn(layout, column))
    .map((column) => ({
      at: layout.at(column),
      zeroIsNothing:
        !textColumns.includes(column) &&
        table.mappings.some((mapping) => mapping.column === column && isNumeric(mapping.dataType)),
    }));
  return (row, node) =>
    !columns.some(({ at, zeroIsNothing }) => !isBlank(row[at]) && !(zeroIsNothing && Number(row[at]) === 0)) &&
    !rule.hasMeaning(node);
}

function hasColumn({ columns }: Layout, column: string): boolean {
  return columns.some((name) => name.toLowerCase() === column.toLowerCase());
}

/** Sets the keys of a row; they overwrite a mapped column of that name (spec 7.4). */
function compileKeys(keys: readonly RowKey[], { document, layout }: Environment): Add {
  const places = keys.map(({ column, of }) => ({ at: layout.at(column), of }));
  return (row, contactId) => {
    for (const { at, of } of places) {
      row[at] = of === 'document' ? document.appId() : contactId === null ? null : canonicalId(contactId);
    }
  };
}

/** Ids made of digits only, of any script, are numbers; others stay text. */
function canonicalId(id: string): string {
  if (isCanonical(id)) return id;
  const digits = asciiDigits(id);
  return /^[0-9]+$/.test(digits) ? digits.replace(/^0+(?=.)/, '') : id;
}

/** By codes at a third of the price of a pattern: every row has such an id. */
function isCanonical(id: string): boolean {
  for (let at = 0; at < id.length; at += 1) {
    const digit = id.charCodeAt(at) - 0x30;
    if (digit < (at === 0 ? 1 : 0) || digit > 9) return false;
  }
  return id !== '';
}
