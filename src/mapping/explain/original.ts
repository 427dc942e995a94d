import type { Contract, Mapping, Table } from '../../contract/contract.ts';
import { OWN_MEMBERS } from '../../contract/mapping-rules.ts';
import { printStep, rowStep } from '../../contract/mapping-types.ts';
import { printExpression } from '../../expression/print-expression.ts';
import { DEFAULT_LIMITS } from '../../xml/element.ts';
import { readCarefully } from '../../xml/read.ts';
import { endOf, nodeCount, NONE, parentOf } from '../../xml/tape.ts';
import type { MappableDocument } from '../compile.ts';
import { compile } from '../compile.ts';
import { attributeName, isTextName } from '../document.ts';
import { ruleOf } from '../environment.ts';
import { columnsOf } from '../layout.ts';
import { elementFind, indexOf, valueOf } from '../nested/find-value.ts';
import { selectorName, SELECTORS } from '../original/selected-contact.ts';
import type { OtherLine } from '../validate.ts';
import { quote } from './cause.ts';
import type { Excerpt } from './excerpt.ts';
import type { Cause, Explanation } from './explanation.ts';
import { attributesOf, locate, noAttribute, printLocation } from './paths.ts';
import { openRecorder, type RecordedCell, type RecordedRow } from './recorder.ts';
import { attributeAt, explainTables, unexplained, type Explained, type TableFacts } from './tables.ts';

/** Explains documents by a contract of format 1. They are read whole, by the careful reader. */
export function openOriginalExplanation(
  contract: Contract,
  otherLines: readonly OtherLine[],
): (document: MappableDocument, now: Date, excerpt?: Excerpt) => Explanation {
  const { trace, begin, rows } = openRecorder();
  const mapper = compile(contract, { otherLines, trace });
  const reach = { ...mapper.reach, whole: new Set(['/']), places: true };
  return (document, now, excerpt = {}) => {
    const { xml, encoding, appId } = document;
    const reading = readCarefully(xml, { rootElement: contract.rootElement, reach, limits: DEFAULT_LIMITS, encoding });
    if (!reading.ok) return unexplained(mapper.map(document, now));
    begin();
    const outcome = mapper.mapTape(reading.tape, appId, now);
    return explainTables({ document, outcome, tape: reading.tape, rows: rows() }, excerpt, (explained) =>
      contract.tables.map((table) => factsOf(contract, table, explained)),
    );
  };
}

function factsOf(contract: Contract, table: Table, explained: Explained): TableFacts {
  const { filter } = { filter: null, ...table.rows };
  return {
    table: table.name,
    traced: table.name,
    columns: columnsOf(table),
    mapping: ({ of }) => ('index' in of ? `mappings[${of.index}]` : null),
    source: ({ of }) => ('index' in of ? printSource(of) : ''),
    missing: (row, cell) => ('index' in cell.of ? whyMissing(contract, table, cell.of, row, cell, explained) : NOTHING),
    keys: table.keys.map(({ column, of }) => ({ column, ...keyOf(contract, of, explained) })),
    brought: (row) => broughtBy(table, row),
    empty: () => {
      if (filter === null) return NOTHING;
      if (explained.paths.at(filter.path).length > 0) return NO_ID;
      return noPath(filter.path, explained, `The document has no element ${filter.path}.`);
    },
    more: () => [],
  };
}

function printSource(mapping: Mapping): string {
  if (mapping.expression !== null) return printExpression(mapping.expression);
  const { path, attribute } = mapping;
  const member = OWN_MEMBERS.get(attribute);
  const whole = member === undefined ? `${path}/@${attributeName(attribute)}` : `the ${member} ${path}`;
  const place = isTextName(attribute) ? path : whole;
  const selector = selectorName(mapping);
  return selector === null ? place : `${place} by ${selector}`;
}

const NOTHING: Cause = { code: 'no_value', sentence: 'No mapping gives it a value.', nearest: null };

const NO_ID: Cause = {
  code: 'no_value',
  sentence: 'Its elements are there, but the document has no id where rows of contacts look for it (C08).',
  nearest: null,
};

/** The columns of rows that come of a mapping type beside its value. */
function broughtBy({ rows: { kind } }: Table, { cells }: RecordedRow): string {
  const [cell] = cells;
  const step = cell !== undefined && 'index' in cell.of ? rowStep(cell.of.steps, kind) : undefined;
  return step === undefined ? '' : printStep(step);
}

function keyOf(
  contract: Contract,
  of: 'document' | 'contact',
  { tape, paths }: Explained,
): Pick<TableFacts['keys'][number], 'source' | 'find'> {
  if (of === 'document') {
    const { applicationId } = contract;
    const node = paths.at(applicationId.path).at(-1) ?? NONE;
    const attribute = attributeName(applicationId.attribute);
    return {
      source: `id of the document: ${applicationId.path}/@${attribute}`,
      find: () => (node === NONE ? null : attributeAt(tape, node, attribute)),
    };
  }
  const rule = ruleOf(contract, 'contact');
  return {
    source: `id of the contact: ${rule?.path ?? ''}/@${rule?.idAttribute ?? ''}`,
    find(row) {
      for (let node = row < 0 ? NONE : indexOf(row); node !== NONE; node = parentOf(tape, node)) {
        if (paths.plain[node]?.endsWith(`/${rule?.elementName}`) === true) {
          return attributeAt(tape, node, rule?.idAttribute ?? '');
        }
      }
      return null;
    },
  };
}

