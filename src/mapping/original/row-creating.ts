import type { Mapping, RowSource } from '../../contract/contract.ts';
import { converter, fit } from '../convert.ts';
import type { Document } from '../document.ts';
import { attributeName } from '../flat-map.ts';
import type { Environment } from '../environment.ts';
import { valueColumn } from '../environment.ts';
import { compileExtract } from '../extract.ts';
import type { MutableRow } from '../record.ts';
import { isMeaningful, trim } from '../../values/text.ts';
import { textOf } from '../../values/value.ts';

/** Makes at most one row of a row-creating mapping, without its keys. */
type CreateRow = (document: Document) => MutableRow | null;

/** The kinds of tables whose rows come one by one from mappings of a row-creating type (spec 9). */
export type RowCreating = Extract<RowSource, { kind: 'score' | 'indicator' | 'history' | 'report' | 'exception' }>;

const TRUE_WORDS = new Set(['y', 'yes', 'true', 't', '1']);
/** Any other word sets no indicator either, but is counted. */
const FALSE_WORDS = new Set(['n', 'no', 'false', 'f', '0', 'null', 'none', '']);

/** Compiles a row-creating table: a row per mapping that has a value, in contract order. */
export function compileRowCreating(rows: RowCreating, environment: Environment): (document: Document) => MutableRow[] {
  const create = environment.table.mappings
    .map((mapping) => compileRow(rows, mapping, environment))
    .filter((row) => row !== null);
  return (document) => create.map((row) => row(document)).filter((row) => row !== null);
}

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
  const note = environment.noteOf(columns.value);
  const convert = converter(mapping.dataType, mapping.length, note);
  return (document) => {
    const value = convert(extract(document, null));
    if (value === null) return null;
    const score = typeof value === 'string' ? fit(value, mapping, note) : textOf(value);
    return { [columns.identifier]: identifier, [columns.value]: score };
  };
}

function compileIndicator(columns: Columns<'indicator'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const name = parameterOf(mapping, 'add_indicator');
  if (!name) return null;
  const extract = compileExtract(mapping, environment);
  const note = environment.noteOf(columns.value);
  return (document) => {
    const value = trim(extract(document, null) ?? '').toLowerCase();
    if (TRUE_WORDS.has(value)) return { [columns.name]: name, [columns.value]: '1' };
    if (!FALSE_WORDS.has(value)) note('unmapped');
    return null;
  };
}

function compileHistory(columns: Columns<'history'>, mapping: Mapping, environment: Environment): CreateRow | null {
  if (!mapping.steps.some((step) => step.name === 'add_history' && step.parameter === null)) return null;
  const read = compileMeaningful(mapping, environment);
  const name = `[${attributeName(mapping.attribute)}]`;
  const source = `[${mapping.path.slice(mapping.path.lastIndexOf('/') + 1)}]`;
  return (document) => {
    const value = read(document);
    return value === null ? null : { [columns.name]: name, [columns.source]: source, [columns.value]: value };
  };
}

function compileReport(columns: Columns<'report'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const step = mapping.steps.find(({ name }) => name === 'add_report_lookup');
  if (step === undefined) return null;
  const read = compileMeaningful(mapping, environment);
  const key = step.parameter === null ? {} : { [columns.key]: step.parameter };
  return (document) => {
    const value = read(document);
    return value === null ? null : { [columns.name]: attributeName(mapping.attribute), [columns.value]: value, ...key };
  };
}

/** The notes come from the first mapping written `policy_exceptions()`, on every row. */
function compileException(columns: Columns<'exception'>, mapping: Mapping, environment: Environment): CreateRow | null {
  const type = integerParameter(parameterOf(mapping, 'policy_exceptions'));
  if (type === null) return null;
  const read = compileMeaningful(mapping, environment);
  const notes = environment.table.mappings.find((other) => parameterOf(other, 'policy_exceptions') === '');
  const readNotes = notes === undefined ? () => null : compileMeaningful(notes, environment);
  return (document) => {
    const reason = read(document);
    if (reason === null) return null;
    return { [columns.type]: type, [columns.reason]: reason, [columns.notes]: readNotes(document) };
  };
}

/** The meaningful value of a mapping, trimmed and cut to its column (R01). */
function compileMeaningful(mapping: Mapping, environment: Environment): (document: Document) => string | null {
  const extract = compileExtract(mapping, environment);
  const note = environment.noteOf(valueColumn(environment.table, mapping));
  return (document) => {
    const value = extract(document, null);
    return isMeaningful(value) ? fit(value, mapping, note) : null;
  };
}

type Columns<Kind> = Extract<RowSource, { kind: Kind; columns: unknown }>['columns'];
