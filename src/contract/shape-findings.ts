import type { z } from 'zod';
import { printPlace, suggest } from './findings.ts';
import type { Finding, Path } from './findings.ts';

/** Something that a schema finds wrong. */
export type Issue = z.core.$ZodIssue;
export type UnknownKeys = z.core.$ZodIssueUnrecognizedKeys;

/** A JSON Schema, or a part of one. */
export type Schema = z.core.JSONSchema.BaseSchema;

/** An object of a contract as it is written. */
export type Json = Record<string, unknown>;

/** What is wrong with the shape of a contract, in its author's words; `schema` tells what keys are for. */
export function toFinding({ path, message, input }: Issue, unknown: readonly UnknownKeys[], schema: Schema): Finding {
  const description = describe(path, schema);
  if (input === undefined) {
    // warnings are not shown beside faults, so a misspelt key would stay unseen
    const owner = printPlace(path.slice(0, -1));
    const misspelt = unknown.find((issue) => printPlace(issue.path) === owner)?.keys ?? [];
    const meant = suggest(String(path.at(-1)), misspelt);
    const found = meant === undefined ? misspelt : [meant];
    const note = found.length > 0 ? `, but there is ${found.join(', ')}` : '';
    return { path, message: `is missing${note}`, advice: description && `Add it: ${description}` };
  }
  return { path, message: `${message}, found ${show(input)}`, advice: description };
}

/** The keys that an object may have. */
export function knownKeys(path: Path, schema: Schema): readonly string[] {
  return Object.keys(schemaAt(path, schema)?.properties ?? {});
}

/** The description that the JSON Schema gives of a place; a key that may be null has it on the other alternative. */
function describe(path: Path, root: Schema): string {
  const schema = schemaAt(path, root);
  const [alternative] = schema?.anyOf ?? [];
  return schema?.description ?? alternative?.description ?? '';
}

function schemaAt(path: Path, root: Schema): Schema | undefined {
  let schema: Schema | undefined = root;
  for (const key of path) {
    const next: unknown =
      typeof key === 'number' ? schema?.items : (schema?.properties?.[String(key)] ?? schema?.additionalProperties);
    schema = resolve(next, root);
  }
  return schema;
}

/** A schema that is recursive refers to its parts. */
function resolve(schema: unknown, root: Schema): Schema | undefined {
  if (!isJson(schema)) return undefined;
  const reference = schema['$ref'];
  const [, name] = typeof reference === 'string' ? (/^#\/\$defs\/(.+)$/.exec(reference) ?? []) : [];
  return name === undefined ? schema : root.$defs?.[name];
}

/** A value as it is written, cut where it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What stands at a path. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? Reflect.get(value, key) : undefined), data);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function isJson(value: unknown): value is Json {
  return isObject(value) && !Array.isArray(value);
}
