import type { z } from 'zod';
import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import type { Findings } from './findings.ts';
import { printPlace } from './findings.ts';
import { contractJsonSchema } from './json-schema.ts';
import { contractSchema } from './schema.ts';
import type { RawContract, RawFilterRule, RawMapping, RawRelationship } from './schema.ts';

/** An item of a list with its position in the file, which outlives the removal of its misshapen neighbours. */
export type Indexed<T> = T & { readonly index: number };

/** What of a contract has the right shape, so that the rules can be checked in spite of faults elsewhere. */
export interface Draft extends Omit<RawContract, 'mappings' | 'relationships' | 'element_filtering'> {
  readonly mappings: readonly Indexed<RawMapping>[];
  readonly relationships: readonly Indexed<RawRelationship>[];
  readonly filterRules: readonly Indexed<RawFilterRule>[];
  /** Top-level keys that are missing parts: rules that need the whole of one must not judge. */
  readonly broken: ReadonlySet<string>;
}

type Issue = z.core.$ZodIssue;
type Json = Record<string, unknown>;

/** Checks the shape of a contract (spec 2.1-2.4). Adds its findings and returns all that can be used. */
export function checkShape(data: unknown, findings: Findings): Draft {
  if (!isJson(data)) {
    throw new InputError('The contract is not valid:', [
      { place: 'contract', message: `must be an object, found ${show(data)}`, advice: '' },
    ]);
  }
  const usable = structuredClone(data);
  const issues = issuesOf(usable);
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') removeUnknownKeys(usable, issue, findings.warnings);
    else findings.faults.push(toFault(issue, unknown));
  }
  return salvage(
    usable,
    issues.filter(({ code }) => code !== 'unrecognized_keys'),
  );
}

function issuesOf(data: unknown): readonly Issue[] {
  return contractSchema.safeParse(data, { reportInput: true }).error?.issues ?? [];
}

function removeUnknownKeys(data: Json, issue: z.core.$ZodIssueUnrecognizedKeys, warnings: Fault[]): void {
  const owner = valueAt(data, issue.path);
  for (const key of issue.keys) {
    warnings.push({
      place: printPlace([...issue.path, key]),
      message: 'is not a key of the format and has no effect',
      advice: 'Check its spelling, or remove it.',
    });
    if (isJson(owner)) delete owner[key];
  }
}

function toFault({ path, message, input }: Issue, unknown: readonly z.core.$ZodIssueUnrecognizedKeys[]): Fault {
  const description = describe(path);
  if (input === undefined) {
    // warnings are not shown beside faults, so a misspelt key would stay unseen
    const owner = printPlace(path.slice(0, -1));
    const misspelt = unknown.find((issue) => printPlace(issue.path) === owner)?.keys ?? [];
    const found = misspelt.length > 0 ? `, but there is ${misspelt.join(', ')}` : '';
    return { place: printPlace(path), message: `is missing${found}`, advice: description && `Add it: ${description}` };
  }
  return { place: printPlace(path), message: `${message}, found ${show(input)}`, advice: description };
}

/** The description that the JSON Schema gives of a place. */
function describe(path: readonly PropertyKey[]): string {
  let schema: z.core.JSONSchema.BaseSchema | undefined = contractJsonSchema();
  for (const key of path) {
    const next: unknown =
      typeof key === 'number' ? schema?.items : (schema?.properties?.[String(key)] ?? schema?.additionalProperties);
    schema = isJson(next) ? next : undefined;
  }
  // A key that may be null has its description on the other alternative.
  const [alternative] = schema?.anyOf ?? [];
  return schema?.description ?? alternative?.description ?? '';
}

const LISTS = [['mappings'], ['relationships'], ['table_insertion_order'], ['element_filtering', 'filter_rules']];

/** What stands in for a required key that is misshapen; no rule looks at it. */
const PLACEHOLDERS: Json = {
  source_table: '-',
  source_column: '-',
  xml_root_element: '-',
  table_insertion_order: [],
  element_filtering: { filter_rules: [] },
  relationships: [],
  mappings: [],
};

/** Leaves out list items and top-level keys that have a fault, and keeps the rest. */
function salvage(data: Json, issues: readonly Issue[]): Draft {
  const broken = new Set(issues.map(({ path }) => String(path[0])));
  const places = new Set(issues.flatMap(({ path }) => path.map((_, i) => printPlace(path.slice(0, i + 1)))));
  const positions = LISTS.map((path) => keepSoundItems(data, path, places));
  for (const issue of issuesOf(data)) {
    const key = String(issue.path[0]);
    if (key in PLACEHOLDERS) data[key] = PLACEHOLDERS[key];
    else delete data[key];
  }
  const { mappings, relationships, element_filtering, ...rest } = contractSchema.parse(data);
  return {
    ...rest,
    mappings: indexed(mappings, positions[0]),
    relationships: indexed(relationships, positions[1]),
    filterRules: indexed(element_filtering.filter_rules, positions[3]),
    broken,
  };
}

function keepSoundItems(data: Json, path: readonly string[], faulty: ReadonlySet<string>): readonly number[] {
  const owner = valueAt(data, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  const items: unknown = isJson(owner) ? owner[key] : undefined;
  if (!isJson(owner) || !Array.isArray(items)) return [];
  const sound = [...items.keys()].filter((i) => !faulty.has(printPlace([...path, i])));
  owner[key] = sound.map((i): unknown => items[i]);
  return sound;
}

function indexed<T extends object>(items: readonly T[], positions: readonly number[] = []): Indexed<T>[] {
  return items.map((item, i) => ({ ...item, index: positions[i] ?? i }));
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? Reflect.get(value, key) : undefined), data);
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isJson(value: unknown): value is Json {
  return isObject(value) && !Array.isArray(value);
}
