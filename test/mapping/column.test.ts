import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SmallMapping } from './small-line.ts';
import { ADDRESS, APPLICATION, documentOf, mapped, smallLine, values } from './small-line.ts';

/** Asserts the column's value for each attribute text; undefined is absent. */
function table(mapping: SmallMapping, rows: readonly (readonly [string, string | null | undefined])[]): void {
  assert.deepEqual(
    values(
      mapping,
      rows.map(([attributes]) => attributes),
    ),
    rows.map(([, value]) => value),
  );
}

const read = (attribute: string): unknown =>
  mapped(
    smallLine([{ attribute }, { column: 'b', default: 'x', nullable: false, attribute: 'b' }]),
    documentOf('text="no" tag="no" path="no" tail="no" attributes="no"', '  body &amp;amp; <!-- c --><x/>'),
  ).tables['app_base']?.[0]?.['a'];

describe('where a value comes from', () => {
  it('attributes match exactly, else ignoring case, the first in the document', () => {
    table({}, [
      ['A="1" a="2"', '2'],
      ['A="1"', '1'],
      ['', undefined],
    ]);
    table({ attribute: 'aB' }, [['Ab="1" AB="2"', '1']]);
  });

  it('some names ask for the element itself and hide attributes of that name (P06, P10)', () => {
    assert.equal(read('text'), 'body &amp;');
    assert.equal(read(''), 'body &amp;');
    assert.equal(read('tag'), 'application');
    assert.equal(read('path'), APPLICATION);
    assert.equal(read('tail'), undefined);
    assert.equal(read('attributes'), undefined);
  });

  it('an @ names the attribute itself, whatever it is called', () => {
    for (const name of ['text', 'tag', 'path', 'tail', 'attributes']) assert.equal(read(`@${name}`), 'no');
    table({ attribute: '@a' }, [
      ['A="1" a="2"', '2'],
      ['A="1"', '1'],
    ]);
  });

  it('a prefixed attribute is named as it is written, and hidden by one without prefix', () => {
    const declared = 'xmlns:p="u:p" xmlns:q="u:q"';
    table({ attribute: 'p:a' }, [
      [`${declared} a="1" p:a="2" q:a="3"`, '2'],
      [`${declared} q:a="3"`, undefined],
    ]);
    table({}, [
      [`${declared} a="1" p:a="2"`, '1'],
      [`${declared} p:a="2" a="1"`, '1'],
      [`${declared} p:a="2" q:a="3"`, '3'],
    ]);
  });

  it('flat values are trimmed, then unescaped once more (P02)', () => {
    table({}, [['a="&#160; &amp;lt;b&amp;gt; "', '<b>']]);
  });

  it('of equal paths the last element answers, as a whole (P05)', () => {
    const mapper = smallLine([{ path: `${APPLICATION}/x` }, { path: `${APPLICATION}/x/y`, column: 'y' }]);
    const { tables } = mapped(mapper, documentOf('', '<x a="1"><y a="3"/></x><x b="2"/>'));
    assert.deepEqual(tables, { app_base: [{ y: '3', app_id: '7' }] });
  });
});

describe('chains', () => {
  it('enums match exactly, else ignoring case, else by the empty key whatever the input (M12)', () => {
    table({ chain: ['enum'], enum: 'kinds', type: 'int' }, [
      ['a=" A "', '1'],
      ['a="B"', '2'],
      ['a="x"', undefined],
      ['', undefined],
    ]);
    table({ chain: ['enum'], enum: 'catching', type: 'int' }, [
      ['a="x"', '9'],
      ['', '9'],
    ]);
    table({ chain: ['enum'], enum: 'none', type: 'int', nullable: false, default: '4' }, [['a="x"', '4']]);
    table({ chain: ['enum'], enum: 'numerals', type: 'int' }, [['a="A"', '7']]);
    table({ chain: ['enum'], enum: 'kinds', type: 'string', length: 3 }, [['a="text"', 'wor']]);
  });

  it('an enum after an expression refines what it left open', () => {
    const mapping = {
      chain: ['calculated_field', 'enum'],
      enum: 'kinds',
      expression: "CASE WHEN application.b = '1' THEN 'made' WHEN application.b = '2' THEN '' END",
    };
    table(mapping, [
      ['b="1" a="A"', 'made'],
      ['b="2" a="A"', undefined],
      ['a="A"', '1'],
      ['', undefined],
    ]);
  });

  it('flags always have a value', () => {
    table({ chain: ['char_to_bit'], type: 'bit' }, [
      ['a="y"', '1'],
      ['a=" Y "', '1'],
      ['a="x"', '0'],
      ['', '0'],
    ]);
    table({ chain: ['boolean_to_bit'], type: 'bit' }, [
      ['a="TRUE"', '1'],
      ['a="yes"', '0'],
    ]);
  });

  it('flags are read alike under both words for them', () => {
    for (const type of ['bit', 'boolean'])
      table({ type }, [
        ['a="yes"', '1'],
        ['a="F"', '0'],
        ['a="7"', '1'],
      ]);
  });

  it('digits keep leading zeros in text columns only (V03)', () => {
    table({ chain: ['numbers_only'] }, [
      ['a="01234-5"', '012345'],
      ['a="abc"', undefined],
      ['a=" "', undefined],
    ]);
    table({ chain: ['extract_numeric'], type: 'int', default: '5' }, [
      ['a="$0100-$0500"', '1000500'],
      ['a="36.50"', '3650'],
      ['a=" "', '5'],
    ]);
    table({ chain: ['numbers_only'], length: 4 }, [['a="12 34 56"', '1234']]);
  });

  it('an unknown word converts plainly, without looking for a number in the text', () => {
    table({ chain: ['anything'], type: 'int', default: '5' }, [
      ['a="-5"', '-5'],
      ['a="12 months"', undefined],
      ['a=""', '5'],
    ]);
    table({ type: 'int' }, [['a="12 months"', '12']]);
  });

  it('the clock stands in for a blank date', () => {
    table({ chain: ['default_getutcdate_if_null'], type: 'datetime' }, [
      ['a=" "', '2026-01-02T03:04:05.67'],
      ['a="3/4/2021"', '2021-03-04T00:00:00'],
      ['a="x"', undefined],
    ]);
  });

  it('stop at a missing value, except before an enum', () => {
    table({ chain: ['numbers_only', 'char_to_bit'], type: 'bit' }, [['a="abc"', undefined]]);
    table({ chain: ['numbers_only', 'enum'], enum: 'catching', type: 'int' }, [['a="abc"', '9']]);
  });
});

