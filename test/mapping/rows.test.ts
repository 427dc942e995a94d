import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SmallMapping } from './small-line.ts';
import { ADDRESS, APPLICATION, CONTACT, documentOf, mapped, smallLine } from './small-line.ts';

const base: SmallMapping = { column: 'base', attribute: 'base', default: 'x', nullable: false };
const name: SmallMapping = { table: 'app_contact_base', path: CONTACT, attribute: 'first_name', column: 'first_name' };
const city: SmallMapping = { table: 'app_contact_address', path: ADDRESS, attribute: 'city', column: 'city' };

const holder = (id: string, inside: string): string =>
  `<contact con_id="${id}" role="PR" first_name="a">${inside}</contact>`;

const resident = (role: string, value: string): string =>
  `<contact con_id="1" role="${role}" first_name="a"><contact_address kind="NOW" city="${value}"/></contact>`;

const select = (mapping: SmallMapping, contacts: string): unknown =>
  mapped(
    smallLine([base, { table: 'app_base', path: CONTACT, attribute: 'v', column: 'v', ...mapping }]),
    documentOf('', contacts),
  ).tables['app_base']?.[0]?.['v'];

const owner = (inside: string): string => `<contact con_id="1" role="PR" v="own">${inside}</contact>`;

const rows = (mapping: SmallMapping, attributes: string): unknown =>
  mapped(smallLine([base, mapping]), documentOf(attributes)).tables[mapping.table ?? ''];

describe('contacts', () => {
  it('are one row per id: the earlier type wins, then the last; in order of first appearance', () => {
    const contacts =
      '<contact con_id="1" role="SEC" first_name="a"/><contact con_id="2" role="SEC" first_name="b"/>' +
      '<contact con_id=" 1 " role=" PR " first_name="c"/><contact con_id="1" role="SEC" first_name="d"/>' +
      '<contact con_id="1" role="PR" first_name="e"/><contact con_id="3" role="pr" first_name="f"/>' +
      '<contact con_id="4" role="PR" other="g"/><contact con_id=" " role="PR" first_name="h"/>';
    assert.deepEqual(mapped(smallLine([base, name]), documentOf('', contacts)).tables['app_contact_base'], [
      { first_name: 'e', con_id: '1', app_id: '7' },
      { first_name: 'b', con_id: '2', app_id: '7' },
    ]);
  });

  it('read their own attributes raw, anything outside flat, and nothing below (C06)', () => {
    const mapper = smallLine([
      base,
      { ...name, attribute: 'FIRST_NAME' },
      { ...name, column: 'own', attribute: 'text' },
      { ...name, column: 'application', path: APPLICATION, attribute: 'a' },
      { ...name, column: 'below', path: ADDRESS, attribute: 'city' },
    ]);
    const contact =
      '<contact con_id="007" role="PR" first_name=" x&amp;lt;">  words <contact_address city="C"/></contact>';
    assert.deepEqual(mapped(mapper, documentOf('a=" y "', contact)).tables['app_contact_base'], [
      { first_name: 'x&lt;', own: 'words', application: 'y', con_id: '7', app_id: '7' },
    ]);
  });

  it('take values of their preferred address', () => {
    const mapper = smallLine([
      base,
      { ...name, column: 'gate', path: ADDRESS, attribute: 'gate', chain: ['curr_address_only'] },
    ]);
    const contacts =
      '<contact con_id=" 1 " role="PR" first_name="a"><contact_address kind="NOW" gate="1"/><contact_address kind="NOW" gate="2"/>' +
      '<contact_address kind="OLD" gate="3"/></contact><contact con_id="2" role="SEC" first_name="b"/>';
    assert.deepEqual(mapped(mapper, documentOf('', contacts)).tables['app_contact_base'], [
      { gate: '2', con_id: '1', app_id: '7' },
      { con_id: '2', app_id: '7' },
    ]);
  });
});