function noPath(wanted: string, { paths }: Explained, sentence: string): Cause {
  const nearest = paths.nearest(wanted);
  return { code: 'no_path', sentence, nearest };
}

/** Why a mapping finds nothing, in the order in which the mapper looks (spec 6.1). */
function whyMissing(
  contract: Contract,
  table: Table,
  mapping: Mapping,
  row: RecordedRow,
  { reads }: RecordedCell,
  explained: Explained,
): Cause {
  const blank = reads.every(({ text }) => text === null || text.trim() === '');
  if (mapping.expression !== null) {
    const names = reads.flatMap(({ name, text }) => (name !== null && text === null ? [name] : []));
    const without = names.length === 0 ? '' : ` There is nothing called ${[...new Set(names)].join(', ')}.`;
    return { code: 'no_value', sentence: `The expression gives no value.${without}`, nearest: null };
  }
  if (!blank) return { code: 'no_value', sentence: 'Its mapping types make no value of what is there.', nearest: null };
  if (reads.length > 0) return { code: 'blank', sentence: 'What is there is blank.', nearest: null };
  const selected = selectedContact(contract, mapping, explained);
  if (selected !== null) return selected;
  if (isNotRead(table, mapping)) {
    const sentence = `Rows of ${table.name} do not read ${mapping.path}: it is below their element, or of another root.`;
    return { code: 'not_read', sentence, nearest: null };
  }
  const member = OWN_MEMBERS.get(mapping.attribute);
  if (member !== undefined) {
    const sentence = `Here ${mapping.attribute} is the ${member}, not an attribute; @${mapping.attribute} reads that.`;
    return { code: 'not_read', sentence, nearest: null };
  }
  return whyNotAt(contract, mapping, row, explained);
}

/** Rows of contacts read nothing below their element (C11). */
function isNotRead({ rows }: Table, { path }: Mapping): boolean {
  if (rows.kind === 'contact') return path.startsWith(`${rows.filter.path}/`);
  return rows.kind === 'each' && path.split('/')[1] !== rows.filter.path.split('/')[1];
}

/** That there is no contact of the type that a mapping selects, if it selects one. */
function selectedContact(contract: Contract, mapping: Mapping, { tape, paths }: Explained): Cause | null {
  const selector = selectorName(mapping);
  const rule = ruleOf(contract, 'contact');
  const type = rule?.type;
  if (selector === null || rule === null || type === null || type === undefined) return null;
  const wanted = type.values[SELECTORS[selector].rank];
  const contacts = paths.plain.flatMap((path, node) => (path.endsWith(`/${rule.elementName}`) ? [node] : []));
  const typed = contacts.filter((node) => valueOf(tape, attributeAt(tape, node, type.attribute)) === wanted);
  if (typed.length > 0) {
    const known = attributesOf(tape, typed.at(-1) ?? 0);
    return noAttribute(attributeName(mapping.attribute), `The ${rule.elementName} that ${selector} selects`, known);
  }
  const sentence = `${selector} selects no ${rule.elementName}: none has ${type.attribute} ${quote(wanted ?? '')}.`;
  return { code: 'no_contact', sentence, nearest: null };
}

/** Looks below the row's element, and below those around it as far as the path goes with it. */
function whyNotAt(contract: Contract, { path, attribute }: Mapping, row: RecordedRow, explained: Explained): Cause {
  const { tape, paths, places } = explained;
  let scope = row.find < 0 ? NONE : indexOf(row.find);
  while (scope !== NONE && !`${path}/`.startsWith(`${paths.plain[scope]}/`)) scope = parentOf(tape, scope);
  const end = scope === NONE ? nodeCount(tape) : endOf(tape, scope);
  const nodes = paths.at(path);
  const node = lastWithin(nodes, scope, end);
  if (node === NONE) {
    const elsewhere = nodes.length > 0 ? `The row's element has no ${path} of its own.` : null;
    return noPath(path, explained, elsewhere ?? `The document has no element ${path}.`);
  }
  const where = printLocation(locate(tape, paths, places, elementFind(node)));
  if (isTextName(attribute)) return { code: 'blank', sentence: `${where} has no text.`, nearest: null };
  // What others read stands for nothing else.
  const others = contract.tables.flatMap(({ mappings }) => mappings.filter((other) => other.path === path));
  const read = new Set(others.map((other) => attributeName(other.attribute)));
  const known = attributesOf(tape, node).filter((name) => !read.has(name));
  return noAttribute(attributeName(attribute), where, known);
}

/** The last of ascending numbers that is from `from` on and below `end`, or `NONE`. */
function lastWithin(nodes: readonly number[], from: number, end: number): number {
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle] ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  const node = nodes[low - 1] ?? NONE;
  return node >= from ? node : NONE;
}
