import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNcrontab } from '../src/ncrontab.ts';

test('a schedule that the Functions host takes is one', () => {
  for (const text of [
    '*/5 * * * * *',
    '0 30 3 * * *',
    '0 0 8-18/2 * * Mon-Fri',
    '0,30 59 23 1,15-31 JAN,dec 0-6',
    '5/10 * * * * *',
  ])
    assert.ok(isNcrontab(text), text);
});

test('a schedule that the Functions host would drop without a failure is none', () => {
  const none = [
    '',
    '*/15 * * * *',
    '* * * * * * *',
    '60 * * * * *',
    '0 0 24 * * *',
    '0 0 0 0 * *',
    '0 0 0 * 13 *',
    '0 0 0 * * 7',
    '0 0 0 * * Moonday',
    '0 0 1-2-3 * * *',
    '0 1, * * * *',
    '? * * * * *',
    'every day at five past six',
  ];
  for (const text of none) assert.ok(!isNcrontab(text), text);
});
