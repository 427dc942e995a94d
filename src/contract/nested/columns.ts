import { parseSqlExpression } from '../../expression/sql/parse.ts';
import { parseSchemaMoment } from '../../values/typed/moment.ts';
import { compilePattern } from '../../values/typed/pattern.ts';
import { readerOf } from '../../values/typed/reader.ts';
import { bytesOf, UNITS } from '../../values/typed/text-limit.ts';
import { isTextType, parseValueType, printValueType, type ValueType } from '../../values/typed/value-type.ts';
import { isZoneName } from '../../values/typed/zone.ts';
import { suggest, type Path as Place } from '../findings.ts';
import { readMap } from './maps.ts';
import type { ColumnSource, NestedColumn, ValueMap } from './model.ts';
import { fault, listOf, readPaths, warn, writtenText, type NestedReading } from './reading.ts';
import type { RawColumn } from './schema.ts';

type PathsSource = Extract<ColumnSource, { kind: 'paths' }>;

/** Reads a column; null if it has a fault that leaves nothing to go on with. */
export function readColumn(reading: NestedReading, place: Place, name: string, raw: RawColumn): NestedColumn | null {
  const type = parseValueType(raw.type);
  if (typeof type === 'string') {
    const advice = type.includes(': ') ? '' : 'Write it as SQL Server does, in quotes within braces: "decimal(18,2)".';
    fault(reading, [...place, 'type'], type, advice);
    if (raw.from !== undefined) readAlternatives(reading, place, raw.from);
    return null;
  }
  const source = readSource(reading, place, raw, type);
  if (source === null) return null;
  if (raw.long !== undefined && !isTextType(type))
    fault(reading, [...place, 'long'], `long goes with text types, not ${printValueType(type)}`);
  if (raw.long !== undefined && isTextType(type) && type.length === null)
    warn(reading, [...place, 'long'], `no text is too long for ${printValueType(type)}`, 'Remove it.');
  return { name, type, required: raw.required ?? false, long: raw.long ?? 'fail', stored: raw.store ?? true, source };
}

function readSource(reading: NestedReading, place: Place, raw: RawColumn, type: ValueType): ColumnSource | null {
  if (raw.from !== undefined && raw.expr !== undefined) {
    fault(reading, place, 'has both from and expr', 'A column is read or computed: keep one.');
    return null;
  }
  if (raw.expr !== undefined) return readExpression(reading, place, raw, raw.expr);
  if (raw.from !== undefined) return readFrom(reading, place, raw, raw.from, type);
  fault(reading, place, 'has neither from nor expr', 'Say where its value comes from.');
  return null;
}

const WITH_EXPRESSIONS = new Set(['expr', 'type', 'required', 'long', 'store']);

function readExpression(reading: NestedReading, place: Place, raw: RawColumn, text: string): ColumnSource | null {
  for (const key of Object.keys(raw).filter((candidate) => !WITH_EXPRESSIONS.has(candidate))) {
    fault(
      reading,
      [...place, key],
      `only type, required, long and store go with expr`,
      `Remove ${key}, or say it in the expression.`,
    );
  }
  const parsed = parseSqlExpression(text);
  if (parsed.ok) return { kind: 'expression', expression: parsed.tree, text };
  fault(reading, [...place, 'expr'], parsed.message, '', parsed.at);
  return null;
}

function readFrom(
  reading: NestedReading,
  place: Place,
  raw: RawColumn,
  from: string | readonly string[],
  type: ValueType,
): PathsSource {
  const source: PathsSource = {
    kind: 'paths',
    alternatives: readAlternatives(reading, place, from),
    take: raw.take ?? null,
    join: raw.join ?? ' ',
    default: readDefault(reading, place, raw, type),
    unreadable: raw.unreadable ?? 'blank',
    digits: raw.digits ?? 'round',
    space: raw.space ?? 'trim',
    text: raw.text ?? 'all',
    formats: readFormats(reading, place, raw, type),
    zone: readZone(reading, place, raw, type),
    decimal: readMark(reading, [...place, 'decimal'], raw.decimal) ?? '.',
    group: readMark(reading, [...place, 'group'], raw.group),
    encoding: raw.encoding ?? 'base64',
    map: readColumnMap(reading, place, raw),
  };
  checkTogether(reading, place, raw, type, source);
  return source;
}

