import type { NestedContract, NestedTable } from '../../contract/nested/model.ts';
import type { NameTest, Path } from '../../contract/nested/path.ts';
import { printPath } from '../../contract/nested/print-path.ts';
import { integerReader } from '../../values/typed/number.ts';
import { readGuid } from '../../values/typed/binary.ts';
import type { TextType } from '../../values/typed/value-type.ts';
import { bytesOf, UNITS } from '../../values/typed/text-limit.ts';
import type { Reach } from '../../xml/element.ts';
import { planReading } from '../../xml/reach-plan.ts';
import { namespaceAt, nameOf, prefixOf, type Tape } from '../../xml/tape.ts';
import { openMatches, type Matches, type Place } from '../matches.ts';
import type { QualityIssue } from '../outcome.ts';
import { compileNameTest } from './find.ts';
import { elementFind, trimSpace } from './find-value.ts';
import { openPaths } from './paths.ts';
import { planNestedReach } from './reach.ts';
import { textReader, type NestedDocument, type NestedFailure, type NestedRow } from './row.ts';
import { compileTable, type Cells, type Sheet } from './table.ts';
import { NO_TRACE, type Trace } from '../trace.ts';

/** What a contract of format 2 makes of a document. */
type NestedOutcome =
  /** `rows` by number of the table, in the order of its columns; the id is the row's, or what the document says. */
  | {
      readonly ok: true;
      readonly id: string;
      readonly rows: readonly (readonly Cells[])[];
      readonly issues: readonly QualityIssue[];
      readonly matches: string;
    }
  | { readonly ok: false; readonly failure: NestedFailure };

export interface NestedMapper {
  readonly reach: Reach;
  /** All tables in insertion order, each with its columns: the keys first. */
  readonly tables: readonly { readonly table: NestedTable; readonly columns: readonly string[] }[];
  /** What is looked for in documents, in the order of the digits of an outcome's `matches`. */
  readonly places: readonly Place[];
  /** The id inside a document, null if it has none, or what is wrong with it. */
  readonly idOf: (tape: Tape) => string | null | NestedFailure;
  /** Maps a tape that was read with `reach`. Without a source row the document must have an id of its own. */
  readonly map: (tape: Tape, row: SourceRow | null, now: string) => NestedOutcome;
}

/** The id of a document's row, and whether that is the same one in any case. */
interface SourceRow {
  readonly id: string;
  readonly anyCase: boolean;
}

export interface NestedOptions {
  /** The code page of columns that count bytes, a label of the WHATWG Encoding Standard. */
  readonly codePage?: string;
  /** With one, whole documents are read. */
  readonly trace?: Trace | undefined;
}

/** Compiles a contract of format 2 to a function of tape, id and time. */
export function compileNested(
  contract: NestedContract,
  { codePage = 'windows-1252', trace = NO_TRACE }: NestedOptions = {},
): NestedMapper {
  const needed = planNestedReach(contract);
  const reach = trace.isOn ? everything(needed) : needed;
  const plan = planReading(reach);
  const idOf = (name: string): number => plan.idOf(name);
  const tables = layOutNested(contract);
  const numbers = new Map(tables.map(({ table }, number) => [table, number]));
  const bytes = bytesOf(codePage);
  const matches = openMatches();
  const context = {
    idOf,
    nil: idOf('nil'),
    valueBytes: contract.limits.valueBytes,
    trace,
    matchOf: (table: NestedTable, column: string | null, paths: readonly Path[]) =>
      matches.at({ table: table.name, column, path: paths.map(printPath).join(' | ') }),
    limitOf: (kind: TextType['kind']) => (kind.startsWith('n') ? UNITS : bytes),
    key: contract.key,
    idType: contract.source.idType,
    numberOf: (table: NestedTable) => numbers.get(table) ?? 0,
  };
  const checkRoot = compileRoots(contract.roots, idOf);
  const readId = compileId(contract, idOf, matches, trace);
  const top = contract.tables.map((table) => compileTable(table, [], context));
  return {
    reach,
    tables,
    places: matches.places,
    idOf: (tape) => checkRoot(tape) ?? readId({ tape, id: '', now: '' }, null),
    map(tape, sourceRow, now) {
      matches.begin();
      const wrongRoot = checkRoot(tape);
      if (wrongRoot !== null) return { ok: false, failure: wrongRoot };
      const id = readId({ tape, id: '', now }, sourceRow);
      if (id === null) return { ok: false, failure: idFailure('the document has no id') };
      if (typeof id !== 'string') return { ok: false, failure: id };
      const sheet: Sheet = {
        document: { tape, id, now },
        book: { issues: [], failure: null },
        rows: tables.map(() => []),
        taken: tables.map(() => new Map()),
        left: contract.limits.rows,
      };
      for (const table of top) table.map(sheet, null);
      const failure = sheet.book.failure ?? (sheet.rows.every((rows) => rows.length === 0) ? NO_ROWS : null);
      return failure === null
        ? { ok: true, id, rows: sheet.rows, issues: sheet.book.issues, matches: matches.taken() }
        : { ok: false, failure };
    },
  };
}

