import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NameTest, Path, PathStep, Predicate } from '../../../src/contract/nested/path.ts';
import { parsePath } from '../../../src/contract/nested/parse-path.ts';

const NAMESPACES = new Map([['p', 'urn:p']]);

const any = (local: string | null): NameTest => ({ local, namespace: null });
const child = (local: string | null, predicates: readonly Predicate[] = []): PathStep => ({
  axis: 'child',
  test: any(local),
  predicates,
});
const attribute = (local: string, namespace = ''): PathStep => ({
  axis: 'attribute',
  test: { local, namespace },
  predicates: [],
});
const row = (steps: readonly PathStep[], levels = 0): Path => ({
  start: { kind: 'row', levels },
  steps,
  reads: 'value',
});

function read(text: string): readonly Path[] {
  const parsed = parsePath(text, NAMESPACES);
  assert.ok(parsed.ok, parsed.ok ? '' : `${text}: ${parsed.message}`);
  return parsed.paths;
}

test('steps down, up, from the document and into attributes and texts', () => {
  assert.deepEqual(read('a/b'), [row([child('a'), child('b')])]);
  assert.deepEqual(read('@no'), [row([attribute('no')])]);
  assert.deepEqual(read('.'), [row([])]);
  assert.deepEqual(read('../../Amt/@Ccy'), [row([child('Amt'), attribute('Ccy')], 2)]);
  assert.deepEqual(read('/a/b'), [{ start: { kind: 'document' }, steps: [child('a'), child('b')], reads: 'value' }]);
  assert.deepEqual(read('a/text()'), [row([child('a'), { axis: 'text', predicates: [] }])]);
  assert.deepEqual(read('*/@*'), [
    row([child(null), { axis: 'attribute', test: { local: null, namespace: null }, predicates: [] }]),
  ]);
  assert.deepEqual(read('a/name()'), [{ ...row([child('a')]), reads: 'name' }]);
  assert.deepEqual(read('name()'), [{ ...row([]), reads: 'name' }]);
  assert.deepEqual(read('../name()'), [{ ...row([], 1), reads: 'name' }]);
});

test('// is a step of its own, below the row or in the middle', () => {
  assert.deepEqual(read('.//a'), [row([{ axis: 'deep' }, child('a')])]);
  assert.deepEqual(read('a//b'), [row([child('a'), { axis: 'deep' }, child('b')])]);
  assert.deepEqual(read('..//b'), [row([{ axis: 'deep' }, child('b')], 1)]);
});

test('the nearest ancestor that fits', () => {
  const [path] = read("ancestor::a[@k='x']/b");
  assert.deepEqual(path?.start, {
    kind: 'ancestor',
    test: any('a'),
    conditions: [{ kind: '=', path: row([attribute('k')]), text: 'x' }],
  });
  assert.deepEqual(path.steps, [child('b')]);
});

test('prefixes stand for namespaces; an attribute without one is in none', () => {
  assert.deepEqual(read('p:a/p:*'), [
    row([
      { axis: 'child', test: { local: 'a', namespace: 'urn:p' }, predicates: [] },
      { axis: 'child', test: { local: null, namespace: 'urn:p' }, predicates: [] },
    ]),
  ]);
  assert.deepEqual(read('@p:id'), [row([attribute('id', 'urn:p')])]);
  assert.deepEqual(read('@xml:lang'), [row([attribute('lang', 'http://www.w3.org/XML/1998/namespace')])]);
});

test('unions in the order written', () => {
  assert.deepEqual(read('b | @a|c'), [row([child('b')]), row([attribute('a')]), row([child('c')])]);
});

function predicatesOf(text: string): readonly Predicate[] {
  const [step] = read(text)[0]?.steps ?? [];
  assert.ok(step?.axis === 'child');
  return step.predicates;
}

