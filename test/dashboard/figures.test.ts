import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import { describeApi } from '../../src/api/openapi.ts';
import { cliText, curlText } from '../../src/dashboard/commands.js';
import { readTable, refusedSpot, withPlaces } from '../../src/dashboard/explained.js';
import {
  firstFault,
  formatCount,
  formatDuration,
  formatFault,
  formatOffset,
  formatPercent,
  formatShare,
  formatTime,
  formatTimes,
  formatType,
} from '../../src/dashboard/format.js';
import { ifMissing, kindOfRows } from '../../src/dashboard/mapping-words.js';
import { faultsOf, readFields, requestOf } from '../../src/dashboard/request-form.js';
import { piecesOf, splitLines } from '../../src/dashboard/xml-lines.js';

test('figures are grouped, shares are never rounded to all or nothing', () => {
  assert.deepEqual([formatCount(12_345_678), formatCount(null)], ['12,345,678', '–']);
  assert.deepEqual([99.99, 62.4, 0, 100, null].map(formatPercent), ['99.9', '62.4', '0.0', '100', '–']);
  assert.deepEqual([formatShare(1, 5000), formatShare(4999, 5000), formatShare(5, 5)], ['< 0.1', '99.9', '100']);
});

test('types have their sizes, faults a full stop before what to do', () => {
  const types = [
    { kind: 'decimal', precision: 9, scale: 2 },
    { kind: 'datetime2', scale: 0 },
    { kind: 'nvarchar', length: 40 },
    { kind: 'nvarchar', length: null },
    { kind: 'date' },
  ];
  assert.deepEqual(types.map(formatType), ['decimal(9, 2)', 'datetime2(0)', 'nvarchar(40)', 'nvarchar', 'date']);
  const advice = 'Give less.';
  assert.equal(formatFault({ message: 'is 9', advice }), 'is 9.');
  assert.equal(formatFault({ message: 'Why 9?', advice }), 'Why 9?');
  assert.equal(formatFault({ message: 'must be a number', advice: '' }), 'must be a number');
});

test('durations are said in two units', () => {
  assert.deepEqual([0, 0.4, 41, 128, 28_020, 1_393_200].map(formatDuration), [
    '0 s',
    '< 1 s',
    '41 s',
    '2 min 08 s',
    '7 h 47 min',
    '16 d 3 h',
  ]);
});

test('a time of today has no day, one of another year its year', () => {
  const now = new Date(2026, 10, 28, 13, 0).getTime();
  const at = (...parts: [number, number, number, number, number]) => formatTime(new Date(...parts).getTime(), { now });
  assert.deepEqual(
    [at(2026, 10, 28, 8, 2), at(2026, 10, 27, 17, 20), at(2025, 0, 5, 6, 0)],
    ['08:02', '27\u00a0Nov 17:20', '5\u00a0Jan 2025 06:00'],
  );
});

test('labels of an axis tell neighbours apart, and the day once', () => {
  const now = new Date(2026, 10, 28, 13, 0).getTime();
  const every = (seconds: number, from: Date, count = 3) =>
    formatTimes(
      Array.from({ length: count }, (_, at) => from.getTime() + at * seconds * 1000),
      now,
    );

  assert.deepEqual(every(0.4, new Date(now), 4), ['13:00:00', '', '', '13:00:01']);
  assert.deepEqual(every(600, new Date(now)), ['13:00', '13:10', '13:20']);
  assert.deepEqual(every(30, new Date(2026, 10, 27, 23, 59, 30)), ['27\u00a0Nov 23:59:30', '00:00:00', '00:00:30']);
  assert.deepEqual(every(43_200, new Date(2026, 10, 26)), ['26\u00a0Nov 00:00', '12:00', '27\u00a0Nov 00:00']);
});

test('the zone of local times is told as its distance from UTC', () => {
  assert.deepEqual(
    [0, -330, 210].map((minutes) => formatOffset(Object.assign(new Date(0), { getTimezoneOffset: () => minutes }))),
    ['UTC', 'UTC+05:30', 'UTC-03:30'],
  );
});

test('of several things that keep a line from running the first one is told, how many more, and the command that mends them', () => {
  const detail =
    'Not prepared:\n  a.log: gone.\n    Run `xmlfan init`.\n  a.t: gone.\n    Make it with `xmlfan init --destination`.';
  assert.deepEqual(firstFault(detail, 'a'), {
    text: 'Not prepared: a.log: gone. There is 1 more.',
    command: ['init', '--product-line', 'a', '--destination'],
  });
  const one = 'Gone.\n  a.log: missing\n    Make it.';
  assert.deepEqual(firstFault(one, 'a'), { text: one, command: null });
});

