import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { contractJsonSchema, printContractJsonSchema } from '../../src/contract/json-schema.ts';

const PUBLISHED = fileURLToPath(new URL('../../contracts/contract.schema.json', import.meta.url));

type Json = Readonly<Record<string, unknown>>;

/** Properties of a JSON Schema with their places, each once. */
function propertiesOf(schema: unknown, place = ''): readonly (readonly [place: string, schema: Json])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const inside = propertiesOf(value, `${place}/${key}`);
    if (key !== 'properties') return inside;
    const own = Object.entries(Object(value)).map(([name, property]): [string, Json] => [
      `${place}/${name}`,
      Object(property),
    ]);
    return [...own, ...inside];
  });
}

/** A key that may be null has its texts on the other alternative. */
function texts(schema: Json): Json {
  const [first] = Array.isArray(schema['anyOf']) ? schema['anyOf'] : [];
  return schema['description'] === undefined && first !== undefined ? Object(first) : schema;
}

test('the published JSON Schema is the one that the code checks (npm run schema writes it)', () => {
  assert.equal(readFileSync(PUBLISHED, 'utf8'), printContractJsonSchema());
});

for (const format of [1, 2] as const) {
  test(`every key of format ${format} has a text and an example for editors, or words to choose from`, () => {
    const properties = propertiesOf(contractJsonSchema(format));
    assert.ok(properties.length > 30);
    const wordless = properties.filter(
      ([, schema]) => !('$ref' in schema) && typeof texts(schema)['description'] !== 'string',
    );
    assert.deepEqual(
      wordless.map(([place]) => place),
      [],
    );
    const bare = properties.filter(([, schema]) => !hasExample(schema) && !hasExample(texts(schema)));
    assert.deepEqual(
      bare.map(([place]) => place),
      [],
    );
  });
}

/** Examples, the words that it may be, or what another place says. */
function hasExample(schema: Json): boolean {
  return ['examples', 'const', 'enum', '$ref'].some((key) => schema[key] !== undefined);
}

test('the published schema tells the formats apart and resolves its own references', () => {
  const schema: Json = JSON.parse(printContractJsonSchema());
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(
    ([, name]) => name ?? '',
  );
  assert.ok(references.includes('format1') && references.includes('format2') && references.includes('table'));
  for (const name of references) assert.ok(Object.hasOwn(Object(schema['$defs']), name), name);
});

test('editors take the same spellings of a nullable column as the program', () => {
  const nullables = propertiesOf(contractJsonSchema(1)).filter(([place]) => place.endsWith('/nullable'));
  const [pattern = ''] = JSON.stringify(nullables).match(/(?<="pattern":")[^"]*/) ?? [];
  const spellings = ['true', 'True', 'TRUE', 'yes'];
  assert.deepEqual(
    spellings.filter((word) => new RegExp(pattern, 'u').test(word)),
    ['true', 'True', 'TRUE'],
  );
});
