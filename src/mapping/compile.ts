import type { Contract } from '../contract/contract.ts';
import { printTimestamp } from '../values/dates.ts';
import type { Element, Limits, Reach } from '../xml/element.ts';
import { DEFAULT_LIMITS } from '../xml/element.ts';
import type { Reading } from '../xml/read.ts';
import { planReading } from '../xml/reach-plan.ts';
import type { Tape } from '../xml/tape.ts';
import { tapeOf } from '../xml/tape-writer.ts';
import { openDocument } from './document.ts';
import { ruleOf } from './environment.ts';
import type { Surroundings } from './environment.ts';
import { openIssues } from './issues.ts';
import { openMatches } from './matches.ts';
import type { Place } from './matches.ts';
import { openContacts } from './original/contacts.ts';
import { openMergedContext } from './original/merged-context.ts';
import type { Outcome, TableRows } from './outcome.ts';
import { notedNames, planContext, planReach } from './reach.ts';
import { openReader } from './read.ts';
import type { Failure } from './reason.ts';
import { wordReason } from './reason.ts';
import { compileRule } from './rule.ts';
import { compileTable } from './table.ts';
import type { TablePlan } from './table.ts';
import { NO_TRACE } from './trace.ts';
import type { Trace } from './trace.ts';
import type { OtherLine } from './validate.ts';
import { compileRootCheck, compileValidation, conventionalOther } from './validate.ts';

/** What a mapper knows beside its contract. */
export interface CompileOptions {
  /** The other registered product lines, to be told from this one; the original's own are known anyway. */
  readonly otherLines?: readonly OtherLine[] | undefined;
  readonly limits?: Limits | undefined;
  readonly trace?: Trace | undefined;
}

/** A document as the source table holds it. */
export interface MappableDocument {
  readonly xml: string | Uint8Array;
  /** Of bytes; without it they are UTF-8, or failing that Windows-1252. */
  readonly encoding?: string | undefined;
  /** The id of the source row; another id inside the document rejects it (D08). */
  readonly appId?: string | undefined;
  /** Whether that is the same one in any case; the text of contracts of format 2 alone. */
  readonly anyCase?: boolean | undefined;
}

/** A compiled contract: pure functions of a document and the current time. */
export interface Mapper {
  /** What a projection has to keep. */
  readonly reach: Reach;
  /** All tables in insertion order, each with the columns that its rows are ordered by. */
  readonly tables: readonly Pick<TablePlan, 'table' | 'columns'>[];
  /** What is looked for in documents, in the order of the digits of an outcome's `matches`. */
  readonly places: readonly Place[];
  readonly map: (document: MappableDocument, now: Date) => Outcome;
  /** Maps what is already read, by a reach that keeps at least this one. */
  readonly mapTape: (tape: Tape, appId: string | undefined, now: Date) => Outcome;
  /** The same from a tree, the whole of it or what is in reach. */
  readonly mapTree: (root: Element, appId: string | undefined, now: Date) => Outcome;
}

/** Compiles a contract once into a function per column, and tables in insertion order. */
export function compile(contract: Contract, options: CompileOptions = {}): Mapper {
  const { otherLines = [], limits = DEFAULT_LIMITS, trace = NO_TRACE } = options;
  const lines = [...otherLines, conventionalOther(contract)];
  const reach = planReach(contract, planContext(contract), lines);
  const plan = planReading(reach);
  const surroundings = surround(contract, reach, trace);
  const { document, issues, matches } = surroundings;
  const checkRoot = compileRootCheck(contract, document, issues.at(null, null));
  const validate = compileValidation(contract, lines, surroundings);
  const plans = contract.tables.map((table) => compileTable(surroundings, table));
  const mapTables = compileTables(plans, surroundings);
  const read = openReader(contract, reach, limits);
  const time = openClock();
  const reject = (appId: string | null, failure: Failure): Outcome => ({
    outcome: 'rejected',
    appId,
    ...wordReason(failure),
    issues: issues.noted(),
  });

  const mapTape = (tape: Tape, rowId: string | undefined, now: Date): Outcome => {
    issues.begin();
    matches.begin();
    document.open(tape, time(now));
    const { appId, errors } = validate(rowId);
    const otherRoot = checkRoot();
    if (errors.length > 0 || appId === null)
      return reject(appId, { stage: 'validation', errors: otherRoot === null ? errors : [...errors, otherRoot] });
    if (rowId !== undefined && !isSameId(rowId, appId)) {
      return reject(appId, { stage: 'validation', errors: 'app_id mismatch' });
    }
    document.identify(appId);
    const tables = mapTables();
    if (tables.length === 0) {
      const why = otherRoot === null ? '' : `. ${otherRoot}`;
      return reject(appId, { stage: 'mapping', message: `No data mapped from XML${why}` });
    }
    return { outcome: 'mapped', appId, tables, issues: issues.noted(), matches: matches.taken() };
  };

  return {
    reach,
    tables: plans,
    places: matches.places,
    map(source, now) {
      const reading = read(source);
      if (reading.ok) return mapTape(reading.tape, source.appId, now);
      issues.begin();
      return reject(null, failureOf(reading));
    },
    mapTape,
    mapTree: (root, appId, now) => mapTape(tapeOf(root, plan), appId, now),
  };
}

/** Prints a time; the documents of a page have the same. */
function openClock(): (now: Date) => string {
  let [last, text] = [Number.NaN, ''];
  return (now) => {
    if (now.getTime() !== last) [last, text] = [now.getTime(), printTimestamp(now)];
    return text;
  };
}

function surround(contract: Contract, reach: Reach, trace: Trace): Surroundings {
  const document = openDocument(planReading(reach), notedNames(contract));
  const [contact, address] = [ruleOf(contract, 'contact'), ruleOf(contract, 'address')];
  const contacts = contact && openContacts(document, contact);
  const [reads, issues] = [trace.reading(document), openIssues()];
  return {
    contract,
    document,
    reads,
    trace,
    contacts,
    addresses: address && compileRule(document, address),
    context: openMergedContext(reads, planContext(contract), contacts),
    issues: { ...issues, at: (table, column) => trace.noting(issues.at(table, column)) },
    matches: openMatches(),
  };
}

/** Rows of all tables that have any. A table that fails is left out and counted; the others go on (spec 7.3). */
function compileTables(plans: readonly TablePlan[], { issues }: Surroundings): () => readonly TableRows[] {
  const noting = plans.map((plan) => ({ ...plan, note: issues.at(plan.table, null) }));
  return () => {
    const mapped: TableRows[] = [];
    for (const { table, map, note } of noting) {
      try {
        const rows = map();
        if (rows.length > 0) mapped.push({ table, rows });
      } catch {
        note('table_failed');
      }
    }
    return mapped;
  };
}

function failureOf({ stage, message }: Extract<Reading, { ok: false }>): Failure {
  return stage === 'validation' ? { stage, errors: [message] } : { stage, message };
}

/** Ids are compared as integers. */
function isSameId(rowId: string, appId: string): boolean {
  return /^\s*\+?[0-9]+\s*$/.test(rowId) && BigInt(rowId.replace('+', '')) === BigInt(appId);
}