describe('calculated fields', () => {
  it('keep empty text in text columns, and the scale of decimals (E02)', () => {
    table({ chain: ['calculated_field'], expression: "CASE WHEN application.b = '1' THEN '' END" }, [
      ['b="1"', null],
      ['', undefined],
    ]);
    table({ chain: ['calculated_field'], expression: 'application.b / 3', type: 'decimal', length: 4 }, [
      ['b="10"', '3.3333'],
    ]);
    table({ chain: ['calculated_field'], expression: 'application.b / 3', type: 'decimal' }, [['b="10"', '3.33']]);
    table({ chain: ['calculated_field'], expression: "''", type: 'int' }, [['', undefined]]);
  });

  it('show numbers in text columns as floats, but integers of literals as such', () => {
    table({ chain: ['calculated_field'], expression: '36' }, [['', '36.0']]);
    table({ chain: ['calculated_field'], expression: '7 * 6' }, [['', '42']]);
    table({ chain: ['calculated_field'], expression: 'DATEADD(day, 1, application.b)' }, [
      ['b="2024-02-28"', '2024-02-29'],
    ]);
    table({ chain: ['calculated_field'], expression: 'application.b * 2', type: 'int' }, [
      ['b="1e16"', '20000000000000000'],
    ]);
  });

  it('read qualified names in any case of the attribute, and unqualified ones from the last element that has it (E03)', () => {
    const mapper = smallLine([
      { chain: ['calculated_field'], expression: 'b' },
      { column: 'c', chain: ['calculated_field'], expression: 'extra.b' },
    ]);
    const { tables } = mapped(
      mapper,
      documentOf('b="1"', '<extra B="2"/><more><extra b="3"/></more>', '<late b="4"/>'),
    );
    assert.deepEqual(tables['app_base'], [{ a: '4', c: '3', app_id: '7' }]);
  });
});

describe('defaults', () => {
  it('that are truthy fill blanks, also in nullable columns (M05)', () => {
    table({ default: 'ZZ', length: 2 }, [
      ['', 'ZZ'],
      ['a=" "', 'ZZ'],
      ['a="abc"', 'ab'],
    ]);
    table({ default: 0, type: 'int' }, [['', undefined]]);
    table({ default: '1.005', type: 'decimal', length: 4 }, [['', '1.01']]);
    table({ default: true, type: 'bit' }, [['', '1']]);
  });

  it('stand as written in a column that may not be left out', () => {
    table({ default: '1.005', type: 'decimal', nullable: false }, [['a="x"', '1.005']]);
    table({ default: '1900-01-01', type: 'date', nullable: false }, [['a="x"', '1900-01-01T00:00:00']]);
    table({ default: '007', type: 'int', nullable: false }, [['a="x"', '7']]);
    table({ default: false, type: 'bit', nullable: false }, [['a="x"', '0']]);
    table({ default: '', nullable: false }, [['', null]]);
  });

  it('are missed where a column needs a value, which is counted but no failure (M04)', () => {
    const { tables, issues } = mapped(
      smallLine([{ nullable: false }, { column: 'b', attribute: 'b' }]),
      documentOf('b="1"'),
    );
    assert.deepEqual(tables, { app_base: [{ b: '1', app_id: '7' }] });
    assert.deepEqual(issues, [{ kind: 'required_column_missing', table: 'app_base', column: 'a' }]);
  });
});

