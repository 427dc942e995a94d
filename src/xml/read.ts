import { expandContent } from './content.ts';
import { decodeDocument } from './decode.ts';
import type { Element, Limits, Reach } from './element.ts';
import { fail, MALFORMED_WORDS, Malformed, printPlace } from './fault.ts';
import { project, type Projection } from './project.ts';
import { readProlog, type Prolog } from './prolog.ts';
import { EVERYTHING, planReading, type ReachPlan } from './reach-plan.ts';
import { isName, nameEnd, openSource, show, type Source } from './scan.ts';
import type { Tape } from './tape.ts';
import { parse, parseToTape } from './tree.ts';

/** The tree, or why there is none: `message` names line, column and what is wrong, and holds no text or value of the document. */
export type Reading =
  | { readonly ok: true; readonly root: Element }
  | { readonly ok: false; readonly stage: 'source' | 'validation'; readonly message: string };

export interface ReadOptions {
  /** Name of the root element, in any case; a prefix counts on neither side (spec 3.2, P01, P11). Null = any. */
  readonly rootElement: string | null;
  /** What is kept of the document; null keeps it all. */
  readonly reach: Reach | null;
  readonly limits: Limits;
  /** Of bytes from a text column, by a label of the WHATWG Encoding Standard; without it they say themselves what they are. */
  readonly encoding?: string | undefined;
}

/**
 * The element tree of a document, from what a database column or a file holds (spec 3.1 to 3.3), or why there is none.
 * Blank text is read as ''.
 */
export function readDocument(xml: string | Uint8Array, options: ReadOptions): Reading {
  const made = make(xml, options, ({ projection, prolog }) => parse(projection, prolog.references));
  return made.ok ? { ok: true, root: made.made } : made;
}

/** The tape of a document, or why there is none. */
export type TapeReading = { readonly ok: true; readonly tape: Tape } | Extract<Reading, { ok: false }>;

/** The same as a tape. This is the careful reader: it reads whatever XML allows, and has the words for what is wrong. */
export function readCarefully(xml: string | Uint8Array, options: ReadOptions): TapeReading {
  const made = make(xml, options, ({ projection, prolog, plan, place }) =>
    parseToTape(projection, prolog.references, plan, place),
  );
  return made.ok ? { ok: true, tape: made.made } : made;
}

/** What is known of a document that is well formed as far as it is in reach. */
interface Checked {
  readonly projection: Projection;
  readonly prolog: Prolog;
  /** Of what is asked for: more may be projected. */
  readonly plan: ReachPlan;
  /** Where in the document a place of what is projected is. */
  readonly place: (at: number) => number;
}

function make<Made>(
  xml: string | Uint8Array,
  options: ReadOptions,
  from: (checked: Checked) => Made,
): { readonly ok: true; readonly made: Made } | Extract<Reading, { ok: false }> {
  const decoded = decodeDocument(xml, options.encoding, options.limits.maxDocumentLength);
  if (!decoded.ok) return malformed(decoded.problem);
  const { text, before } = decoded;
  if (text === '') return { ok: false, stage: 'source', message: 'blank document' };
  const { maxDocumentLength } = options.limits;
  if (text.length > maxDocumentLength) return malformed(`more than ${maxDocumentLength} characters`);
  const place = (at: number): string => printPlace(before + text, before.length + at);
  try {
    const checked = check(text, options);
    return { ok: true, made: from({ ...checked, place: (at) => before.length + checked.place(at) }) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return malformed(`${place(error.at)}: ${error.problem(place)}`);
  }
}

function malformed(problem: string): Reading & { ok: false } {
  return { ok: false, stage: 'validation', message: `${MALFORMED_WORDS}: ${problem}` };
}

function check(text: string, { rootElement, reach, limits }: ReadOptions): Checked {
  const source = openSource(text);
  const prolog = readProlog(source, limits);
  if (rootElement !== null) checkRoot(source, prolog, rootElement);
  const plan = planReading(reach ?? EVERYTHING);
  const wide = planReading(widen(plan.reach, prolog));
  if (prolog.entities.size === 0 || !text.includes('&', prolog.root))
    return { projection: project(source, prolog, wide, limits), prolog, plan, place: (at) => at };
  const expanded = expandContent(text, prolog.root, prolog.entities, prolog.references);
  try {
    const projection = project(openSource(expanded.text), prolog, wide, limits);
    return { projection, prolog, plan, place: expanded.original };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return fail(expanded.original(error.at), (place) => error.problem((at) => place(expanded.original(at))));
  }
}

function checkRoot({ text, codes }: Source, { root }: Prolog, rootElement: string): void {
  const name = text.slice(root + 1, nameEnd(codes, root + 1));
  if (!isName(name) || localName(name).toLowerCase() === localName(rootElement).toLowerCase()) return;
  fail(root, `the root element is ${show(name)}, the contract expects ${show(rootElement)}`);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** An attribute that a document type declares may be there without being written: then its elements are in reach by their names. */
function widen(reach: Reach, { attributes }: Prolog): Reach {
  if (attributes.size === 0) return reach;
  const carriers = [...attributes].filter(([, declared]) =>
    [...declared.keys()].some((name) => reach.attributes.has(localName(name).toLowerCase())),
  );
  return { ...reach, names: new Set([...reach.names, ...carriers.map(([element]) => localName(element))]) };
}
