import type { Mapping } from '../contract/contract.ts';
import type { Extract } from './document.ts';
import type { Element } from '../xml/element.ts';
import type { Environment } from './environment.ts';
import { valueColumn } from './environment.ts';
import { clean, isTextName, nameOf, rawAttribute } from './flat-map.ts';
import type { Holder } from './flat-map.ts';
import { compileSelector, selectorName } from './original/selected-contact.ts';
import { trim } from '../values/text.ts';
import type { Note } from '../values/value.ts';

/** Decides where a column's value comes from (spec 6.1); the first rule that matches wins. What finds something is told. */
export function compileExtract(mapping: Mapping, environment: Environment): Extract {
  const extract = chooseSource(mapping, environment, environment.noteOf(valueColumn(environment.table, mapping)));
  const { found } = environment;
  return (document, row) => {
    const text = extract(document, row);
    if (text !== null) found[mapping.index] = 1;
    return text;
  };
}

function chooseSource(mapping: Mapping, environment: Environment, note: Note): Extract {
  const selector = selectorName(mapping);
  if (selector !== null) {
    return (environment.selection && compileSelector(selector, mapping, environment.selection, note)) ?? nothing;
  }
  if (mapping.expression !== null) return nothing;
  const { rows } = environment.table;
  switch (rows.kind) {
    case 'address':
    case 'employment':
      return fromRow(mapping.attribute);
    case 'contact': {
      if (mapping.path === CONSENTS_PATH) return fromEntry(mapping, environment, note, readExactly);
      const own = fromRow(mapping.attribute);
      return fromScope(mapping, rows.filter.path, own, nothing, fromEntry(mapping, environment, note));
    }
    case 'each':
      return fromEach(mapping, rows.filter.path, note);
    default:
      return fromApplication(mapping, environment, note);
  }
}

/** Contact rows read the element of this path by exact names only (C11). */
const CONSENTS_PATH = '/Provenir/Request/CustData/application';

/**
 * In an application table with a record context, a contact path asks the merged context, so that any element's
 * attribute of that name may answer (C09); everything else reads the flat map.
 */
function fromApplication(mapping: Mapping, environment: Environment, note: Note): Extract {
  const path = environment.selection?.contact.path;
  const entry = fromEntry(mapping, environment, note);
  if (!environment.hasContext || path === undefined || isTextName(mapping.attribute)) return entry;
  const name = nameOf(mapping.attribute);
  return fromScope(mapping, path, (document, row) => environment.lookup(document, row, name), nothing, entry);
}

/** The path itself, a path below it, or any other. */
function fromScope(mapping: Mapping, path: string, own: Extract, below: Extract, other: Extract): Extract {
  if (mapping.path === path) return own;
  return mapping.path.startsWith(`${path}/`) ? below : other;
}

/** The row's element, its values raw (C06). */
function fromRow(attribute: string): Extract {
  if (isTextName(attribute)) return (_document, row) => (row === null ? null : trim(row.element.text));
  const name = nameOf(attribute);
  return (_document, row) => (row === null ? null : rawAttribute(row, name));
}

/**
 * A row of an element reads itself and what is below it raw, its own ancestors and what is below them as the flat map has
 * values; never another row's. Of several elements below, the last answers (P05).
 */
function fromEach(mapping: Mapping, rowPath: string, note: Note): Extract {
  if (mapping.path === rowPath) return fromRow(mapping.attribute);
  const [own, wanted] = [rowPath.split('/').slice(1), mapping.path.split('/').slice(1)];
  const depth = own.findIndex((name, i) => name !== wanted[i]);
  const shared = depth === -1 ? own.length : depth;
  const rest = wanted.slice(shared);
  const read = compileRead(mapping, shared === own.length ? readRaw : readLoosely, note);
  return (_document, row) => {
    const start = row && (shared === own.length ? row.element : row.ancestors[shared - 1]);
    const element = start && lastBelow(start, rest);
    return element ? read({ element, lowered: null }) : null;
  };
}

function lastBelow(element: Element, names: readonly string[]): Element | undefined {
  let elements: readonly Element[] = [element];
  for (const name of names) {
    elements = elements.flatMap(({ children }) => children.filter((child) => child.name === name));
  }
  return elements.at(-1);
}

/** The flat entry of exactly that path. */
function fromEntry(mapping: Mapping, { slots }: Environment, note: Note, attribute = readLoosely): Extract {
  const slot = slots.slot(mapping.path);
  const read = compileRead(mapping, attribute, note);
  return (document) => {
    const entry = document.flat.slots[slot];
    return entry === undefined ? null : read(entry);
  };
}

type ReadAttribute = (holder: Holder, name: ReturnType<typeof nameOf>, note: Note) => string | null;

/** Some names ask for the element itself and hide attributes (P06). */
function compileRead({ path, attribute }: Mapping, read: ReadAttribute, note: Note): (holder: Holder) => string | null {
  switch (attribute) {
    case '':
    case 'text':
      return ({ element }) => trim(element.text);
    case 'tag':
      return ({ element }) => element.name;
    case 'path':
      return () => path;
    case 'attributes':
    case 'tail':
      return nothing;
    default: {
      const name = nameOf(attribute);
      return (holder) => read(holder, name, note);
    }
  }
}

const readRaw: ReadAttribute = rawAttribute;

const readLoosely: ReadAttribute = (holder, name, note) => {
  const raw = rawAttribute(holder, name);
  return raw === null ? null : clean(raw, note);
};

const readExactly: ReadAttribute = ({ element }, { exact }, note) => {
  const raw = element.attributes.get(exact);
  return raw === undefined ? null : clean(raw, note);
};

function nothing(): null {
  return null;
}
