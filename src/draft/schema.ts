import type { Element } from '../xml/element.ts';
import type { AttributePlace, Place } from './place.ts';
import { facetsOf, localOf, ownType, type Facets, type Schema } from './schema-types.ts';

/** What a schema says of a place of the samples. */
interface Declared {
  /** Whether there may be several in the element around it. */
  readonly isMany: boolean;
  /** Whether there must be one in each. */
  readonly isMandatory: boolean;
  /** Of its text; null if it has none. */
  readonly facets: Facets | null;
}

/** What a schema says, by place. */
export type Declarations = ReadonlyMap<Place | AttributePlace, Declared>;

/** Collects the declarations of schema files, each given by its root element. */
export function readSchema(files: readonly Element[]): Schema {
  const kinds = {
    element: new Map(),
    attribute: new Map(),
    type: new Map(),
    group: new Map(),
    attributeGroup: new Map(),
  };
  const lists: Readonly<Record<string, Map<string, Element>>> = {
    ...kinds,
    simpleType: kinds.type,
    complexType: kinds.type,
  };
  for (const child of files.flatMap(({ children }) => children)) {
    const list = lists[child.name];
    const name = child.attributes.get('name');
    if (list !== undefined && name !== undefined && !list.has(name)) list.set(name, child);
  }
  return kinds;
}

/** Finds what a schema says of the places of samples. */
export function declare(schema: Schema, roots: Iterable<Place>): Declarations {
  const declarations = new Map<Place | AttributePlace, Declared>();
  const visit = (place: Place, { element, isMany, isMandatory }: Particle): void => {
    const declaration = resolved(schema.element, element);
    const type = typeOfElement(schema, declaration);
    declarations.set(place, { isMany, isMandatory, facets: type === null ? null : facetsOf(schema, type) });
    if (type === null || typeof type === 'string') return;
    const attributes = attributesOf(schema, type);
    for (const attribute of place.attributes.values()) {
      const found = attributes.find(({ name }) => name === attribute.local);
      if (found !== undefined) declarations.set(attribute, found);
    }
    const particles = particlesOf(schema, type, { isMany: false, isMandatory: true });
    for (const child of place.children.values()) {
      const found = particles.filter((particle) => localOf(nameOf(particle.element)) === child.local);
      const [first] = found;
      if (first !== undefined)
        visit(child, {
          ...first,
          isMany: first.isMany || found.length > 1,
          isMandatory: first.isMandatory && found.length === 1,
        });
    }
  };
  for (const root of roots) {
    const element = schema.element.get(root.local);
    if (element !== undefined) visit(root, { element, isMany: false, isMandatory: true });
  }
  return declarations;
}

/** An element within a type. */
interface Particle {
  readonly element: Element;
  readonly isMany: boolean;
  readonly isMandatory: boolean;
}

type Occurrence = Omit<Particle, 'element'>;

function particlesOf(schema: Schema, of: Element, around: Occurrence, depth = 0): readonly Particle[] {
  if (depth > MOST_LEVELS) return [];
  return of.children.flatMap((child): readonly Particle[] => {
    const inner = occurrenceIn(child, around);
    if (child.name === 'element') return [{ element: child, ...inner }];
    if (['sequence', 'all', 'choice', 'complexContent'].includes(child.name))
      return particlesOf(schema, child, child.name === 'choice' ? { ...inner, isMandatory: false } : inner, depth + 1);
    if (child.name === 'group') return particlesOf(schema, resolved(schema.group, child), inner, depth + 1);
    if (child.name !== 'extension' && child.name !== 'restriction') return [];
    const base = child.name === 'extension' ? ownType(schema, child.attributes.get('base') ?? '') : undefined;
    return [
      ...(base === undefined ? [] : particlesOf(schema, base, inner, depth + 1)),
      ...particlesOf(schema, child, inner, depth + 1),
    ];
  });
}

/** Groups that name each other end somewhere. */
const MOST_LEVELS = 30;

function occurrenceIn({ attributes }: Element, around: Occurrence): Occurrence {
  const most = attributes.get('maxOccurs') ?? '1';
  const isMandatory =
    around.isMandatory && attributes.get('minOccurs') !== '0' && attributes.get('nillable') !== 'true';
  return { isMany: around.isMany || most === 'unbounded' || Number(most) > 1, isMandatory };
}

function attributesOf(schema: Schema, of: Element, depth = 0): readonly (Declared & { readonly name: string })[] {
  if (depth > MOST_LEVELS) return [];
  return of.children.flatMap((child): readonly (Declared & { readonly name: string })[] => {
    if (child.name === 'attribute') {
      const declaration = resolved(schema.attribute, child);
      const type = typeOfElement(schema, declaration);
      const facets = type === null ? null : facetsOf(schema, type);
      const isMandatory = child.attributes.get('use') === 'required';
      return [{ name: localOf(nameOf(child)), isMany: false, isMandatory, facets }];
    }
    if (child.name === 'attributeGroup') return attributesOf(schema, resolved(schema.attributeGroup, child), depth + 1);
    if (!['complexContent', 'simpleContent', 'extension', 'restriction'].includes(child.name)) return [];
    const base = ownType(schema, child.attributes.get('base') ?? '');
    return [
      ...attributesOf(schema, child, depth + 1),
      ...(base === undefined ? [] : attributesOf(schema, base, depth + 1)),
    ];
  });
}

/** What `ref` names; the declaration itself without one. */
function resolved(list: ReadonlyMap<string, Element>, declaration: Element): Element {
  const ref = declaration.attributes.get('ref');
  return (ref === undefined ? undefined : list.get(localOf(ref))) ?? declaration;
}

/** A type by its declaration, or the local name of one that XML Schema has itself. */
function typeOfElement(schema: Schema, { attributes, children }: Element): Element | string | null {
  const named = attributes.get('type');
  if (named !== undefined) return ownType(schema, named) ?? localOf(named);
  return children.find(({ name }) => name === 'simpleType' || name === 'complexType') ?? null;
}

function nameOf({ attributes }: Element): string {
  return attributes.get('name') ?? attributes.get('ref') ?? '';
}
