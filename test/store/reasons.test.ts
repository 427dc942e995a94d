import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupReasons, reasonPattern } from '../../src/store/reasons.ts';

const fold = (...reasons: readonly string[]) =>
  groupReasons(reasons.map((reason, at) => ({ reason, documents: at + 1, firstAt: `2026-01-0${9 - at}` }))).map(
    ({ reason, documents }) => [reason, documents],
  );

const CASES: readonly (readonly [one: string, other: string, common: string])[] = [
  [
    "validation: ['CRITICAL: Invalid app_id format: A-137 (must be integer)']",
    "validation: ['CRITICAL: Invalid app_id format: no id (must be integer)']",
    "validation: ['CRITICAL: Invalid app_id format: … (must be integer)']",
  ],
  [
    "constraint_violation: 'abc' does not fit tinyint of dbo.scores.item_2",
    "constraint_violation: 'it is' does not fit tinyint of dbo.scores.item_2",
    "constraint_violation: '…' does not fit tinyint of dbo.scores.item_2",
  ],
  [
    'validation: ["Root \'A\' is not there"]',
    'validation: ["Root \'B\' is not there"]',
    'validation: ["Root \'…\' is not there"]',
  ],
  ['mapping: row 17 has 1,000.5 too much.', 'mapping: row 1 has 9 too much.', 'mapping: row … has … too much.'],
  [
    "unknown: the document 6f9619ff-8b86-d011-b42d-00c04fc964ff isn't here",
    "unknown: the document K-5 isn't here",
    "unknown: the document … isn't here",
  ],
];

test('reasons that differ in values only are one', () => {
  for (const [one, other, common] of CASES) {
    assert.deepEqual(fold(one, other), [[common, 3]]);
    assert.deepEqual(fold(one), [[one, 1]]);
  }
});

test('reasons that differ in a column, a table or a word stay apart', () => {
  for (const [one, other] of [
    [
      "constraint_violation: 'a' does not fit dbo.scores.item_2",
      "constraint_violation: 'a' does not fit dbo.scores.item_3",
    ],
    ['required: orders.placed_at: no value', 'required: orders.sent_at: no value'],
    ["document's length", "document's size"],
  ] as const)
    assert.equal(fold(one, other).length, 2);
});

test('a group is asked for by what its reasons have in common, any other reason by its beginning', () => {
  assert.equal(reasonPattern("validation: ['50%_x … [y]~"), "validation: ~['50~%~_x % ~[y]~~");
  assert.equal(reasonPattern('map_'), 'map~_%');
});
