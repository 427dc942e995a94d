import type { Contract, Mapping } from '../contract/contract.ts';
import { factsOf } from '../contract/data-types.ts';
import { DAY, DIGITS, fractionOf, kindOfForm, MOMENT, NUMBER, ODD, paddingOf } from '../xml/form.ts';
import { ATTRIBUTE, ATTRIBUTE_FROM, ATTRIBUTE_TO, FORM } from '../xml/tape.ts';
import type { Tape } from '../xml/tape.ts';
import { DEFAULT_SCALE, fit } from './convert.ts';

/**
 * The short way from an attribute's record to a cell, where the form of the value says that its column takes it as it stands.
 * Undefined is for the long way, which gives the same.
 */
export type Quick = (tape: Tape, attribute: number) => string | undefined;

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
      return quickWords(bitCells(bitConversions.charToBit));
    case 'boolean_to_bit':
      return quickWords(bitCells(bitConversions.booleanToBit));
    default:
      return null;
  }
}

function quickConversion({ dataType, length }: Mapping): Quick | null {
  switch (factsOf(dataType).family) {
    case 'text':
      return (tape, attribute) => (formAt(tape, attribute) === ODD ? undefined : textAt(tape, attribute, length));
    case 'integer':
      return quickNumber(0);
    case 'decimal':
      return quickNumber(length ?? DEFAULT_SCALE);
    case 'float':
      // With more digits behind the point, small ones are printed as powers of ten.
      return quickNumber(6);
    case 'timestamp':
      return quickTimestamp;
    default:
      return null;
  }
}

/** Numbers that need no rounding. */
function quickNumber(scale: number): Quick {
  return (tape, attribute) => {
    const form = formAt(tape, attribute);
    const kind = kindOfForm(form);
    if (kind === DIGITS) return sliceAt(tape, attribute, 0);
    return kind === NUMBER && fractionOf(form) <= scale ? sliceAt(tape, attribute, paddingOf(form)) : undefined;
  };
}

const quickTimestamp: Quick = (tape, attribute) => {
  const kind = kindOfForm(formAt(tape, attribute));
  if (kind === DAY) return `${sliceAt(tape, attribute, 0)}T00:00:00`;
  return kind === MOMENT ? sliceAt(tape, attribute, 0) : undefined;
};

function quickDigits({ dataType, length }: Mapping): Quick | null {
  const { family } = factsOf(dataType);
  const most = family === 'text' ? length : null;
  if (family !== 'text' && family !== 'integer' && family !== 'decimal') return null;
  return (tape, attribute) =>
    kindOfForm(formAt(tape, attribute)) === DIGITS ? textAt(tape, attribute, most) : undefined;
}

/** Values of which each word of a list has its cell. */
function quickWords(cells: ReadonlyMap<string, string>): Quick {
  return (tape, attribute) => (formAt(tape, attribute) === ODD ? undefined : cells.get(sliceAt(tape, attribute, 0)));
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

function bitCells(bits: ReadonlyMap<string, 0 | 1>): ReadonlyMap<string, string> {
  return new Map([...bits].map(([word, bit]) => [word, String(bit)]));
}

function formAt({ attributes }: Tape, attribute: number): number {
  return attributes[attribute * ATTRIBUTE + FORM] ?? ODD;
}

/** The text, if it is within so many characters. */
function textAt(tape: Tape, attribute: number, most: number | null): string | undefined {
  const text = sliceAt(tape, attribute, 0);
  return most === null || text.length <= most ? text : undefined;
}

/** A value without so many characters at its end. */
function sliceAt({ text, attributes }: Tape, attribute: number, less: number): string {
  const at = attribute * ATTRIBUTE;
  return text.slice(attributes[at + ATTRIBUTE_FROM], (attributes[at + ATTRIBUTE_TO] ?? 0) - less);
}