test('predicates in turn', () => {
  assert.deepEqual(predicatesOf('a[2]'), [{ kind: 'position', position: 2 }]);
  assert.deepEqual(predicatesOf('a[ last( ) ][@k]'), [
    { kind: 'last' },
    { kind: 'exists', path: row([attribute('k')]) },
  ]);
  assert.deepEqual(predicatesOf("b[c/d='1' and @e or f]"), [
    {
      kind: 'or',
      operands: [
        {
          kind: 'and',
          operands: [
            { kind: '=', path: row([child('c'), child('d')]), text: '1' },
            { kind: 'exists', path: row([attribute('e')]) },
          ],
        },
        { kind: 'exists', path: row([child('f')]) },
      ],
    },
  ]);
  assert.deepEqual(predicatesOf('a[not(@k!="x")]'), [
    { kind: 'not', operand: { kind: '!=', path: row([attribute('k')]), text: 'x' } },
  ]);
  assert.deepEqual(predicatesOf("a[(contains(., '2')) and starts-with(b/c,'x')]"), [
    {
      kind: 'and',
      operands: [
        { kind: 'contains', path: row([]), text: '2' },
        { kind: 'starts-with', path: row([child('b'), child('c')]), text: 'x' },
      ],
    },
  ]);
  assert.deepEqual(predicatesOf("*[name()='g']"), [{ kind: '=', path: { ...row([]), reads: 'name' }, text: 'g' }]);
});

test('names with words, dots, hyphens and letters of any script', () => {
  assert.deepEqual(read('or/and-b/not.c/हिन्दी'), [row(['or', 'and-b', 'not.c', 'हिन्दी'].map((name) => child(name)))]);
  assert.deepEqual(read("a[order='1']"), [row([child('a', [{ kind: '=', path: row([child('order')]), text: '1' }])])]);
});

const REFUSED: readonly (readonly [string, number, RegExp])[] = [
  ['', 1, /^expected a name, found the end$/],
  ['a/', 3, /^expected a name, found the end$/],
  ['//a', 1, /^a path cannot begin with \/\/$/],
  ['a/../b', 3, /^\.\. and \. can only begin a path$/],
  ['a/following-sibling::b', 3, /^the axis following-sibling:: is not part of these paths$/],
  ['a/ancestor::b', 3, /^the axis ancestor:: is not part of these paths$/],
  ['count(a)', 1, /^the function count\(\) is not part of these paths$/],
  ['a[count(b)=2]', 3, /^the function count\(\) is not part of these paths$/],
  ['a[position()<3]', 3, /^the function position\(\) is not part of these paths$/],
  ['a[@n=2]', 6, /^expected a text in quotes, found 2$/],
  ['a[@n>2]', 5, /^> is not part of these paths$/],
  ['a[0]', 4, /^positions count from 1$/],
  ['a[/b]', 3, /^a path in a predicate cannot leave what the predicate is of$/],
  ['a[../b]', 3, /^a path in a predicate cannot leave/],
  ['q:a', 1, /^the prefix q is not declared$/],
  ['@a/b', 4, /^an attribute has nothing below it$/],
  ['a/text()/b', 10, /^text\(\) has nothing below it$/],
  ['a[b', 4, /^expected \], found the end$/],
  ['a b', 3, /^expected \/ or \| or the end, found b$/],
  ['ancestor::a[1]', 15, /^ancestor:: has no positions/],
];

for (const [text, column, message] of REFUSED) {
  test(`${JSON.stringify(text)} is refused at column ${column}`, () => {
    const parsed = parsePath(text, NAMESPACES);
    assert.ok(!parsed.ok);
    assert.match(parsed.message, message);
    assert.equal(parsed.column, column);
  });
}

test('hostile texts are refused, not followed', () => {
  const deep = parsePath(`a[${'not('.repeat(500)}b${')'.repeat(500)}]`, NAMESPACES);
  assert.ok(!deep.ok);
  assert.match(deep.message, /nests at most 30 levels/);
  const long = parsePath('a/'.repeat(3000), NAMESPACES);
  assert.ok(!long.ok);
  assert.match(long.message, /at most 4000 characters/);
});
