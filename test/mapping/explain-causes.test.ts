import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openExplanation } from '../../src/mapping/explain/explain.ts';
import type { ExplainedColumn } from '../../src/mapping/explain/explanation.ts';
import { assertWhy, columnOf, type Why } from '../support/explained.ts';
import { ADDRESS, APPLICATION, CONTACT, documentOf, NOW, smallContract, type SmallMapping } from './small-line.ts';

const OTHER: SmallMapping = { column: 'other', attribute: 'other', default: 'x', nullable: false };

/** The column `a` of a small contract of format 1. */
function explainA(mapping: SmallMapping, xml: string): ExplainedColumn {
  return columnOf(openExplanation(smallContract([OTHER, mapping]))({ xml }, NOW), 'a');
}

const ORIGINAL: readonly (readonly [name: string, mapping: SmallMapping, xml: string, why: Why])[] = [
  [
    'a missing attribute',
    { attribute: 'code' },
    documentOf('cod="1"'),
    ['no_attribute', /\(line 1, column \d+\) has no attribute code\.$/, '@cod'],
  ],
  [
    'a missing attribute that comes near to one that another mapping reads',
    { attribute: 'others' },
    documentOf('other="1"'),
    ['no_attribute', /has no attribute others\.$/, null],
  ],
  [
    'a path in other case',
    { path: `${APPLICATION}/unit` },
    documentOf('', '<Unit a="1"/>'),
    ['no_path', /no element/, `${APPLICATION}/Unit`],
  ],
  [
    'a misspelt step',
    { path: `${APPLICATION}/units/x` },
    documentOf('', '<unit><x a="1"/></unit>'),
    ['no_path', /no element/, `${APPLICATION}/unit/x`],
  ],
  [
    'a path that is elsewhere',
    { path: `${APPLICATION}/y/x` },
    documentOf('', '<z><x a="1"/></z>'),
    ['no_path', /no element/, `${APPLICATION}/z/x`],
  ],
  [
    'a path of which only a part is there',
    { path: `${APPLICATION}/q/r` },
    documentOf(),
    ['no_path', /no element/, APPLICATION],
  ],
  [
    'an attribute whose name stands for something else',
    { attribute: 'tail' },
    documentOf('tail="1"'),
    ['not_read', /^Here tail is the text after the element, not an attribute; @tail reads that\.$/, null],
  ],
  ['a blank attribute', {}, documentOf('a="  "'), ['blank', /blank/, null]],
  ['an element without text', { attribute: '' }, documentOf(), ['blank', /blank/, null]],
  [
    'a text that is no number',
    { type: 'int' },
    documentOf('a="abc"'),
    ['unreadable', /^"abc" cannot be read as int\.$/, null],
  ],
  [
    'a text that is no number, in a chain',
    { type: 'int', chain: ['identity_insert'] },
    documentOf('a="abc"'),
    ['unreadable', /^`identity_insert` makes nothing of "abc"\.$/, null],
  ],
  [
    'no digits',
    { chain: ['numbers_only'] },
    documentOf('a="abc"'),
    ['unreadable', /^`numbers_only` makes nothing of "abc"\.$/, null],
  ],
  [
    'a word that is in no enum',
    { chain: ['enum'], enum: 'kinds' },
    documentOf('a="Z"'),
    ['unmapped', /^There is no entry for "Z"\. There are \w/, null],
  ],
  [
    'an enum that catches all',
    { chain: ['enum'], enum: 'catching', type: 'int' },
    documentOf('a="Z"'),
    ['unmapped', /no entry for "Z"\. It takes "\d+", as any other text\./, null],
  ],
  ['a text that is too long', { length: 2 }, documentOf('a="abc"'), ['cut', /^"abc" is longer than string\(2\)/, null]],
  [
    'an expression that cannot work with a text',
    { chain: ['calculated_field'], expression: 'DATEADD(day, 1, b)', type: 'date', attribute: '' },
    documentOf('b="soon"'),
    [
      'unreadable',
      /^The expression could not be computed from b "soon", or its value does not fit the column\.$/,
      null,
    ],
  ],
  [
    'a default',
    { default: 'd', nullable: false },
    documentOf(),
    ['default', /takes "d"\. .* has no attribute a\.$/, null],
  ],
  [
    'a default in place of what cannot be read',
    { type: 'int', default: 7, nullable: false },
    documentOf('a="abc"'),
    ['unreadable', /"abc" cannot be read as int\. The default is taken\.$/, null],
  ],
  [
    'an expression',
    { chain: ['calculated_field'], expression: 'b + c', type: 'int' },
    documentOf('b="1"'),
    ['no_value', /nothing called c\.$/, null],
  ],
  [
    'no contact',
    { path: CONTACT, chain: ['last_valid_sec_contact'] },
    documentOf('', '<contact con_id="1" role="PR"/>'),
    ['no_contact', /none has role "SEC"/, null],
  ],
];

