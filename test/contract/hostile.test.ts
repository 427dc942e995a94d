import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { dataType } from '../../src/contract/data-types.ts';
import { parseContract } from '../../src/contract/load.ts';
import { InputError } from '../../src/errors.ts';
import { anyText } from '../support/any-text.ts';
import { example, faultsOf, warningsOf } from './example.ts';

const sample: unknown = JSON.parse(readFileSync(new URL('../golden/contracts/craft.json', import.meta.url), 'utf8'));

/** Every place of a value, as the keys that lead there. */
function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, i) => (String(i) === key ? replaceAt(item, rest, replacement) : item));
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([name, item]) => [name, name === key ? replaceAt(item, rest, replacement) : item]),
  );
}

test('a contract with any value anywhere loads or is refused by an InputError with a fault', () => {
  const changes = fc.array(fc.tuple(fc.constantFrom(...placesOf(sample)), fc.jsonValue({ maxDepth: 2 })), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(changes, (list) => {
      const contract = list.reduce((value, [path, replacement]) => replaceAt(value, path, replacement), sample);
      try {
        parseContract(JSON.stringify(contract), { format: 'json' });
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
        assert.ok(error.faults.length > 0);
        for (const { place, message } of error.faults) assert.ok(place !== '' && message !== '');
      }
    }),
    { numRuns: 50 },
  );
});

test('any text loads or is refused by an InputError, as JSON and as YAML', () => {
  fc.assert(
    fc.property(anyText(), fc.constantFrom('json', 'yaml'), (text, format) => {
      try {
        parseContract(text, { format });
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }),
  );
});

test('names of built-in properties are ordinary words', () => {
  assert.equal(dataType('constructor'), 'other');
  const polluted = JSON.stringify(example()).replace('{', '{"__proto__": {"polluted": true},');
  assert.match(parseContract(polluted, { format: 'json' }).warnings[0]?.place ?? '', /^__proto__/);
  assert.deepEqual(warningsOf(example({ constructor: 1 })).length, 1);
  const contract = example();
  assert.deepEqual(
    faultsOf({
      ...contract,
      mappings: [{ ...Object(contract['mappings'])[0], mapping_type: 'enum', enum_name: 'constructor' }],
    }),
    ['mappings[0].enum_name: enum_mappings has no constructor', '  Correct the name, or add the enum.'],
  );
});
