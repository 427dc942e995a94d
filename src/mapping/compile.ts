import type { Contract } from '../contract/contract.ts';
import { printTimestamp } from '../values/dates.ts';
import type { Document } from './document.ts';
import { openDocument, pathSlots } from './document.ts';
import type { Element, Limits, Reach } from '../xml/element.ts';
import { DEFAULT_LIMITS } from '../xml/element.ts';
import type { FlatMap } from './flat-map.ts';
import { flatten } from './flat-map.ts';
import type { NoteIssue } from './issues.ts';
import { openIssues } from './issues.ts';
import type { Outcome, QualityIssue, TableRows } from './outcome.ts';
import { readTape } from '../xml/read-tape.ts';
import type { Reading } from '../xml/read.ts';
import { treeOf } from '../xml/tape-tree.ts';
import { notedNames, planContext, planReach } from './reach.ts';
import type { Failure } from './reason.ts';
import { wordReason } from './reason.ts';
import type { MapTable } from './table.ts';
import { compileTable } from './table.ts';
import type { OtherLine } from './validate.ts';
import { compileValidation, conventionalOther } from './validate.ts';

/** What a mapper knows beside its contract. */
export interface CompileOptions {
  /** The other registered product lines, to be told from this one; the original's own are known anyway. */
  readonly otherLines?: readonly OtherLine[] | undefined;
  readonly limits?: Limits | undefined;
}

/** A document as the source table holds it. */
export interface SourceDocument {
  readonly xml: string | Uint8Array;
  /** Of bytes; without it they are UTF-8, or failing that Windows-1252. */
  readonly encoding?: string | undefined;
  /** The id of the source row; another id inside the document rejects it (D08). */
  readonly appId?: string | undefined;
}

/** A compiled contract: pure functions of a document and the current time. */
export interface Mapper {
  /** What a projection has to keep. */
  readonly reach: Reach;
  readonly map: (document: SourceDocument, now: Date) => Outcome;
  /**
   * By `Mapping.index`: 1 for every mapping that has found something in any document so far. Whoever wants to know since
   * when sets it to 0.
   */
  readonly found: Uint8Array;
  /** Maps a tree that is already read, the whole of it or what is in reach. */
  readonly mapTree: (root: Element, appId: string | undefined, now: Date) => Outcome;
}

/** Compiles a contract once into a function per column, and tables in insertion order. */
export function compile(contract: Contract, { otherLines = [], limits = DEFAULT_LIMITS }: CompileOptions = {}): Mapper {
  const lines = [...otherLines, conventionalOther(contract)];
  const slots = pathSlots();
  const context = planContext(contract);
  const reach = planReach(contract, context, lines);
  for (const path of reach.paths) slots.slot(path);
  const issues = openIssues();
  const found = new Uint8Array(
    Math.max(0, ...contract.tables.flatMap(({ mappings }) => mappings.map(({ index }) => index + 1))),
  );
  const surroundings = { contract, slots, context, issues, found };
  const validate = compileValidation(contract, lines, surroundings);
  const tables = contract.tables.map((table) => ({
    table: table.name,
    map: compileTable(surroundings, table),
    note: issues.at(table.name, null),
  }));
  const plan = { start: slots.start, noted: notedNames(contract), reach };
  const flat = (root: Element): FlatMap => flatten(root, plan);
  const read = openReader(contract, reach, limits, flat);

  const mapFlat = (flatMap: FlatMap, rowId: string | undefined, now: Date): Outcome => {
    issues.begin();
    const { appId, errors } = validate(flatMap, rowId);
    if (errors.length > 0 || appId === null) return reject(appId, { stage: 'validation', errors }, issues.noted());
    if (rowId !== undefined && !isSameId(rowId, appId)) {
      return reject(appId, { stage: 'validation', errors: 'app_id mismatch' }, issues.noted());
    }
    const rows = mapTables(tables, openDocument(flatMap, appId, printTimestamp(now)));
    if (rows.length === 0) {
      return reject(appId, { stage: 'mapping', message: 'No data mapped from XML' }, issues.noted());
    }
    return { outcome: 'mapped', appId, tables: rows, issues: issues.noted() };
  };

  return {
    reach,
    found,
    map(document, now) {
      const reading = read(document);
      if (!reading.ok) return reject(null, failureOf(reading), []);
      return mapFlat(reading.flat, document.appId, now);
    },
    mapTree: (root, appId, now) => mapFlat(flat(root), appId, now),
  };
}

type FlatReading = { readonly ok: true; readonly flat: FlatMap } | Extract<Reading, { ok: false }>;

/** More stray paths than this are not remembered. */
const MAX_LEARNED = 1000;

/**
 * Reads documents by their projection. Where an attribute alone brought an element into reach, all elements of its path
 * count, since the last one answers at the place of the first (P05): the document is read again with that path, and the
 * path is remembered for those that follow.
 */
function openReader(
  { rootElement }: Contract,
  reach: Reach,
  limits: Limits,
  flat: (root: Element) => FlatMap,
): (document: SourceDocument) => FlatReading {
  let current = reach;
  return ({ xml, encoding }) => {
    const reading = readTape(xml, { rootElement, reach: current, limits, encoding });
    if (!reading.ok) return reading;
    const flatMap = flat(treeOf(reading.tape));
    const strays = [...flatMap.strays].filter((path) => !current.paths.has(path));
    if (strays.length === 0) return { ok: true, flat: flatMap };
    const wider = { ...current, paths: new Set([...current.paths, ...strays]) };
    if (wider.paths.size <= reach.paths.size + MAX_LEARNED) current = wider;
    const again = readTape(xml, { rootElement, reach: wider, limits, encoding });
    return again.ok ? { ok: true, flat: flat(treeOf(again.tape)) } : again;
  };
}

/** Rows of all tables that have any. A table that fails is left out and counted; the others go on (spec 7.3). */
function mapTables(
  tables: readonly { readonly table: string; readonly map: MapTable; readonly note: NoteIssue }[],
  document: Document,
): readonly TableRows[] {
  const mapped: TableRows[] = [];
  for (const { table, map, note } of tables) {
    try {
      const rows = map(document);
      if (rows.length > 0) mapped.push({ table, rows });
    } catch {
      note('table_failed');
    }
  }
  return mapped;
}

function failureOf({ stage, message }: Extract<Reading, { ok: false }>): Failure {
  return stage === 'validation' ? { stage, errors: [message] } : { stage, message };
}

function reject(appId: string | null, failure: Failure, issues: readonly QualityIssue[]): Outcome {
  return { outcome: 'rejected', appId, ...wordReason(failure), issues };
}

/** Ids are compared as integers. */
function isSameId(rowId: string, appId: string): boolean {
  return /^\s*\+?[0-9]+\s*$/.test(rowId) && BigInt(rowId.replace('+', '')) === BigInt(appId);
}
