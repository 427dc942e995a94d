import type { Contract, FilterRule, RowKey, RowSource, Table } from '../contract/contract.ts';
import { contactChildren, hasMeaning, passes, validContacts } from './original/contacts.ts';
import type { Document, PathSlots, RowElement } from './document.ts';
import { isNumeric, isText } from './convert.ts';
import { rowElement } from './document.ts';
import { environmentOf } from './environment.ts';
import { compileGroups } from './original/groups.ts';
import type { ContextPlan } from './original/merged-context.ts';
import type { QualityIssue, Row } from './outcome.ts';
import type { BuildDraft, Draft, MutableRow } from './record.ts';
import { compileRecord } from './record.ts';
import type { RowCreating } from './original/row-creating.ts';
import { compileRowCreating } from './original/row-creating.ts';
import { asciiDigits, isBlank } from '../values/text.ts';

/** Maps one document to the rows of one table, noting what is odd. */
export type MapTable = (document: Document, issues: QualityIssue[]) => readonly Row[];

/** Rows before their keys are set, each with the contact it belongs to. */
interface Unkeyed {
  readonly row: MutableRow;
  readonly contactId: string | null;
}

type BuildElement = (document: Document, element: RowElement, issues: QualityIssue[]) => readonly Unkeyed[];

type IsBlank = (row: MutableRow, element: RowElement) => boolean;

type Build = (document: Document, issues: QualityIssue[]) => readonly Unkeyed[];

/** Compiles a table by the source of its rows (spec 7.3). */
export function compileTable(contract: Contract, table: Table, slots: PathSlots, plan: ContextPlan): MapTable {
  const environment = environmentOf(contract, table, slots, plan);
  const record = compileRecord(table, environment);
  const { rows } = table;
  switch (rows.kind) {
    case 'root':
      return keyed(
        table,
        buildOne(record, ({ isSet }) => isSet),
      );
    case 'application':
      return keyed(
        table,
        buildOne(record, ({ isMeaningful }) => isMeaningful),
      );
    case 'contact':
      return keyed(table, buildContacts(record, rows.filter));
    case 'address':
    case 'employment':
      return keyed(table, buildChildren(record, rows, contract, table, slots));
    case 'each':
      return keyed(table, buildEach(record, table, rows.filter, slots));
    case 'group':
      return keyed(table, unkeyed(compileGroups(rows, environment)));
    default:
      return keyed(table, unkeyed(compileRowCreating(rows satisfies RowCreating, environment)));
  }
}

/** At most one row, from the document itself. */
function buildOne(record: BuildDraft, isKept: (draft: Draft) => boolean): Build {
  return (document, issues) => {
    const draft = record(document, null, issues);
    return isKept(draft) ? [{ row: draft.row, contactId: null }] : [];
  };
}

/** One row per valid contact, never skipped. */
function buildContacts(record: BuildDraft, filter: FilterRule): Build {
  return (document, issues) =>
    validContacts(document, filter).map(({ element, id }) => ({
      row: record(document, rowElement(element, id), issues).row,
      contactId: id,
    }));
}

/** One row per child of a contact that is not blank. Without a contact there are none, which is no failure (C08). */
function buildChildren(
  record: BuildDraft,
  rows: Extract<RowSource, { kind: 'address' | 'employment' }>,
  { applicationId }: Contract,
  table: Table,
  slots: PathSlots,
): Build {
  const at = slots.slot(rows.contact.path);
  const build = compileElement(record, table, rows.filter);
  const notText = table.mappings
    .filter(({ column, dataType }) => rows.filter.textColumns.includes(column) && !isText(dataType))
    .map(({ column }) => column);
  const idElement = applicationId.path.slice(applicationId.path.lastIndexOf('/') + 1);
  return (document, issues) => {
    const hasId = Boolean(document.flat.named.get(idElement)?.[0]?.element.attributes.get(applicationId.attribute));
    const children = hasId ? contactChildren(document, rows.filter, rows.contact, document.flat.slots[at]) : null;
    if (children === null) {
      issues.push({ kind: hasId ? 'no_valid_contact' : 'no_application_id', table: table.name, column: null });
      return [];
    }
    const built: Unkeyed[] = [];
    for (const { element, contactId } of children) {
      const rowsOfElement = build(document, rowElement(element, contactId), issues);
      if (rowsOfElement.some(({ row }) => notText.some((column) => !isBlank(row[column])))) {
        // The original's blank test fails there, which ends the table and keeps what came before (spec 5.2).
        issues.push({ kind: 'table_failed', table: table.name, column: null });
        break;
      }
      built.push(...rowsOfElement);
    }
    return built;
  };
}

/** One row per element at the rule's path that passes the rule and is not blank. */
function buildEach(record: BuildDraft, table: Table, filter: FilterRule, slots: PathSlots): Build {
  const at = slots.slot(filter.path);
  const build = compileElement(record, table, filter);
  return (document, issues) =>
    (document.flat.named.get(filter.elementName) ?? [])
      .filter(({ element, entry }) => entry === document.flat.slots[at] && passes(element, filter))
      .flatMap(({ element }) => build(document, rowElement(element, null), issues));
}

/** Builds a row from an element, unless nothing in it means anything. */
function compileElement(record: BuildDraft, table: Table, filter: FilterRule): BuildElement {
  const isBlankRow = compileIsBlank(table, filter);
  return (document, element, issues) => {
    const { row, isMeaningful } = record(document, element, issues);
    return isMeaningful && !isBlankRow(row, element) ? [{ row, contactId: element.contactId }] : [];
  };
}

/** Whether all columns and attributes that give such a row its meaning are blank (5.2); a number means something if it is not 0. */
function compileIsBlank({ mappings }: Table, { meaningfulColumns, meaningfulAttributes }: FilterRule): IsBlank {
  if (meaningfulColumns.length === 0 && meaningfulAttributes.length === 0) return () => false;
  const numeric = new Set(mappings.filter(({ dataType }) => isNumeric(dataType)).map(({ column }) => column));
  return (row, { element }) =>
    !meaningfulColumns.some((column) => !isBlank(row[column]) && !(numeric.has(column) && Number(row[column]) === 0)) &&
    !hasMeaning(element, meaningfulAttributes);
}

function unkeyed(build: (document: Document) => readonly MutableRow[]): Build {
  return (document) => build(document).map((row) => ({ row, contactId: null }));
}

/** Sets the keys of every row; they overwrite a mapped column of that name (spec 7.4). */
function keyed({ keys }: Table, build: Build): MapTable {
  return (document, issues) => {
    const rows = build(document, issues);
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
