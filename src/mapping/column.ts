import type { Mapping } from '../contract/contract.ts';
import { chainlessConverter, converter, DEFAULT_SCALE, fit, isNumeric, isTemporal, isText } from './convert.ts';
import { readTimestamp } from '../values/dates.ts';
import type { Document, RowElement } from './document.ts';
import type { Environment } from './environment.ts';
import { compileExtract } from './extract.ts';
import { nameOf } from './flat-map.ts';
import { compileStep } from './steps.ts';
import type { Transform } from './steps.ts';
import { digitsOf, isBlank, trim } from '../values/text.ts';
import type { Note, Value } from '../values/value.ts';
import { sameValue, textOf } from '../values/value.ts';

/** A compiled mapping: how its column gets its value, and what happens without one. */
export interface Column {
  readonly name: string;
  readonly nullable: boolean;
  /** The default as written, for a column that would be null and is not nullable (spec 6.4 c). */
  readonly rawDefault: string | null;
  readonly read: (document: Document, row: RowElement | null) => Value;
  /** Whether a value only repeats the default in place of a blank (spec 7.1). */
  readonly isDefault: (value: Value, document: Document, row: RowElement | null) => boolean;
}

/** Compiles one mapping of a table that has a row per document or per element. */
export function compileColumn(mapping: Mapping, environment: Environment): Column {
  const extract = compileExtract(mapping, environment);
  const fallback = convertedDefault(mapping);
  const transform =
    mapping.steps.length === 0
      ? compilePlain(mapping, fallback, environment.noteOf(mapping.column))
      : compileChain(mapping, environment, fallback);
  const cannotDefault = fallback === null || mapping.steps.some(({ name }) => VALUES_OF_THEIR_OWN.has(name));
  return {
    name: mapping.column,
    nullable: mapping.nullable,
    rawDefault: rawDefault(mapping),
    read: (document, row) => transform(extract(document, row), document, row),
    isDefault: cannotDefault
      ? () => false
      : (value, document, row) => sameValue(value, fallback) && isBlank(extract(document, row)),
  };
}

/** A default that is not 0, empty or false, converted; decimals to two digits (spec 6.4 a). */
function convertedDefault({ defaultValue, dataType }: Mapping): Value {
  return defaultValue ? converter(dataType, DEFAULT_SCALE)(String(defaultValue)) : null;
}

/** Calculated columns and flags count as meaningful even where they equal the default (M07). */
const VALUES_OF_THEIR_OWN = new Set(['calculated_field', 'char_to_bit', 'boolean_to_bit']);

/** Without a chain: blank takes the default, everything else is converted. */
function compilePlain(mapping: Mapping, fallback: Value, note: Note): Transform {
  const convert = chainlessConverter(mapping, note);
  return (value) => {
    const text = textOf(value);
    const result = isBlank(text) ? fallback : convert(text);
    return typeof result === 'string' ? fit(result, mapping, note) : result;
  };
}

/** The steps in order, then conversion and cutting of a text that is left (spec 6.2). */
function compileChain(mapping: Mapping, environment: Environment, fallback: Value): Transform {
  const names = mapping.steps.map((step) => step.name);
  const ownAttribute = nameOf(mapping.attribute);
  const links = mapping.steps.map((step, i) => ({
    run: compileStep(step, mapping, environment, fallback),
    mayBeNull: step.name === 'enum' || step.name === 'default_getutcdate_if_null' || names[i + 1] === 'enum',
    refines: step.name === 'enum' && names[i - 1] === 'calculated_field',
  }));
  const finish = compileFinish(mapping, environment.noteOf(mapping.column));
  return (start, document, row) => {
    let value = start;
    for (const { run, mayBeNull, refines } of links) {
      if (refines) {
        // An enum refines a calculated value only where that is missing or empty.
        if (value === null) value = environment.lookup(document, row, ownAttribute);
        else if (!isBlank(textOf(value))) continue;
      }
      value = run(value, document, row);
      if (value === null && !mayBeNull) return null;
    }
    return finish(value);
  };
}

function compileFinish(mapping: Mapping, note: Note): (value: Value) => Value {
  const convert = converter(mapping.dataType, mapping.length, note);
  const keepsText = isText(mapping.dataType);
  const digitsOnly = mapping.steps.some((step) => step.name === 'numbers_only');
  return (value) => {
    const result = typeof value === 'string' && !keepsText && !isBlank(value) ? convert(value) : value;
    return typeof result === 'string' ? fit(digitsOnly ? digitsOf(result) : result, mapping, note) : result;
  };
}

/** The default as the row holds it: unconverted, but dates and plain numbers in the form of all others. */
function rawDefault({ defaultValue, dataType }: Mapping): string | null {
  if (defaultValue === null) return null;
  if (typeof defaultValue === 'boolean') return defaultValue ? '1' : '0';
  const text = String(defaultValue);
  if (isTemporal(dataType)) return readTimestamp(text) ?? text;
  if (isNumeric(dataType)) return plainNumber(text);
  return text;
}

function plainNumber(text: string): string {
  const trimmed = trim(text);
  return /^-?[0-9]+$/.test(trimmed) && trimmed.length < 28 ? String(BigInt(trimmed)) : text;
}
