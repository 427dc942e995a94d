import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { InputError } from '../../src/errors.ts';
import { parseAnyContract } from '../../src/contract/load.ts';

const page = (name: string): unknown => {
  const text = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
  return parse(/```yaml\n([^]*?)```/.exec(text)?.[1] ?? '', { stringKeys: true });
};
const SEEDS = { 'format 1': page('contract-1'), 'format 2': page('contract') };

/** Words that mean something in one place or the other. */
const WORDS = [
  '',
  ' ',
  'v',
  '/r',
  '..',
  '@x',
  '*',
  'a[1]/b',
  'qty * price',
  '(',
  'decimal(18,2)',
  'xml',
  'nvarchar(max)',
  'fail',
  '__proto__',
  'é',
];
const value = fc.oneof(
  fc.constantFrom<unknown>(...WORDS, null, true, -1, 1.5, 1e30, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A contract with a part taken away, changed, called otherwise or put elsewhere; `at` chooses the part. */
function mutate(data: unknown, at: number, change: Change): unknown {
  const copy: unknown = structuredClone(data);
  const places: { owner: object; key: string }[] = [];
  const visit = (owner: unknown): void => {
    if (typeof owner !== 'object' || owner === null) return;
    for (const key of Object.keys(owner)) {
      places.push({ owner, key });
      visit(Reflect.get(owner, key));
    }
  };
  visit(copy);
  const place = places[at % places.length];
  if (place === undefined) return copy;
  const { owner, key } = place;
  if (change.kind === 'replace') Reflect.set(owner, key, change.value);
  else {
    if (change.kind === 'rename') Reflect.set(owner, change.name, Reflect.get(owner, key));
    Reflect.deleteProperty(owner, key);
  }
  return copy;
}

type Change =
  | { readonly kind: 'replace'; readonly value: unknown }
  | { readonly kind: 'remove' }
  | { readonly kind: 'rename'; readonly name: string };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), value }),
  fc.record({ kind: fc.constant('remove' as const) }),
  fc.record({
    kind: fc.constant('rename' as const),
    name: fc.constantFrom(...WORDS, 'expr', 'from', 'each', 'unique'),
  }),
);

/** Loads a contract, or tells that it was refused as bad input. */
function outcomeOf(data: unknown): 'loaded' | 'refused' {
  try {
    parseAnyContract(JSON.stringify(data), { format: 'json' });
    return 'loaded';
  } catch (error) {
    if (error instanceof InputError && error.faults.length > 0) return 'refused';
    throw error;
  }
}

for (const [name, seed] of Object.entries(SEEDS)) {
  test(`any contract of ${name} is loaded or refused with its faults`, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 }), (changes) => {
        seen.add(outcomeOf(changes.reduce((data, [at, one]) => mutate(data, at, one), seed)));
      }),
      { numRuns: 400 },
    );
    assert.deepEqual([...seen].toSorted(), ['loaded', 'refused'], 'both happen');
  });
}

test('nesting without end is refused, not a crash', () => {
  const table = (depth: number): string => (depth === 0 ? '{}' : `{"each": "a", "tables": {"t": ${table(depth - 1)}}}`);
  const contract = `{"format": 2, "source": {"table": "d", "column": "b", "id": "i"}, "document": {"root": "r"}, "tables": {"t": ${table(3000)}}}`;
  for (const format of ['json', 'yaml'] as const) {
    assert.throws(() => parseAnyContract(contract, { format }), InputError);
  }
});
