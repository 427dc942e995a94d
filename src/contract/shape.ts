import { InputError } from '../errors.ts';
import { dataType, isTextType } from './data-types.ts';
import { printPlace, suggest } from './findings.ts';
import { isJson, isObject, knownKeys, show, toFinding, valueAt } from './shape-findings.ts';
import type { Issue, Json, UnknownKeys } from './shape-findings.ts';
import type { Finding, Findings, Path } from './findings.ts';
import { contractJsonSchema } from './json-schema.ts';
import { contractSchema } from './schema.ts';
import type { RawContract, RawFilterRule, RawMapping, RawRelationship } from './schema.ts';
import type { Source } from './source.ts';

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

/** Checks the shape of a contract (spec 2.1-2.4). Adds its findings and returns all that can be used. */
export function checkShape(source: Source, findings: Findings): Draft {
  if (!isJson(source.data)) {
    throw new InputError('The contract is not valid:', [
      { place: 'contract', message: `must be an object, found ${show(source.data)}`, advice: '' },
    ]);
  }
  const usable = structuredClone(source.data);
  removeComments(usable, findings.warnings);
  keepWritten(usable, source);
  const { data: sound, error: { issues } = NO_ISSUES } = parseShape(usable);
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') removeUnknownKeys(usable, issue, findings.warnings);
    else findings.faults.push(toFinding(issue, unknown, contractJsonSchema(1)));
  }
  return salvage(
    usable,
    issues.filter(({ code }) => code !== 'unrecognized_keys'),
    sound,
  );
}

function parseShape(data: unknown): ReturnType<typeof contractSchema.safeParse> {
  return contractSchema.safeParse(data, { reportInput: true });
}

const NO_ISSUES: { readonly issues: readonly Issue[] } = { issues: [] };

/** Objects whose keys are the author's own, `*` for any key or position: elsewhere a comment is an unknown key. */
const DICTIONARIES: readonly Path[] = [
  ['enum_mappings'],
  ['enum_mappings', '*'],
  ['bit_conversions', 'char_to_bit'],
  ['bit_conversions', 'boolean_to_bit'],
  ['tables'],
  ['row_tables'],
  ['element_filtering', 'filter_rules', '*', 'required_attributes'],
];

/** The original takes `_comment` and the like for an enum, a source text or an attribute that never occurs. */
function removeComments(data: Json, warnings: Finding[]): void {
  for (const [path, dictionary] of DICTIONARIES.flatMap((pattern) => matches(data, pattern))) {
    for (const key of isJson(dictionary) ? Object.keys(dictionary) : []) {
      if (!/^(?:_comment|\$comment|\/\/)/.test(key)) continue;
      const advice = 'Write it as description, or as a comment of YAML.';
      warnings.push({ path: [...path, key], message: 'is taken for a comment and left out', advice });
      if (isJson(dictionary)) delete dictionary[key];
    }
  }
}

/** YAML reads `01234` and `1.10` as the numbers 1234 and 1.1; where text is wanted, what was written counts (spec 2.2). */
function keepWritten(data: Json, source: Source): void {
  if (source.format === 'json') return;
  const values = [
    ...matches(data, ['mappings', '*', 'default_value']).filter(([path]) => isTextual(valueAt(data, path.slice(0, 2)))),
    ...matches(data, ['enum_mappings', '*', '*']),
    ...matches(data, ['row_tables', '*', 'always', '*']),
  ];
  for (const [path] of values) {
    const written = source.written(path);
    const owner = valueAt(data, path.slice(0, -1));
    const key = String(path.at(-1));
    if (written !== undefined && isJson(owner) && typeof owner[key] === 'number') owner[key] = written;
  }
}

function isTextual(mapping: unknown): boolean {
  const type = isJson(mapping) ? mapping['data_type'] : undefined;
  return typeof type === 'string' && isTextType(dataType(type));
}

/** The values at all paths of a pattern, with their paths. */
function matches(data: unknown, pattern: Path): readonly (readonly [path: Path, value: unknown])[] {
  const [step, ...rest] = pattern;
  if (step === undefined) return [[[], data]];
  if (!isObject(data)) return [];
  const keys: readonly PropertyKey[] = Array.isArray(data) ? [...data.keys()] : Object.keys(data);
  return keys
    .filter((key) => step === '*' || step === key)
    .flatMap((key) => matches(Reflect.get(data, key), rest).map(([path, value]) => [[key, ...path], value] as const));
}

function removeUnknownKeys(data: Json, issue: UnknownKeys, warnings: Finding[]): void {
  const owner = valueAt(data, issue.path);
  const known = knownKeys(issue.path, contractJsonSchema(1));
  for (const key of issue.keys) {
    const meant = suggest(key, known);
    warnings.push({
      path: [...issue.path, key],
      message: 'is not a key of the format and has no effect',
      advice: meant === undefined ? 'Check its spelling, or remove it.' : `Did you mean ${meant}?`,
    });
    if (isJson(owner)) delete owner[key];
  }
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

/** Leaves out list items and top-level keys that have a fault, and keeps the rest; `sound` is the whole if it has none. */
function salvage(data: Json, issues: readonly Issue[], sound: RawContract | undefined): Draft {
  const broken = new Set(issues.map(({ path }) => String(path[0])));
  const places = new Set(issues.flatMap(({ path }) => path.map((_, i) => printPlace(path.slice(0, i + 1)))));
  const positions = LISTS.map((path) => keepSoundItems(data, path, places));
  for (const issue of issues.length > 0 ? (parseShape(data).error?.issues ?? []) : []) {
    const key = String(issue.path[0]);
    if (key in PLACEHOLDERS) data[key] = PLACEHOLDERS[key];
    else delete data[key];
  }
  const { mappings, relationships, element_filtering, ...rest } = sound ?? contractSchema.parse(data);
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
