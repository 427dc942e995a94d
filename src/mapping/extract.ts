import type { Mapping } from '../contract/contract.ts';
import type { Note } from '../values/value.ts';
import { NONE } from '../xml/tape.ts';
import type { AttributePlace, Document, Name, Read } from './document.ts';
import { attributeName, clean, isTextName } from './document.ts';
import type { Environment } from './environment.ts';
import { valueColumn } from './environment.ts';
import { noting, type NoteMatch } from './matches.ts';
import { compileSelector, selectorName } from './original/selected-contact.ts';

/** Where a column's value comes from. */
export interface Extract {
  readonly read: Read;
  /** Where that is an attribute of the row's element or of the last one at a path. */
  readonly place: AttributePlace | null;
  /** Notes whether there was something; for those who look at the place themselves. */
  readonly note: NoteMatch;
}

/** Decides where a column's value comes from (spec 6.1); the first rule that matches wins. */
export function compileExtract(mapping: Mapping, environment: Environment): Extract {
  if (selectorName(mapping) === null && mapping.expression !== null) return { ...NOWHERE, note: () => undefined };
  const { read, place } = compileSource(mapping, environment);
  const note = matchOf(mapping, environment);
  return { read: noting(read, note), place, note };
}

/** What notes whether a mapping has found what it reads. */
export function matchOf(mapping: Mapping, { table, matches }: Environment): NoteMatch {
  const { path, attribute } = mapping;
  const read = isTextName(attribute) ? path : `${path}/@${attributeName(attribute)}`;
  return matches.at({ table: table.name, column: valueColumn(table, mapping), path: read });
}

/** Looks a name of a mapping's expression up. */
export function compileLookup(name: string, { column }: Mapping, environment: Environment): Read {
  const { table, matches, lookup, noteOf } = environment;
  return noting(lookup(name, noteOf(column)), matches.at({ table: table.name, column, path: name }));
}

/** An extract that notes nothing yet. */
type Source = Pick<Extract, 'read' | 'place'>;

function compileSource(mapping: Mapping, environment: Environment): Source {
  const { reads: document, table } = environment;
  const note = environment.noteOf(valueColumn(table, mapping));
  const selector = selectorName(mapping);
  if (selector !== null) return plainly(compileSelector(selector, mapping, environment, note) ?? nothing);
  const own = compileRead(mapping, document, readRaw, note);
  switch (table.rows.kind) {
    case 'address':
    case 'employment':
      return own;
    case 'contact': {
      const { path } = table.rows.filter;
      if (mapping.path === path) return own;
      if (mapping.path.startsWith(`${path}/`)) return NOWHERE;
      return fromEntry(mapping, document, mapping.path === CONSENTS_PATH ? readExactly : readLoosely, note);
    }
    case 'each':
      return mapping.path === table.rows.filter.path ? own : fromEach(mapping, table.rows.filter.path, document, note);
    default:
      return fromApplication(mapping, environment, note);
  }
}

/** Contact rows read the element of this path by exact names only (C11). */
const CONSENTS_PATH = '/Provenir/Request/CustData/application';

/**
 * In an application table with a record context, a contact path asks the merged context, so that any element's
 * attribute of that name may answer (C09), and finds nothing below; everything else reads the flat map.
 */
function fromApplication(mapping: Mapping, environment: Environment, note: Note): Source {
  const path = environment.contacts?.rule.filter.path;
  const entry = fromEntry(mapping, environment.reads, readLoosely, note);
  if (!environment.hasContext || path === undefined || isTextName(mapping.attribute)) return entry;
  if (mapping.path === path) return plainly(environment.lookup(attributeName(mapping.attribute), note));
  return mapping.path.startsWith(`${path}/`) ? NOWHERE : entry;
}

/**
 * A row of an element reads what is below it raw, its own ancestors and what is below them as the flat map has values;
 * never another row's. Of several elements below, the last answers (P05).
 */
function fromEach(mapping: Mapping, rowPath: string, document: Document, note: Note): Source {
  const [own, wanted] = [rowPath.split('/'), mapping.path.split('/')];
  const depth = own.findIndex((name, i) => name !== wanted[i]);
  const shared = depth === -1 ? own.length : depth;
  const read = compileRead(mapping, document, shared === own.length ? readRaw : readLoosely, note);
  const step = document.stepOf(mapping.path);
  const lastBelow = compileLastBelow(document, step);
  // The first part of a path is empty: it stands for the document, in which a path of another root finds nothing.
  if (shared < 2 || step === NONE) return NOWHERE;
  return ofElement((node) => {
    let start = node;
    for (let level = own.length; level > shared; level -= 1) start = document.parent(start);
    return shared === wanted.length ? start : lastBelow(start);
  }, read.read);
}

/** The last element of a path below another element; many rows in succession ask for the same. */
function compileLastBelow(document: Document, step: number): (start: number) => number {
  let [serial, asked, answer] = [0, NONE, NONE];
  return (start) => {
    if (serial === document.serial() && asked === start) return answer;
    let node = document.end(start) - 1;
    while (node > start && document.stepAt(node) !== step) node -= 1;
    [serial, asked, answer] = [document.serial(), start, node > start ? node : NONE];
    return answer;
  };
}

/** The flat entry of exactly that path. */
function fromEntry(mapping: Mapping, document: Document, attribute: ReadAttribute, note: Note): Source {
  const step = document.stepOf(mapping.path);
  const { read, place } = compileRead(mapping, document, attribute, note);
  return { ...ofElement(() => document.lastAt(step), read), place: place && { ...place, step } };
}

/** What is read of an element that has to be found first. */
function ofElement(element: (node: number) => number, read: Read): Source {
  return plainly((node) => {
    const at = element(node);
    return at === NONE ? null : read(at);
  });
}

function plainly(read: Read): Source {
  return { read, place: null };
}

type ReadAttribute = (document: Document, name: Name, note: Note) => Source;

/** Some names ask for the element itself and hide attributes (P06); `@` before them asks for the attribute. */
function compileRead({ path, attribute }: Mapping, document: Document, read: ReadAttribute, note: Note): Source {
  switch (attribute) {
    case '':
    case 'text':
      return plainly((node) => document.text(node));
    case 'tag':
      return plainly((node) => document.tape().names[document.nameAt(node)] ?? null);
    case 'path':
      return plainly(() => path);
    case 'attributes':
    case 'tail':
      return NOWHERE;
    default:
      return read(document, document.nameOf(attribute), note);
  }
}

const readRaw: ReadAttribute = (document, name) => ({
  read: (node) => document.attribute(node, name),
  place: { step: null, name },
});

const readLoosely: ReadAttribute = (document, name, note) => ({
  read(node) {
    const raw = document.attribute(node, name);
    return raw === null ? null : clean(raw, note);
  },
  place: { step: null, name },
});

const readExactly: ReadAttribute = (document, name, note) =>
  plainly((node) => {
    const raw = document.exactly(node, name);
    return raw === null ? null : clean(raw, note);
  });

function nothing(): null {
  return null;
}

const NOWHERE: Source = { read: nothing, place: null };
