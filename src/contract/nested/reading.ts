import type { Finding, Findings, Path as Place } from '../findings.ts';
import type { Source } from '../source.ts';
import type { ValueMap } from './model.ts';
import { parsePath } from './parse-path.ts';
import type { Path } from './path.ts';

/** A contract of format 2 while it is read: its text, what has been found wrong, and what its parts refer to. */
export interface NestedReading {
  readonly source: Source;
  readonly findings: Findings;
  readonly namespaces: ReadonlyMap<string, string>;
  readonly maps: ReadonlyMap<string, ValueMap>;
}

/** Notes a fault; `offset` is the character of the value, from 0, that it begins at. */
export function fault(
  { findings }: Pick<NestedReading, 'findings'>,
  path: Place,
  message: string,
  advice = '',
  offset?: number,
): void {
  const within = offset === undefined ? {} : { within: `column ${offset + 1}`, offset };
  findings.faults.push({ path, message, advice, ...within });
}

export function warn({ findings }: Pick<NestedReading, 'findings'>, path: Place, message: string, advice = ''): void {
  const finding: Finding = { path, message, advice };
  findings.warnings.push(finding);
}

/** What was written for a value, quoted or not. */
export function writtenText(
  { source }: Pick<NestedReading, 'source'>,
  path: Place,
  value: string | number | boolean,
): string {
  return source.written(path) ?? String(value);
}

/** A path or a union of paths; empty if it has a fault, which is noted. */
export function readPaths(
  reading: Pick<NestedReading, 'findings' | 'namespaces'>,
  place: Place,
  text: string,
): readonly Path[] {
  const parsed = parsePath(text, reading.namespaces);
  if (parsed.ok) return parsed.paths;
  fault(reading, place, parsed.message, parsed.advice, parsed.column - 1);
  return [];
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