describe('addresses', () => {
  const zip: SmallMapping = { ...city, column: 'zip', attribute: 'zip', type: 'int' };
  const line = smallLine([base, name, city, zip]);

  it("belong to contacts at the rule's own path, whose id is trimmed (C03, C04)", () => {
    const { tables } = mapped(
      line,
      documentOf(
        '',
        holder(
          ' 1 ',
          '<contact_address kind="now" city="A"/><contact_address kind="x" city="B"/><deep><contact_address kind="NOW" city="C"/></deep>',
        ) + holder('2', '<contact_address kind="OLD" city="D"/>'),
        holder('3', '<contact_address kind="NOW" city="E"/>'),
      ),
    );
    assert.deepEqual(tables['app_contact_address'], [
      { city: 'A', con_id: '1' },
      { city: 'D', con_id: '2' },
    ]);
    assert.equal(tables['app_contact_base']?.length, 3);
  });

  it('of contacts that say the same collapse to the last, those of another type stay (C05)', () => {
    const { tables } = mapped(line, documentOf('', resident('PR', 'A') + resident('SEC', 'B') + resident('PR', 'C')));
    assert.deepEqual(tables['app_contact_address'], [
      { city: 'C', con_id: '1' },
      { city: 'B', con_id: '1' },
    ]);
  });

  it('belong to one contact whose id is written with blanks or without (C03)', () => {
    const spelled = resident('PR', 'A').replace('con_id="1"', 'con_id=" 1 "');
    const { tables } = mapped(line, documentOf('', spelled + resident('PR', 'B')));
    assert.deepEqual(tables['app_contact_address'], [{ city: 'B', con_id: '1' }]);
  });

  it('that are blank are dropped', () => {
    const contact =
      '<contact con_id="1" role="PR" first_name="a"><contact_address kind="NOW" city=" "/><contact_address kind="NOW" street_name="S" note="n"/></contact>';
    const mapper = smallLine([base, city, { ...city, column: 'note', attribute: 'note' }]);
    assert.deepEqual(mapped(mapper, documentOf('', contact)).tables['app_contact_address'], [
      { note: 'n', con_id: '1' },
    ]);
  });

  it('mean something by a number in a column of text, 0 too (C12)', () => {
    const contact =
      '<contact con_id="1" role="PR" first_name="a"><contact_address kind="NOW" city="A"/><contact_address kind="NOW" zip="0"/><contact_address kind="NOW" note="B"/></contact>';
    const { tables, issues } = mapped(
      smallLine([base, name, city, zip, { ...city, column: 'note', attribute: 'note' }]),
      documentOf('', contact),
    );
    assert.deepEqual(tables['app_contact_address'], [
      { city: 'A', con_id: '1' },
      { zip: '0', con_id: '1' },
    ]);
    assert.deepEqual(issues, []);
  });

  it('of work are blank if all they have is a salary of 0', () => {
    const job: SmallMapping = {
      table: 'app_contact_employment',
      attribute: 'pay',
      column: 'monthly_salary',
      type: 'decimal',
    };
    const contact =
      '<contact con_id="1" role="PR" first_name="a"><contact_employment job="NOW" pay="0"/><contact_employment job="NOW" pay="5"/></contact>';
    assert.deepEqual(mapped(smallLine([base, job]), documentOf('', contact)).tables['app_contact_employment'], [
      { monthly_salary: '5', con_id: '1' },
    ]);
  });

  it('are none without a contact, or if the first element with the id lacks it, which is counted but no failure (C08)', () => {
    assert.deepEqual(mapped(line, documentOf()).issues, [
      { kind: 'no_valid_contact', table: 'app_contact_address', column: null },
    ]);
    const twice = documentOf('', '<contact con_id="1" role="PR" first_name="a"/>').replace(
      '<Request ID',
      '<Request/><Request ID',
    );
    const { tables, issues } = mapped(line, twice);
    assert.equal(tables['app_contact_base']?.length, 1);
    assert.deepEqual(issues, [{ kind: 'no_application_id', table: 'app_contact_address', column: null }]);
  });

  it('know the id of their contact and their own attributes in expressions', () => {
    const mapper = smallLine([
      base,
      city,
      { ...city, column: 'sum', chain: ['calculated_field'], expression: 'con_id + Months', type: 'int' },
    ]);
    const contact =
      '<contact con_id="1" role="PR" first_name="a"><contact_address kind="NOW" city="A" months="4"/></contact>';
    assert.deepEqual(mapped(mapper, documentOf('months="9"', contact)).tables['app_contact_address'], [
      { city: 'A', sum: '5', con_id: '1' },
    ]);
  });
});

