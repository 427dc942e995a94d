import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadNested } from '../../src/contract/nested/load.ts';
import { parseText } from '../../src/contract/source.ts';
import type { Place } from '../../src/mapping/matches.ts';
import { openMapping, placesOf } from '../../src/mapping/map-document.ts';
import { ADDRESS, APPLICATION, CONTACT, documentOf, NOW, smallLine } from './small-line.ts';
import type { SmallMapping } from './small-line.ts';

function print({ table, column, path }: Place): string {
  return [table, column, path].filter(Boolean).join(' ');
}

/** Places as text, by what a document has of them. */
function sorted(places: readonly Place[], digits: string): Readonly<Record<'found' | 'missed' | 'unasked', string[]>> {
  const having = (digit: string): string[] => places.filter((_, index) => digits[index] === digit).map(print);
  assert.equal(digits.length, places.length);
  return { found: having('2'), missed: having('1'), unasked: having('0') };
}

describe('what a document has of what a contract of format 1 looks for', () => {
  const base: SmallMapping = { column: 'base', attribute: 'base', default: 'x', nullable: false };
  const look = (mappings: readonly SmallMapping[], xml: string) => {
    const mapper = smallLine([base, ...mappings]);
    const outcome = mapper.map({ xml }, NOW);
    assert.ok(outcome.outcome === 'mapped');
    return sorted(mapper.places, outcome.matches);
  };

  it('a flag, an enum and a column with a default are missed although each has a value', () => {
    const { found, missed } = look(
      [
        { column: 'flag', path: `${APPLICATION}/trems`, attribute: 'f', chain: ['char_to_bit'], type: 'bit' },
        { column: 'kind', attribute: 'knid', chain: ['enum'], enum: 'kinds', default: 7, nullable: false, type: 'int' },
        { column: 'city', attribute: 'ctiy', default: 'Bern' },
        { column: 'blank', attribute: 'blank', type: 'int' },
        { column: 'note', path: `${APPLICATION}/note`, attribute: 'text' },
      ],
      documentOf('base="b" blank=""', '<note/>'),
    );
    assert.deepEqual(found, [
      `app_base base ${APPLICATION}/@base`,
      `app_base blank ${APPLICATION}/@blank`,
      `app_base note ${APPLICATION}/note`,
    ]);
    assert.deepEqual(missed, [
      `app_base flag ${APPLICATION}/trems/@f`,
      `app_base kind ${APPLICATION}/@knid`,
      `app_base city ${APPLICATION}/@ctiy`,
    ]);
  });

  it('each name of an expression that was asked for', () => {
    const expression = "CASE WHEN application.base = 'b' THEN application.rgiht WHEN application.left = 'l' THEN 2 END";
    const { found, missed, unasked } = look(
      [{ column: 'sum', chain: ['calculated_field'], expression, type: 'int' }],
      documentOf('base="b"'),
    );
    assert.deepEqual(found, [`app_base base ${APPLICATION}/@base`, 'app_base sum application.base']);
    assert.deepEqual([missed, unasked], [['app_base sum application.rgiht'], ['app_base sum application.left']]);
  });

  it('of tables of elements the elements, and the columns once there are some', () => {
    const mappings: readonly SmallMapping[] = [
      { table: 'app_contact_base', column: 'name', path: CONTACT, attribute: 'nmae' },
      { table: 'app_contact_address', column: 'zip', path: ADDRESS, attribute: 'zip' },
      { table: 'units', column: 'size', path: `${APPLICATION}/unit`, attribute: 'size' },
    ];
    const contact = '<contact con_id="1" role="PR" first_name="A"></contact>';
    const { found, missed, unasked } = look(mappings, documentOf('base="b"', contact));
    assert.deepEqual(found, [`app_base base ${APPLICATION}/@base`, `app_contact_base ${CONTACT}`]);
    assert.deepEqual(missed, [
      `app_contact_base name ${CONTACT}/@nmae`,
      `app_contact_address ${ADDRESS}`,
      `units ${APPLICATION}/unit`,
    ]);
    assert.deepEqual(unasked, [`app_contact_address zip ${ADDRESS}/@zip`, `units size ${APPLICATION}/unit/@size`]);
  });

  it('what a contact-selecting type reads, and rows that mappings make', () => {
    const { found, missed } = look(
      [
        { column: 'p', path: CONTACT, attribute: 'first_name', chain: ['last_valid_pr_contact'] },
        { column: 's', path: CONTACT, attribute: 'first_name', chain: ['last_valid_sec_contact'] },
        { table: 'scores', attribute: 'socre', chain: ['add_score(A)'], type: 'int' },
        { table: 'scores', attribute: 'score', chain: ['add_score(B)'], type: 'int' },
      ],
      documentOf('base="b" score="1"', '<contact con_id="1" role="PR" first_name="A"/>'),
    );
    assert.deepEqual(found.slice(1), [`app_base p ${CONTACT}/@first_name`, `scores score ${APPLICATION}/@score`]);
    assert.deepEqual(missed, [`app_base s ${CONTACT}/@first_name`, `scores score ${APPLICATION}/@socre`]);
  });

  it('is told anew of each document', () => {
    const mapper = smallLine([base, { column: 'a', attribute: 'a' }]);
    const digits = ['base="1" a="2"', 'base="1"', 'a="2"'].map((attributes) => {
      const outcome = mapper.map({ xml: documentOf(attributes) }, NOW);
      return outcome.outcome === 'mapped' ? outcome.matches : outcome.reason;
    });
    assert.deepEqual(digits, ['22', '21', '12']);
  });
});

const NESTED = `
format: 2
product_line: line
source: { table: documents, column: body, id: id }
document: { root: lib, id: '@id' }
tables:
  books:
    each: /lib/book
    position: no
    at: boddy | body
    columns:
      title: { from: [tilte, title, name], type: varchar(20), default: none }
      open: { from: "@opne", type: bit, map: { values: { y: 1 } } }
    tables:
      notes: { each: note, position: n, columns: { text: { from: ., type: varchar(9) } } }
`;

describe('what a document has of what a contract of format 2 looks for', () => {
  const { contract } = loadNested(parseText(NESTED, 'yaml'), 'line');
  const look = (xml: string) => {
    const outcome = openMapping(contract)({ xml, appId: '1' }, NOW);
    assert.ok(outcome.outcome === 'mapped', outcome.outcome);
    return sorted(placesOf(contract), outcome.matches);
  };

  it('alternatives that were needed, rows, `at`, and the id', () => {
    assert.deepEqual(look('<lib id="1"><book><body><title>x</title></body></book></lib>'), {
      found: ['@id', 'books /lib/book', 'books boddy | body', 'books title title'],
      missed: ['books title tilte', 'books open @opne', 'notes note'],
      unasked: ['books title name', 'notes text .'],
    });
    assert.deepEqual(look('<lib><book><body/><note>n</note></book></lib>').missed, [
      '@id',
      'books title tilte',
      'books title title',
      'books title name',
      'books open @opne',
    ]);
  });
});
