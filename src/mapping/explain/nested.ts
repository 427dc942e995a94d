import type { NestedColumn, NestedContract, NestedTable } from '../../contract/nested/model.ts';
import type { Path, PathCondition, PathStep, Predicate } from '../../contract/nested/path.ts';
import { printPath } from '../../contract/nested/print-path.ts';
import { printValueType } from '../../values/typed/value-type.ts';
import { readCarefully } from '../../xml/read.ts';
import { endOf, nameOf, nodeCount, NONE } from '../../xml/tape.ts';
import type { MappableDocument } from '../compile.ts';
import { layOutNested } from '../nested/compile.ts';
import type { PathsSource } from '../nested/column.ts';
import { openNestedTrace } from '../nested/document.ts';
import { ELEMENT, elementFind, indexOf, isNil, kindOf, valueOf, type Find } from '../nested/find-value.ts';
import { openPaths } from '../nested/paths.ts';
import { textReader } from '../nested/row.ts';
import { quote } from './cause.ts';
import type { Excerpt } from './excerpt.ts';
import type { Cause, Explanation } from './explanation.ts';
import { attributesOf, locate, noAttribute, printLocation } from './paths.ts';
import { openRecorder, type RecordedCell, type RecordedRow } from './recorder.ts';
import { explainTables, unexplained, type Explained, type LeftElement, type TableFacts } from './tables.ts';

/** Explains documents by a contract of format 2. They are read whole, by the careful reader. */
export function openNestedExplanation(
  contract: NestedContract,
): (document: MappableDocument, now: Date, excerpt?: Excerpt) => Explanation {
  const { trace, begin, rows } = openRecorder();
  const map = openNestedTrace(contract, trace, (xml, options) =>
    readCarefully(xml, { ...options, reach: options.reach && { ...options.reach, places: true } }),
  );
  const parents = parentsOf(contract.tables, null, 'tables');
  return (document, now, excerpt = {}) => {
    begin();
    const { outcome, tape } = map(document, now);
    if (tape === null) return unexplained(outcome);
    return explainTables({ document, outcome, tape, rows: rows() }, excerpt, (explained) =>
      layOutNested(contract).map(({ table, columns }) => factsOf(contract, table, columns, parents, explained)),
    );
  };
}

/** Where tables stand in the file, and which is around them. */
type Parents = ReadonlyMap<NestedTable, { readonly parent: NestedTable | null; readonly place: string }>;

function parentsOf(tables: readonly NestedTable[], parent: NestedTable | null, place: string): Parents {
  return new Map(
    tables.flatMap((table) => {
      const own = `${place}.${table.name}`;
      return [[table, { parent, place: own }] as const, ...parentsOf(table.tables, table, `${own}.tables`)];
    }),
  );
}

function factsOf(
  contract: NestedContract,
  table: NestedTable,
  columns: readonly string[],
  parents: Parents,
  explained: Explained,
): TableFacts {
  const { place, parent } = parents.get(table) ?? { place: '', parent: null };
  const bases = parent === null ? [NONE] : rowsOf(parent, explained);
  const starts = startsOf(table);
  const filters = starts.map((path) => openFilter(path, explained));
  const [id = null] = idFinds(contract, explained);
  return {
    table: table.destination.label,
    traced: table.name,
    columns,
    mapping: ({ column }) => `${place}.columns.${column}`,
    source: ({ of }) => ('source' in of ? printSource(of) : ''),
    missing: (row, cell) => ('source' in cell.of ? whyMissing(table, cell.of, row, cell, explained) : NOTHING),
    keys: [{ column: contract.key, source: 'id of the document', find: () => id }],
    brought: (_row, column) =>
      column === table.position ? 'number of the row in the row around it' : 'key of the row around it',
    empty: () => whyEmpty(parent, starts, bases, explained),
    more: () => bases.flatMap((base) => filters.flatMap((filtered) => filtered(base))),
  };
}

const NOTHING: Cause = { code: 'no_value', sentence: 'Nothing gives it a value.', nearest: null };

function rowsOf(table: NestedTable, { rows }: Explained): readonly Find[] {
  return [...new Set(rows.flatMap((row) => (row.table === table.name && row.values !== null ? [row.find] : [])))];
}

function startsOf({ rows }: NestedTable): readonly Path[] {
  if (rows.kind === 'parent') return [];
  return rows.kind === 'paths' ? rows.paths : rows.entries.flatMap(({ paths }) => paths);
}

function idFinds({ documentId }: NestedContract, explained: Explained): readonly Find[] {
  return (documentId ?? []).flatMap((path) => openFind(path, explained)(elementFind(0)));
}

function printSource({ source, type }: NestedColumn): string {
  if (source.kind === 'expression') return `expression of type ${printValueType(type)}`;
  const paths = source.alternatives.map((union) => union.map(printPath).join(' | ')).join(', else ');
  return source.take === null ? paths : `${source.take} of ${paths}`;
}