test('commands are quoted so that a shell gives them back', () => {
  assert.equal(
    cliText(['redrive', '--product-line', 'a', '--reason', "validation: ['$(rm -rf /)']"]),
    `xmlfan redrive --product-line a --reason 'validation: ['\\''$(rm -rf /)'\\'']'`,
  );
  const server = { program: 'npm run -s xmlfan --', options: ' --store sqlite:my.db --contract c.yaml' };
  assert.equal(
    cliText(['redrive', '--product-line', 'a', '--app-id', 7], server),
    'npm run -s xmlfan -- redrive --app-id 7 --store sqlite:my.db --contract c.yaml',
  );
  assert.equal(cliText(['validate', 'c.yaml'], server), 'npm run -s xmlfan -- validate c.yaml');
  assert.equal(
    curlText(
      { path: 'failures/redrive', body: { reason: "it's" } },
      { origin: 'http://localhost:7071', withKey: true },
    ),
    `curl -X POST http://localhost:7071/api/failures/redrive \\
  -H "x-functions-key: $XMLFAN_API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"reason":"it'\\''s"}'`,
  );
});

describe('an explanation', () => {
  const spot = { path: '/A/@b', line: 3, column: 7 };
  const column = (name: string, value: string | null, more: object = {}) => ({
    column: name,
    value,
    mapping: 'mappings[0]',
    source: '/A/@b',
    read: [{ at: spot, name: null, text: value }],
    steps: [],
    reason: null,
    ...more,
  });
  const table = {
    table: 'things',
    totals: { rows: 1, left: 0 },
    odd: [],
    rows: [
      {
        number: 1,
        at: null,
        columns: [
          column('same', 'x'),
          column('changed', '1', {
            read: [{ at: spot, name: null, text: '1.0' }],
            steps: ['enum', 'trim', 'as int'].map((step) => ({ step, value: '1' })),
          }),
          column('absent', null, {
            read: [],
            reason: { code: 'no_attribute', sentence: 'It is not there.', nearest: '/A/@bb' },
          }),
          column('wrong', null, { reason: { code: 'unreadable', sentence: 'No number.', nearest: null } }),
          column('given', '7', { reason: { code: 'default', sentence: 'Taken.', nearest: null } }),
          column('large', '300'),
          column('line_no', '1', { read: [] }),
        ],
      },
    ],
    left: [],
    empty: null,
  };

  test('says what became of each value, and leaves out what is as it was read', () => {
    const [row] = readTable(table, 'constraint_violation: s.things.large does not fit tinyint').rows;

    assert.deepEqual(
      row?.entries.map(({ name, word, mark, plain }) => [name, word, mark[1], plain]),
      [
        ['large', 'Does not fit', 'c-bad', false],
        ['same', 'Set', 'c-ok', true],
        ['changed', 'Set', 'c-ok', false],
        ['absent', 'NULL, attribute absent', 'c-idle', false],
        ['wrong', 'NULL, unreadable', 'c-warn', false],
        ['given', 'Default taken', 'c-idle', false],
        ['line_no', 'Set', 'c-ok', true],
      ],
    );
    assert.deepEqual(
      row.entries[2]?.steps.map(({ step }) => step),
      ['read', 'enum', 'as int'],
    );
    assert.equal(row.entries[3]?.nearest, '/A/@bb');
  });

  test('tells where the value was read that a document failed for', () => {
    const explanation = { outcome: 'mapped' as const, reason: null, sentence: null, tables: [table] };

    assert.deepEqual(refusedSpot(explanation, 'constraint_violation: s.things.large does not fit'), spot);
    assert.equal(refusedSpot(explanation, 'constraint_violation: s.things.larger does not fit'), null);
    const sentence = 'Line 12, column 34: end tag <b> for <a> at line 2, column 1.';
    assert.deepEqual(refusedSpot({ ...explanation, sentence, tables: [] }, 'x'), { line: 12, column: 34 });
    assert.deepEqual(withPlaces(sentence), [
      { line: 12, column: 34 },
      ': end tag <b> for <a> at ',
      { line: 2, column: 1 },
      '.',
    ]);
  });
});

