import { hash as digest } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Limits } from './element.ts';
import { DECLARATION } from './prolog.ts';
import type { ReachPlan } from './reach-plan.ts';
import { ATTRIBUTE, ATTRIBUTE_FROM, ATTRIBUTE_TO, NODE, TEXT, type Tape } from './tape.ts';

/** What assembly/scan.ts exports; addresses and sizes are in bytes. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  openPlan(names: number, states: number, letters: number, asked: number): number;
  namesFrom(): number;
  addPlanned(address: number, length: number, flags: number): void;
  documentFrom(): number;
  needed(length: number, room: number): number;
  fingerprint(length: number): bigint;
  scan(length: number, room: number, maxDepth: number): number;
}

/** The part of WebAssembly that is used: Node's types have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

/** Bits of assembly/memory.ts and assembly/names.ts. */
const [EVERY_ATTRIBUTE, TEXTS_OF_ALL, NAMESPACES, SOME_WATCHED, WHOLE_DOCUMENT] = [1, 2, 4, 8, 16] as const;
const [ANYWHERE, WHOLE_BELOW, WANTED, WATCHED] = [1, 2, 4, 8] as const;
/** What a scan answers beside "not mine", and where it says the rest, in words. */
const [DONE, NO_ROOM] = [1, 2] as const;
const RESULT = 0x400 / 4;

/** Larger documents go to the careful reader, whose tree takes some 30 times their size; the scanner takes 3 to 12 times. */
const MAX_BYTES = 128 * 1024 * 1024;
/** Beyond this the scanner's memory is let go with the document: it never shrinks. */
const LARGE = 16 * 1024 * 1024;
/** Addresses are signed. */
const MOST_MEMORY = 2_000_000_000;
const MAX_STATE_BYTES = 4 * 1024 * 1024;
/** Each list of the tape has room for as many bytes as the document; in the worst case for so many times as many. */
const MAX_ROOM = 8;

interface Scanner {
  readonly exports: Exports;
  plan: ReachPlan | null;
  /** What was put into its memory for its fingerprint and is scanned next, and how many bytes it takes there. */
  placed: { readonly xml: string | Uint8Array; readonly length: number } | null;
  /** Where the document goes. */
  at: number;
  bytes: Buffer;
  words: Int32Array;
}

let scanner: Scanner | null = null;

/**
 * The tape of a document that the scanner knows how to read, or null for whatever is malformed or unusual: the careful
 * reader takes it. The tape lives until the next call.
 */
export function scanDocument(xml: string | Uint8Array, plan: ReachPlan, limits: Limits): Tape | null {
  if (!canScan(plan)) return null;
  const size = sizeOf(xml);
  if (size > Math.min(MAX_BYTES, limits.maxDocumentLength)) return null;
  scanner ??= openScanner();
  if (scanner.plan !== plan) usePlan(scanner, plan);
  const isScannable = typeof xml !== 'string' || xml.isWellFormed();
  const tape = isScannable ? scan(scanner, xml, plan, limits) : null;
  scanner.placed = null;
  if (size > LARGE) scanner = null;
  const isWithin = tape === null || size <= limits.maxAttributeLength || areWithin(tape, limits.maxAttributeLength);
  return isWithin ? tape : null;
}

/** Whether no attribute is longer; the careful reader says where one is. */
function areWithin({ attributes }: Tape, most: number): boolean {
  for (let at = 0; at < attributes.length; at += ATTRIBUTE)
    if ((attributes[at + ATTRIBUTE_TO] ?? 0) - (attributes[at + ATTRIBUTE_FROM] ?? 0) > most) return false;
  return true;
}

function scan(opened: Scanner, xml: string | Uint8Array, plan: ReachPlan, { maxDepth }: Limits): Tape | null {
  for (let room = 1; room <= MAX_ROOM; room *= 2) {
    if (sizeOf(xml) * (3 * room + 2) > MOST_MEMORY) return null;
    const length = place(opened, xml, room);
    if (!isDeclared(opened.bytes, opened.at, opened.at + length)) return null;
    const answer = opened.exports.scan(length, room, maxDepth);
    if (answer !== NO_ROOM) return answer === DONE ? readTape(opened, plan) : null;
  }
  return null;
}

/**
 * What tells a document from another, or from itself before a change: 64 bits in hexadecimal digits, the XXH64 of its
 * bytes, of text as UTF-8. Large documents, which the scanner does not read, have the first bits of their SHA-256.
 */
export function fingerprintOf(xml: string | Uint8Array): string {
  if (sizeOf(xml) > LARGE) return digest('sha256', xml).slice(0, 16);
  scanner ??= openScanner();
  scanner.placed = null;
  const hash = BigInt.asUintN(64, scanner.exports.fingerprint(place(scanner, xml, 0)));
  return hash.toString(16).padStart(16, '0');
}

/** Compiled when first used: a thread that reads nothing does not pay for it. */
function openScanner(): Scanner {
  const module = new WebAssembly.Module(readFileSync(new URL('assembly/scan.wasm', import.meta.url)));
  const { exports } = new WebAssembly.Instance(module);
  return { exports, plan: null, placed: null, at: exports.documentFrom(), ...viewsOf(exports) };
}

function viewsOf({ memory }: Exports): Pick<Scanner, 'bytes' | 'words'> {
  return { bytes: Buffer.from(memory.buffer), words: new Int32Array(memory.buffer) };
}