/** All of a document, with the numbers of the names that a reach mentions. */
function everything({ mentioned = new Set(), wanted = new Set(), ...reach }: Reach): Reach {
  return { ...reach, whole: new Set(['/']), mentioned: new Set([...mentioned, ...wanted]) };
}

const NO_ROWS: NestedFailure = { code: 'no rows', place: '', sentence: 'no table gets a row of it' };

/** All tables in insertion order, each with the columns that its rows are ordered by: the keys first. */
export function layOutNested({ tables, key }: NestedContract): NestedMapper['tables'] {
  return listTables(tables, [key]);
}

function listTables(tables: readonly NestedTable[], parentKey: readonly string[]): NestedMapper['tables'] {
  return tables.flatMap((table) => {
    const own = table.position === null ? parentKey : [...parentKey, table.position];
    const columns = [...own, ...table.columns.filter(({ stored }) => stored).map(({ name }) => name)];
    return [{ table, columns }, ...listTables(table.tables, [...own, ...(table.unique ?? [])])];
  });
}

function compileRoots(
  roots: readonly NameTest[],
  idOf: (name: string) => number,
): (tape: Tape) => NestedFailure | null {
  const tests = roots.map((root) => compileNameTest(root, idOf));
  const expected = roots.map(({ local }) => local ?? '*').join(' or ');
  return (tape) => {
    if (tests.some((fits) => fits(tape, 0))) return null;
    const found = tape.names[nameOf(tape, 0)] ?? '';
    const isNamed = roots.some(({ local }) => local === found);
    const namespace = isNamed ? `, of the namespace '${namespaceAt(tape, 0, prefixOf(tape, 0))}'` : '';
    return {
      code: 'root',
      place: found,
      sentence: `the root element is ${found}${namespace}, the contract expects ${expected}`,
    };
  };
}

/** The id of a document: its row's, with which one inside has to agree. */
function compileId(
  { documentId, source }: NestedContract,
  idOf: (name: string) => number,
  matches: Matches,
  trace: Trace,
): (document: NestedDocument, sourceRow: SourceRow | null) => string | null | NestedFailure {
  const paths = openPaths(idOf, (row) => row.find);
  const finds = (documentId ?? []).map((path) => paths.add(path));
  const note =
    documentId === null ? null : matches.at({ table: null, column: null, path: documentId.map(printPath).join(' | ') });
  paths.ready();
  const read = idReader(source.idType);
  return (document, sourceRow) => {
    const textOf = textReader(document.tape, 0, null, null);
    const row: NestedRow = {
      document,
      parent: null,
      find: elementFind(0),
      base: elementFind(0),
      keys: [],
      values: [],
      textOf,
    };
    const found = finds.flatMap((find) => find(row));
    note?.(found.length > 0);
    found.forEach(trace.read);
    const texts = found.map((one) => trimSpace(textOf(one))).filter((text) => text !== '');
    const ids = [...new Set(texts.map((text) => read(text)))];
    const [inside = null, ...others] = ids;
    if (ids.includes(null)) return idFailure(`the id inside the document is no ${source.idType.kind}`);
    if (others.length > 0) return idFailure('the document has several different ids');
    if (sourceRow === null) return inside;
    const { id, anyCase } = sourceRow;
    const own = read(id) ?? id;
    // White space around an id inside does not count; at the end of texts SQL Server does not compare it either.
    const isSame = inside === null || inside === trimSpace(own) || (anyCase && isInOtherCase(inside, own));
    return isSame ? id : idFailure('the id inside the document is not that of its row');
  };
}

function isInOtherCase(inside: string, own: string): boolean {
  return inside.toLowerCase() === trimSpace(own).toLowerCase();
}

function idFailure(sentence: string): NestedFailure {
  return { code: 'id', place: '', sentence };
}

function idReader(type: NestedContract['source']['idType']): (text: string) => string | null {
  if (type.kind === 'text') return (text) => (text.length <= type.length ? text : null);
  if (type.kind === 'uniqueidentifier') return (text) => readGuid(text, () => undefined);
  const read = integerReader(type.kind, { decimal: '.', group: null });
  return (text) => read(text, () => undefined);
}
