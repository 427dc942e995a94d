import { suggest, type Finding, type Findings, type Path as Place } from '../findings.ts';
import { contractJsonSchema } from '../json-schema.ts';
import { isJson, knownKeys, toFinding, valueAt, type Issue, type Json } from '../shape-findings.ts';
import type { Source } from '../source.ts';
import { nestedSchema, type RawNested } from './schema.ts';

/** More rounds than the nesting of any contract; each takes away what the one before has shown to be wrong. */
const MOST_ROUNDS = 50;

/**
 * Checks the shape of a contract of format 2. Adds its faults and returns what has the right shape without the rest, so that
 * all else can be checked in spite of them; null if nothing is left to check.
 */
export function checkNestedShape({ data }: Source, findings: Findings): RawNested | null {
  const first = nestedSchema.safeParse(data, { reportInput: true });
  if (first.success) return first.data;
  const issues = first.error.issues.flatMap(innermost);
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) unknownKey(findings, issue.path, key);
    else findings.faults.push(toFinding(issue, unknown, contractJsonSchema(2)));
  }
  return salvage(structuredClone(data), issues);
}

function unknownKey({ faults }: Findings, path: Place, key: string): void {
  // `{ type: decimal(18,2) }`: the comma ends the entry, and the rest looks like a key.
  const isCut = /^\d+\)$/.test(key);
  const advice = isCut
    ? 'YAML ends a value in braces at a comma: write the type in quotes, "decimal(18,2)".'
    : adviseKey(path, key);
  faults.push({ path: [...path, key], message: `unknown key ${key}`, advice });
}

/** The key of the place that is most likely meant, or all that it has. */
function adviseKey(path: Place, key: string): string {
  const here = knownKeys(path, contractJsonSchema(2));
  const meant = suggest(key, here);
  return meant === undefined ? `Here may be ${here.join(', ')}.` : `Did you mean ${meant}?`;
}

/** Of a value that is none of several forms, what is wrong with the form that it comes nearest to: the one that goes deepest into it. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [deepest] = issue.errors
    .filter((form) => form.every(({ path }) => path.length > 0))
    .toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0));
  if (deepest === undefined) return [issue];
  return deepest.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Takes away what is wrong, and what cannot be without it. */
function salvage(data: unknown, found: readonly Issue[]): RawNested | null {
  let issues = found;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (const issue of issues) if (!takeAway(data, issue)) return null;
    const parsed = nestedSchema.safeParse(data, { reportInput: true });
    if (parsed.success) return parsed.data;
    issues = parsed.error.issues.flatMap(innermost);
  }
  return null;
}

/** Takes the place of what every contract has, so that the rest can be checked without it; any table fits to it. */
const STAND_INS: Json = {
  format: 2,
  source: { table: '?', column: '?', id: '??' },
  document: { root: '*' },
  tables: {},
};

/** False if what is wrong is the contract itself. */
function takeAway(data: unknown, issue: Issue): boolean {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) remove(data, [...issue.path, key]);
    if (issue.path.at(-2) === 'columns') removeIfSourceless(data, issue.path);
    return true;
  }
  const whole = withoutPositions(issue.path);
  const standIn = valueAt(STAND_INS, whole);
  const owner = valueAt(data, whole.slice(0, -1));
  if (standIn !== undefined && isJson(owner)) {
    owner[String(whole.at(-1))] = structuredClone(standIn);
    return true;
  }
  const path = issue.input === undefined ? withoutPositions(issue.path.slice(0, -1)) : whole;
  if (path.length === 0) return false;
  remove(data, path);
  if (path.at(-3) === 'columns') removeIfSourceless(data, path.slice(0, -1));
  return true;
}

/** Positions of lists stay what they are in the file. */
function withoutPositions(path: Place): Place {
  return path.slice(0, path.findLastIndex((key) => typeof key !== 'number') + 1);
}

/** A column without what says where its value comes from is gone: its fault is told already. */
function removeIfSourceless(data: unknown, column: Place): void {
  const value = valueAt(data, column);
  if (isJson(value) && value['from'] === undefined && value['expr'] === undefined) remove(data, column);
}

function remove(data: unknown, path: Place): void {
  const owner = valueAt(data, path.slice(0, -1));
  if (isJson(owner)) delete owner[String(path.at(-1))];
}

/**
 * Takes back faults of expressions and keys that read a column which had a fault before: they only say that it is missing.
 * `before` is the number of faults until expressions were checked.
 */
export function dropFollowUps({ data }: Source, { faults }: Findings, before: number): void {
  const broken = faults.slice(0, before).flatMap(({ path }) => columnOf(path) ?? []);
  const isFollowUp = ({ path }: Finding, index: number): boolean => {
    const reads = path.includes('unique') || (index >= before && (path.at(-1) === 'expr' || path.at(-1) === 'where'));
    const text = valueAt(data, path);
    return reads && typeof text === 'string' && broken.some((name) => wordsOf(text).includes(name.toLowerCase()));
  };
  faults.splice(0, Infinity, ...faults.filter((fault, index) => !isFollowUp(fault, index)));
}

/** The column that a place is in. */
function columnOf(path: Place): string | null {
  let at = 0;
  while (path[at] === 'tables') at += 2;
  return at > 0 && path[at] === 'columns' && path.length > at + 1 ? String(path[at + 1]) : null;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
}
