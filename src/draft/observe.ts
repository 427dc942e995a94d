import {
  attributeName,
  attributePrefix,
  attributeValue,
  endOf,
  firstAttribute,
  nameOf,
  namespaceAt,
  nodeCount,
  NONE,
  ownText,
  parentOf,
  prefixOf,
  XMLNS,
  type Tape,
} from '../xml/tape.ts';
import { keyOf, newPlace, type AttributePlace, type Place } from './place.ts';
import { addValue, newValues } from './values.ts';

/** What was seen in samples so far. Its size depends on the kinds of things in them, not on their number. */
export interface Observations {
  /** By name. */
  readonly roots: Map<string, Place>;
  /** Namespace → the prefix that was first seen for it, or null where it was only the default one. */
  readonly prefixes: Map<string, string | null>;
  documents: number;
  /** Elements seen before the document that is taken in. */
  elements: number;
  places: number;
}

export function newObservations(): Observations {
  return { roots: new Map(), prefixes: new Map(), documents: 0, elements: 0, places: 0 };
}

/** More kinds of elements than this, in one element or in all, are data rather than structure. */
const [MOST_CHILDREN, MOST_PLACES] = [900, 50_000] as const;

/** Takes in a document that was read whole, with namespaces and all texts. */
export function observe(seen: Observations, tape: Tape): void {
  seen.documents += 1;
  const places: (Place | null)[] = [];
  for (let node = 0; node < nodeCount(tape); node += 1) {
    const parent = parentOf(tape, node);
    const around = parent === NONE ? null : (places[parent] ?? null);
    noteDeclarations(seen, tape, node);
    const place = parent === NONE || around !== null ? placeOf(seen, tape, node, around) : null;
    places.push(place);
    if (place === null) continue;
    countElement(place, seen.elements + parent);
    observeText(seen, tape, node, place);
    observeAttributes(seen, tape, node, place);
  }
  seen.elements += nodeCount(tape);
}

function placeOf(seen: Observations, tape: Tape, node: number, around: Place | null): Place | null {
  const local = tape.names[nameOf(tape, node)] ?? '';
  const namespace = namespaceAt(tape, node, prefixOf(tape, node));
  const siblings = around?.children ?? seen.roots;
  const key = keyOf(local, namespace);
  const known = siblings.get(key);
  if (known !== undefined) return known;
  if (around !== null && isFull(seen, around)) {
    around.isCrowded = true;
    return null;
  }
  const place = newPlace(local, namespace, around);
  for (const sibling of siblings.values()) {
    if (sibling.local !== local) continue;
    place.namesakes.push(sibling);
    sibling.namesakes.push(place);
  }
  siblings.set(key, place);
  seen.places += 1;
  return place;
}

function isFull({ places }: Observations, { children, attributes }: Place): boolean {
  return children.size + attributes.size >= MOST_CHILDREN || places >= MOST_PLACES;
}

function countElement(place: Place, parent: number): void {
  place.count += 1;
  if (place.lastParent !== parent) {
    place.lastParent = parent;
    place.present += 1;
    place.run = 0;
    for (const namesake of place.namesakes) {
      if (namesake.lastParent !== parent) continue;
      place.clashes = true;
      namesake.clashes = true;
    }
  }
  place.run += 1;
  place.most = Math.max(place.most, place.run);
}

function observeText(seen: Observations, tape: Tape, node: number, place: Place): void {
  const text = ownText(tape, node).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  const hasElements = endOf(tape, node) > node + 1;
  if (hasElements) {
    place.withElements += 1;
    if (text !== '') place.mixed += 1;
  } else if (text !== '') addValue(place.values, text, aroundOf(seen, tape, node), seen.documents);
}

/** What a value of the element would have to be unique in to tell it apart from its siblings: the element around its parent. */
function aroundOf({ elements }: Observations, tape: Tape, node: number): number {
  const parent = parentOf(tape, node);
  return elements + (parent === NONE ? NONE : parentOf(tape, parent));
}

function observeAttributes(seen: Observations, tape: Tape, node: number, place: Place): void {
  for (let at = firstAttribute(tape, node); at < firstAttribute(tape, node + 1); at += 1) {
    if (isDeclaration(tape, at)) continue;
    const attribute = attributePlaceOf(seen, tape, node, at, place);
    if (attribute === null) continue;
    attribute.count += 1;
    const value = attributeValue(tape, at).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    if (value !== '') addValue(attribute.values, value, seen.elements + parentOf(tape, node), seen.documents);
  }
}

function attributePlaceOf(
  seen: Observations,
  tape: Tape,
  node: number,
  at: number,
  place: Place,
): AttributePlace | null {
  const local = tape.names[attributeName(tape, at)] ?? '';
  const prefix = attributePrefix(tape, at);
  const namespace = prefix === NONE ? '' : namespaceAt(tape, node, prefix);
  const key = keyOf(local, namespace);
  const known = place.attributes.get(key);
  if (known !== undefined) return known;
  if (isFull(seen, place)) {
    place.isCrowded = true;
    return null;
  }
  const attribute: AttributePlace = { local, namespace, values: newValues(), count: 0 };
  place.attributes.set(key, attribute);
  seen.places += 1;
  return attribute;
}

function noteDeclarations({ prefixes }: Observations, tape: Tape, node: number): void {
  for (let at = firstAttribute(tape, node); at < firstAttribute(tape, node + 1); at += 1) {
    if (!isDeclaration(tape, at)) continue;
    const uri = attributeValue(tape, at);
    const prefix = attributePrefix(tape, at) === XMLNS ? (tape.names[attributeName(tape, at)] ?? null) : null;
    if (uri !== '' && (prefixes.get(uri) ?? null) === null) prefixes.set(uri, prefix);
  }
}

function isDeclaration(tape: Tape, at: number): boolean {
  const prefix = attributePrefix(tape, at);
  return prefix === XMLNS || (prefix === NONE && attributeName(tape, at) === XMLNS);
}
