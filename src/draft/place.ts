import { mergeValues, newValues, type Values } from './values.ts';

/** An element of the samples by the names that lead to it, with everything that was seen there. */
export interface Place {
  readonly local: string;
  /** Empty for no namespace. */
  readonly namespace: string;
  readonly parent: Place | null;
  /** In the order in which they were first seen, by namespace and local name. */
  readonly children: Map<string, Place>;
  readonly attributes: Map<string, AttributePlace>;
  /** Of its own text, of elements that have no elements in them. */
  readonly values: Values;
  /** How many elements there were, and elements around them that have one. */
  count: number;
  present: number;
  /** The most in one element around them. */
  most: number;
  /** Those with elements in them, and of these those with text of their own too. */
  withElements: number;
  mixed: number;
  /** Those of its local name and another namespace in the same parent, and whether any ever stood beside it. */
  readonly namesakes: Place[];
  clashes: boolean;
  /** Whether more kinds of elements or attributes were in it than a draft tells apart. */
  isCrowded: boolean;
  /** The element around the last one, and how many there were in it. */
  lastParent: number;
  run: number;
}

export interface AttributePlace {
  readonly local: string;
  readonly namespace: string;
  readonly values: Values;
  /** Attributes that were there, blank ones too. */
  count: number;
}

/** A place of no element yet. */
export function newPlace(local: string, namespace: string, parent: Place | null): Place {
  return {
    local,
    namespace,
    parent,
    children: new Map(),
    attributes: new Map(),
    values: newValues(),
    count: 0,
    present: 0,
    most: 0,
    withElements: 0,
    mixed: 0,
    namesakes: [],
    clashes: false,
    isCrowded: false,
    lastParent: -1,
    run: 0,
  };
}

/** Key of a name among its siblings. */
export function keyOf(local: string, namespace: string): string {
  return `{${namespace}}${local}`;
}

/**
 * A name without prefix fits in any namespace: places that never stood side by side under one name become one, all the way down. Where
 * some did, all of that name need their namespace.
 */
export function mergeNamespaces(children: Map<string, Place>): void {
  for (const [first, ...others] of Map.groupBy(children.values(), ({ local }) => local).values()) {
    if (first === undefined) continue;
    if ([first, ...others].some(({ clashes }) => clashes)) {
      for (const place of [first, ...others]) place.clashes = true;
      continue;
    }
    for (const place of others) {
      children.delete(keyOf(place.local, place.namespace));
      mergePlaces(first, place);
    }
  }
  for (const place of children.values()) mergeNamespaces(place.children);
}

function mergePlaces(place: Place, other: Place): void {
  place.most = Math.max(place.most, other.most);
  place.clashes ||= other.clashes;
  place.count += other.count;
  place.present += other.present;
  place.withElements += other.withElements;
  place.mixed += other.mixed;
  place.isCrowded ||= other.isCrowded;
  mergeValues(place.values, other.values);
  for (const [key, attribute] of other.attributes) {
    const known = place.attributes.get(key);
    if (known === undefined) place.attributes.set(key, attribute);
    else {
      known.count += attribute.count;
      mergeValues(known.values, attribute.values);
    }
  }
  for (const [key, child] of other.children) {
    const known = place.children.get(key);
    if (known === undefined) place.children.set(key, adopt(child, place));
    else mergePlaces(known, child);
  }
}

function adopt(child: Place, parent: Place): Place {
  const adopted: Place = { ...child, parent, children: new Map() };
  for (const [key, below] of child.children) adopted.children.set(key, adopt(below, adopted));
  return adopted;
}