describe('selected contacts', () => {
  const primary = ['last_valid_pr_contact'];

  it('are the last of their type with an id, wherever they are', () => {
    const contacts =
      '<x><contact con_id="1" role="PR" v="a"/></x><contact con_id="2" role="PR" v="b"/><contact con_id=" " role="PR" v="c"/><contact con_id="3" role="SEC" v="d"/><contact role="SEC" v="e"/>';
    assert.equal(select({ chain: primary }, contacts), 'b');
    assert.equal(select({ chain: ['last_valid_sec_contact'] }, contacts), 'd');
    assert.equal(select({ chain: ['authu_contact'] }, contacts), 'e');
    assert.equal(select({ chain: primary }, '<contact con_id="1" role="PR" V="a"/>'), undefined);
    assert.equal(select({ chain: primary }, ''), undefined);
    assert.equal(select({ chain: primary, length: 2 }, '<contact con_id="1" role="PR" v="abc"/>'), 'ab');
    assert.equal(
      select({ chain: primary, attribute: 'text', length: 2 }, '<contact con_id="1" role="PR">\n  abc</contact>'),
      'ab',
    );
    assert.equal(select({ chain: ['extract_numeric', ...primary] }, '<contact con_id="1" role="PR" v="a1"/>'), 'a1');
  });

  it('give way to their addresses: preferred ones first, then the first that has a value', () => {
    const at = { chain: primary, path: ADDRESS };
    assert.equal(
      select(
        at,
        owner('<contact_address kind="OLD" v="a"/><contact_address kind="NOW"/><contact_address kind="NOW" v="b"/>'),
      ),
      'b',
    );
    assert.equal(select(at, owner('<contact_address kind="OLD" v=""/><contact_address kind="OLD" v="a"/>')), 'a');
    assert.equal(select(at, owner('<contact_address kind="NOW"/>')), undefined);
    assert.equal(select(at, owner('')), 'own');
    assert.equal(select({ ...at, type: 'decimal', length: 1 }, owner('<contact_address kind="NOW" v="٣.25"/>')), '3.3');
  });

  it('give way to the last descendant of a path below them, except for the secondary type', () => {
    const path = `${CONTACT}/card`;
    const contacts =
      '<contact con_id="1" role="PR" v="own"><x><card v="a"/></x><card v="b"/></contact><contact con_id="2" role="SEC" v="sec"><card/></contact>';
    assert.equal(select({ chain: primary, path }, contacts), 'b');
    assert.equal(select({ chain: ['last_valid_sec_contact'], path }, contacts), 'sec');
    assert.equal(select({ chain: ['authu_contact'], path }, contacts), undefined);
    assert.equal(select({ chain: primary, path }, '<contact con_id="1" role="PR" v="own"/>'), 'own');
  });
});

