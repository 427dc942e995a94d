import type { Contract, FilterRule, Mapping, Table } from '../contract/contract.ts';
import type { Note } from '../values/value.ts';
import type { Document, Read } from './document.ts';
import type { Issues } from './issues.ts';
import type { Layout } from './layout.ts';
import { layOut } from './layout.ts';
import type { Matches } from './matches.ts';
import type { Contacts } from './original/contacts.ts';
import type { MergedContext } from './original/merged-context.ts';
import type { Rule } from './rule.ts';
import type { Trace } from './trace.ts';

/** What all tables of a mapper are compiled with. */
export interface Surroundings {
  readonly contract: Contract;
  readonly document: Document;
  /** The same for what gives columns their values: the trace is told what they read. */
  readonly reads: Document;
  readonly trace: Trace;
  /** Null without a contact rule. */
  readonly contacts: Contacts | null;
  /** The address rule, likewise. */
  readonly addresses: Rule | null;
  readonly context: MergedContext;
  readonly issues: Issues;
  readonly matches: Matches;
}

/** What the columns of one table are compiled with. */
export interface Environment extends Surroundings {
  readonly table: Table;
  readonly layout: Layout;
  /** Names in expressions. */
  readonly lookup: (name: string, note: Note) => Read;
  /** Whether columns have a record context beside the flat map (spec 6.1). */
  readonly hasContext: boolean;
  /** The contact that the row which is being made belongs to. */
  readonly owner: Owner;
  /** What notes the oddities of a column's values. */
  readonly noteOf: (column: string) => Note;
}

/** Whose row is being made: set before its columns are read. */
interface Owner {
  contactId: string | null;
}

/** The environment of a table: rows of elements see their element, all others the merged context (spec 8.2). */
export function environmentOf(surroundings: Surroundings, table: Table): Environment {
  const { contract, reads, context, issues } = surroundings;
  const { kind } = table.rows;
  const isPlain = kind === 'root' || kind === 'application';
  const owner: Owner = { contactId: null };
  return {
    ...surroundings,
    table,
    layout: layOut(table),
    owner,
    lookup: isOfElement(table)
      ? (name) => rowLookup(reads, owner, name, ruleOf(contract, 'contact')?.idAttribute)
      : (name, note) => context.lookup(name, note),
    hasContext: isOfElement(table) || (isPlain && table.mappings.some((mapping) => mapping.expression !== null)),
    noteOf: (column) => issues.at(table.name, column),
  };
}

/** The column that holds a mapping's value: that of its row where it makes one (spec 9). */
export function valueColumn({ rows }: Table, { column }: Mapping): string {
  switch (rows.kind) {
    case 'score':
    case 'indicator':
    case 'history':
    case 'report':
      return rows.columns.value;
    case 'exception':
      return rows.columns.reason;
    default:
      return column;
  }
}

/** The filter rule of an element type, or null. */
export function ruleOf(contract: Contract, elementType: string): FilterRule | null {
  return contract.filters.find((rule) => rule.elementType === elementType) ?? null;
}

/** Whether each row of a table is made from an element of its own. */
export function isOfElement({ rows: { kind } }: Table): boolean {
  return kind === 'contact' || kind === 'address' || kind === 'employment' || kind === 'each';
}

/** The row's own attributes, and the id of its contact. */
function rowLookup(document: Document, owner: Owner, name: string, idAttribute = ''): Read {
  const attribute = document.nameOf(name);
  const isId = name.toLowerCase() === idAttribute.toLowerCase();
  return (node) => (isId && owner.contactId !== null ? owner.contactId : document.attribute(node, attribute));
}
