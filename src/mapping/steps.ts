import type { Mapping, Step } from '../contract/contract.ts';
import { bitValue, calculatedConverter, converter, isText } from './convert.ts';
import type { Convert } from './convert.ts';
import type { Document, RowElement } from './document.ts';
import type { Environment } from './environment.ts';
import { compileExpression } from './evaluate.ts';
import { nameOf } from './flat-map.ts';
import type { Result } from './result.ts';
import { printResult } from './result.ts';
import { compileSelector, readCurrentAddress } from './original/selected-contact.ts';
import { digitsOf, isBlank, trim } from '../values/text.ts';
import type { Value } from '../values/value.ts';
import { textOf } from '../values/value.ts';

/** One step of a chain (spec 6.3). */
export type Transform = (value: Value, document: Document, row: RowElement | null) => Value;

/** Compiles a step; `fallback` is the converted default for blank input, or null. */
export function compileStep(step: Step, mapping: Mapping, environment: Environment, fallback: Value): Transform {
  const convert = converter(mapping.dataType, mapping.length);
  switch (step.name) {
    case 'enum':
      return compileEnum(mapping);
    case 'char_to_bit':
      return compileBit(environment.contract.bitConversions.charToBit, (text) => text.toUpperCase());
    case 'boolean_to_bit':
      return compileBit(environment.contract.bitConversions.booleanToBit, (text) => text.toLowerCase());
    case 'numbers_only':
    case 'extract_numeric':
      return compileDigits(mapping, convert, fallback);
    case 'calculated_field':
      return compileCalculated(mapping, environment);
    case 'default_getutcdate_if_null':
      return (value, { now }) => (isBlank(textOf(value)) ? { kind: 'timestamp', text: now } : convert(textOf(value)));
    case 'curr_address_only':
      return compileCurrentAddress(mapping, environment);
    default: {
      const select = environment.selection && compileSelector(step.name, mapping, environment.selection);
      if (select !== null) return (_value, document, row) => select(document, row);
      return (value) => (isBlank(textOf(value)) ? fallback : convert(textOf(value)));
    }
  }
}

/** An expression's value as the column takes it (spec 8.1): empty text stays in a text column, a decimal keeps its scale (E02). */
export function compileCalculated(mapping: Mapping, environment: Environment): Transform {
  if (mapping.expression === null) return () => null;
  const evaluate = compileExpression(mapping.expression, environment.lookup);
  const convert = calculatedConverter(mapping);
  const keepsEmpty = isText(mapping.dataType);
  return (_value, document, row) => {
    const result: Result = evaluate(document, row);
    if (result === null) return null;
    if (result === '' && keepsEmpty) return '';
    // Only text columns show how a float is printed.
    return convert(typeof result === 'number' && !keepsEmpty ? String(result) : printResult(result));
  };
}

/** Exact key, else equal ignoring case, else the value of the empty key, whatever the input (M12). */
function compileEnum({ enumeration, nullable, defaultValue }: Mapping): Transform {
  const exact = new Map<string, Value>();
  const lowered = new Map<string, Value>();
  for (const [key, entry] of enumeration ?? []) {
    const value = typeof entry === 'number' ? ({ kind: 'number', text: String(entry) } as const) : entry;
    exact.set(key, value);
    if (!lowered.has(key.toLowerCase())) lowered.set(key.toLowerCase(), value);
  }
  const written =
    typeof defaultValue === 'string' ? defaultValue : ({ kind: 'number', text: String(Number(defaultValue)) } as const);
  const unmatched = exact.get('') ?? (nullable || defaultValue === null ? null : written);
  return (value) => {
    const key = trim(textOf(value) ?? '');
    return exact.get(key) ?? lowered.get(key.toLowerCase()) ?? unmatched;
  };
}

/** The trimmed text, else its other case, else 0. */
function compileBit(bits: ReadonlyMap<string, 0 | 1>, otherCase: (text: string) => string): Transform {
  return (value) => {
    const text = textOf(value);
    if (text === null) return bitValue(0);
    const trimmed = trim(text);
    return bitValue(bits.get(trimmed) ?? bits.get(otherCase(trimmed)) ?? 0);
  };
}

/** All digits, joined; text columns keep leading zeros (V03). */
function compileDigits({ dataType }: Mapping, convert: Convert, fallback: Value): Transform {
  return (value) => {
    const text = textOf(value);
    if (isBlank(text)) return fallback;
    const digits = digitsOf(text);
    if (digits === '') return null;
    return isText(dataType) ? digits : convert(digits);
  };
}

/** Without a record context, or without a contact's id in it, the input passes. */
function compileCurrentAddress(mapping: Mapping, { selection, hasContext, lookup }: Environment): Transform {
  if (selection === null || !hasContext) return (value) => value;
  const id = nameOf(selection.contact.idAttribute);
  return (value, document, row) => {
    const contactId = lookup(document, row, id);
    return contactId === null ? value : readCurrentAddress(document, contactId, mapping, selection);
  };
}
