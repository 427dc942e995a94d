import type { FilterRule, RowKey, RowSource, Table } from '../contract/contract.ts';
import { contactChildren, hasMeaning, passes, validContacts } from './original/contacts.ts';
import type { Document, RowElement } from './document.ts';
import { isNumeric } from './convert.ts';
import { rowElement } from './document.ts';
import type { Environment, Surroundings } from './environment.ts';
import { environmentOf } from './environment.ts';
import { compileGroups } from './original/groups.ts';
import type { Row } from './outcome.ts';
import type { BuildDraft, Draft, MutableRow } from './record.ts';
import { compileRecord } from './record.ts';
import type { RowCreating } from './original/row-creating.ts';
import { compileRowCreating } from './original/row-creating.ts';
import { asciiDigits, isBlank } from '../values/text.ts';

/** Maps one document to the rows of one table. */
export type MapTable = (document: Document) => readonly Row[];

/** Rows before their keys are set, each with the contact it belongs to. */
interface Unkeyed {
  readonly row: MutableRow;
  readonly contactId: string | null;
}

type BuildElement = (document: Document, element: RowElement) => readonly Unkeyed[];

type IsBlank = (row: MutableRow, element: RowElement) => boolean;

type Build = (document: Document) => readonly Unkeyed[];

/** Compiles a table by the source of its rows (spec 7.3). */
export function compileTable(surroundings: Surroundings, table: Table): MapTable {
  const environment = environmentOf(surroundings, table);
  const record = compileRecord(table, environment);
  const { rows } = table;
  switch (rows.kind) {
    case 'root':
      return keyed(table, buildOne(record, rows.keyAlone ? () => true : ({ isSet }) => isSet));
    case 'application':
      return keyed(
        table,
        buildOne(record, ({ isMeaningful }) => isMeaningful),
      );
    case 'contact':
      return keyed(table, buildContacts(record, rows.filter));
    case 'address':
    case 'employment':
      return keyed(table, buildChildren(record, rows, environment));
    case 'each':
      return keyed(table, buildEach(record, rows.filter, environment));
    case 'group':
      return keyed(table, unkeyed(compileGroups(rows, environment)));
    default:
      return keyed(table, unkeyed(compileRowCreating(rows satisfies RowCreating, environment)));
  }
}

/** At most one row, from the document itself. */
function buildOne(record: BuildDraft, isKept: (draft: Draft) => boolean): Build {
  return (document) => {
    const draft = record(document, null);
    return isKept(draft) ? [{ row: draft.row, contactId: null }] : [];
  };
}

/** One row per valid contact, never skipped. */
function buildContacts(record: BuildDraft, filter: FilterRule): Build {
  return (document) =>
    validContacts(document, filter).map(({ element, id }) => ({
      row: record(document, rowElement(element, id)).row,
      contactId: id,
    }));
}

/** One row per child of a contact that is not blank. Without a contact there are none, which is no failure (C08). */
function buildChildren(
  record: BuildDraft,
  rows: Extract<RowSource, { kind: 'address' | 'employment' }>,
  { contract: { applicationId }, table, slots, issues }: Environment,
): Build {
  const at = slots.slot(rows.contact.path);
  const build = compileElement(record, table, rows.filter);
  const note = issues.at(table.name, null);
  const idElement = applicationId.path.slice(applicationId.path.lastIndexOf('/') + 1);
  const hasId = (document: Document): boolean =>
    applicationId.optional ||
    Boolean(document.flat.named.get(idElement)?.[0]?.element.attributes.get(applicationId.attribute));
  return (document) => {
    if (!hasId(document)) {
      note('no_application_id');
      return [];
    }
    const children = contactChildren(document, rows.filter, rows.contact, document.flat.slots[at]);
    if (children === null) note('no_valid_contact');
    return (children ?? []).flatMap(({ element, contactId }) => build(document, rowElement(element, contactId)));
  };
}

/** One row per element at the rule's path that passes the rule and is not blank. */
function buildEach(record: BuildDraft, filter: FilterRule, { table, slots }: Environment): Build {
  const at = slots.slot(filter.path);
  const build = compileElement(record, table, filter);
  return (document) =>
    (document.flat.named.get(filter.elementName) ?? [])
      .filter(({ element, entry }) => entry === document.flat.slots[at] && passes(element, filter))
      .flatMap(({ element, ancestors }) => build(document, rowElement(element, null, ancestors)));
}

/** Builds a row from an element, unless nothing in it means anything. */
function compileElement(record: BuildDraft, table: Table, filter: FilterRule): BuildElement {
  const isBlankRow = compileIsBlank(table, filter);
  return (document, element) => {
    const { row, isMeaningful } = record(document, element);
    return isMeaningful && !isBlankRow(row, element) ? [{ row, contactId: element.contactId }] : [];
  };
}

/**
 * Whether all columns and attributes that give such a row its meaning are blank (5.2). A number in a column of text means
 * something (C12), in others if it is not 0.
 */
function compileIsBlank({ mappings }: Table, filter: FilterRule): IsBlank {
  const { meaningfulColumns, meaningfulAttributes, textColumns } = filter;
  if (meaningfulColumns.length === 0 && meaningfulAttributes.length === 0) return () => false;
  const zeroIsNothing = new Set(
    mappings
      .filter(({ column, dataType }) => isNumeric(dataType) && !textColumns.includes(column))
      .map(({ column }) => column),
  );
  return (row, { element }) =>
    !meaningfulColumns.some(
      (column) => !isBlank(row[column]) && !(zeroIsNothing.has(column) && Number(row[column]) === 0),
    ) && !hasMeaning(element, meaningfulAttributes);
}

function unkeyed(build: (document: Document) => readonly MutableRow[]): Build {
  return (document) => build(document).map((row) => ({ row, contactId: null }));
}

/** Sets the keys of every row; they overwrite a mapped column of that name (spec 7.4). */
function keyed({ keys }: Table, build: Build): MapTable {
  return (document) => {
    const rows = build(document);
    for (const { row, contactId } of rows) {
      for (const key of keys) row[key.column] = keyValue(key, document, contactId);
    }
    return rows.map(({ row }) => row);
  };
}

/** Ids made of digits only, of any script, are numbers; others stay text. */
function keyValue({ of }: RowKey, document: Document, contactId: string | null): string | null {
  if (of === 'document') return document.appId;
  return contactId === null ? null : canonicalId(contactId);
}

function canonicalId(id: string): string {
  const digits = asciiDigits(id);
  return /^[0-9]+$/.test(digits) ? digits.replace(/^0+(?=.)/, '') : id;
}
