import { isTextType } from '../contract/data-types.ts';
import type { Mapping } from '../contract/contract.ts';
import { printStep } from '../contract/mapping-types.ts';
import { readTimestamp } from '../values/dates.ts';
import { digitsOf, isBlank, trim } from '../values/text.ts';
import type { Note, Value } from '../values/value.ts';
import { sameValue, textOf } from '../values/value.ts';
import { asType, chainlessConverter, converter, DEFAULT_SCALE, fit, isNumeric, isTemporal } from './convert.ts';
import type { Read } from './document.ts';
import { attributeName } from './document.ts';
import type { Environment } from './environment.ts';
import { compileExtract, compileLookup } from './extract.ts';
import { compileQuick, compileQuickRead } from './quick.ts';
import type { QuickRead } from './quick.ts';
import { compileStep, kindOfStep } from './steps.ts';
import type { Transform } from './steps.ts';

/** A compiled mapping: how its column gets its value, and what happens without one. */
export interface Column {
  readonly nullable: boolean;
  /** The default as written, for a column that would be null and is not nullable (spec 6.4 c). */
  readonly rawDefault: string | null;
  readonly read: Read;
  /** Whether what `read` has just given only repeats the default in place of a blank (spec 7.1). */
  readonly gaveDefault: () => boolean;
}

/** Compiles one mapping of a table that has a row per document or per element. */
export function compileColumn(mapping: Mapping, environment: Environment): Column {
  const extract = compileExtract(mapping, environment);
  const make = mapping.steps.length === 0 ? compilePlain : compileChain;
  const long = make(mapping, environment, convertedDefault(mapping));
  const quick = compileQuickRead(extract, compileQuick(mapping, environment.contract), environment);
  const read = environment.trace.step('text', extract.read);
  return {
    nullable: mapping.nullable,
    rawDefault: rawDefault(mapping),
    ...(quick === null ? compileLongWay(read, long) : compileBothWays(quick, read, long)),
  };
}

/** How a text becomes the value of a column. */
interface Making {
  readonly make: (text: string | null, node: number) => string | null;
  /** As of a column, of what was made last. */
  readonly gaveDefault: () => boolean;
}

type Ways = Pick<Column, 'read' | 'gaveDefault'>;

function compileLongWay(read: Read, { make, gaveDefault }: Making): Ways {
  return { read: (node) => make(read(node), node), gaveDefault };
}

function compileBothWays(quick: QuickRead, read: Read, long: Making): Ways {
  let wasQuick = false;
  return {
    read(node) {
      const cell = quick(node);
      wasQuick = typeof cell === 'string';
      return typeof cell === 'string' ? cell : long.make(cell === null ? null : read(node), node);
    },
    gaveDefault: () => !wasQuick && long.gaveDefault(),
  };
}

/** A default that is not 0, empty or false, converted; decimals to two digits (spec 6.4 a). */
function convertedDefault({ defaultValue, dataType }: Mapping): Value {
  return defaultValue ? converter(dataType, DEFAULT_SCALE)(String(defaultValue)) : null;
}

/** Without a chain: blank takes the default, everything else is converted. */
function compilePlain(mapping: Mapping, environment: Environment, fallback: Value): Making {
  const note = environment.noteOf(mapping.column);
  const { trace } = environment;
  const convert = trace.step(asType(mapping), chainlessConverter(mapping, note));
  const cut = trace.step('cut', (text: string) => fit(text, mapping, note));
  const cutDefault = typeof fallback === 'string' ? fit(fallback, mapping) : textOf(fallback);
  // A default that the column cuts is no longer equal to itself.
  const isWhole = typeof fallback !== 'string' || cutDefault === fallback;
  const giveDefault = cutDefault === null ? () => null : trace.step('default_value', () => cutDefault);
  let wasBlank = false;
  return {
    make(text) {
      wasBlank = isBlank(text);
      if (text === null || wasBlank) return giveDefault();
      const value = convert(text);
      return typeof value === 'string' ? cut(value) : textOf(value);
    },
    gaveDefault: () => wasBlank && isWhole && fallback !== null,
  };
}

/** The steps in order, then conversion and cutting of a text that is left (spec 6.2). */
function compileChain(mapping: Mapping, environment: Environment, fallback: Value): Making {
  const run = compileSteps(mapping, environment, fallback);
  const finish = environment.trace.step(asType(mapping), compileFinish(mapping, environment.noteOf(mapping.column)));
  const cannotDefault = fallback === null || mapping.steps.some((step) => kindOfStep(step).meansItself);
  let start: string | null = null;
  let value: Value = null;
  return {
    make(text, node) {
      start = text;
      const result = run(start, node);
      value = result === undefined ? null : finish(result);
      return textOf(value);
    },
    gaveDefault: () => !cannotDefault && sameValue(value, fallback) && isBlank(start),
  };
}

/** Undefined is the end of a chain whose rest takes no null. */
function compileSteps(
  mapping: Mapping,
  environment: Environment,
  fallback: Value,
): (start: Value, node: number) => Value | undefined {
  const links = compileLinks(mapping, environment, fallback);
  const [first] = links;
  // Most chains are one step.
  if (first !== undefined && links.length === 1) return first.run;
  const ownAttribute = links.some(({ refines }) => refines)
    ? environment.trace.step('text', compileLookup(attributeName(mapping.attribute), mapping, environment))
    : () => null;
  return (start, node) => {
    let value = start;
    for (const { run, mayBeNull, refines } of links) {
      if (refines) {
        // An enum refines a calculated value only where that is missing or empty.
        if (value === null) value = ownAttribute(node);
        else if (!isBlank(textOf(value))) continue;
      }
      value = run(value, node);
      if (value === null && !mayBeNull) return undefined;
    }
    return value;
  };
}

interface Link {
  readonly run: Transform;
  readonly mayBeNull: boolean;
  readonly refines: boolean;
}

function compileLinks(mapping: Mapping, environment: Environment, fallback: Value): readonly Link[] {
  const names = mapping.steps.map((step) => step.name);
  return mapping.steps.map((step, i) => ({
    run: environment.trace.step(printStep(step), compileStep(step, mapping, environment, fallback)),
    mayBeNull: kindOfStep(step).takesNull === true || names[i + 1] === 'enum',
    refines: step.name === 'enum' && names[i - 1] === 'calculated_field',
  }));
}

function compileFinish(mapping: Mapping, note: Note): (value: Value) => Value {
  const convert = converter(mapping.dataType, mapping.length, note);
  const keepsText = isTextType(mapping.dataType);
  const digitsOnly = mapping.steps.some((step) => kindOfStep(step).digitsOnly);
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