describe('why a column of format 1 is not what the document has', () => {
  for (const [name, mapping, xml, why] of ORIGINAL) it(name, () => assertWhy(explainA(mapping, xml), why));

  it('each step of a chain is told with its value', () => {
    const { steps, read, value } = explainA(
      { chain: ['numbers_only', 'identity_insert'], type: 'int' },
      documentOf('a=" 1,2&amp;#51; "'),
    );
    assert.deepEqual(
      read.map(({ text }) => text),
      [' 1,2&#51; '],
    );
    assert.deepEqual(steps, [
      { step: 'text', value: '1,23' },
      { step: 'numbers_only', value: '123' },
      { step: 'identity_insert', value: '123' },
      { step: 'as int', value: '123' },
    ]);
    assert.equal(value, '123');
  });

  it('elements are left out by their attributes, and rows by their columns', () => {
    const rows: readonly SmallMapping[] = [
      OTHER,
      { table: 'app_contact_base', path: CONTACT, column: 'a' },
      { table: 'app_contact_address', path: ADDRESS, column: 'city', attribute: 'city' },
    ];
    const inside =
      '<contact con_id="1" role="PR" ssn="1"><contact_address kind="NOW" city="x"/><contact_address kind="NEW"/><contact_address kind="OLD"/></contact>' +
      '<contact con_id="2" role="CO"><contact_address kind="NOW"/></contact><contact role="SEC"/><contact con_id="1" role="SEC" ssn="1"/><contact con_id="3" role="SEC"/>';
    const { tables } = openExplanation(smallContract(rows))({ xml: documentOf('', inside) }, NOW);
    const left = (name: string) =>
      tables
        .find(({ table }) => table === name)
        ?.left.map(({ rule, attribute, at }) => [at?.path.replace(/.*\/application/, ''), attribute, rule]);
    assert.deepEqual(left('app_contact_base'), [
      ['/contact[2]', 'role', 'its attribute role is "CO", not PR or SEC'],
      ['/contact[3]', 'con_id', 'its attribute con_id is missing'],
      ['/contact[4]', 'con_id', 'another contact with the same con_id "1" counts in its place (spec 5.1)'],
      ['/contact[5]', null, 'it is a placeholder: birth_date, first_name, last_name, ssn are blank (C01)'],
    ]);
    assert.deepEqual(left('app_contact_address'), [
      ['/contact[1]/contact_address[2]', 'kind', 'its attribute kind is "NEW", not NOW or OLD'],
      ['/contact[2]/contact_address', null, 'its contact does not count: its attribute role is "CO", not PR or SEC'],
      ['/contact[1]/contact_address[3]', null, 'no column but keys and defaults has a value'],
    ]);
  });

  it('children of contacts that do not count are left out, also where none counts', () => {
    const rows: readonly SmallMapping[] = [OTHER, { table: 'app_contact_address', path: ADDRESS, column: 'city' }];
    const inside = '<contact con_id="1" role="CO"><contact_address kind="NOW" a="x"/></contact>';
    const { tables } = openExplanation(smallContract(rows))({ xml: documentOf('', inside) }, NOW);
    const left = tables.find(({ table }) => table === 'app_contact_address')?.left;
    assert.deepEqual(
      left?.map(({ rule }) => rule),
      ['its contact does not count: its attribute role is "CO", not PR or SEC'],
    );
  });

  it('a document that is rejected says why', () => {
    const explain = openExplanation(smallContract([OTHER]));
    assert.match(explain({ xml: '<Provenir' }, NOW).reason ?? '', /^validation: /);
    const { tables, reason } = explain({ xml: '<Provenir><Request ID="x"/></Provenir>' }, NOW);
    assert.match(reason ?? '', /Invalid app_id format/);
    assert.deepEqual(tables, []);
  });
});

it('says nothing of a default where an expression of format 1 gives something without finding anything', () => {
  const expression = "CASE WHEN unit.size >= 5 THEN 'large' ELSE 'small' END";
  const { value, reason } = explainA({ attribute: '', chain: ['calculated_field'], expression }, documentOf(''));
  assert.deepEqual([value, reason], ['small', null]);
});
