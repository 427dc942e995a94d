import type { Mapping, RowSource } from '../../contract/contract.ts';
import { INDICATOR_WORDS } from '../../values/families.ts';
import { isMeaningful, trim } from '../../values/text.ts';
import { textOf } from '../../values/value.ts';
import { NONE } from '../../xml/tape.ts';
import { asType, converter, fit } from '../convert.ts';
import type { Environment } from '../environment.ts';
import { attributeName } from '../document.ts';
import { valueColumn } from '../environment.ts';
import { compileQuickRead, quickConversion, quickText, quickWords } from '../quick.ts';
import type { Refusal } from '../trace.ts';
import { compileExtract } from '../extract.ts';
import type { MutableRow } from '../layout.ts';

/** Makes at most one row of a row-creating mapping, without its keys. */
type CreateRow = () => MutableRow | null;

/** The kinds of tables whose rows come one by one from mappings of a row-creating type (spec 9). */
type RowCreating = Extract<RowSource, { kind: 'score' | 'indicator' | 'history' | 'report' | 'exception' }>;

const TRUE_WORDS = new Set(INDICATOR_WORDS.yes);
const FALSE_WORDS = new Set(['', ...INDICATOR_WORDS.no]);
/** Words as most documents write them; of those that set no indicator the cell is empty. */
const QUICK_INDICATOR = quickWords(
  new Map([
    ...INDICATOR_WORDS.yes.flatMap((word) => [[word, '1'] as const, [word.toUpperCase(), '1'] as const]),
    ...INDICATOR_WORDS.no.flatMap((word) => [[word, ''] as const, [word.toUpperCase(), ''] as const]),
  ]),
);

/** Compiles a row-creating table: a row per mapping that has a value, in contract order. */
export function compileRowCreating(
  rows: RowCreating,
  environment: Environment,
): (add: (row: MutableRow, contactId: null) => void) => void {
  const { table, trace } = environment;
  const create = table.mappings.flatMap((mapping) => {
    const createRow = compileRow(rows, mapping, environment);
    return createRow === null ? [] : [trace.column(mapping, valueColumn(table, mapping), createRow)];
  });
  return (add) => {
    for (const createRow of create) {
      trace.row(table.name, NONE);
      const row = createRow();
      if (row !== null) add(row, null);
      else trace.left(NO_VALUE);
    }
  };
}

const NO_VALUE: Refusal = { attribute: null, sentence: 'its mapping has no value that makes a row' };

/** The parameter of a row-creating step: null if the step, or its parentheses, are missing. */
export function parameterOf({ steps }: Mapping, name: string): string | null {
  return steps.find((step) => step.name === name)?.parameter ?? null;
}

/** A parameter that must be an integer, in canonical digits. */
export function integerParameter(parameter: string | null): string | null {
  return parameter !== null && /^[+-]?[0-9]{1,28}$/.test(parameter) ? String(BigInt(parameter.replace('+', ''))) : null;
}

function compileRow(rows: RowCreating, mapping: Mapping, environment: Environment): CreateRow | null {
  switch (rows.kind) {
    case 'score':
      return compileScore(rows.columns, mapping, environment);
    case 'indicator':
      return compileIndicator(rows.columns, mapping, environment);
    case 'history':
      return compileHistory(rows.columns, mapping, environment);
    case 'report':
      return compileReport(rows.columns, mapping, environment);
    default:
      return compileException(rows.columns, mapping, environment);
  }
}

function compileScore(columns: Columns<'score'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const identifier = parameterOf(mapping, 'add_score');
  if (!identifier) return null;
  const extract = compileExtract(mapping, environment);
  const quick = compileQuickRead(extract, quickConversion(mapping), environment);
  const read = environment.trace.step('text', extract.read);
  const note = environment.noteOf(columns.value);
  const convert = environment.trace.step(asType(mapping), converter(mapping.dataType, mapping.length, note));
  const makeRow = compileMakeRow(environment, [columns.identifier, columns.value]);
  return () => {
    const cell = quick?.(NONE);
    if (typeof cell === 'string') return makeRow(identifier, cell);
    const value = cell === null ? null : convert(read(NONE));
    if (value === null) return null;
    return makeRow(identifier, typeof value === 'string' ? fit(value, mapping, note) : textOf(value));
  };
}