function readAlternatives(
  reading: NestedReading,
  place: Place,
  from: string | readonly string[],
): PathsSource['alternatives'] {
  return listOf(from).map((text, index) =>
    readPaths(reading, typeof from === 'string' ? [...place, 'from'] : [...place, 'from', index], text),
  );
}

function readMark(reading: NestedReading, place: Place, mark: string | undefined): string | null {
  if (mark === undefined) return null;
  if (/^[^0-9eE+-]$/u.test(mark)) return mark;
  fault(reading, place, 'must be one character that is no digit, sign or e');
  return null;
}

function readFormats(reading: NestedReading, place: Place, { format }: RawColumn, type: ValueType): readonly string[] {
  const formats = listOf(format);
  formats.forEach((pattern, index) => {
    const compiled = compilePattern(pattern);
    const at = typeof format === 'string' ? [...place, 'format'] : [...place, 'format', index];
    if (!compiled.ok)
      fault(
        reading,
        at,
        compiled.message,
        "Letters are those of Unicode (yyyy, MM, dd, HH, mm, ss); text stands in 'quotes'.",
      );
    else if (isMomentType(type) && !compiled[type.kind === 'time' ? 'hasTime' : 'hasDay'])
      fault(
        reading,
        at,
        `${pattern} reads no ${type.kind === 'time' ? 'time of day' : 'day'}, which ${printValueType(type)} needs`,
        'Add it, or choose another type.',
      );
  });
  if (formats.length > 0 && !isMomentType(type))
    fault(reading, [...place, 'format'], `format goes with dates and times, not ${printValueType(type)}`);
  return formats;
}

function isMomentType({ kind }: ValueType): boolean {
  return ['date', 'time', 'datetime', 'smalldatetime', 'datetime2', 'datetimeoffset'].includes(kind);
}

function readZone(reading: NestedReading, place: Place, { zone }: RawColumn, type: ValueType): PathsSource['zone'] {
  if (zone === undefined || zone === 'utc') return { given: 'utc', name: null };
  if (!isMomentType(type))
    fault(reading, [...place, 'zone'], `zone goes with dates and times, not ${printValueType(type)}`);
  if (zone === 'drop') {
    if (type.kind === 'datetimeoffset')
      fault(
        reading,
        [...place, 'zone'],
        'datetimeoffset keeps the zone',
        'Leave zone out, or name the zone of times without one.',
      );
    return { given: 'drop', name: null };
  }
  if (!isZoneName(zone))
    fault(
      reading,
      [...place, 'zone'],
      `${zone} is neither utc, drop nor an IANA time zone`,
      'Write it like Europe/Berlin.',
    );
  return { given: 'utc', name: zone };
}

function readColumnMap(reading: NestedReading, place: Place, { map }: RawColumn): ValueMap | null {
  if (map === undefined) return null;
  if (typeof map !== 'string') return readMap(reading, [...place, 'map'], map);
  const named = reading.maps.get(map);
  if (named !== undefined) return named;
  const meant = suggest(map, [...reading.maps.keys()]);
  fault(
    reading,
    [...place, 'map'],
    `there is no map ${map}`,
    meant === undefined ? 'Add it to maps.' : `Did you mean ${meant}?`,
  );
  return null;
}

/** The default in the exact text of the type. */
function readDefault(reading: NestedReading, place: Place, raw: RawColumn, type: ValueType): string | null {
  if (raw.default === undefined) return null;
  const at = [...place, 'default'];
  const text = writtenText(reading, at, raw.default);
  const exact = exactText(text, type);
  if (exact === null)
    fault(
      reading,
      at,
      `the default ${text} does not fit ${printValueType(type)}`,
      'Write a value that a column of the type can hold, or choose another type.',
    );
  return exact;
}

/** A literal of the contract as a value of a type, or null if it does not fit. */
function exactText(text: string, type: ValueType): string | null {
  if (isTextType(type)) {
    const limit = type.kind.startsWith('n') ? UNITS : bytesOf('windows-1252');
    const length = limit.measure(text);
    return length === null || length > (type.length ?? Infinity) ? null : text;
  }
  const forms = {
    marks: { decimal: '.', group: null },
    zone: { given: 'utc', name: 'UTC' },
    forms: [parseSchemaMoment],
    encoding: 'hex',
  } as const;
  let isExact = true;
  const value = readerOf(type, forms)?.(text.trim(), () => {
    isExact = false;
  });
  return isExact ? (value ?? null) : null;
}

