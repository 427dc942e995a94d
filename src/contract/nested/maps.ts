import type { Path as Place } from '../findings.ts';
import type { ValueMap } from './model.ts';
import { fault, writtenText, type NestedReading } from './reading.ts';
import type { RawMap } from './schema.ts';

/** Reads a map: its values under `values`, or they alone. */
export function readMap(reading: Pick<NestedReading, 'source' | 'findings'>, place: Place, raw: RawMap): ValueMap {
  const { values, ...others } = raw;
  if (typeof values !== 'object')
    return { values: readValues(reading, place, raw), otherwise: 'blank', ignoreCase: false };
  for (const key of Object.keys(others)) {
    if (key !== 'otherwise' && key !== 'ignore_case')
      fault(reading, [...place, key], 'is no key of a map', 'Texts stand under values.');
  }
  const map = {
    values: readValues(reading, [...place, 'values'], values),
    otherwise: readOtherwise(reading, place, others['otherwise']),
  };
  const ignoreCase = others['ignore_case'] ?? false;
  if (typeof ignoreCase !== 'boolean') fault(reading, [...place, 'ignore_case'], 'must be true or false');
  if (ignoreCase === true) checkCase(reading, [...place, 'values'], map.values);
  return { ...map, ignoreCase: ignoreCase === true };
}

/** Texts that ignoring case makes one. */
function checkCase(reading: Pick<NestedReading, 'findings'>, place: Place, values: ReadonlyMap<string, string>): void {
  const first = new Map<string, string>();
  for (const text of values.keys()) {
    const earlier = first.get(text.toLowerCase());
    if (earlier === undefined) first.set(text.toLowerCase(), text);
    else fault(reading, [...place, text], `is ${earlier} in another case`, 'Keep one of them, or remove ignore_case.');
  }
}

function readValues(
  reading: Pick<NestedReading, 'source' | 'findings'>,
  place: Place,
  raw: RawMap,
): ReadonlyMap<string, string> {
  const entries = Object.entries(raw).flatMap(([from, to]): [string, string][] => {
    if (from !== trimXml(from))
      fault(
        reading,
        [...place, from],
        'has blanks at its ends, and values are trimmed',
        `Write ${JSON.stringify(trimXml(from))}.`,
      );
    if (typeof to !== 'object') return [[from, writtenText(reading, [...place, from], to)]];
    fault(reading, [...place, from], 'must be a single value');
    return [];
  });
  if (entries.length === 0) fault(reading, place, 'is empty', 'Add text: value.');
  return new Map(entries);
}

function readOtherwise(
  reading: Pick<NestedReading, 'source' | 'findings'>,
  place: Place,
  raw: RawMap[string] | undefined,
): ValueMap['otherwise'] {
  if (raw === undefined) return 'blank';
  if (typeof raw === 'object') {
    fault(reading, [...place, 'otherwise'], 'must be a value, blank or fail');
    return 'blank';
  }
  const text = writtenText(reading, [...place, 'otherwise'], raw);
  return text === 'blank' || text === 'fail' ? text : { value: text };
}

/** White space is XML's four characters. */
function trimXml(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
