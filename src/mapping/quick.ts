import type { Contract, Mapping } from '../contract/contract.ts';
import { factsOf, isTextType } from '../contract/data-types.ts';
import { DAY, DIGITS, fractionOf, kindOfForm, MOMENT, NUMBER, ODD, paddingOf } from '../xml/form.ts';
import { ATTRIBUTE_FROM, ATTRIBUTE_TO, FORM, NONE, standsAt } from '../xml/tape.ts';
import type { Tape } from '../xml/tape.ts';
import { DEFAULT_SCALE, fit } from './convert.ts';
import type { Environment } from './environment.ts';
import type { Extract } from './extract.ts';

/** What a column takes as it stands, by the form of a value. Data, not a function: one function reads all of them, inlined where it is called. */
export interface Quick {
  readonly kind: 'text' | 'digits' | 'number' | 'timestamp' | 'word';
  /** Characters of a text, digits behind the point of a number, at most. */
  readonly most: number;
  /** Of each word its cell. */
  readonly cells: ReadonlyMap<string, string>;
  /** The words and their cells, if they are few. */
  readonly few: readonly (readonly [word: string, cell: string])[];
}

/** The short way of a mapping whose chain is at most one step, or null if it has none. */
export function compileQuick(mapping: Mapping, { bitConversions }: Contract): Quick | null {
  const [step, more] = mapping.steps;
  if (more !== undefined) return null;
  switch (step?.name) {
    case undefined:
    case 'identity_insert':
    case 'extract_date':
    case 'default_getutcdate_if_null':
      return quickConversion(mapping);
    case 'numbers_only':
    case 'extract_numeric':
      return quickDigits(mapping);
    case 'enum':
      return quickWords(enumCells(mapping));
    case 'char_to_bit':
      return quickBits(bitConversions.charToBit);
    case 'boolean_to_bit':
      return quickBits(bitConversions.booleanToBit);
    default:
      return null;
  }
}

/** Reads a cell the short way: null where there is no attribute, undefined where the long way has to look at it. */
export type QuickRead = (node: number) => string | null | undefined;

/** Compiles the short way to a cell, or null if it has none: of 215 values of a small document 190 go it. */
export function compileQuickRead(
  { place, note }: Extract,
  quick: Quick | null,
  { reads, trace }: Environment,
): QuickRead | null {
  if (quick === null || place === null || trace.isOn) return null;
  return (node) => {
    const record = reads.find(place, node);
    note(record !== NONE);
    return record === NONE ? null : quickCell(reads.tape(), record, quick);
  };
}

/**
 * The cell of the attribute whose record begins at `at`, if its form says that the column takes it so. Undefined is for the
 * long way, which gives the same.
 */
function quickCell({ text, attributes }: Tape, at: number, { kind, most, cells, few }: Quick): string | undefined {
  const form = attributes[at + FORM] ?? ODD;
  const of = kindOfForm(form);
  if (of === ODD) return undefined;
  const [from, to] = [attributes[at + ATTRIBUTE_FROM] ?? 0, attributes[at + ATTRIBUTE_TO] ?? 0];
  switch (kind) {
    case 'text':
      return to - from <= most ? text.slice(from, to) : undefined;
    case 'digits':
      return of === DIGITS && to - from <= most ? text.slice(from, to) : undefined;
    case 'number':
      if (of === DIGITS) return text.slice(from, to);
      return of === NUMBER && fractionOf(form) <= most ? text.slice(from, to - paddingOf(form)) : undefined;
    case 'timestamp':
      if (of === DAY) return `${text.slice(from, to)}T00:00:00`;
      return of === MOMENT ? text.slice(from, to) : undefined;
    default:
      return few.length > 0 ? cellAt(few, text, from, to) : cells.get(text.slice(from, to));
  }
}

/** The cell of the word that stands at a place of a text: few are compared there, which makes no hash. */
function cellAt(few: Quick['few'], text: string, from: number, to: number): string | undefined {
  for (const [word, cell] of few) if (standsAt(text, from, to, word)) return cell;
  return undefined;
}

/** Of words alone, each with its cell. */
export function quickWords(cells: Quick['cells']): Quick {
  return quickOf('word', 0, cells);
}

function quickOf(kind: Quick['kind'], most: number, cells: Quick['cells'] = NO_CELLS): Quick {
  return { kind, most, cells, few: cells.size > FEW ? [] : [...cells] };
}

const NO_CELLS: Quick['cells'] = new Map();
const FEW = 16;

/** Texts that nothing is cut off. */
export function quickText({ dataType, length }: Mapping): Quick {
  return quickOf('text', isTextType(dataType) ? (length ?? Infinity) : Infinity);
}

/** Values of the column's type as they stand. */
export function quickConversion(mapping: Mapping): Quick | null {
  const { dataType, length } = mapping;
  switch (factsOf(dataType).family) {
    case 'text':
      return quickText(mapping);
    case 'integer':
      return quickOf('number', 0);
    case 'decimal':
      return quickOf('number', length ?? DEFAULT_SCALE);
    case 'float':
      // With more digits behind the point, small ones are printed as powers of ten.
      return quickOf('number', 6);
    case 'timestamp':
      return quickOf('timestamp', 0);
    default:
      return null;
  }
}

/** Values that are digits and nothing else. */
export function quickDigits({ dataType, length }: Mapping): Quick | null {
  const { family } = factsOf(dataType);
  if (family === 'text') return quickOf('digits', length ?? Infinity);
  return family === 'integer' || family === 'decimal' ? quickOf('digits', Infinity) : null;
}

/** The values of an enum that are not converted any further. */
function enumCells(mapping: Mapping): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  for (const [key, value] of mapping.enumeration ?? []) {
    if (typeof value === 'number') cells.set(key, String(value));
    else if (factsOf(mapping.dataType).family === 'text' && fit(value, mapping) === value) cells.set(key, value);
  }
  return cells;
}

/** Words that stand for bits. */
export function quickBits(bits: ReadonlyMap<string, 0 | 1>): Quick {
  return quickWords(new Map([...bits].map(([word, bit]) => [word, String(bit)])));
}
