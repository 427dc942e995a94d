import { ODD } from '../xml/form.ts';
import type { ReachPlan } from '../xml/reach-plan.ts';
import {
  ATTRIBUTE,
  ATTRIBUTE_FROM,
  ATTRIBUTE_TO,
  ATTRIBUTES,
  END,
  FORM,
  leadingText,
  NODE,
  NONE,
  PARENT,
  standsAt,
  STEP,
} from '../xml/tape.ts';
import type { Tape } from '../xml/tape.ts';
import { unescapeHtml } from '../values/html-unescape.ts';
import { isBlank, trim } from '../values/text.ts';
import type { Note } from '../values/value.ts';

/** An attribute name as contracts look it up: exactly first, else ignoring case. */
export interface Name {
  /** Its number on tapes. */
  readonly exact: number;
  /** The number that all spellings of it share. */
  readonly fold: number;
  /** Whether the contract itself has another spelling of it. */
  readonly isShared: boolean;
}

/** An attribute of the row's element, or of the last element at a path. */
export interface AttributePlace {
  readonly step: number | null;
  readonly name: Name;
}

/** Reads the text where a value comes from; `node` is the row's element, or `NONE`. Null is no value. */
export type Read = (node: number) => string | null;

/**
 * The document that is being mapped: one a mapper, opened on the tape of one document after the other, so that nothing is
 * made anew for each. What the contract names is turned into numbers once, by the first three functions.
 */
export interface Document {
  /** As contracts write it: perhaps with `@` before it. */
  nameOf(written: string): Name;
  /** The number of an element's name. */
  elementOf(name: string): number;
  /** The number of a path of the reach, by which its last element is found (P05). */
  stepOf(path: string): number;

  /** `now`: the current time, as a timestamp. */
  open(tape: Tape, now: string): void;
  /** Says which id the document that is open has. */
  identify(appId: string): void;
  /** Counts the documents: what is remembered of one holds while this does not change. */
  serial(): number;
  tape(): Tape;
  appId(): string;
  now(): string;

  /** How many paths the reach has. */
  steps(): number;
  /** The last element at a path, as the flat map of spec 3.4 has it, or `NONE`. */
  lastAt(step: number): number;
  /** All elements of one of the noted names, in the order of the document. */
  named(element: number): readonly number[];
  count(): number;
  nameAt(node: number): number;
  stepAt(node: number): number;
  parent(node: number): number;
  /** The first node that is not below. */
  end(node: number): number;
  /** The text before the first child, trimmed. */
  text(node: number): string;
  /** An attribute as it stands in the document (C06), under its exact name or else under the first that differs in case. */
  attribute(node: number, name: Name): string | null;
  /** Where the record of the attribute at a place begins in its list, or `NONE`; `node` is the row's element. */
  find(place: AttributePlace, node: number): number;
  /** The same by its exact name alone. */
  exactly(node: number, name: Name): string | null;
  /** How long its value is, in the same way; 0 if there is none. */
  lengthOf(node: number, name: Name): number;
  /** Which of some words its value is, in the same way, as it stands: its place among them, or -1. */
  wordOf(node: number, name: Name, words: readonly string[]): number;
  /** Whether it is missing or blank, in the same way. */
  isBlank(node: number, name: Name): boolean;
  /** The attributes of a node: their first record, and the one behind them. */
  attributes(node: number): readonly [number, number];
  /** Of an attribute's record: the number of its name, and the number that all spellings share. */
  spelling(attribute: number): number;
  fold(attribute: number): number;
  value(attribute: number): string;
}

const NOTHING: Tape = {
  names: [],
  text: '',
  nodes: new Int32Array(NODE),
  attributes: new Int32Array(0),
  texts: new Int32Array(0),
};

/** What is open, apart from what is read of it. */
interface State {
  tape: Tape;
  /** By the number of a name. */
  folds: Int32Array;
  /** Whether it has names that the contract mentions, but not so. */
  hasOtherSpellings: boolean;
  count: number;
  serial: number;
  appId: string;
  now: string;
  /** By step: the last node there. */
  readonly last: Int32Array;
  /** By the number of an element's name, of those that are noted. */
  readonly named: (number[] | undefined)[];
  readonly noted: readonly number[];
}