function reserve(opened: Scanner, size: number): void {
  const missing = size - opened.bytes.length;
  if (missing <= 0) return;
  opened.exports.memory.grow(Math.ceil(missing / 65_536));
  Object.assign(opened, viewsOf(opened.exports));
}

/** Names that a document in the scanner's hands can have; what is no name at all is in no document. */
const PLAIN = /^[A-Za-z_][\w.-]*$/;
const HARMLESS = /^[^:\u0080-\uffff]*$/;

const scannable = new WeakMap<ReachPlan, boolean>();

function canScan(plan: ReachPlan): boolean {
  const known = scannable.get(plan);
  if (known !== undefined) return known;
  const can =
    plan.reach.places !== true &&
    plan.names.every((name) => HARMLESS.test(name) && name.length < 1000) &&
    plan.next.byteLength <= MAX_STATE_BYTES;
  scannable.set(plan, can);
  return can;
}

function usePlan(opened: Scanner, plan: ReachPlan): void {
  const { reach, names, next, path, whole } = plan;
  const letters = names.join('');
  const asked =
    (reach.wanted === undefined ? EVERY_ATTRIBUTE : 0) |
    (reach.texts === 'all' ? TEXTS_OF_ALL : 0) |
    (reach.namespaces === true ? NAMESPACES : 0) |
    (reach.attributes.size > 0 ? SOME_WATCHED : 0) |
    (reach.whole?.has('/') === true ? WHOLE_DOCUMENT : 0);
  // Generous for the tables in front of the lists of states, whose size is the scanner's business.
  reserve(opened, 1_000_000 + names.length * 512 + letters.length + next.byteLength + path.length * 3);
  let at = opened.exports.openPlan(names.length, path.length, letters.length, asked);
  for (const list of [next, path, whole]) {
    opened.bytes.set(new Uint8Array(list.buffer, list.byteOffset, list.byteLength), at);
    at += list.byteLength;
  }
  at = opened.exports.namesFrom();
  opened.bytes.write(letters, at, 'latin1');
  const flagsOf = nameFlags(plan);
  for (const name of names) {
    opened.exports.addPlanned(at, PLAIN.test(name) ? name.length : 0, flagsOf(name));
    at += name.length;
  }
  opened.at = opened.exports.documentFrom();
  opened.placed = null;
  opened.plan = plan;
}

function nameFlags({ reach: { names, whole, wanted, attributes } }: ReachPlan): (name: string) => number {
  const lower = new Set([...(wanted ?? []), ...attributes].map((name) => name.toLowerCase()));
  return (name) =>
    (names.has(name) ? ANYWHERE : 0) |
    (whole?.has(name) === true ? WHOLE_BELOW : 0) |
    (lower.has(name.toLowerCase()) ? WANTED : 0) |
    (attributes.has(name.toLowerCase()) ? WATCHED : 0);
}

/** Bytes, at most. */
function sizeOf(xml: string | Uint8Array): number {
  return typeof xml === 'string' ? xml.length * 3 : xml.length;
}

/** Puts the document into the scanner's memory, where its tape has so much `room`; how many bytes it takes there. */
function place(opened: Scanner, xml: string | Uint8Array, room: number): number {
  const { exports, placed, at } = opened;
  reserve(opened, exports.needed(sizeOf(xml), room));
  if (placed?.xml === xml) return placed.length;
  const { bytes } = opened;
  let { length } = xml;
  if (typeof xml === 'string') length = bytes.write(xml, at, 'utf8');
  else bytes.set(xml, at);
  opened.placed = { xml, length };
  return length;
}

/** An XML declaration longer than this is unusual. */
const DECLARATION_LENGTH = 200;
const [LESS, QUESTION] = [0x3c, 0x3f];

/** Whether the document begins with no XML declaration, or with one as it should be. */
function isDeclared(bytes: Buffer, from: number, end: number): boolean {
  let at = bytes[from] === 0xef ? from + 3 : from;
  while (at < end && bytes[at] !== LESS) at += 1;
  if (bytes[at + 1] !== QUESTION) return true;
  const start = bytes.toString('latin1', at, Math.min(end, at + DECLARATION_LENGTH));
  return !/^<\?xml\s/.test(start) || DECLARATION.test(start);
}

function readTape({ bytes, words }: Scanner, { names }: ReachPlan): Tape {
  const result = (index: number): number => words[RESULT + index] ?? 0;
  const list = (index: number, size: number, more: number): Int32Array => {
    const from = result(index) / 4;
    return words.subarray(from, from + (result(index + 1) + more) * size);
  };
  const [text, length, units, added] = [result(0), result(1), result(2), result(9)];
  return {
    names: added === 0 ? names : [...names, ...addedNames(bytes, words, result(10) / 4, added)],
    text: bytes.toString(length === units ? 'latin1' : 'utf8', text, text + length),
    nodes: list(3, NODE, 0),
    attributes: list(5, ATTRIBUTE, 0),
    texts: list(7, TEXT, 0),
  };
}

/** The names that only this document has; each is an address and a length behind a word of the scanner's own. */
function addedNames(bytes: Buffer, words: Int32Array, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const at = words[from + 3 * index + 1] ?? 0;
    return bytes.toString('latin1', at, at + (words[from + 3 * index + 2] ?? 0));
  });
}
