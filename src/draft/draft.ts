import { InputError, type Fault } from '../errors.ts';
import { DEFAULT_LIMITS } from '../xml/element.ts';
import { readTape } from '../xml/read-tape.ts';
import { pathFrom, type LeftOut } from './columns.ts';
import { findPlace, withBelow } from './find-place.ts';
import { idCandidates } from './ids.ts';
import { fitTables, type KnownTable } from './known.ts';
import { snakeCase } from './names.ts';
import { newObservations, observe, type Observations } from './observe.ts';
import { mergeNamespaces, type Place } from './place.ts';
import { printDraft } from './print.ts';
import { isEmpty } from './roles.ts';
import { declare } from './schema.ts';
import type { Schema } from './schema-types.ts';
import { draftTables, type DraftTables, type TableOptions } from './tables.ts';

/** What is wanted of a draft, beyond what the samples say. Paths are those of `findPlace`. */
export interface DraftOptions {
  /** Path of the elements that are rows of the only table at the top. */
  readonly rows?: string | undefined;
  /** Tables that are wanted, by the path of their rows. */
  readonly tables?: readonly { readonly name: string; readonly path: string }[] | undefined;
  /** Files of XML Schema, which say what may repeat and must be there, and of which types; a draft reads on where they say nothing. */
  readonly schema?: Schema | undefined;
  /** Tables that are there, which the rows are meant for. */
  readonly known?: readonly KnownTable[] | undefined;
}

/** A contract in the making. */
export interface Drafter {
  /** Takes in a sample; what keeps it from being read, if something does. */
  readonly add: (xml: Uint8Array) => string | null;
  /**
   * The text of a contract of format 2 for all that was seen; at least one sample must have been taken in.
   * Throws an `InputError` for options that name what no sample has.
   */
  readonly finish: (options?: DraftOptions) => string;
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
    finish: (options = {}) => finish(seen, options),
  };
}

function finish(seen: Observations, options: DraftOptions): string {
  mergeNamespaces(seen.roots);
  const roots = [...seen.roots.values()];
  const line = lineOf(roots);
  const sourceTable = line.endsWith('document') ? `${line}_xml` : `${line}_documents`;
  const logTable = `${line}_log`;
  const reserved = [sourceTable, logTable, 'xmlfan_run', 'xmlfan_instance', 'xmlfan_log'];
  const resolved = resolve(seen, options);
  const declared = options.schema === undefined ? new Map() : declare(options.schema, roots);
  const drafted = draftTables(seen, { ...resolved, declared, reserved });
  const fitted =
    options.known === undefined ? { tables: drafted.tables, key: null } : fitTables(drafted.tables, options.known);
  const head = {
    key: fitted.key,
    productLine: line,
    sourceTable,
    logTable,
    roots: [...new Set(roots.map(({ local }) => local))],
    documents: seen.documents,
    namespaces: drafted.prefixes.declared(),
    ids: idCandidates(seen, drafted.prefixes),
  };
  const leftOut = [...drafted.leftOut, ...outside(roots, resolved.rows, drafted)];
  return printDraft({ head, tables: fitted.tables, leftOut });
}

/** Roots that could be those of anything: what is in them says what documents are. */
const ANY_ROOT = /^(?:document|root|message|envelope|data|xml)$/i;

function lineOf([root]: readonly Place[]): string {
  const [child, ...others] = root?.children.values() ?? [];
  const says =
    root !== undefined && ANY_ROOT.test(root.local) && child !== undefined && others.length === 0 ? child : root;
  return snakeCase(says?.local ?? 'document').slice(0, 50);
}

function resolve(seen: Observations, { rows, tables = [] }: DraftOptions): Pick<TableOptions, 'rows' | 'wanted'> {
  const faults: Fault[] = [];
  const placeOf = (option: string, path: string): Place | null => {
    const found = findPlace(seen, path);
    if ('place' in found) return found.place;
    faults.push({ place: `${option} ${path}`, ...found });
    return null;
  };
  const wanted = new Map<Place, string>();
  for (const { name, path } of tables) {
    const place = placeOf(`--tables ${name}`, path);
    if (place !== null) wanted.set(place, name);
  }
  const resolved = { wanted, rows: rows === undefined ? null : placeOf('--rows', rows) };
  if (faults.length > 0) throw new InputError('The samples have not what is asked for:', faults);
  return resolved;
}

/** What stands outside of the rows that alone are wanted. */
function outside(roots: readonly Place[], rows: Place | null, { prefixes }: DraftTables): readonly LeftOut[] {
  if (rows === null) return [];
  const within = new Set(withBelow(rows));
  const why = 'outside of --rows';
  return roots.flatMap(withBelow).flatMap((place): LeftOut[] => {
    if (within.has(place) || isEmpty(place)) return [];
    const path = pathFrom(null, place, prefixes);
    const attributes = [...place.attributes.values()].map(({ local }) => ({ path: `${path}/@${local}`, why }));
    return place.values.count + place.mixed > 0 ? [...attributes, { path, why }] : attributes;
  });
}
