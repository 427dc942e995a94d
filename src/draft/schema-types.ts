import type { Element } from '../xml/element.ts';

/** Declarations of XML Schema files by their kind and local name; of several with one name the first. */
export interface Schema {
  readonly element: ReadonlyMap<string, Element>;
  readonly attribute: ReadonlyMap<string, Element>;
  readonly type: ReadonlyMap<string, Element>;
  readonly group: ReadonlyMap<string, Element>;
  readonly attributeGroup: ReadonlyMap<string, Element>;
}

/** A qualified name without its prefix. */
export function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The type that files declare under a name, unless that is written as one of XML Schema itself. */
export function ownType({ type }: Schema, name: string): Element | undefined {
  return /^xsd?:/.test(name) ? undefined : type.get(localOf(name));
}

/** What a schema says of a text: the type of XML Schema that it goes back to, and the narrowest bounds on the way there. */
export interface Facets {
  readonly base: string;
  readonly length: number | null;
  readonly totalDigits: number | null;
  readonly fractionDigits: number | null;
}

const NONE: Omit<Facets, 'base'> = { length: null, totalDigits: null, fractionDigits: null };

/** Follows a type down to one of XML Schema itself; null for types without text. */
export function facetsOf(schema: Schema, type: Element | string, levels = 0): Facets | null {
  if (typeof type === 'string') return { ...NONE, base: type };
  const inner = type.children.find(({ name }) =>
    ['restriction', 'extension', 'simpleContent', 'list', 'union'].includes(name),
  );
  if (inner === undefined || levels > MOST_LEVELS) return null;
  if (inner.name === 'simpleContent') return facetsOf(schema, inner, levels + 1);
  if (inner.name === 'list' || inner.name === 'union') return { ...NONE, base: 'string' };
  const name = inner.attributes.get('base') ?? 'string';
  const below = facetsOf(schema, ownType(schema, name) ?? localOf(name), levels + 1);
  return below === null ? null : narrowed(below, inner);
}

const MOST_LEVELS = 30;

function narrowed(below: Facets, { children }: Element): Facets {
  const facet = (...names: readonly string[]): number | null => {
    const found = children.find(({ name }) => names.includes(name))?.attributes.get('value');
    return found === undefined ? null : Number(found);
  };
  const listed = children
    .filter(({ name }) => name === 'enumeration')
    .map(({ attributes }) => attributes.get('value') ?? '');
  const longest = listed.length === 0 ? null : Math.max(...listed.map((value) => value.length));
  return {
    base: below.base,
    length: facet('maxLength', 'length') ?? longest ?? below.length,
    totalDigits: facet('totalDigits') ?? below.totalDigits,
    fractionDigits: facet('fractionDigits') ?? below.fractionDigits,
  };
}
