import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SmallMapping } from './small-line.ts';
import { ADDRESS, APPLICATION, cellsOf, documentOf, mapped, NOW, smallLine } from './small-line.ts';

const base: SmallMapping = { column: 'base', attribute: 'base', default: 'x', nullable: false };

describe('elements of a rule', () => {
  it('make a row each, with what is on them, below them, and elsewhere', () => {
    const path = `${APPLICATION}/unit`;
    const mapper = smallLine([
      base,
      { table: 'units', path, attribute: 'kind', column: 'kind' },
      { table: 'units', path: `${path}/part/size`, attribute: 'cm', column: 'cm' },
      { table: 'units', path: `${path}/part`, attribute: '', column: 'words' },
      { table: 'units', path: APPLICATION, attribute: 'a', column: 'a' },
      {
        table: 'units',
        path,
        attribute: 'kind',
        column: 'twice',
        chain: ['calculated_field'],
        expression: 'n * 2',
        type: 'int',
      },
    ]);
    const units =
      '<unit kind="A" n="2"><part><size cm="1"/></part><part> w <size cm="2"/></part></unit><unit kind="" n="3"/><unit kind="B"/>';
    assert.deepEqual(mapped(mapper, documentOf('a="y"', units, '<unit kind="C"/>')).tables['units'], [
      { kind: 'A', cm: '2', words: 'w', a: 'y', twice: '4', app_id: '7' },
      { kind: 'B', a: 'y', app_id: '7' },
    ]);
  });
});

const title = (table: string): SmallMapping => ({ table, column: 'title', attribute: 'title' });

const inData = (...names: string[]): string => ['/Provenir/Request/CustData', ...names].join('/');

describe('rows of elements', () => {
  const line = inData('application', 'order', 'unit');
  const rules = [{ element_type: 'unit', xml_child_path: line, required_attributes: {} }];
  const mapper = smallLine(
    [
      base,
      { table: 'units', path: line, attribute: 'n', column: 'n' },
      { table: 'units', path: inData('application', 'order'), attribute: 'no', column: 'order_no' },
      { table: 'units', path: inData('application', 'order', 'carrier'), attribute: '', column: 'carrier' },
      { table: 'units', path: inData('application', 'order', 'unit', 'tax'), attribute: 'rate', column: 'tax' },
      { table: 'units', path: inData('application'), attribute: 'a', column: 'a' },
      { table: 'units', path: inData('customer'), attribute: 'name', column: 'customer' },
    ],
    { rules },
  );

  it('read their own ancestors and what is below those, never the last of the document', () => {
    const orders =
      '<order no=" 1 "><carrier>x</carrier><carrier>y</carrier><unit n="a"><tax rate="5"/><tax rate="6"/></unit></order>' +
      '<order NO="2"><unit n="b"/><carrier>z</carrier></order><order no="3"/>' +
      '<order><unit n="c"/></order><order no="5"><carrier>w</carrier></order>';
    assert.deepEqual(mapped(mapper, documentOf('a="A"', orders, '<customer name="N &amp;amp; M"/>')).tables['units'], [
      { n: 'a', order_no: '1', carrier: 'y', tax: '6', a: 'A', customer: 'N & M', app_id: '7' },
      { n: 'b', order_no: '2', carrier: 'z', a: 'A', customer: 'N & M', app_id: '7' },
      { n: 'c', a: 'A', customer: 'N & M', app_id: '7' },
    ]);
  });
});

describe('root rows', () => {
  it('are written with their key alone, but for app_base by its original name (spec 7.2)', () => {
    const docs = smallLine([title('docs')], { tables: { docs: { role: 'root' } } });
    assert.deepEqual(mapped(docs, documentOf()).tables, { docs: [{ app_id: '7' }] });
    const original = smallLine([title('app_base')]).map({ xml: documentOf() }, NOW);
    assert.equal(original.outcome === 'rejected' && original.reason, 'mapping: No data mapped from XML');
  });
});

describe('an optional id', () => {
  const applicationId = { path: '/Provenir/Request', attribute: 'ID', optional: true };
  const address = { table: 'app_contact_address', path: ADDRESS, column: 'city', attribute: 'city' };
  const mapper = smallLine([{ column: 'a' }, address], { applicationId });
  const contact = '<contact con_id="1" role="PR" first_name="a"><contact_address kind="NOW" city="A"/></contact>';
  const anonymous = documentOf('a="1"', contact).replace(' ID="7"', '');

  it("is the source row's where the document has none, and only there", () => {
    const outcome = mapper.map({ xml: anonymous, appId: '12' }, NOW);
    assert.equal(outcome.appId, '12');
    assert.deepEqual(cellsOf(mapper, outcome), {
      app_base: [{ a: '1', app_id: '12' }],
      app_contact_address: [{ city: 'A', con_id: '1' }],
    });
    const reasonOf = (xml: string, appId?: string): string | null => {
      const rejected = mapper.map({ xml, appId }, NOW);
      return rejected.outcome === 'rejected' ? rejected.reason : null;
    };
    assert.match(reasonOf(documentOf('a="1"'), '12') ?? '', /app_id mismatch/);
    assert.match(reasonOf(documentOf('a="1"').replace('"7"', '"x"'), '12') ?? '', /Invalid app_id format: x/);
    assert.match(reasonOf(anonymous) ?? '', /Missing app_id/);
  });
});
