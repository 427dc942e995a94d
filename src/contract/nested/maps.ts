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
  return { ...map, ignoreCase: ignoreCase === true };
}

function readValues(
  reading: Pick<NestedReading, 'source' | 'findings'>,
  place: Place,
  raw: RawMap,
): ReadonlyMap<string, string> {
  const entries = Object.entries(raw).flatMap(([from, to]): [string, string][] => {
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