/** `noted` are the element names that will be asked for by `named`. */
export function openDocument(plan: ReachPlan, noted: ReadonlySet<string>): Document {
  const { foldsOf, foldOf, isShared } = openFolds(plan.names);
  const steps = new Map([...plan.reach.paths].map((path, step) => [path, step]));
  const state: State = {
    tape: NOTHING,
    folds: foldsOf(plan.names),
    hasOtherSpellings: false,
    count: 0,
    serial: 0,
    appId: '',
    now: '',
    last: new Int32Array(steps.size),
    named: plan.names.map((name) => (noted.has(name) ? [] : undefined)),
    noted: plan.names.flatMap((name, id) => (noted.has(name) ? [id] : [])),
  };
  return {
    nameOf(written) {
      const name = attributeName(written);
      return { exact: plan.idOf(name), fold: foldOf(name), isShared: isShared(name) };
    },
    elementOf: (name) => plan.idOf(name),
    stepOf: (path) => steps.get(path) ?? NONE,
    open(tape, now) {
      state.tape = tape;
      state.folds = foldsOf(tape.names);
      state.hasOtherSpellings = spellsOtherwise(state, plan);
      state.count = tape.nodes.length / NODE - 1;
      state.serial += 1;
      state.now = now;
      noteElements(state);
    },
    identify(appId) {
      state.appId = appId;
    },
    serial: () => state.serial,
    tape: () => state.tape,
    appId: () => state.appId,
    now: () => state.now,
    ...elementsOf(state),
    ...attributesOf(state),
  };
}

function spellsOtherwise({ tape, folds }: State, plan: ReachPlan): boolean {
  for (let name = plan.names.length; name < tape.names.length; name += 1) if (folds[name] !== NONE) return true;
  return false;
}

function noteElements({ tape: { nodes }, count, last, noted, named }: State): void {
  last.fill(NONE);
  // A new list is cheaper than to empty one.
  for (const name of noted) if (named[name]?.length !== 0) named[name] = [];
  for (let node = 0, at = 0; node < count; node += 1, at += NODE) {
    const step = nodes[at + STEP] ?? NONE;
    if (step >= 0 && step < last.length) last[step] = node;
    const name = nodes[at] ?? NONE;
    if (name < named.length) named[name]?.push(node);
  }
}

type Elements = Pick<
  Document,
  'steps' | 'lastAt' | 'named' | 'count' | 'nameAt' | 'stepAt' | 'parent' | 'end' | 'text'
>;

function elementsOf(state: State): Elements {
  const none: readonly number[] = [];
  return {
    steps: () => state.last.length,
    lastAt: (step) => state.last[step] ?? NONE,
    named: (element) => state.named[element] ?? none,
    count: () => state.count,
    nameAt: (node) => state.tape.nodes[node * NODE] ?? NONE,
    stepAt: (node) => state.tape.nodes[node * NODE + STEP] ?? NONE,
    parent: (node) => state.tape.nodes[node * NODE + PARENT] ?? NONE,
    end: (node) => state.tape.nodes[node * NODE + END] ?? state.count,
    text: (node) => trim(leadingText(state.tape, node)),
  };
}

type Attributes = Pick<
  Document,
  'attribute' | 'find' | 'exactly' | 'lengthOf' | 'wordOf' | 'isBlank' | 'attributes' | 'spelling' | 'fold' | 'value'
>;

function attributesOf(state: State): Attributes {
  return {
    attribute(node, name) {
      const at = findRecord(state, node, name);
      return at === NONE ? null : valueAt(state.tape, at);
    },
    find({ step, name }, node) {
      const element = step === null ? node : (state.last[step] ?? NONE);
      return element === NONE ? NONE : findRecord(state, element, name);
    },
    exactly(node, { exact }) {
      const at = findExactly(state.tape, node, exact);
      return at === NONE ? null : valueAt(state.tape, at);
    },
    lengthOf(node, { exact }) {
      const { attributes } = state.tape;
      const at = findExactly(state.tape, node, exact);
      return at === NONE ? 0 : (attributes[at + ATTRIBUTE_TO] ?? 0) - (attributes[at + ATTRIBUTE_FROM] ?? 0);
    },
    wordOf(node, { exact }, words) {
      const at = findExactly(state.tape, node, exact);
      return at === NONE ? -1 : wordAt(state.tape, at, words);
    },
    isBlank(node, { exact }) {
      const at = findExactly(state.tape, node, exact);
      return at === NONE || (state.tape.attributes[at + FORM] === ODD && isBlank(valueAt(state.tape, at)));
    },
    attributes: (node) => [
      state.tape.nodes[node * NODE + ATTRIBUTES] ?? 0,
      state.tape.nodes[(node + 1) * NODE + ATTRIBUTES] ?? 0,
    ],
    spelling: (attribute) => state.tape.attributes[attribute * ATTRIBUTE] ?? NONE,
    fold: (attribute) => state.folds[state.tape.attributes[attribute * ATTRIBUTE] ?? NONE] ?? NONE,
    value: (attribute) => valueAt(state.tape, attribute * ATTRIBUTE),
  };
}

