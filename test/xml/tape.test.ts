import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Reach } from '../../src/xml/element.ts';
import { DOCUMENT, EVERYTHING, OFF, planReading, stateBelow } from '../../src/xml/reach-plan.ts';
import { tapeOf, writeTape } from '../../src/xml/tape-writer.ts';
import * as tapes from '../../src/xml/tape.ts';
import { NONE, XML, XMLNS } from '../../src/xml/tape.ts';

const PATHS: Reach = {
  paths: new Set(['/r/a', '/r/*/c', 'r/a', '/r/a/']),
  names: new Set(['x']),
  attributes: new Set(['id']),
  wanted: new Set(['Other']),
};

suite('a tape', () => {
  test('of a tree: nodes, their ends, parents, attributes and leading texts', () => {
    const leaf = { name: 'c', attributes: new Map([['id', '7']]), text: '', children: [] };
    const root = {
      name: 'r',
      attributes: new Map([
        ['id', '1'],
        ['OTHER', 'x'],
        ['more', 'not wanted'],
      ]),
      text: 'lead',
      children: [
        { name: 'a', attributes: new Map<string, string>(), text: 't', children: [leaf] },
        { name: 'b', attributes: new Map<string, string>(), text: '', children: [] },
      ],
    };
    const plan = planReading(PATHS);
    const tape = tapeOf(root, plan);
    const nodes = Array.from({ length: tapes.nodeCount(tape) }, (_, node) => node);
    assert.deepEqual(
      nodes.map((node) => [
        tape.names[tapes.nameOf(tape, node)],
        tapes.parentOf(tape, node),
        tapes.endOf(tape, node),
        tapes.stepOf(tape, node),
        tapes.leadingText(tape, node),
      ]),
      [
        ['r', NONE, 4, NONE, 'lead'],
        ['a', 0, 3, 0, 't'],
        ['c', 1, 3, NONE, ''],
        ['b', 0, 4, NONE, ''],
      ],
    );
    const id = plan.idOf('id');
    assert.deepEqual(
      nodes.map((node) => tapes.findAttribute(tape, node, id)),
      [0, NONE, 2, NONE],
    );
    assert.equal(tapes.attributeValue(tape, 2), '7');
    assert.equal(tape.names[tapes.attributeName(tape, 1)], 'OTHER');
    assert.equal(plan.idOf('other'), NONE);
  });

  test('of mixed content: texts in order, each with its owner, and namespaces by prefix', () => {
    const tape = writeTape(planReading({ ...EVERYTHING, namespaces: true }));
    tape.open('p', 0);
    tape.attribute('xmlns', 'urn:p');
    tape.attribute('xmlns:q', 'urn:q');
    tape.text('one ');
    tape.open('q:b', 30);
    tape.attribute('q:k', 'v');
    tape.text('two');
    tape.close();
    tape.text(' three');
    tape.open('i', 50);
    tape.close();
    tape.close();
    const read = tape.finish();
    assert.equal(tapes.wholeText(read, 0), 'one two three');
    assert.equal(tapes.wholeText(read, 0, '|'), 'one |two| three');
    assert.equal(tapes.ownText(read, 0), 'one  three');
    assert.equal(tapes.wholeText(read, 1), 'two');
    assert.equal(tapes.wholeText(read, 2), '');
    assert.equal(tapes.leadingText(read, 0), 'one ');
    assert.equal(tapes.leadingText(read, 2), '');
    assert.deepEqual(
      [0, 1, 2].map((piece) => tapes.ownerOf(read, piece)),
      [0, 1, 0],
    );
    assert.deepEqual(
      [0, 1, 2].map((node) => tapes.placeOf(read, node)),
      [0, 30, 50],
    );
    assert.equal(tapes.namespaceAt(read, 2, NONE), 'urn:p');
    assert.equal(tapes.namespaceAt(read, 1, tapes.prefixOf(read, 1)), 'urn:q');
    assert.equal(tapes.namespaceAt(read, 1, XML), 'http://www.w3.org/XML/1998/namespace');
    assert.equal(tapes.attributePrefix(read, 0), NONE);
    assert.equal(tapes.attributePrefix(read, 1), XMLNS);
    const k = tapes.firstAttribute(read, 1);
    assert.equal(tapes.findAttribute(read, 1, tapes.attributeName(read, k)), NONE, 'it has a prefix');
  });

  test('numbers the path that leads to a node, by exact steps only', () => {
    const plan = planReading(PATHS);
    const tape = writeTape(plan);
    for (const name of ['r', 'a', 'c', 'z', '', '', '', 'r', '', '', 'a', '']) {
      if (name === '') tape.close();
      else tape.open(name, NONE);
    }
    const read = tape.finish();
    const steps = Array.from({ length: tapes.nodeCount(read) }, (_, node) => tapes.stepOf(read, node));
    assert.deepEqual(steps, [NONE, 0, NONE, NONE, NONE, NONE]);
  });

  test('follows paths by state, through any name where * stands', () => {
    const plan = planReading({ ...PATHS, paths: new Set(['/r/a/c', '/r/*/c', '/r/b']), whole: new Set(['/r/*/c']) });
    const walk = (...names: string[]): number =>
      names.reduce((state, name) => stateBelow(plan, state, plan.idOf(name)), DOCUMENT);
    assert.equal(plan.path[walk('r', 'a', 'c')], 0);
    assert.equal(plan.whole[walk('r', 'a', 'c')], 1, 'both paths lead there');
    assert.equal(plan.whole[walk('r', 'unknown', 'c')], 1);
    assert.equal(plan.whole[walk('r', 'b')], 0);
    assert.equal(walk('r', 'a', 'b'), OFF);
    assert.equal(walk('a'), OFF);
  });
});
