import { isTextType } from '../contract/data-types.ts';
import type { Mapping, Step } from '../contract/contract.ts';
import { isMappingType } from '../contract/mapping-types.ts';
import type { MappingType, SelectingType } from '../contract/mapping-types.ts';
import { bitValue, type Convert } from '../values/families.ts';
import { converter, scaleOf } from './convert.ts';
import type { Environment } from './environment.ts';
import { valueColumn } from './environment.ts';
import { compileExpression } from '../expression/evaluate.ts';
import type { Result } from '../expression/result.ts';
import { printResult } from '../expression/result.ts';
import { compileLookup, matchOf } from './extract.ts';
import { noting } from './matches.ts';
import { compileCurrentAddress, compileSelector } from './original/selected-contact.ts';
import { digitsOf, isBlank, trim } from '../values/text.ts';
import { printPlain, roundFloat } from '../values/number.ts';
import type { Note, Value } from '../values/value.ts';
import { textOf } from '../values/value.ts';

/** One step of a chain (spec 6.3); `node` is the row's element, or none. */
export type Transform = (value: Value, node: number) => Value;

/** What the function of a step is made from. */
interface Making {
  readonly mapping: Mapping;
  readonly environment: Environment;
  /** The converted default for blank input, or null. */
  readonly fallback: Value;
  readonly note: Note;
  /** The plain conversion to the column's type. */
  readonly convert: Convert;
}

/** A mapping type in a chain. */
interface StepKind {
  readonly compile: (making: Making) => Transform;
  /** Whether it makes something of null, which ends a chain at any other step. */
  readonly takesNull?: true;
  /** Whether its values mean something even where they equal the default (M07). */
  readonly meansItself?: true;
  /** Whether nothing but digits is left of a text in the end. */
  readonly digitsOnly?: true;
}

const PLAIN: StepKind = { compile: compileConversion };

/** What each mapping type does (spec 6.3): the one place where a type gets its function. */
const KINDS: Readonly<Record<MappingType, StepKind>> = {
  enum: { compile: compileEnum, takesNull: true },
  char_to_bit: {
    compile: ({ environment: { contract }, note }) =>
      compileBit(contract.bitConversions.charToBit, (text) => text.toUpperCase(), note),
    meansItself: true,
  },
  boolean_to_bit: {
    compile: ({ environment: { contract }, note }) =>
      compileBit(contract.bitConversions.booleanToBit, (text) => text.toLowerCase(), note),
    meansItself: true,
  },
  numbers_only: { compile: compileDigits, digitsOnly: true },
  extract_numeric: { compile: compileDigits },
  calculated_field: {
    compile: ({ mapping, environment }) => compileCalculated(mapping, environment),
    meansItself: true,
  },
  default_getutcdate_if_null: { compile: compileCurrentTime, takesNull: true },
  identity_insert: PLAIN,
  extract_date: PLAIN,
  curr_address_only: { compile: compileAddressStep },
  last_valid_pr_contact: { compile: selecting('last_valid_pr_contact') },
  last_valid_sec_contact: { compile: selecting('last_valid_sec_contact') },
  authu_contact: { compile: selecting('authu_contact') },
  // Types that make rows, where they stand in a chain of a table of another kind.
  add_score: PLAIN,
  add_indicator: PLAIN,
  add_history: PLAIN,
  add_report_lookup: PLAIN,
  policy_exceptions: PLAIN,
  warranty_field: PLAIN,
  add_collateral: PLAIN,
};

/** What a step is; any word without a meaning converts plainly. */
export function kindOfStep({ name }: Step): StepKind {
  return isMappingType(name) ? KINDS[name] : PLAIN;
}

/** Compiles a step; `fallback` is the converted default for blank input, or null. */
export function compileStep(step: Step, mapping: Mapping, environment: Environment, fallback: Value): Transform {
  const note = environment.noteOf(valueColumn(environment.table, mapping));
  const convert = converter(mapping.dataType, mapping.length, note);
  return kindOfStep(step).compile({ mapping, environment, fallback, note, convert });
}

function compileConversion({ convert, fallback }: Making): Transform {
  return (value) => (isBlank(textOf(value)) ? fallback : convert(textOf(value)));
}

function compileCurrentTime({ convert, environment: { document } }: Making): Transform {
  return (value) => (isBlank(textOf(value)) ? { kind: 'timestamp', text: document.now() } : convert(textOf(value)));
}

function selecting(name: SelectingType): StepKind['compile'] {
  return (making) => {
    const select = compileSelector(name, making.mapping, making.environment, making.note);
    return select === null ? compileConversion(making) : (_value, node) => select(node);
  };
}

/** An expression's value as the column takes it (spec 8.1): empty text stays in a text column, a decimal keeps its scale (E02). */
export function compileCalculated(mapping: Mapping, environment: Environment): Transform {
  if (mapping.expression === null) return () => null;
  const { trace } = environment;
  const note = environment.noteOf(mapping.column);
  const evaluate = compileExpression(
    mapping.expression,
    (name) => trace.named(name, compileLookup(name, mapping, environment)),
    note,
  );
  const convert = converter(mapping.dataType, mapping.length, note);
  const keepsEmpty = isTextType(mapping.dataType);
  const printFloat = floatPrinter(mapping);
  const scale = scaleOf(mapping);
  return (_value, node) => {
    const result: Result = evaluate(node);
    if (result === null) return null;
    if (result === '' && keepsEmpty) return '';
    const rounded = scale === null || typeof result !== 'number' ? null : roundFloat(result, scale);
    if (rounded !== null) return { kind: 'number', text: rounded };
    return convert(typeof result === 'number' ? printFloat(result) : printResult(result));
  };
}

/** Only text columns show how a float is printed (spec 8.1), and only where no other step takes it as plain text. */
function floatPrinter({ dataType, steps }: Mapping): (value: number) => string {
  if (!isTextType(dataType)) return String;
  const next = steps[steps.findIndex(({ name }) => name === 'calculated_field') + 1];
  return next === undefined || next.name === 'add_collateral' ? printResult : printPlain;
}

/** Exact key, else equal ignoring case, else the value of the empty key, whatever the input (M12); that is noted. */
function compileEnum({ mapping: { enumeration, nullable, defaultValue }, note }: Making): Transform {
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
function compileDigits({ mapping: { dataType }, convert, fallback, note }: Making): Transform {
  return (value) => {
    const text = textOf(value);
    if (isBlank(text)) return fallback;
    const digits = digitsOf(text);
    if (digits === '') {
      note('unreadable');
      return null;
    }
    if (isTextType(dataType)) return digits;
    if (MORE_THAN_DIGITS.test(text)) note('extracted');
    return convert(digits);
  };
}

/** Without a record context, or without a contact's id in it, the input passes. */
function compileAddressStep({ mapping, environment }: Making): Transform {
  const { contacts, hasContext, lookup, noteOf } = environment;
  if (contacts === null || !hasContext) return (value) => value;
  const idOf = lookup(contacts.rule.filter.idAttribute, noteOf(mapping.column));
  const read = noting(compileCurrentAddress(mapping, environment), matchOf(mapping, environment));
  return (value, node) => {
    const contactId = idOf(node);
    return contactId === null ? value : read(contactId);
  };
}
