import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSchedule } from '../src/ncrontab.ts';

// What NCrontab.Signed 3.4.0 and TimeSpan.TryParse of .NET 10 made of each text, run in the order of the host's timer extension.

const TAKEN = {
  cron: [
    '0 */15 * * * *',
    '*/15 * * * *',
    ' 0 0 0  *  * 1 ',
    '*  *  *  *  *',
    '0 0 0 * * 1\n',
    '0 0 0 * * 1\t',
    '5/1\n * * * * *',
    '0 5/\t5 * * * *',
    '0 1\t-5 * * * *',
    '0 */+5 * * * *',
    '0 5/10 * * * *',
    '0 00005 * * * *',
    '0 *,5 * * * *',
    '0 1-5,7-9/2 * * * *',
    '0 0 0 * jan-MAR S',
    '0 0 0 * * fri/1',
    '0 0 0 31/1 * *',
    '0 0 23/2 * * *',
    '0 0 */24 * * *',
    '0 0 0 29 2 *',
    '0 0 0 * * FRI-FRI',
  ],
  interval: [
    '00:15:00',
    ' 00:15:00\n',
    '00:15',
    '00:5:00',
    '00:0000000005:00',
    '0:0:0.5',
    '1.00:00:00',
    '1.23:59',
    '5.5:5:5.5',
    '1:2:3:4.5',
    '365.00:00:00',
  ],
};

for (const [kind, texts] of Object.entries(TAKEN))
  test(`the host takes it as ${kind}, and it works as it looks`, () => {
    for (const text of texts) assert.deepEqual(readSchedule(text), { kind, warnings: [] }, JSON.stringify(text));
  });

const REFUSED = [
  '',
  '@daily',
  '0\t*/15 * * * *',
  '0 */15 * * * *\n',
  '0 0 0 * * MON\n',
  '*\n * * * * *',
  '0 0 0 * * 1 \n',
  '0 1-\t5 * * * *',
  '* * * * * * *',
  '0 0 0 * *  * *',
  '60 * * * * *',
  '0 0 24 * * *',
  '0 0 0 0 * *',
  '0 0 0 32 * *',
  '0 0 0 * 13 *',
  '0 0 0 * 0 *',
  '0 0 0 * * 7',
  '0 0 0 * Januaryx *',
  '0 1,,3 * * * *',
  '0 ,1 * * * *',
  '0 1, * * * *',
  '0 1-5-7 * * * *',
  '0 5/2/3 * * * *',
  '0 /5 * * * *',
  '0 -5 * * * *',
  '0 5- * * * *',
  '0 5-* * * * *',
  '0 *-5 * * * *',
  '0 +1 * * * *',
  '0 1--5 * * * *',
  '0 */5.0 * * * *',
  '0 99999999999 * * * *',
  '0 */2147483648 * * * *',
  '0 1/2147483647 * * * *',
  '0 0 0 L * *',
  '0 0 0 ? * *',
  '0 0 0 * * 1#2',
  '0 5\u00A0 * * * *',
  '15 minutes',
  '00:60:00',
  '00:15:60',
  '24:00',
  '24:24:00',
  '1:24:00:00',
  '1.24:00',
  '1.5',
  '5:',
  '5:5:5.',
  '5:5:5:5:5',
  '+00:15:00',
  '00:15:00.12345678',
  '10675200',
];

test('the host refuses it', () => {
  for (const text of REFUSED) assert.equal(readSchedule(text), null, JSON.stringify(text));
});

test('the host would take it and fire without a pause: it is refused', () => {
  for (const text of ['00:00:00', '0', '-00:15:00']) assert.equal(readSchedule(text), null, text);
});

const SURPRISING = [
  ['0 0 22-6 * * *', '"22-6" in the field hour is read as 6-22, for the host swaps the ends of a range'],
  [
    '0 0 0 * * FRI-MON',
    '"FRI-MON" in the field day of the week is read as 1-5, for the host swaps the ends of a range',
  ],
  ['0 */0 * * * *', '"*/0" in the field minute is read as a step of 1'],
  ['0 */-5 * * * *', '"*/-5" in the field minute is read as a step of 1'],
  ['0 */90 * * * *', '"*/90" in the field minute means 0 alone'],
  ['0 0 0 30 2 *', 'no month has such a day: it never fires'],
  ['24:00:00', '"24:00:00" means 24 days'],
  ['0024:23:59', '"0024:23:59" means 24 days'],
  ['5', '"5" means 5 days'],
] as const;

for (const [text, warning] of SURPRISING)
  test(`what works otherwise than it looks is warned of: ${text}`, () => {
    assert.deepEqual(readSchedule(text)?.warnings, [warning]);
  });
