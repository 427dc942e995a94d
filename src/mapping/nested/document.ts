import type { NestedContract } from '../../contract/nested/model.ts';
import { printTimestamp } from '../../values/dates.ts';
import { DEFAULT_LIMITS, type Limits } from '../../xml/element.ts';
import { MALFORMED_WORDS } from '../../xml/fault.ts';
import { readTape } from '../../xml/read-tape.ts';
import type { Reading } from '../../xml/read.ts';
import type { Tape } from '../../xml/tape.ts';
import type { Outcome, Stage, TableRows } from '../outcome.ts';
import { wordReason } from '../reason.ts';
import { NO_TRACE, type Trace } from '../trace.ts';
import type { MappableDocument } from '../compile.ts';
import { compileNested, type NestedMapper } from './compile.ts';
import type { Find } from './find-value.ts';
import { unreadPaths, type UnreadPath } from './unread.ts';
import type { NestedFailure } from './row.ts';
import type { Cells } from './table.ts';

/** Maps documents by a contract of format 2: reads what is in reach, and makes rows or a reason of it. */
export function openNestedMapping(
  contract: NestedContract,
  limits: Limits = DEFAULT_LIMITS,
  compiled: NestedMapper = compileNested(contract),
): (document: MappableDocument, now: Date) => Outcome {
  const map = mapBy(contract, compiled, limits);
  return (document, now) => map(document, now).outcome;
}

/** What is told of a document while it is mapped, and the tape that this is about; none if it cannot be read. */
export interface Traced {
  readonly outcome: Outcome;
  readonly tape: Tape | null;
}

/** The same with a trace: whole documents are read, by `read`. */
export function openNestedTrace(
  contract: NestedContract,
  trace: Trace,
  read: typeof readTape = readTape,
): (document: MappableDocument, now: Date) => Traced {
  return mapBy(contract, compileNested(contract, { trace }), DEFAULT_LIMITS, read);
}

/** The same for samples: it is told which values no column reads. */
export function openNestedTrial(
  contract: NestedContract,
): (document: MappableDocument, now: Date) => { readonly outcome: Outcome; readonly unread: readonly UnreadPath[] } {
  const found = { values: new Set<Find>(), whole: new Set<Find>() };
  let isWhole = false;
  const map = openNestedTrace(contract, {
    ...NO_TRACE,
    isOn: true,
    // The lowest bit says that the name is read.
    read: (find) => void found[isWhole ? 'whole' : 'values'].add(find - (find & 1)),
    column: (of, _name, run) => {
      const isXml = 'type' in of && of.type.kind === 'xml';
      return (...given) => {
        isWhole = isXml;
        return run(...given);
      };
    },
  });
  return (document, now) => {
    isWhole = false;
    found.values.clear();
    found.whole.clear();
    const { outcome, tape } = map(document, now);
    return { outcome, unread: tape === null ? [] : unreadPaths(tape, found) };
  };
}

function mapBy(
  contract: NestedContract,
  mapper: NestedMapper,
  limits: Limits,
  read: typeof readTape = readTape,
): (document: MappableDocument, now: Date) => Traced {
  const options = { rootElement: null, reach: mapper.reach, limits: within(contract, limits) };
  const { documentBytes } = contract.limits;
  return ({ xml, encoding, appId, anyCase = false }, now) => {
    if (documentBytes !== null && xml.length > documentBytes) return { outcome: TOO_LARGE, tape: null };
    const reading = read(xml, { ...options, encoding });
    if (!reading.ok) return { outcome: unreadable(reading), tape: null };
    const { tape } = reading;
    const row = appId === undefined ? null : { id: appId, anyCase };
    const mapped = mapper.map(tape, row, printTimestamp(now));
    if (!mapped.ok) return { outcome: reject(printFailure(mapped.failure), 'mapping'), tape };
    const { id, rows, issues, matches } = mapped;
    return { outcome: { outcome: 'mapped', appId: id, tables: tablesOf(mapper, rows), issues, matches }, tape };
  };
}

function unreadable({ stage, message }: Extract<Reading, { ok: false }>): Outcome {
  if (stage === 'source') return { ...rejected, ...wordReason({ stage, message }) };
  return reject(`malformed: ${message.replace(`${MALFORMED_WORDS}: `, '')}`, 'parsing');
}

/** Reads the id inside a document: null if it has none, or why it cannot be read. */
export function openNestedIds(
  contract: NestedContract,
): (xml: string | Uint8Array) => { readonly id: string | null } | { readonly problem: string } {
  const { reach, idOf } = compileNested(contract);
  const options = { rootElement: null, reach, limits: within(contract, DEFAULT_LIMITS) };
  return (xml) => {
    const reading = readTape(xml, options);
    if (!reading.ok) return { problem: reading.message };
    const id = idOf(reading.tape);
    return typeof id === 'object' && id !== null ? { problem: id.sentence } : { id };
  };
}

function within({ limits }: NestedContract, own: Limits): Limits {
  const { depth, documentBytes, valueBytes } = limits;
  return {
    ...own,
    maxDepth: Math.min(own.maxDepth, depth ?? Infinity),
    // Of text counted before; of packed bytes only now is their size known.
    maxDocumentLength: Math.min(own.maxDocumentLength, documentBytes ?? Infinity),
    maxAttributeLength: Math.min(own.maxAttributeLength, valueBytes ?? Infinity),
  };
}

const rejected = { outcome: 'rejected', appId: null, issues: [] } as const;

/** A reason begins with a code and its place, then a sentence (docs/contract.md, Documents). */
function reject(reason: string, stage: Stage): Outcome {
  return { ...rejected, stage, reason: reason.slice(0, 500) };
}

const TOO_LARGE = reject('limits: document_bytes: The document is too large.', 'source');

function printFailure({ code, place, sentence }: NestedFailure): string {
  return `${code}: ${place === '' ? '' : `${place}: `}${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function tablesOf({ tables }: NestedMapper, rows: readonly (readonly Cells[])[]): readonly TableRows[] {
  return tables.flatMap(({ table }, number): TableRows[] => {
    const made = rows[number] ?? [];
    return made.length === 0 ? [] : [{ table: table.destination.label, rows: made }];
  });
}