function whyMissing(
  table: NestedTable,
  { source }: NestedColumn,
  row: RecordedRow,
  { reads }: RecordedCell,
  explained: Explained,
): Cause {
  if (source.kind === 'expression') {
    const names = reads.flatMap(({ name, text }) => (name !== null && text === null ? [name] : []));
    const without = names.length === 0 ? '' : ` There is no value of ${[...new Set(names)].join(', ')}.`;
    return { code: 'no_value', sentence: `The expression gives no value.${without}`, nearest: null };
  }
  if (reads.length > 0) return whyBlank(source, reads, explained);
  const [base] = table.at === null ? [row.find] : table.at.flatMap((path) => openFind(path, explained)(row.find));
  if (base === undefined) return whyNothing(table.at?.[0], row.find, explained);
  const others = table.columns.filter((column) => column.source !== source).flatMap(attributesRead);
  const [first = NOTHING, ...more] = source.alternatives.flatMap(([path]) =>
    path === undefined ? [] : [whyNothing(path, base, explained, others)],
  );
  return { ...first, sentence: [first, ...more].map(({ sentence }) => sentence).join(' ') };
}

/** What a column finds is blank, one way or another. */
function whyBlank({ text }: PathsSource, reads: RecordedCell['reads'], { tape }: Explained): Cause {
  const finds = reads.flatMap(({ find }) => (find === null ? [] : [find]));
  const nil = tape.names.indexOf('nil');
  const isBelow = text === 'own' && finds.some((find) => valueOf(tape, find).trim() !== '');
  const sentence = finds.some((find) => isNil(tape, find, nil))
    ? 'It says that it is nil (xsi:nil).'
    : isBelow
      ? 'The element has no text of its own, only its children have; `text: all` reads these too.'
      : 'What is there is blank.';
  return { code: 'blank', sentence, nearest: null };
}

/** Names of attributes that a column reads: they stand for no others. */
function attributesRead({ source }: NestedColumn): readonly string[] {
  const paths = source.kind === 'paths' ? source.alternatives.flat() : [];
  return paths.flatMap(({ steps }) => {
    const last = steps.at(-1);
    return last?.axis === 'attribute' && last.test.local !== null ? [last.test.local] : [];
  });
}

const REJECTED: Cause = { code: 'no_value', sentence: 'The document was rejected before.', nearest: null };

function whyEmpty(
  parent: NestedTable | null,
  [start]: readonly Path[],
  [base]: readonly Find[],
  explained: Explained,
): Cause {
  if (base !== undefined && start !== undefined && openFind(start, explained)(base).length === 0)
    return whyNothing(start, base, explained);
  if (explained.outcome.outcome === 'rejected') return REJECTED;
  return { code: 'no_path', sentence: `The table around it, ${parent?.name ?? ''}, has no rows.`, nearest: null };
}

/** What a path finds from a base, in document order. */
function openFind(path: Path, { tape }: Explained): (base: Find) => readonly Find[] {
  const paths = openPaths(
    (name) => tape.names.indexOf(name),
    (row) => row.base,
  );
  const find = paths.add(path);
  paths.ready();
  const document = { tape, id: '', now: '' };
  return (base) =>
    find({
      document,
      parent: null,
      find: base,
      base,
      keys: [],
      values: [],
      textOf: textReader(tape, base, null, null),
    });
}

/** Goes as far as the path finds anything, and says which step does not. */
function whyNothing(path: Path | undefined, base: Find, explained: Explained, others: readonly string[] = []): Cause {
  if (path === undefined) return NOTHING;
  const { steps } = path;
  for (let count = steps.length - 1; count >= 0; count -= 1) {
    const start: Path = { ...path, steps: steps.slice(0, count), reads: 'value' };
    const found = count === 0 && path.start.kind === 'document' ? [NONE] : openFind(start, explained)(base);
    const step = steps[count];
    if (found.length > 0 && step !== undefined) return whyNoStep(path, step, found, base, explained, others);
  }
  return { code: 'no_path', sentence: `${printPath({ ...path, steps: [] })} is no element here.`, nearest: null };
}

