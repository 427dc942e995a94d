import { isTextType } from '../../contract/data-types.ts';
import type { Mapping, RowSource } from '../../contract/contract.ts';
import { printStep } from '../../contract/mapping-types.ts';
import { readFloat, readInteger } from '../../values/number.ts';
import { digitsOf, isMeaningful } from '../../values/text.ts';
import type { Note, Value } from '../../values/value.ts';
import { textOf } from '../../values/value.ts';
import { NONE } from '../../xml/tape.ts';
import { asType, converter, fit, isInteger, isNumeric } from '../convert.ts';
import type { Environment } from '../environment.ts';
import { compileExtract } from '../extract.ts';
import type { MutableRow } from '../layout.ts';
import { compileCalculated, compileStep } from '../steps.ts';
import { compileQuickRead, quickBits, quickConversion, quickDigits } from '../quick.ts';
import { integerParameter, parameterOf } from './row-creating.ts';

type Group = Extract<RowSource, { kind: 'group' }>;

/** What a mapping adds to its group's row: a value, or none, and whether it justifies the row. */
interface Contribution {
  /** Null sets the column to null, undefined leaves it absent. */
  readonly value: Value | undefined;
  readonly justifies: boolean;
}

interface Member {
  readonly at: number;
  readonly read: () => Contribution;
  /** For a justified row in which the column is still absent. */
  readonly fallback: string | null;
}

const STEP_NAMES = { collateral: 'add_collateral', warranty: 'warranty_field' };
const NOTHING: Contribution = { value: undefined, justifies: false };

/** Compiles a table of groups: one row per integer parameter that any value justifies, in order of first appearance (spec 9). */
export function compileGroups(
  rows: Group,
  environment: Environment,
): (add: (row: MutableRow, contactId: null) => void) => void {
  const { table, layout, trace } = environment;
  const groups = new Map<string, Member[]>();
  for (const mapping of table.mappings) {
    const parameter = integerParameter(parameterOf(mapping, STEP_NAMES[rows.flavour]));
    if (parameter === null || mapping.column === '') continue;
    const member = compileMember(rows, mapping, environment);
    groups.set(parameter, [...(groups.get(parameter) ?? []), member]);
  }
  const always = Object.entries(rows.always).map(([column, value]) => ({ at: layout.at(column), fallback: value }));
  const groupAt = layout.at(rows.groupColumn);
  const members = [...groups];
  return (add) => {
    for (const [parameter, own] of members) {
      trace.row(table.name, NONE);
      const row = buildRow(layout.row(), own, always);
      if (row === null) {
        trace.left({ attribute: null, sentence: `no column of group ${parameter} has a value that justifies a row` });
        continue;
      }
      row[groupAt] = parameter;
      add(row, null);
    }
  };
}

function buildRow(
  row: MutableRow,
  members: readonly Member[],
  always: readonly Pick<Member, 'at' | 'fallback'>[],
): MutableRow | null {
  let isJustified = false;
  for (const { at, read } of members) {
    const { value, justifies } = read();
    if (value !== undefined) row[at] = textOf(value) || null;
    isJustified ||= justifies;
  }
  if (!isJustified) return null;
  for (const { at, fallback } of [...members, ...always]) {
    if (fallback !== null && row[at] === undefined) row[at] = fallback;
  }
  return row;
}

function compileMember(rows: Group, mapping: Mapping, environment: Environment): Member {
  return {
    at: environment.layout.at(mapping.column),
    read: environment.trace.column(mapping, mapping.column, compileContribution(rows, mapping, environment)),
    fallback: rows.defaults ? defaultOf(mapping) : null,
  };
}

/** Calculated values and flags never justify a row. */
function compileContribution(rows: Group, mapping: Mapping, environment: Environment): Member['read'] {
  const { trace } = environment;
  const extract = compileExtract(mapping, environment);
  const read = trace.step('text', extract.read);
  const note = environment.noteOf(mapping.column);
  if (rows.flavour === 'collateral' && mapping.expression !== null) {
    const calculate = trace.step('calculated_field', compileCalculated(mapping, environment));
    return () => ({ value: cutText(calculate(null, NONE), mapping, note) ?? undefined, justifies: false });
  }
  const flag = mapping.steps.find((step) => step.name === 'char_to_bit');
  if (flag !== undefined) {
    const toBit = trace.step(printStep(flag), compileStep(flag, mapping, environment, null));
    const quick = compileQuickRead(extract, quickBits(environment.contract.bitConversions.charToBit), environment);
    return () => ({ value: quick?.(NONE) ?? toBit(read(NONE), NONE), justifies: false });
  }
  const isDigits =
    rows.flavour === 'collateral' &&
    mapping.steps.some(({ name }) => name === 'numbers_only' || name === 'extract_numeric');
  const isPositiveOnly = rows.positiveOnly.includes(mapping.column) && !isDigits;
  const justifies = (text: string): boolean => !isPositiveOnly || (readFloat(text) ?? 0) > 0;
  const quick = compileQuickRead(extract, isDigits ? quickDigits(mapping) : quickConversion(mapping), environment);
  const convert = trace.step(
    isDigits ? 'digits' : asType(mapping),
    isDigits ? digitsConverter(mapping, note) : converter(mapping.dataType, mapping.length, note),
  );
  return () => {
    const cell = quick?.(NONE);
    if (typeof cell === 'string' && isMeaningful(cell)) return { value: cell, justifies: justifies(cell) };
    const text = cell === null ? null : read(NONE);
    if (!isMeaningful(text)) return NOTHING;
    if (isDigits && digitsOf(text) === '') {
      note('unreadable');
      return NOTHING;
    }
    // R01: what the column cannot hold is left out, text is cut. Digits are the exception: too many of them are null.
    const value = cutText(convert(text), mapping, note) ?? (isDigits ? null : undefined);
    return { value, justifies: justifies(text) };
  };
}

function digitsConverter(mapping: Mapping, note: Note): (text: string) => Value {
  const convert = converter(mapping.dataType, mapping.length, note);
  return (text) => (isTextType(mapping.dataType) ? digitsOf(text) : convert(digitsOf(text)));
}

function cutText(value: Value, mapping: Mapping, note: Note): Value {
  return typeof value === 'string' ? fit(value, mapping, note) : value;
}

/** A truthy default by the rules of groups: whole numbers, floats, bits by four words, others as text, cut like any value. */
function defaultOf(mapping: Mapping): string | null {
  const { defaultValue, dataType } = mapping;
  if (!defaultValue) return null;
  const text = String(defaultValue);
  if (isInteger(dataType)) return readInteger(text);
  if (isNumeric(dataType)) return textOf(converter('float', null)(text));
  if (dataType === 'bit' || dataType === 'boolean') return ['1', 'Y', 'true', 'True'].includes(text) ? '1' : '0';
  return fit(text, mapping);
}