describe('row-creating types', () => {
  it('scores are numbers', () => {
    const score = { table: 'scores', column: '', chain: ['add_score(S 1)'], type: 'int' };
    assert.deepEqual(rows(score, 'a="0"'), [{ score_identifier: 'S 1', score: '0', app_id: '7' }]);
    assert.equal(rows(score, 'a="12abc"'), undefined);
    assert.deepEqual(rows({ ...score, type: 'string', length: 2 }, 'a="abc"'), [
      { score_identifier: 'S 1', score: 'ab', app_id: '7' },
    ]);
  });

  it('indicators are set by words of truth', () => {
    const indicator = { table: 'indicators', column: '', chain: ['add_indicator(late)'] };
    for (const word of ['y', ' YES ', 'True', 't', '1'])
      assert.deepEqual(rows(indicator, `a="${word}"`), [{ indicator: 'late', value: '1', app_id: '7' }]);
    for (const word of ['n', '', 'on']) assert.equal(rows(indicator, `a="${word}"`), undefined);
  });

  it('history takes earlier primary contacts where the last has nothing to say (C10)', () => {
    const history = {
      table: 'app_historical_lookup',
      column: '',
      path: CONTACT,
      attribute: 'v',
      chain: ['last_valid_pr_contact', 'add_history'],
    };
    const contacts =
      '<contact con_id="0" role="PR" v="older"/><contact con_id="1" role="PR" v="a"/><contact con_id="2" role="PR" v="none"/><contact con_id="3" role="PR" v=" "/>';
    assert.deepEqual(mapped(smallLine([base, history]), documentOf('', contacts)).tables['app_historical_lookup'], [
      { name: '[v]', source: '[contact]', value: 'a', app_id: '7' },
    ]);
    assert.equal(
      mapped(smallLine([base, history]), documentOf('', '<contact con_id="1" role="PR" v="null"/>')).tables[
        'app_historical_lookup'
      ],
      undefined,
    );
  });

  it('reports carry their key, if they are given one', () => {
    const report = { table: 'app_report_results_lookup', column: '', chain: ['add_report_lookup(K)'], length: 3 };
    assert.deepEqual(rows(report, 'a=" word "'), [{ name: 'a', value: 'wor', source_report_key: 'K', app_id: '7' }]);
    assert.deepEqual(rows({ ...report, chain: ['add_report_lookup'] }, 'a="w"'), [
      { name: 'a', value: 'w', app_id: '7' },
    ]);
  });

  it('policy exceptions share their notes', () => {
    const exception = { table: 'app_policy_exceptions_rl', column: '' };
    const mapper = smallLine([
      base,
      { ...exception, chain: ['policy_exceptions(5)'] },
      { ...exception, attribute: 'b', chain: ['policy_exceptions(6)'] },
      { ...exception, attribute: 'notes', chain: ['policy_exceptions()'] },
    ]);
    assert.deepEqual(mapped(mapper, documentOf('a="r" b="null" notes="n"')).tables['app_policy_exceptions_rl'], [
      { policy_exception_type_enum: '5', reason_code: 'r', notes: 'n', app_id: '7' },
    ]);
    assert.deepEqual(rows({ ...exception, chain: ['policy_exceptions(5)'] }, 'a="r"'), [
      { policy_exception_type_enum: '5', reason_code: 'r', notes: null, app_id: '7' },
    ]);
  });

  it('warranties are converted and need a meaningful value (R01)', () => {
    const warranty = { table: 'app_warranties_rl' };
    const mapper = smallLine([
      base,
      { ...warranty, column: 'company', attribute: 'a', length: 3, chain: ['warranty_field(1)'] },
      { ...warranty, column: 'term', attribute: 'b', type: 'int', chain: ['warranty_field(1)'] },
      { ...warranty, column: 'flag', attribute: 'c', type: 'bit', chain: ['char_to_bit', 'warranty_field(1)'] },
      { ...warranty, column: 'company', attribute: 'd', chain: ['warranty_field(2)'] },
    ]);
    assert.deepEqual(mapped(mapper, documentOf('a="Maker" b="12 months" c="Y" d="none"')).tables['app_warranties_rl'], [
      { company: 'Mak', flag: '1', merrick_lienholder_flag: '0', warranty_type_enum: '1', app_id: '7' },
    ]);
    assert.equal(mapped(mapper, documentOf('c="Y"')).tables['app_warranties_rl'], undefined);
  });

  it('collateral is justified by what is read, a wholesale value only above 0, and then takes its defaults', () => {
    const collateral = { table: 'app_collateral_rl' };
    const mapper = smallLine([
      base,
      {
        ...collateral,
        column: 'kind',
        chain: ['calculated_field', 'add_collateral(1)'],
        expression: "CASE WHEN b = '1' THEN 'boat' END",
        length: 3,
      },
      { ...collateral, column: 'used', attribute: 'c', type: 'bit', chain: ['char_to_bit', 'add_collateral(1)'] },
      { ...collateral, column: 'wholesale_value', attribute: 'w', type: 'decimal', chain: ['add_collateral(1)'] },
      {
        ...collateral,
        column: 'year',
        attribute: 'y',
        type: 'int',
        chain: ['numbers_only', 'add_collateral(1)'],
        default: '9999',
      },
      {
        ...collateral,
        column: 'serial',
        attribute: 's',
        chain: ['numbers_only', 'add_collateral(1)'],
        default: 'none',
      },
      { ...collateral, column: 'price', attribute: 'p', type: 'float', chain: ['add_collateral(1)'], default: '1.50' },
      { ...collateral, column: 'shown', attribute: 'z', type: 'bit', chain: ['add_collateral(1)'], default: 'Y' },
      { ...collateral, column: 'hidden', attribute: 'z', type: 'bit', chain: ['add_collateral(1)'], default: 'yes' },
    ]);
    const read = (attributes: string): unknown => mapped(mapper, documentOf(attributes)).tables['app_collateral_rl'];
    assert.equal(read('b="1" c="Y" w="0" y="x" s="null"'), undefined);
    assert.deepEqual(read('b="1" c="Y" w="0.5" s="012"'), [
      {
        kind: 'boa',
        used: '1',
        wholesale_value: '0.5',
        serial: '012',
        year: '9999',
        price: '1.5',
        shown: '1',
        hidden: '0',
        sort_order: '1',
        app_id: '7',
      },
    ]);
    assert.deepEqual(read(`y="${'9'.repeat(29)}" w="12 months"`), [
      { used: '0', year: null, serial: 'none', price: '1.5', shown: '1', hidden: '0', sort_order: '1', app_id: '7' },
    ]);
  });
});