function whyNoStep(
  path: Path,
  step: PathStep,
  found: readonly Find[],
  base: Find,
  explained: Explained,
  others: readonly string[],
): Cause {
  const { tape, paths, places } = explained;
  const [place = NONE] = found;
  const where = place < 0 ? 'The document' : printLocation(locate(tape, paths, places, place));
  if (step.axis === 'deep')
    return { code: 'no_path', sentence: `${where} has nothing for ${printPath(path)}.`, nearest: null };
  if (step.axis === 'text') return { code: 'blank', sentence: `${where} has no text of its own.`, nearest: null };
  const left = openFilter(path, explained)(base);
  if (left.length > 0) return whyFiltered(left, explained);
  const wanted = step.test.local ?? '*';
  if (step.axis === 'attribute') {
    const known = found.flatMap((find) => (kindOf(find) === ELEMENT ? attributesOf(tape, indexOf(find)) : []));
    if (known.includes(wanted)) return ofAnotherNamespace(where, 'attribute', wanted);
    return noAttribute(
      wanted,
      where,
      known.filter((name) => !others.includes(name)),
    );
  }
  const children = found.flatMap((find) => childrenOf(explained, find));
  if (children.some((node) => tape.names[nameOf(tape, node)] === wanted))
    return ofAnotherNamespace(where, 'element', wanted);
  const from = place < 0 ? '' : paths.plain[indexOf(place)];
  const nearest = paths.nearest(`${from}/${wanted}`);
  // That there is an element around it is said already.
  return {
    code: 'no_path',
    sentence: `${where} has no element ${wanted}.`,
    nearest: nearest === from ? null : nearest,
  };
}

function ofAnotherNamespace(where: string, what: 'attribute' | 'element', name: string): Cause {
  const code = what === 'attribute' ? 'no_attribute' : 'no_path';
  const sentence = `${where} has an ${what} ${name}, but of another namespace than the path says; see \`namespaces\`.`;
  return { code, sentence, nearest: null };
}

/** As many elements as are told of. */
const MOST_LEFT = 3;

/** That predicates leave out what is there. */
function whyFiltered(left: readonly FilteredElement[], { tape, paths, places }: Explained): Cause {
  const [{ name } = { name: '' }] = left;
  const told = left.slice(0, MOST_LEFT).map(({ find, found }) => {
    const { line, column } = locate(tape, paths, places, find);
    const [what, where] = [found(), `line ${line}, column ${column}`];
    return what === null ? `in ${where}` : `${what} (${where})`;
  });
  const more = left.length > MOST_LEFT ? [`${left.length - MOST_LEFT} more`] : [];
  const head =
    left.length === 1 ? 'An element is there, but it is not' : `${left.length} elements are there, but none is`;
  return { code: 'filtered', sentence: `${head} among ${name}: ${[...told, ...more].join(', ')}.`, nearest: null };
}

function childrenOf({ tape }: Explained, find: Find): readonly number[] {
  const node = find < 0 ? NONE : indexOf(find);
  const children: number[] = [];
  const end = node === NONE ? nodeCount(tape) : endOf(tape, node);
  for (let child = node + 1; child < end; child = endOf(tape, child)) children.push(child);
  return children;
}

/** An element that predicates leave out: of which step, and what is found where they look, if they look at anything. */
interface FilteredElement extends LeftElement {
  readonly name: string;
  readonly found: () => string | null;
}

/** What the predicates of a path leave out, step by step. */
function openFilter(path: Path, explained: Explained): (base: Find) => readonly FilteredElement[] {
  const filters = path.steps.flatMap((step, at) => {
    if (step.axis === 'deep' || step.predicates.length === 0) return [];
    const to = (last: PathStep): Path => ({ ...path, steps: [...path.steps.slice(0, at), last], reads: 'value' });
    const findKept = openFind(to(step), explained);
    const findAll = openFind(to({ ...step, predicates: [] }), explained);
    const name = printPath(to(step));
    return (base: Find): readonly FilteredElement[] => {
      const kept = new Set(findKept(base));
      const left = findAll(base).filter((find) => !kept.has(find));
      return left.map((find): FilteredElement => {
        const decide = (): Decision => deciding(step.predicates, find, explained);
        return {
          find,
          name,
          found: () => printDecision(decide()),
          why() {
            const decision = decide();
            const found = printDecision(decision);
            const sentence = `it is not among ${name}${found === null ? '' : `: ${found}`}`;
            return { attribute: attributeOf(decision.test), sentence };
          },
        };
      });
    };
  });
  return (base) => filters.flatMap((filter) => filter(base));
}

interface Decision {
  readonly test: Path | null;
  readonly value: string | null;
}

function printDecision({ test, value }: Decision): string | null {
  return test === null ? null : `${printPath(test)} is ${value === null ? 'not there' : quote(value)}`;
}

/** The first path that the conditions of a step look at, and what is there. */
function deciding(predicates: readonly Predicate[], find: Find, explained: Explained): Decision {
  const [test = null] = predicates.flatMap((predicate) =>
    predicate.kind === 'position' || predicate.kind === 'last' ? [] : pathsIn(predicate),
  );
  const [found] = test === null ? [] : openFind(test, explained)(find);
  return { test, value: found === undefined ? null : valueOf(explained.tape, found) };
}

function pathsIn(condition: PathCondition): readonly Path[] {
  if ('operands' in condition) return condition.operands.flatMap(pathsIn);
  return 'operand' in condition ? pathsIn(condition.operand) : [condition.path];
}

function attributeOf(path: Path | null): string | null {
  const last = path?.steps.at(-1);
  return last?.axis === 'attribute' ? last.test.local : null;
}