/** Where the record of an attribute begins, or `NONE`: under its exact name, or else under the first that differs in case. */
function findRecord({ tape, folds, hasOtherSpellings }: State, node: number, { exact, fold, isShared }: Name): number {
  const found = findExactly(tape, node, exact);
  // Most documents spell all names as contracts do.
  if (found !== NONE || !(hasOtherSpellings || isShared)) return found;
  const { nodes, attributes } = tape;
  const end = (nodes[(node + 1) * NODE + ATTRIBUTES] ?? 0) * ATTRIBUTE;
  let at = (nodes[node * NODE + ATTRIBUTES] ?? 0) * ATTRIBUTE;
  while (at < end && folds[attributes[at] ?? NONE] !== fold) at += ATTRIBUTE;
  return at < end ? at : NONE;
}

function findExactly({ nodes, attributes }: Tape, node: number, exact: number): number {
  const end = (nodes[(node + 1) * NODE + ATTRIBUTES] ?? 0) * ATTRIBUTE;
  let at = (nodes[node * NODE + ATTRIBUTES] ?? 0) * ATTRIBUTE;
  while (at < end && attributes[at] !== exact) at += ATTRIBUTE;
  return at < end ? at : NONE;
}

/** `at` is where the attribute's record begins. */
function valueAt({ text, attributes }: Tape, at: number): string {
  return text.slice(attributes[at + ATTRIBUTE_FROM], attributes[at + ATTRIBUTE_TO]);
}

function wordAt({ text, attributes }: Tape, at: number, words: readonly string[]): number {
  const [from, to] = [attributes[at + ATTRIBUTE_FROM] ?? 0, attributes[at + ATTRIBUTE_TO] ?? 0];
  for (let place = 0; place < words.length; place += 1) if (standsAt(text, from, to, words[place] ?? '')) return place;
  return -1;
}

/** Numbers that spellings share. Names that the contract does not mention in any case have none: `NONE`. */
function openFolds(known: readonly string[]): {
  foldOf: (name: string) => number;
  /** Whether several of the known names are spellings of this one. */
  isShared: (name: string) => boolean;
  /** By the number of a name; those of a document's own names hold until the next is asked for. */
  foldsOf: (names: readonly string[]) => Int32Array;
} {
  const byLower = new Map<string, number>();
  for (const name of known) {
    const lower = name.toLowerCase();
    if (!byLower.has(lower)) byLower.set(lower, byLower.size);
  }
  const foldOf = (name: string): number => byLower.get(name.toLowerCase()) ?? NONE;
  let folds = Int32Array.from(known, foldOf);
  return {
    foldOf,
    isShared: (name) => known.filter((other) => other.toLowerCase() === name.toLowerCase()).length > 1,
    foldsOf(names) {
      if (names.length > folds.length) {
        const more = new Int32Array(names.length * 2);
        more.set(folds);
        folds = more;
      }
      for (let name = known.length; name < names.length; name += 1) folds[name] = foldOf(names[name] ?? '');
      return folds;
    },
  };
}

/** A value as the flat map holds it: trimmed, then unescaped once more (P02), which is noted where it changes something. */
export function clean(raw: string, note: Note): string {
  const trimmed = trim(raw);
  const unescaped = unescapeHtml(trimmed);
  if (unescaped !== trimmed) note('unescaped_twice');
  return unescaped;
}

/** Whether an attribute name stands for the element's text (P06, P10). */
export function isTextName(attribute: string): boolean {
  return attribute === '' || attribute === 'text';
}

/** The attribute that a contract names: `@path` is the one called `path`, which `path` alone is not (P06). */
export function attributeName(written: string): string {
  return written.startsWith('@') ? written.slice(1) : written;
}
