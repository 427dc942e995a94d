import type { Mapping, Step } from '../contract/contract.ts';
import { bitValue, converter, isText } from './convert.ts';
import type { Convert } from './convert.ts';
import type { Environment } from './environment.ts';
import { valueColumn } from './environment.ts';
import { compileExpression } from '../expression/evaluate.ts';
import type { Result } from '../expression/result.ts';
import { printResult } from '../expression/result.ts';
import { compileCurrentAddress, compileSelector } from './original/selected-contact.ts';
import { digitsOf, isBlank, trim } from '../values/text.ts';
import { printPlain } from '../values/number.ts';
import type { Note, Value } from '../values/value.ts';
import { textOf } from '../values/value.ts';

/** One step of a chain (spec 6.3); `node` is the row's element, or none. */
export type Transform = (value: Value, node: number) => Value;

/** Compiles a step; `fallback` is the converted default for blank input, or null. */
export function compileStep(step: Step, mapping: Mapping, environment: Environment, fallback: Value): Transform {
  const note = environment.noteOf(valueColumn(environment.table, mapping));
  const convert = converter(mapping.dataType, mapping.length, note);
  switch (step.name) {
    case 'enum':
      return compileEnum(mapping, note);
    case 'char_to_bit':
      return compileBit(environment.contract.bitConversions.charToBit, (text) => text.toUpperCase(), note);
    case 'boolean_to_bit':
      return compileBit(environment.contract.bitConversions.booleanToBit, (text) => text.toLowerCase(), note);
    case 'numbers_only':
    case 'extract_numeric':
      return compileDigits(mapping, convert, fallback, note);
    case 'calculated_field':
      return compileCalculated(mapping, environment);
    case 'default_getutcdate_if_null':
      return (value) =>
        isBlank(textOf(value)) ? { kind: 'timestamp', text: environment.document.now() } : convert(textOf(value));
    case 'curr_address_only':
      return compileAddressStep(mapping, environment);
    default: {
      const select = compileSelector(step.name, mapping, environment, note);
      if (select !== null) return (_value, node) => select(node);
      return (value) => (isBlank(textOf(value)) ? fallback : convert(textOf(value)));
    }
  }
}

/** An expression's value as the column takes it (spec 8.1): empty text stays in a text column, a decimal keeps its scale (E02). */
export function compileCalculated(mapping: Mapping, environment: Environment): Transform {
  if (mapping.expression === null) return () => null;
  const { lookup } = environment;
  const note = environment.noteOf(mapping.column);
  const evaluate = compileExpression(mapping.expression, (name) => lookup(name, note), note);
  const convert = converter(mapping.dataType, mapping.length, note);
  const keepsEmpty = isText(mapping.dataType);
  const printFloat = floatPrinter(mapping);
  return (_value, node) => {
    const result: Result = evaluate(node);
    if (result === null) return null;
    if (result === '' && keepsEmpty) return '';
    return convert(typeof result === 'number' ? printFloat(result) : printResult(result));
  };
}

/** Only text columns show how a float is printed (spec 8.1), and only where no other step takes it as plain text. */
function floatPrinter({ dataType, steps }: Mapping): (value: number) => string {
  if (!isText(dataType)) return String;
  const next = steps[steps.findIndex(({ name }) => name === 'calculated_field') + 1];
  return next === undefined || next.name === 'add_collateral' ? printResult : printPlain;
}

/** Exact key, else equal ignoring case, else the value of the empty key, whatever the input (M12); that is noted. */
function compileEnum({ enumeration, nullable, defaultValue }: Mapping, note: Note): Transform {
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
    const match = exact.get(key) ?? lowered.get(key.toLowerCase());
    if (match === undefined && key !== '') note('unmapped');
    return match ?? unmatched;
  };
}

/** The trimmed text, else its other case, else 0; that is noted unless there is no text. */
function compileBit(bits: ReadonlyMap<string, 0 | 1>, otherCase: (text: string) => string, note: Note): Transform {
  return (value) => {
    const text = textOf(value);
    if (text === null) return bitValue(0);
    const trimmed = trim(text);
    const bit = bits.get(trimmed) ?? bits.get(otherCase(trimmed));
    if (bit === undefined && trimmed !== '') note('unmapped');
    return bitValue(bit ?? 0);
  };
}

/** A sign, a decimal mark or an exponent, without which the digits are another number; a comma before three digits groups them. */
const MORE_THAN_DIGITS =
  /^[^0-9]*[-\u2212]\s*[$.0-9]|[0-9]\s*-\s*$|[0-9]\.[0-9]|[0-9],(?![0-9]{3}(?![0-9]))[0-9]|[0-9][eE][+-]?[0-9]|0x[0-9a-f]/i;

/** All digits, joined; text columns keep leading zeros (V03). */
function compileDigits({ dataType }: Mapping, convert: Convert, fallback: Value, note: Note): Transform {
  return (value) => {
    const text = textOf(value);
    if (isBlank(text)) return fallback;
    const digits = digitsOf(text);
    if (digits === '') {
      note('unreadable');
      return null;
    }
    if (isText(dataType)) return digits;
    if (MORE_THAN_DIGITS.test(text)) note('extracted');
    return convert(digits);
  };
}

/** Without a record context, or without a contact's id in it, the input passes. */
function compileAddressStep(mapping: Mapping, environment: Environment): Transform {
  const { contacts, hasContext, lookup, noteOf } = environment;
  if (contacts === null || !hasContext) return (value) => value;
  const idOf = lookup(contacts.rule.filter.idAttribute, noteOf(mapping.column));
  const read = compileCurrentAddress(mapping, environment);
  return (value, node) => {
    const contactId = idOf(node);
    return contactId === null ? value : read(contactId);
  };
}