/** Keys that contradict each other, or mean nothing for the type. */
function checkTogether(
  reading: NestedReading,
  place: Place,
  raw: RawColumn,
  type: ValueType,
  source: PathsSource,
): void {
  const report = (key: string, message: string, advice = ''): void => fault(reading, [...place, key], message, advice);
  const isText = isTextType(type);
  if (raw.required === true && raw.unreadable === 'blank')
    report('unreadable', 'required and unreadable: blank contradict each other', 'Remove one of them.');
  if (raw.required === true && raw.default !== undefined)
    warn(
      reading,
      [...place, 'required'],
      'means little beside default: what is missing takes that, only what is unreadable fails',
      'Remove one of them; unreadable: fail says the rest.',
    );
  if (raw.unreadable === 'default' && raw.default === undefined)
    report('unreadable', 'there is no default to take', 'Add default.');
  if (source.take === 'all' && !isText)
    report('take', `take: all needs a text type, not ${printValueType(type)}`, 'Take one, or make it text.');
  if (source.take === 'count' && !COUNTS.has(type.kind))
    report('take', `take: count needs a type of numbers, not ${printValueType(type)}`);
  if (raw.join !== undefined && source.take !== 'all') report('join', 'join goes with take: all');
  if (raw.space !== undefined && !isText) report('space', `space goes with text types, not ${printValueType(type)}`);
  if (raw.space === 'keep' && source.text === 'spaced') report('space', 'text: spaced collapses white space');
  if (raw.text !== undefined && type.kind === 'xml') report('text', 'xml stores the element whole');
  if (type.kind === 'xml') checkXml(report, raw, source);
  if (source.take === 'count') {
    for (const key of ['default', 'map', 'unreadable', 'space', 'text'] as const)
      if (raw[key] !== undefined) report(key, `${key} means nothing for a count`, 'Remove it.');
  }
  if (raw.encoding !== undefined && type.kind !== 'binary' && type.kind !== 'varbinary')
    report('encoding', `encoding goes with binary types, not ${printValueType(type)}`);
  if (raw.digits !== undefined && type.kind !== 'decimal' && type.kind !== 'money')
    report('digits', `digits goes with decimals, not ${printValueType(type)}`);
  for (const key of ['decimal', 'group'] as const) {
    if (raw[key] !== undefined && !NUMBERS.has(type.kind))
      report(key, `${key} goes with numbers, not ${printValueType(type)}`);
  }
  if (source.group !== null && source.group === source.decimal) report('group', 'is the decimal mark as well');
  checkMapValues(reading, place, source.map, type);
}

function checkXml(
  report: (key: string, message: string, advice?: string) => void,
  raw: RawColumn,
  source: PathsSource,
): void {
  if (raw.map !== undefined) report('map', 'xml stores the element, which no map has');
  const isNoElement = ({ steps, reads }: PathsSource['alternatives'][number][number]): boolean =>
    reads === 'name' || ['attribute', 'text'].includes(steps.at(-1)?.axis ?? '');
  if (source.alternatives.flat().some(isNoElement))
    report('from', 'finds no elements, and xml stores elements', 'End with an element, or choose a type of text.');
}

const COUNTS = new Set(['tinyint', 'smallint', 'int', 'bigint', 'decimal']);
const NUMBERS = new Set([...COUNTS, 'money', 'float', 'real']);

/** What a map gives must be readable by the type. */
function checkMapValues(reading: NestedReading, place: Place, map: ValueMap | null, type: ValueType): void {
  if (map === null) return;
  const otherwise = typeof map.otherwise === 'object' ? [map.otherwise.value] : [];
  for (const value of new Set([...map.values.values(), ...otherwise])) {
    if (exactText(value, type) === null)
      fault(
        reading,
        [...place, 'map'],
        `the value ${value} of the map does not fit ${printValueType(type)}`,
        'Correct the map, or choose another type.',
      );
  }
}
