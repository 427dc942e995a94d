import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGuid, readTime } from '../../src/values/time-and-guid.ts';

const TIMES: readonly (readonly [text: string, time: string | null])[] = [
  ['08:05:09', '08:05:09'],
  [' 8:05 ', '08:05:00'],
  ['23:59:59.1234567891', '23:59:59.1234567'],
  ['10:00:00.500', '10:00:00.5'],
  ['10:00:00.000', '10:00:00'],
  ['12:00 AM', '00:00:00'],
  ['12:30:01 pm', '12:30:01'],
  ['4:26:23 PM', '16:26:23'],
  ['10:00:00Z', '10:00:00'],
  ['10:00:00+02:00', '10:00:00'],
  ['24:00:00', null],
  ['13:00 PM', null],
  ['0:30 AM', null],
  ['10:60', null],
  ['23:59:60', '23:59:59'],
  ['10:00:61', null],
  ['quarter past', null],
  ['1000', null],
  ['', null],
];

test('times of day are read as they are written, without zone', () => {
  for (const [text, time] of TIMES) assert.equal(readTime(text), time, text);
});

test('GUIDs are read with or without braces, in any case', () => {
  const guid = '235d1eb5-8dd7-4c1a-8ece-559df8c67da1';
  for (const text of [guid, ` {${guid.toUpperCase()}} `]) assert.equal(readGuid(text), guid, text);
  for (const text of [`{${guid}`, guid.replaceAll('-', ''), guid.replace('2', 'g'), '']) {
    assert.equal(readGuid(text), null, text);
  }
});