function compileIndicator(columns: Columns<'indicator'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const name = parameterOf(mapping, 'add_indicator');
  if (!name) return null;
  const extract = compileExtract(mapping, environment);
  const quick = compileQuickRead(extract, QUICK_INDICATOR, environment);
  const read = environment.trace.step('text', extract.read);
  const note = environment.noteOf(columns.value);
  const makeRow = compileMakeRow(environment, [columns.name, columns.value]);
  return () => {
    const cell = quick?.(NONE);
    if (cell === '1') return makeRow(name, cell);
    if (cell === '' || cell === null) return null;
    const value = trim(read(NONE) ?? '').toLowerCase();
    if (TRUE_WORDS.has(value)) return makeRow(name, '1');
    if (!FALSE_WORDS.has(value)) note('unmapped');
    return null;
  };
}

function compileHistory(columns: Columns<'history'>, mapping: Mapping, environment: Environment): CreateRow | null {
  if (!mapping.steps.some((step) => step.name === 'add_history' && step.parameter === null)) return null;
  const read = compileMeaningful(mapping, environment);
  const name = `[${attributeName(mapping.attribute)}]`;
  const source = `[${mapping.path.slice(mapping.path.lastIndexOf('/') + 1)}]`;
  const makeRow = compileMakeRow(environment, [columns.name, columns.source, columns.value]);
  return () => {
    const value = read();
    return value === null ? null : makeRow(name, source, value);
  };
}

function compileReport(columns: Columns<'report'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const step = mapping.steps.find(({ name }) => name === 'add_report_lookup');
  if (step === undefined) return null;
  const read = compileMeaningful(mapping, environment);
  const makeRow = compileMakeRow(environment, [columns.name, columns.value, columns.key]);
  const name = attributeName(mapping.attribute);
  const key = step.parameter ?? undefined;
  return () => {
    const value = read();
    return value === null ? null : makeRow(name, value, key);
  };
}

/** The notes come from the first mapping written `policy_exceptions()`, on every row. */
function compileException(columns: Columns<'exception'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const type = integerParameter(parameterOf(mapping, 'policy_exceptions'));
  if (type === null) return null;
  const read = compileMeaningful(mapping, environment);
  const notes = environment.table.mappings.find((other) => parameterOf(other, 'policy_exceptions') === '');
  const readNotes =
    notes === undefined
      ? () => null
      : environment.trace.column(notes, columns.notes, compileMeaningful(notes, environment));
  const makeRow = compileMakeRow(environment, [columns.type, columns.reason, columns.notes]);
  return () => {
    const reason = read();
    return reason === null ? null : makeRow(type, reason, readNotes());
  };
}

/** The meaningful value of a mapping, trimmed and cut to its column (R01). */
function compileMeaningful(mapping: Mapping, environment: Environment): () => string | null {
  const extract = compileExtract(mapping, environment);
  const quick = compileQuickRead(extract, quickText(mapping), environment);
  const read = environment.trace.step('text', extract.read);
  const note = environment.noteOf(valueColumn(environment.table, mapping));
  return () => {
    const cell = quick?.(NONE);
    if (typeof cell === 'string' && isMeaningful(cell)) return cell;
    const value = cell === null ? null : read(NONE);
    return isMeaningful(value) ? fit(value, mapping, note) : null;
  };
}

/** Makes rows of values in the order of the given columns; undefined leaves one absent. */
function compileMakeRow(
  { layout }: Environment,
  columns: readonly string[],
): (...values: (string | null | undefined)[]) => MutableRow {
  const places = columns.map((column) => layout.at(column));
  return (...values) => {
    const row = layout.row();
    places.forEach((at, i) => (row[at] = values[i]));
    return row;
  };
}

type Columns<Kind> = Extract<RowSource, { kind: Kind; columns: unknown }>['columns'];