describe('the lines of a document', () => {
  const lines = splitLines(Array.from({ length: 40 }, (_, at) => `<a n="${at + 1}"/>`).join('\r\n'));
  const view = (options: Partial<Parameters<typeof piecesOf>[1]>) =>
    piecesOf(lines, { read: [], opened: new Set(), marked: null, ...options }).map((piece) =>
      piece.kind === 'fold' ? `${piece.from}-${piece.to}` : piece.number,
    );

  test('are those that it has, whether the last one is ended or not', () => {
    assert.deepEqual(
      ['', '<a/>', '<a/>\n', '<a>\r\n</a>\r\n', '<a>\n\n'].map((text) => splitLines(text).length),
      [1, 1, 1, 2, 2],
    );
  });

  test('that nothing reads are folded, until they are asked for', () => {
    assert.deepEqual(view({ read: [20] }), [1, 2, '3-18', 19, 20, 21, '22-38', 39, 40]);
    assert.deepEqual(view({ read: [20], opened: new Set([22]) }).slice(3, 10), [19, 20, 21, 22, 23, 24, 25]);
    assert.equal(view({}).length, 40);
  });

  test('are drawn a thousand at a time, and always around what is marked', () => {
    const many = Array.from({ length: 5000 }, () => '<a/>');
    const drawn = (options: Partial<Parameters<typeof piecesOf>[1]>) =>
      piecesOf(many, { read: [], opened: new Set(), marked: null, ...options });
    const folds = (options: Partial<Parameters<typeof piecesOf>[1]>) =>
      drawn(options).flatMap((piece) => (piece.kind === 'fold' ? `${piece.from}-${piece.to}` : []));

    assert.deepEqual(folds({ marked: { line: 3000, column: 1 } }), ['1001-2998', '3002-4998']);
    assert.deepEqual(folds({ opened: new Set([1001]) }), ['2001-4998']);
    assert.equal(drawn({ opened: new Set([1001]) }).length, 2003);
  });

  test('have the attribute marked that begins at a place', () => {
    const pieces = piecesOf(lines, { read: [4], opened: new Set(), marked: { line: 4, column: 4 } });
    const marked = pieces.flatMap((piece) =>
      piece.kind === 'line' && piece.mark ? [piece.text.slice(...piece.mark)] : [],
    );

    assert.deepEqual(marked, ['n="4"']);
  });

  test('are cut around what is marked if they are very long', () => {
    const long = `<a ${'x'.repeat(200_000)} n="1"/>`;
    const [piece] = piecesOf([long], {
      read: [],
      opened: new Set(),
      marked: { line: 1, column: long.indexOf('n="1"') + 1 },
    });

    assert.ok(piece?.kind === 'line' && piece.mark !== null && piece.text.length < 61_000);
    assert.equal(piece.text.slice(...piece.mark), 'n="1"');
  });
});

test('what the schema of a request forbids is told before anybody is asked, all of it; what is as by default is not sent', () => {
  const fields = readFields(describeApi(ENDPOINTS));
  const initial = Object.fromEntries(fields.map(({ name, initial: value }) => [name, value]));
  const faults = (values: Record<string, string>) =>
    faultsOf(fields, { ...initial, product_line: 'a', ...values }).map(({ place, message }) => `${place} ${message}`);

  assert.deepEqual(faults({ limit: '5', app_id_start: '1', app_id_end: '9' }), []);
  assert.deepEqual(
    faults({ instance_count: '0', batch_size: '', limit: '1.5', max_failure_rate: '2', app_id_start: '7' }).toSorted(),
    [
      'app_id_end missing: the range needs both ends, or neither.',
      'batch_size must be given.',
      'instance_count must be at least 1.',
      'limit must be a whole number.',
      'max_failure_rate must be at most 1.',
    ],
  );
  assert.deepEqual(requestOf(fields, { ...initial, product_line: 'a', instance_count: '8', app_id_start: 'x' }), {
    product_line: 'a',
    instance_count: 8,
    app_id_start: 'x',
  });
});

test('what a table has rows for, and what a column gets without a value, is told as it happens', () => {
  assert.deepEqual(['root', 'address'].map(kindOfRows), ['for the document', 'address']);
  assert.deepEqual(
    [
      ifMissing({ nullable: true, steps: [] }, true),
      ifMissing({ nullable: false, steps: ['enum'] }, true),
      ifMissing({ nullable: false, steps: [] }, false),
      ifMissing({ nullable: false, steps: ['char_to_bit'] }, false),
    ],
    ['NULL', 'NULL, as a quality issue', 'required', '0, or what its map has for no text'],
  );
});
