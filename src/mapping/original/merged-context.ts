import type { FilterRule } from '../../contract/contract.ts';
import { NONE } from '../../xml/tape.ts';
import type { Note } from '../../values/value.ts';
import type { Document, Read } from '../document.ts';
import { clean } from '../document.ts';
import type { Contacts } from './contacts.ts';

/** What a contract can ask the merged context for, all attributes in lower case; nothing else is put there. */
export interface ContextPlan {
  readonly unqualified: ReadonlySet<string>;
  /** Element name, as written in documents -> attributes asked for with that qualifier. */
  readonly qualified: ReadonlyMap<string, ReadonlySet<string>>;
  readonly applicationName: string | null;
  readonly contact: FilterRule | null;
  /** The column of the application id, under which it is in the context. */
  readonly idColumn: string;
}

/** The context of application-level expressions (spec 8.2). */
export interface MergedContext {
  /** Compiles the look-up of a name: exactly, else the first name that is equal ignoring case. */
  lookup(name: string, note: Note): Read;
}

/** Qualifiers that the format reserves for the application element and the primary contact, whatever their names. */
const APPLICATION = 'application';
const CONTACT = 'contact';

/** One way in which a name can be put there: by an attribute of certain elements, in whatever case. */
interface Candidate {
  readonly fold: number;
  /** The number of the element's name, `NONE` of any; null: the primary contact, whatever its name. */
  readonly element: number | null;
  /** What stands before the attribute. */
  readonly qualifier: string;
  /** The whole of it, with the attribute as the name spells it; null: as the document does. */
  readonly spelling: string | null;
  /** Without such a spelling: the number of the one that makes it the name as it is asked for, or `NONE`. */
  readonly exact: number;
}

/** A name that is asked for, and where the document has it. */
interface Asked {
  readonly name: string;
  readonly candidates: readonly Candidate[];
  readonly isId: boolean;
  exact: Place;
  /** The first of its other spellings, which is the only one that counts beside the exact one. */
  spelling: string | null;
  loose: Place;
}

/** The last attribute that gave the value, and whether the contact did; the document's id; or nothing. */
type Place = { readonly attribute: number; readonly isContact: boolean } | 'id' | null;

/** Compiles the context. Of each document it is made when a name is first looked up, and holds places, not values. */
export function openMergedContext(document: Document, plan: ContextPlan, contacts: Contacts | null): MergedContext {
  const asked: Asked[] = [];
  const byFold: (readonly [Asked, Candidate])[][] = [];
  const lastNodes = openEntries(document);
  let serial = 0;

  const ask = (name: string): Asked => {
    const known = asked.find((other) => other.name === name);
    if (known !== undefined) return known;
    const candidates = candidatesOf(name, document, plan);
    const isId = name.toLowerCase() === plan.idColumn.toLowerCase();
    const made: Asked = { name, candidates, isId, exact: null, spelling: null, loose: null };
    for (const candidate of candidates) (byFold[candidate.fold] ??= []).push([made, candidate]);
    asked.push(made);
    return made;
  };

  const putAttributes = (node: number, isContact: boolean): void => {
    const element = document.nameAt(node);
    const [from, to] = document.attributes(node);
    for (let attribute = from; attribute < to; attribute += 1) {
      const askers = byFold[document.fold(attribute)];
      if (askers === undefined) continue;
      for (const [name, candidate] of askers) {
        const fits =
          candidate.element === null
            ? isContact
            : isContact
              ? candidate.element === NONE
              : candidate.element === NONE || candidate.element === element;
        if (!fits) continue;
        const place = { attribute, isContact };
        const spelling = document.spelling(attribute);
        if (candidate.spelling !== null) put(name, candidate.spelling, place);
        else if (spelling === candidate.exact) name.exact = place;
        else put(name, candidate.qualifier + (document.tape().names[spelling] ?? ''), place);
      }
    }
  };

  /** The primary contact, the id, then every entry of the flat map; later ones stand in for earlier ones. */
  const merge = (): void => {
    serial = document.serial();
    asked.forEach(forget);
    const valid = contacts?.valid() ?? [];
    const primary = valid.find(({ rank }) => rank === 0) ?? valid[0];
    if (primary !== undefined) putAttributes(primary.node, true);
    for (const name of asked) if (name.isId) put(name, plan.idColumn, 'id');
    for (const node of lastNodes()) putAttributes(node, false);
  };

  return {
    lookup(name, note) {
      const wanted = ask(name);
      return () => {
        if (serial !== document.serial()) merge();
        const place = wanted.exact ?? wanted.loose;
        if (place === null) return null;
        if (place === 'id') return document.appId();
        const raw = document.value(place.attribute);
        // Values of the contact are raw (C06).
        return place.isContact ? raw : clean(raw, note);
      };
    },
  };
}

