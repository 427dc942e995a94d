import type { Mapping } from '../contract/contract.ts';
import type { Extract } from './document.ts';
import type { Element } from '../xml/element.ts';
import type { Environment } from './environment.ts';
import { clean, isTextName, nameOf, rawAttribute } from './flat-map.ts';
import { compileSelector, selectorName } from './original/selected-contact.ts';
import { trim } from '../values/text.ts';

/** Decides where a column's value comes from (spec 6.1); the first rule that matches wins. */
export function compileExtract(mapping: Mapping, environment: Environment): Extract {
  const selector = selectorName(mapping);
  if (selector !== null) {
    return (environment.selection && compileSelector(selector, mapping, environment.selection)) ?? nothing;
  }
  if (mapping.expression !== null) return nothing;
  const { rows } = environment.table;
  switch (rows.kind) {
    case 'address':
    case 'employment':
      return fromRow(mapping.attribute);
    case 'contact':
      return fromScope(mapping, rows.filter.path, fromRow(mapping.attribute), nothing, environment);
    case 'each':
      return fromScope(
        mapping,
        rows.filter.path,
        fromRow(mapping.attribute),
        fromBelow(mapping, rows.filter.path),
        environment,
      );
    default:
      return fromApplication(mapping, environment);
  }
}

/**
 * In an application table with a record context, a contact path asks the merged context, so that any element's
 * attribute of that name may answer (C09); everything else reads the flat map.
 */
function fromApplication(mapping: Mapping, environment: Environment): Extract {
  const path = environment.selection?.contact.path;
  if (!environment.hasContext || path === undefined || isTextName(mapping.attribute))
    return fromEntry(mapping, environment);
  const name = nameOf(mapping.attribute);
  const fromContext: Extract = (document, row) => environment.lookup(document, row, name);
  return fromScope(mapping, path, fromContext, nothing, environment);
}

/** The path itself, a path below it, or any other, which the flat map answers. */
function fromScope(mapping: Mapping, path: string, own: Extract, below: Extract, environment: Environment): Extract {
  if (mapping.path === path) return own;
  return mapping.path.startsWith(`${path}/`) ? below : fromEntry(mapping, environment);
}

/** The row's element, its values raw (C06). */
function fromRow(attribute: string): Extract {
  if (isTextName(attribute)) return (_document, row) => (row === null ? null : trim(row.element.text));
  const name = nameOf(attribute);
  return (_document, row) => (row === null ? null : rawAttribute(row, name));
}

/** The last element at the path below the row's element. */
function fromBelow({ path, attribute }: Mapping, above: string): Extract {
  const names = path.slice(above.length + 1).split('/');
  const name = nameOf(attribute);
  return (_document, row) => {
    let elements: readonly Element[] = row === null ? [] : [row.element];
    for (const step of names)
      elements = elements.flatMap(({ children }) => children.filter((child) => child.name === step));
    const last = elements.at(-1);
    if (last === undefined) return null;
    return isTextName(attribute) ? trim(last.text) : rawAttribute({ element: last, lowered: null }, name);
  };
}

/** The flat entry of exactly that path. Some names ask for the entry itself and hide attributes (P06). */
function fromEntry({ path, attribute }: Mapping, { slots }: Environment): Extract {
  const slot = slots.slot(path);
  switch (attribute) {
    case '':
    case 'text':
      return (document) => textOrNull(document.flat.slots[slot]?.element.text);
    case 'tag':
      return (document) => document.flat.slots[slot]?.name ?? null;
    case 'path':
      return (document) => (document.flat.slots[slot] === undefined ? null : path);
    case 'attributes':
    case 'tail':
      return nothing;
    default: {
      const name = nameOf(attribute);
      return (document) => {
        const entry = document.flat.slots[slot];
        const raw = entry === undefined ? null : rawAttribute(entry, name);
        return raw === null ? null : clean(raw);
      };
    }
  }
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : trim(text);
}

function nothing(): null {
  return null;
}
