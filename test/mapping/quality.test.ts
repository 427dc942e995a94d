import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SmallMapping } from './small-line.ts';
import { APPLICATION, CONTACT, documentOf, mapped, smallLine } from './small-line.ts';

const base: SmallMapping = { column: 'base', attribute: 'base', default: 'x', nullable: false };

/** The kinds of issues that one value of a column gives, and the value that is kept. */
function noted(mapping: SmallMapping, value: string): readonly (string | null | undefined)[] {
  const { tables, issues } = mapped(smallLine([base, mapping]), documentOf(`a="${value}"`));
  for (const { table, column } of issues) assert.deepEqual([table, column], ['app_base', 'a']);
  return [tables['app_base']?.[0]?.['a'], ...issues.map(({ kind }) => kind)];
}

function expectIssues(
  mapping: SmallMapping,
  rows: readonly (readonly [string, ...(string | null | undefined)[]])[],
): void {
  for (const [value, ...wanted] of rows) assert.deepEqual(noted(mapping, value), wanted, value);
}

describe('kept, but counted', () => {
  it('a number that is taken out of a text', () => {
    expectIssues({ type: 'int' }, [
      ['1,234', '1234'],
      ['-5', '-5'],
      ['1,234 km', '1', 'extracted'],
      ['-15% APR', '15', 'extracted'],
      ['5-', '5', 'extracted'],
      ['\u22125', '5', 'extracted'],
      ['12,5', '12', 'extracted'],
      ['0x1F', '0', 'extracted'],
    ]);
    expectIssues({ type: 'int', chain: ['plain'] }, [
      ['12,5', '125', 'extracted'],
      ['1,250', '1250'],
    ]);
  });

  it('a zone that is dropped, and what else stands behind a time', () => {
    expectIssues({ type: 'datetime' }, [
      ['2024-01-31T10:00:00', '2024-01-31T10:00:00'],
      ['2024-01-31T10:00:00+02:00', '2024-01-31T10:00:00', 'zone_dropped'],
      ['2024-01-31 10:00:00 CEST', '2024-01-31T10:00:00', 'zone_dropped'],
      ['2024-01-31 10:00:00 -0500', '2024-01-31T10:00:00', 'zone_dropped'],
      ['2024-01-31 10:00:00 or later', '2024-01-31T10:00:00', 'extracted'],
      ['2024-01-31 10:00:00 PM', '2024-01-31T22:00:00'],
      ['2024-01-31Z', '2024-01-31T00:00:00', 'zone_dropped'],
    ]);
  });

  it('a zone of a time of day', () => {
    expectIssues({ type: 'time' }, [
      ['10:15', '10:15:00'],
      ['10:15Z', '10:15:00', 'zone_dropped'],
      ['quarter past', undefined, 'unreadable'],
    ]);
  });

  it('a second unescaping that changed something (P02)', () => {
    expectIssues({}, [
      ['a &amp; b', 'a & b'],
      ['&amp;lt;b', '<b', 'unescaped_twice'],
      ['M&amp;copy', 'M©', 'unescaped_twice'],
    ]);
  });

  it('what is cut', () => {
    expectIssues({ length: 3 }, [
      ['abc', 'abc'],
      ['abc   ', 'abc'],
      ['abcd', 'abc', 'cut'],
    ]);
    const mapper = smallLine([
      base,
      { path: CONTACT, attribute: 'v', column: 'v', length: 2, chain: ['last_valid_pr_contact'] },
    ]);
    const { tables, issues } = mapped(mapper, documentOf('', '<contact con_id="1" role="PR" v="abc"/>'));
    assert.equal(tables['app_base']?.[0]?.['v'], 'ab');
    assert.deepEqual(issues, [{ kind: 'cut', table: 'app_base', column: 'v' }]);
  });
});

describe('not understood is told from absent', () => {
  it('what the type cannot read', () => {
    for (const type of ['int', 'decimal', 'float', 'datetime', 'bit']) {
      expectIssues({ type }, [
        ['none of it', undefined, 'unreadable'],
        [' ', undefined],
      ]);
    }
    expectIssues({ type: 'int', chain: ['numbers_only'] }, [
      ['none', undefined, 'unreadable'],
      ['-15% APR', '15', 'extracted'],
      ['\u22125', '5', 'extracted'],
      ['5-', '5', 'extracted'],
      ['1,5', '15', 'extracted'],
      ['1.234,56', '123456', 'extracted'],
      ['1e3', '13', 'extracted'],
    ]);
    expectIssues({ type: 'int', chain: ['extract_numeric'] }, [
      ['$1,234', '1234'],
      ['12 345', '12345'],
      ['555-0100', '5550100'],
    ]);
    expectIssues({ type: 'int', chain: ['calculated_field'], expression: 'application.a' }, [
      ['12', '12'],
      ['twelve', undefined, 'unreadable'],
    ]);
    expectIssues({ type: 'int', nullable: false, default: 0 }, [['none', '0', 'unreadable']]);
    expectIssues({ type: 'int', nullable: false }, [['none', undefined, 'unreadable', 'required_column_missing']]);
  });

  it('what no key of an enum or a flag answers to, whatever stands in', () => {
    expectIssues({ type: 'int', chain: ['enum'], enum: 'kinds' }, [
      ['a', '1'],
      ['x', undefined, 'unmapped'],
      [' ', undefined],
    ]);
    expectIssues({ type: 'int', chain: ['enum'], enum: 'catching' }, [
      ['x', '9', 'unmapped'],
      ['', '9'],
    ]);
    expectIssues({ type: 'bit', chain: ['char_to_bit'] }, [
      ['maybe', '0', 'unmapped'],
      [' ', '0'],
    ]);
  });

  it('in rows that mappings make', () => {
    const mapper = smallLine([
      base,
      { table: 'scores', attribute: 's', type: 'int', chain: ['add_score(S)'] },
      { table: 'indicators', attribute: 'i', chain: ['add_indicator(I)'] },
      { table: 'app_historical_lookup', attribute: 'h', length: 2, chain: ['add_history'] },
    ]);
    const { issues } = mapped(mapper, documentOf('s="12abc" i="perhaps" h="long"'));
    assert.deepEqual(issues, [
      { kind: 'unreadable', table: 'scores', column: 'score' },
      { kind: 'unmapped', table: 'indicators', column: 'value' },
      { kind: 'cut', table: 'app_historical_lookup', column: 'value' },
    ]);
    assert.deepEqual(mapped(mapper, documentOf('s="12" i="no" h="h"')).issues, []);
  });

  it('once a document and place, and anew in the next document', () => {
    const mapper = smallLine([
      base,
      { table: 'units', path: `${APPLICATION}/unit`, attribute: 'n', column: 'n', type: 'int' },
    ]);
    const document = documentOf('', '<unit kind="a" n="x"/><unit kind="a" n="y"/>');
    for (let turn = 0; turn < 2; turn += 1) {
      assert.deepEqual(mapped(mapper, document).issues, [{ kind: 'unreadable', table: 'units', column: 'n' }]);
    }
  });
});

describe('numbers between the steps of a chain', () => {
  it('are plain text, so that an enum finds them', () => {
    const mapping = { chain: ['calculated_field', 'numbers_only'], expression: 'application.a + 0' };
    expectIssues(mapping, [['12', '12']]);
    expectIssues({ chain: ['calculated_field'], expression: 'application.a + 0' }, [['12', '12.0']]);
  });
});
