import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { addDays, DATE_FORMS, printTimestamp, readTimestamp } from '../../src/values/dates.ts';
import { noteNothing } from '../../src/values/value.ts';
import { table } from './table.ts';

const REFERENCE = readFileSync(new URL('../../docs/contract-1.md', import.meta.url), 'utf8');

describe('dates', () => {
  it('have the forms that the reference shows, each of which reads what none before it does', () => {
    const [row = ''] = /^\| `date`, .*$/m.exec(REFERENCE) ?? [];
    const shown = [...row.matchAll(/`(\d[^`]*)`/g)].map(([, text = '']) => text);
    assert.deepEqual(
      shown.filter((text) => readTimestamp(text) === null),
      [],
    );
    for (const [at, { example }] of DATE_FORMS.entries()) {
      assert.ok(shown.includes(example), `docs/contract-1.md, 6.5, does not show ${example}`);
      assert.equal(
        DATE_FORMS.findIndex(({ read }) => read(example, noteNothing) !== null),
        at,
        example,
      );
    }
  });

  it('are of these forms and of no other: a new one needs an example in DATE_FORMS and in the reference', () => {
    const times =
      '|T10|T10:20|T10:20:30| 10:20:30|T10:20:30.5|T10:20:30,5|T102030| 10.20.30| 10:20| 10:20:30 AM| 10:20 AM|T10:20:30Z|T10:20:30+01:00| 10:20:30 +01:00|Z|+01:00| CET'.split(
        '|',
      );
    const none =
      '2024/01/31 2024.01.31 2024_01_31 240131 24-01-31 2024-01 2024 2024-031 31-01-2024 31.01.2024 01/31/24 31Jan2024 31-Jan-2024';
    const read = {
      '2024-01-31': 'xxxxxxxx.xx.xxxxx.',
      '2024-1-31': 'x...x.....x...xxx.',
      '20240131': 'xxxxxxxx.x..xxx.x.',
      '2024-W05-3': 'xxxxxxxx.x..xxx.x.',
      '2024W053': 'xxxxxxxx.x..xxx.x.',
      '2024-W05': 'xxxxxxxx.x..xxx.x.',
      '01/31/2024': 'x...x.....x.......',
      '1/31/2024': 'x...x.....x.......',
      '31/01/2024': 'x...x.............',
    };
    const rows: Readonly<Record<string, string>> = {
      ...read,
      ...Object.fromEntries(none.split(' ').map((day) => [day, ''])),
    };
    for (const [day, marks] of Object.entries(rows)) {
      const found = times.map((time) => (readTimestamp(day + time) === null ? '.' : 'x')).join('');
      assert.equal(found, marks.padEnd(times.length, '.'), day);
    }
  });

  it('read every format of the contract', () => {
    table(readTimestamp, [
      ['2023-10-03 16:26:23.123', '2023-10-03T16:26:23.123'],
      ['2023-10-03 16:26:23', '2023-10-03T16:26:23'],
      ['2023-1-3', '2023-01-03T00:00:00'],
      ['3/4/2021', '2021-03-04T00:00:00'],
      ['14/12/1988', '1988-12-14T00:00:00'],
      ['10/3/2023 16:26:59', '2023-10-03T16:26:59'],
      ['4/2/2020 5:53:20 AM', '2020-04-02T05:53:20'],
      ['4/2/2020 12:00:00 am', '2020-04-02T00:00:00'],
      ['4/2/2020 12:00:00 PM', '2020-04-02T12:00:00'],
      ['14/12/1988 13:00:00', '1988-12-14T13:00:00'],
      ['2023-10-03 16:26:75', '2023-10-03T16:26:59'],
      ['2023-10-03 16:26:23 and more', '2023-10-03T16:26:23'],
      ['2/29/2024', '2024-02-29T00:00:00'],
    ]);
  });

  it('are trimmed first and know AM and PM after an ISO time (V06)', () => {
    table(readTimestamp, [
      ['  10/21/1994 ', '1994-10-21T00:00:00'],
      ['2023-10-03 04:26:23 PM', '2023-10-03T16:26:23'],
      ['2023-10-03 12:26:23 AM', '2023-10-03T00:26:23'],
      ['2023-10-03 16:26:23 PM', '2023-10-03T16:26:23'],
    ]);
  });

  it('read ISO 8601 in basic, week and zoned form', () => {
    table(readTimestamp, [
      ['2023-10-03T16:26:23', '2023-10-03T16:26:23'],
      ['2023-10-03x16', '2023-10-03T16:00:00'],
      ['20231003', '2023-10-03T00:00:00'],
      ['20231003T162623', '2023-10-03T16:26:23'],
      ['2023-W40-2', '2023-10-03T00:00:00'],
      ['2023W40', '2023-10-02T00:00:00'],
      ['2020-W53-7', '2021-01-03T00:00:00'],
      ['2023-10-03T16:26:23.1234567', '2023-10-03T16:26:23.123456'],
      ['2023-10-03 16:26:23.1234567', '2023-10-03T16:26:23.123456'],
      ['2023-10-03T16:26:23Z', '2023-10-03T16:26:23'],
      ['2023-10-03T16:26+02:00', '2023-10-03T16:26:00'],
    ]);
  });

  it('read ISO 8601 as fromisoformat of Python 3.11 does, one blank before any zone included', () => {
    table(readTimestamp, [
      ['2023W40T16', '2023-10-02T16:00:00'],
      ['2023W402T16', '2023-10-03T16:00:00'],
      ['2023-W40-16:26', '2023-10-02T16:26:00'],
      ['2023-W40-2T16:26', '2023-10-03T16:26:00'],
      ['2023-10-03T16.5', '2023-10-03T16:00:00.5'],
      ['20231003T162623.5', '2023-10-03T16:26:23.5'],
      ['20231003T16262350', '2023-10-03T16:26:23.5'],
      ['2023-10-03T16:26:23,5Z', '2023-10-03T16:26:23.5'],
      ['2023-10-03T16:26:23 +05:00', '2023-10-03T16:26:23'],
      ['2023-10-03T16:26:23.123456 Z', '2023-10-03T16:26:23.123456'],
      ['2023-10-03T16:26:23.5 Z', '2023-10-03T16:26:23.5'],
      ['2023-10-03T16:26:23.1234567 +02:00', '2023-10-03T16:26:23.123456'],
      ['2023-10-03T16:26:23.12345678 +02:00', null],
      ['2023-10-03T16:26:23  Z', null],
      ['2023-10-03T16:26:23z', '2023-10-03T16:26:23'],
      ['2023-10-03T16:26:23+05:60', '2023-10-03T16:26:23'],
      ['2023-10-03T16:2623', null],
      ['2023-10-03T1626:23', null],
      ['2023-10-03T1626235', null],
      ['2023-W401', null],
      ['2023-10-03T', null],
      ['2023-10-03\u{1F600}16', '2023-10-03T16:00:00'],
    ]);
  });

  it('of XML Schema keep their day whatever their zone, which is dropped', () => {
    table(readTimestamp, [
      ['2024-01-31+02:00', '2024-01-31T00:00:00'],
      ['2024-01-31-05:00', '2024-01-31T00:00:00'],
      ['2024-01-31Z', '2024-01-31T00:00:00'],
      ['2024-01-31z', '2024-01-31T00:00:00'],
      ['2024-01-31+14:00', '2024-01-31T00:00:00'],
      // No zone is 15 hours away: this is a time behind another separator.
      ['2024-01-31-16:26', '2024-01-31T16:26:00'],
      ['2024-01-31+15:00', '2024-01-31T15:00:00'],
      ['2024-02-30Z', null],
    ]);
  });

  it('read a leap second as the one before it, in every form', () => {
    table(readTimestamp, [
      ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59'],
      ['2016-12-31 23:59:60', '2016-12-31T23:59:59'],
      ['12/31/2016 23:59:60', '2016-12-31T23:59:59'],
      ['20161231T235960', '2016-12-31T23:59:59'],
      ['2016-12-31T23:59:61', null],
      ['12/31/2016 23:59:61', null],
      ['2016-12-31T24:00:00', null],
      ['2016-12-31 24:00:00', null],
    ]);
  });

  it('of more than eight digits are none', () => {
    table(readTimestamp, [
      ['20240131', '2024-01-31T00:00:00'],
      ['202401311', null],
      ['20240131123456', null],
      ['2024-01-31112:00', null],
    ]);
  });

  it('have a short way that gives what the long one gives', () => {
    table(readTimestamp, [
      ['2024-02-28', '2024-02-28T00:00:00'],
      ['2024-02-29', '2024-02-29T00:00:00'],
      ['2023-02-29', null],
      ['2024-00-10', null],
      ['2024-13-10', null],
      ['2024-01-00', null],
      ['0000-01-01', null],
      ['2024-01-1x', null],
      ['2024-01-02T03:04:05', '2024-01-02T03:04:05'],
      ['2024-01-02 03:04:05', '2024-01-02T03:04:05'],
      ['2024-01-02x03:04:05', '2024-01-02T03:04:05'],
      ['2024-01-02T03:64:05', null],
      ['02/28/2024', '2024-02-28T00:00:00'],
      ['28/02/2024', '2024-02-28T00:00:00'],
      ['02/30/2024', null],
    ]);
  });

  it('refuse all else', () => {
    for (const text of [
      '10/3/23',
      '2023/10/03',
      'Oct 3 2023',
      '10/3/2023 16:26',
      '2/30/2020',
      '0000-00-00',
      '2023-10-03T24:00:00',
      '2023-13-01',
      '14/12/1988 1:00:00 PM',
      '4/2/2020 13:00:00 PM',
      '4/2/2020 0:10:00 AM',
      '2023-1-3 16:26:23.1234567',
      '2021-W53-1',
      '2023-W40-8',
      '2023-10-03T16:60',
      '2023-10-03T16:26:23+99:00',
      '13/13/2020',
      '1900-02-29',
      '0000-01-01',
      '',
      'x',
    ]) {
      assert.equal(readTimestamp(text), null, text);
    }
  });

  it('add days across months and stop at the ends of the calendar', () => {
    assert.equal(addDays('2024-03-01T10:00:00', -1), '2024-02-29');
    assert.equal(addDays('2024-03-01T10:00:00', 1.9), '2024-03-02');
    assert.equal(addDays('9999-12-31T00:00:00', 1), null);
    assert.equal(addDays('9999-12-31T00:00:00', 0), '9999-12-31');
    for (const day of [
      '0001-12-31',
      '1900-02-28',
      '2023-01-31',
      '2024-01-31',
      '2024-02-28',
      '2024-12-31',
      '9998-12-31',
    ])
      for (let days = 0; days < 400; days += 1) {
        const expected = new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
        assert.equal(
          addDays(`${day}T00:00:00`, days),
          expected.startsWith('+') ? null : expected,
          `${day} and ${days}`,
        );
      }
    assert.equal(addDays('0001-01-01T00:00:00', -1), null);
    assert.equal(addDays('2024-03-01T00:00:00', 9e18), null);
  });

  it('print the clock without an empty fraction', () => {
    assert.equal(printTimestamp(new Date('2026-01-02T03:04:05.670Z')), '2026-01-02T03:04:05.67');
    assert.equal(printTimestamp(new Date('2026-01-02T03:04:00.000Z')), '2026-01-02T03:04:00');
  });
});