const contact = (id: string, gate: string): string =>
  `<contact con_id="${id}" role="PR" first_name="a"><contact_address kind="NOW" gate="${gate}"/></contact>`;

describe('the current address', () => {
  it('of an application table is that of the contact whose id the merged context has', () => {
    const mapper = smallLine([
      { column: 'twice', chain: ['calculated_field'], expression: 'con_id + 0', type: 'int' },
      { path: ADDRESS, attribute: 'gate', column: 'gate', chain: ['curr_address_only'] },
    ]);
    assert.deepEqual(mapped(mapper, documentOf('', contact('1', 'one') + contact('2', 'two'))).tables['app_base'], [
      { twice: '2', gate: 'two', app_id: '7' },
    ]);
    assert.deepEqual(mapped(mapper, documentOf('con_id=" 1 "', contact('1', 'one') + contact('2', 'two'))).tables, {
      app_base: [{ twice: '2', gate: 'two', app_id: '7' }],
    });
    assert.deepEqual(
      mapped(mapper, documentOf('', contact('1', 'one') + contact('2', 'two'), '<late con_id=" 1 "/>')).tables,
      { app_base: [{ twice: '1', gate: 'one', app_id: '7' }] },
    );
    // The last contact lacks an id: that of the primary one stays as it is written.
    const blanks = contact(' 1 ', 'one') + '<contact role="SEC" first_name="b"/>';
    assert.deepEqual(mapped(mapper, documentOf('', blanks)).tables['app_base'], [
      { twice: '1', gate: 'one', app_id: '7' },
    ]);
  });
});

describe('a name of an expression in another case', () => {
  it('is that of the first spelling, and the last of those that are spelled so', () => {
    const mapper = smallLine([{ chain: ['calculated_field'], expression: 'rate' }]);
    const inside = '<x RATE="1"/><y Rate="2"/>';
    assert.deepEqual(mapped(mapper, documentOf('', inside)).tables['app_base'], [{ a: '1', app_id: '7' }]);
    assert.deepEqual(mapped(mapper, documentOf('', `${inside}<z RATE="3"/>`)).tables['app_base'], [
      { a: '3', app_id: '7' },
    ]);
  });
});

const person = (id: string, role: string, name: string): string =>
  `<person con_id="${id}" role="${role}" first_name="${name}"/>`;

describe('the primary contact of an expression', () => {
  it('is the first of the first type, whatever its element is called and whoever comes before', () => {
    const people = {
      element_type: 'contact',
      xml_child_path: `${APPLICATION}/person`,
      required_attributes: { con_id: true, role: ['PR', 'SEC'] },
    };
    const mapper = smallLine([{ chain: ['calculated_field'], expression: 'contact.first_name' }], { rules: [people] });
    const cases = [
      [person('1', 'SEC', 'a') + person('2', 'PR', 'b') + person('3', 'PR', 'c') + person('4', 'SEC', 'd'), 'b'],
      [person('1', 'SEC', 'a') + person('2', 'SEC', 'b'), 'a'],
      // Raw (C06).
      [person('1', 'PR', 'x&amp;lt;'), 'x&lt;'],
    ] as const;
    for (const [inside, name] of cases)
      assert.deepEqual(mapped(mapper, documentOf('', inside)).tables['app_base'], [{ a: name, app_id: '7' }]);
  });
});

describe('records', () => {
  const base: SmallMapping = { column: 'base', attribute: 'base', default: 'x', nullable: false };

  it('without a meaningful column are skipped: keys and defaults mean nothing', () => {
    const mapper = smallLine([base, { table: 't', default: 'd' }, { table: 't', column: 'app_id', attribute: 'b' }]);
    assert.deepEqual(mapped(mapper, documentOf('b="1"')).tables, { app_base: [{ base: 'x', app_id: '7' }] });
    assert.deepEqual(mapped(mapper, documentOf('a="d"')).tables['t'], [{ a: 'd', app_id: '7' }]);
  });

  it('with a flag or an empty calculated text are kept (M07, M10)', () => {
    const flag = smallLine([base, { table: 't', chain: ['char_to_bit'], type: 'bit', default: '0' }]);
    assert.deepEqual(mapped(flag, documentOf()).tables['t'], [{ a: '0', app_id: '7' }]);
    const empty = smallLine([base, { table: 't', chain: ['calculated_field'], expression: "''" }]);
    assert.deepEqual(mapped(empty, documentOf()).tables['t'], [{ a: null, app_id: '7' }]);
  });

  it('of the root table are kept for their defaults, but not without any column', () => {
    assert.deepEqual(smallLine([{}]).map({ xml: documentOf() }, new Date()), {
      outcome: 'rejected',
      appId: '7',
      stage: 'mapping',
      reason: 'mapping: No data mapped from XML',
      issues: [],
    });
  });
});