function forget(name: Asked): void {
  name.exact = null;
  name.spelling = null;
  name.loose = null;
}

function put(name: Asked, spelling: string, place: Place): void {
  if (spelling === name.name) name.exact = place;
  else {
    name.spelling ??= spelling;
    if (name.spelling === spelling) name.loose = place;
  }
}

/** Every way in which a document can hold a name. */
function candidatesOf(name: string, document: Document, plan: ContextPlan): readonly Candidate[] {
  return foldedCandidates(name.toLowerCase(), document, plan).map((candidate) => ({
    ...candidate,
    exact: name.startsWith(candidate.qualifier) ? document.elementOf(name.slice(candidate.qualifier.length)) : NONE,
  }));
}

function foldedCandidates(name: string, document: Document, plan: ContextPlan): readonly Omit<Candidate, 'exact'>[] {
  const fold = (attribute: string): number => document.nameOf(attribute).fold;
  const candidates: Omit<Candidate, 'exact'>[] = [{ fold: fold(name), element: NONE, qualifier: '', spelling: null }];
  for (const { index } of name.matchAll(/\./g)) {
    const [qualifier, attribute] = [name.slice(0, index), name.slice(index + 1)];
    if (qualifier === CONTACT) {
      candidates.push({ fold: fold(attribute), element: null, qualifier: `${CONTACT}.`, spelling: null });
    }
    if (qualifier === APPLICATION && plan.applicationName !== null) {
      const element = document.elementOf(plan.applicationName);
      const prefix = `${APPLICATION}.`;
      candidates.push({ fold: fold(attribute), element, qualifier: prefix, spelling: prefix + attribute });
    }
    for (const [element, attributes] of plan.qualified) {
      const isApplication = element === plan.applicationName;
      if (element.toLowerCase() !== qualifier || !attributes.has(attribute)) continue;
      if (isApplication && element === APPLICATION) continue;
      const place = { fold: fold(attribute), element: document.elementOf(element), qualifier: `${element}.` };
      candidates.push({ ...place, spelling: isApplication ? null : place.qualifier + attribute });
    }
  }
  return candidates.filter((candidate) => candidate.fold !== NONE);
}

/** The last element of every path, in the order in which the paths first appear (P05). */
function openEntries(document: Document): () => readonly number[] {
  // By path, those of the reach first: its last node, and the document that had it last. Overwritten, since emptying lists costs more.
  const last: number[] = [];
  const seen: number[] = [];
  const pathOf: number[] = [];
  const numberOthers = openOtherPaths(document, pathOf);
  return () => {
    const serial = document.serial();
    const [count, steps] = [document.count(), document.steps()];
    const order: number[] = [];
    const otherPath = numberOthers();
    for (let node = 0; node < count; node += 1) {
      const step = document.stepAt(node);
      // What the reader has learnt has a step, too, beyond those of the contract.
      const path = step >= 0 && step < steps ? step : otherPath(node);
      if (seen[path] !== serial) order.push(path);
      seen[path] = serial;
      last[path] = node;
      pathOf[node] = path;
    }
    return order.map((path) => last[path] ?? NONE);
  };
}

/** Numbers the paths of a document that are not in the reach, behind those that are; few documents have any. */
function openOtherPaths(document: Document, pathOf: readonly number[]): () => (node: number) => number {
  return () => {
    const paths = new Map<string, number>();
    return (node) => {
      const parent = document.parent(node);
      const key = `${parent === NONE ? NONE : pathOf[parent]} ${document.nameAt(node)}`;
      const path = paths.get(key) ?? document.steps() + paths.size;
      paths.set(key, path);
      return path;
    };
  };
}
