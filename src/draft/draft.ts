import { DEFAULT_LIMITS } from '../xml/element.ts';
import { readTape } from '../xml/read-tape.ts';
import { idCandidates } from './ids.ts';
import { snakeCase } from './names.ts';
import { newObservations, observe, type Observations } from './observe.ts';
import { mergeNamespaces } from './place.ts';
import { printDraft, type DraftHead } from './print.ts';
import { draftTables } from './tables.ts';

/** A contract in the making. */
export interface Drafter {
  /** Takes in a sample; what keeps it from being read, if something does. */
  readonly add: (xml: Uint8Array) => string | null;
  /** The text of a contract of format 2 for all that was seen. At least one sample must have been taken in. */
  readonly finish: () => string;
}

const WHOLE = {
  paths: new Set<string>(),
  names: new Set<string>(),
  attributes: new Set<string>(),
  whole: new Set(['/']),
  texts: 'all',
  namespaces: true,
} as const;

const READING = { rootElement: null, reach: WHOLE, limits: DEFAULT_LIMITS };

/** Begins a draft. Memory is that of the largest sample and of the kinds of things in all of them. */
export function openDraft(): Drafter {
  const seen = newObservations();
  return {
    add(xml) {
      const reading = readTape(xml, READING);
      if (!reading.ok) return reading.message;
      observe(seen, reading.tape);
      return null;
    },
    finish: () => finish(seen),
  };
}

function finish(seen: Observations): string {
  mergeNamespaces(seen.roots);
  const roots = [...seen.roots.values()];
  const line = snakeCase(roots[0]?.local ?? 'document');
  const names = { sourceTable: `${line}_documents`, logTable: `${line}_log` };
  const reserved = [names.sourceTable, names.logTable, 'processing_log', 'xmlfan_run', 'xmlfan_instance'];
  const { tables, leftOut, prefixes } = draftTables(seen, { wanted: new Map(), rows: null, reserved });
  const head: DraftHead = {
    ...names,
    productLine: line,
    roots: [...new Set(roots.map(({ local }) => local))],
    documents: seen.documents,
    namespaces: prefixes.declared(),
    ids: idCandidates(seen, prefixes),
  };
  return printDraft({ head, tables, leftOut });
}
