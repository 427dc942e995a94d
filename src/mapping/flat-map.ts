import type { Element, Reach } from '../xml/element.ts';
import { unescapeHtml } from '../values/html-unescape.ts';
import { trim } from '../values/text.ts';
import type { Note } from '../values/value.ts';
import { noteNothing } from '../values/value.ts';

/** An attribute name as contracts look it up: exactly first, else ignoring case. */
export interface Name {
  readonly exact: string;
  readonly lower: string;
}

/** An element that is asked for many attributes; the index that ignores case is made when first needed. */
export interface Holder {
  element: Element;
  lowered: ReadonlyMap<string, string> | null;
}

/** What the flat map holds under one path: the last element there, at the place of the first (P05). */
export interface Entry extends Holder {
  readonly name: string;
  readonly parent: Entry | null;
  readonly children: Map<string, Entry>;
  /** Where the path stands among the contract's, or null. */
  readonly step: PathStep | null;
}

/** An element of a name that was asked for, with the entry of its path. */
export interface Located extends Holder {
  readonly entry: Entry;
  /** From the root on. */
  readonly ancestors: readonly Element[];
}

/** A document by paths (spec 3.4). */
export interface FlatMap {
  /** In order of first appearance. */
  readonly entries: readonly Entry[];
  /** The entries of the contract's paths, by slot. */
  readonly slots: readonly (Entry | undefined)[];
  /** Every element of the noted names, in document order. */
  readonly named: ReadonlyMap<string, readonly Located[]>;
  /** Paths that only an attribute brought into reach. */
  readonly strays: ReadonlySet<string>;
}

/** What to look out for while a flat map is made. */
export interface FlatPlan {
  readonly start: PathStep;
  readonly noted: ReadonlySet<string>;
  readonly reach: Reach;
}

/** A tree of paths; those that were asked for have a slot. */
export interface PathStep {
  readonly next: Map<string, PathStep>;
  slot: number | null;
}

/** Makes the flat map of spec 3.4 from a tree. */
export function flatten(root: Element, plan: FlatPlan): FlatMap {
  const entries: Entry[] = [];
  const slots: (Entry | undefined)[] = [];
  const named = new Map<string, Located[]>();
  const strays = new Set<string>();
  const ancestors: Element[] = [];
  const open = (element: Element, parent: Entry | null, steps: PathStep | null): Entry => {
    const step = steps?.next.get(element.name) ?? null;
    const entry = { name: element.name, parent, element, lowered: null, children: new Map(), step };
    entries.push(entry);
    if (step?.slot !== undefined && step.slot !== null) slots[step.slot] = entry;
    return entry;
  };
  const visit = (element: Element, entry: Entry): void => {
    entry.element = element;
    if (plan.noted.has(element.name)) locate(named, { element, entry, ancestors: [...ancestors], lowered: null });
    if (isStray(element, entry, plan)) strays.add(pathOf(entry));
    ancestors.push(element);
    for (const child of element.children) {
      let below = entry.children.get(child.name);
      if (below === undefined) {
        below = open(child, entry, entry.step);
        entry.children.set(child.name, below);
      }
      visit(child, below);
    }
    ancestors.pop();
  };
  visit(root, open(root, null, plan.start));
  return { entries, slots, named, strays };
}

/** A name, made ready for looking it up. */
export function nameOf(written: string): Name {
  const exact = attributeName(written);
  return { exact, lower: exact.toLowerCase() };
}

/** The attribute that a contract names: `@path` is the one called `path`, which `path` alone is not (P06). */
export function attributeName(written: string): string {
  return written.startsWith('@') ? written.slice(1) : written;
}

/** An attribute as it stands in the document (C06). */
export function rawAttribute(holder: Holder, name: Name): string | null {
  const exact = holder.element.attributes.get(name.exact);
  if (exact !== undefined) return exact;
  holder.lowered ??= lowerNames(holder.element);
  return holder.lowered.get(name.lower) ?? null;
}

/** A value as the flat map holds it: trimmed, then unescaped once more (P02), which is noted where it changes something. */
export function clean(raw: string, note: Note = noteNothing): string {
  const trimmed = trim(raw);
  const unescaped = unescapeHtml(trimmed);
  if (unescaped !== trimmed) note('unescaped_twice');
  return unescaped;
}

/** Whether an attribute name stands for the element's text (P06, P10). */
export function isTextName(attribute: string): boolean {
  return attribute === '' || attribute === 'text';
}

/** In reach by nothing but an attribute: other elements of the same path may have been left out. */
function isStray(element: Element, { step, name }: Entry, { reach }: FlatPlan): boolean {
  if ((step !== null && step.slot !== null) || reach.attributes.size === 0 || reach.names.has(name)) return false;
  for (const attribute of element.attributes.keys()) if (reach.attributes.has(attribute.toLowerCase())) return true;
  return false;
}

function pathOf({ parent, name }: Entry): string {
  return `${parent === null ? '' : pathOf(parent)}/${name}`;
}

function locate(named: Map<string, Located[]>, located: Located): void {
  const { name } = located.element;
  const others = named.get(name);
  if (others === undefined) named.set(name, [located]);
  else others.push(located);
}

/** The attributes by their names in lower case: mostly, these are their names. */
function lowerNames({ attributes }: Element): ReadonlyMap<string, string> {
  if (isAllLower(attributes)) return attributes;
  const lowered = new Map<string, string>();
  for (const [name, value] of attributes) {
    const lower = name.toLowerCase();
    if (!lowered.has(lower)) lowered.set(lower, value);
  }
  return lowered;
}

function isAllLower(attributes: ReadonlyMap<string, string>): boolean {
  for (const name of attributes.keys()) if (name !== name.toLowerCase()) return false;
  return true;
}
