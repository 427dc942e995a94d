import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalRequest, checkInstanceId, parseRunRequest, storedRequest } from '../../src/run/request.ts';

const option = (key: string): string => `--${key.replaceAll('_', '-')}`;

test('a request needs only a product line', () => {
  assert.deepEqual(parseRunRequest({ product_line: 'CC' }), {
    product_line: 'CC',
    instance_count: 4,
    parallelism: null,
    partition_by: 'modulo',
    batch_size: 500,
    limit: null,
    app_id_start: null,
    app_id_end: null,
    max_failure_rate: null,
    max_failures: null,
    dry_run: false,
    slice_seconds: 60,
  });
});

test('every fault is told at once, unknown keys with the allowed ones', () => {
  assert.throws(
    () =>
      parseRunRequest(
        { instance_count: 0, batch_size: 2.5, limit: -1, partition_by: 'size', dry_run: 'yes', colour: 'red' },
        option,
      ),
    {
      name: 'InputError',
      message: [
        'Invalid run request',
        '  --product-line: missing',
        '  --instance-count: must be at least 1',
        '  --partition-by: must be one of modulo, hash, range',
        '  --batch-size: must be a whole number',
        '  --limit: must be at least 0',
        '  --dry-run: must be true or false',
        '  --colour: unknown',
        '    Allowed are --product-line, --instance-count, --parallelism, --partition-by, --batch-size, --limit, --app-id-start, --app-id-end, --max-failure-rate, --max-failures, --dry-run, --slice-seconds.',
      ].join('\n'),
    },
  );
});

test('a limit of 0 means no limit (S06)', () => {
  assert.equal(parseRunRequest({ product_line: 'CC', limit: 0 }).limit, null);
});

test('a range ends with the highest id that a column can hold', () => {
  const request = { product_line: 'CC', app_id_start: 1, app_id_end: '9223372036854775807' };

  assert.equal(parseRunRequest(request).app_id_end, '9223372036854775807');
  assert.throws(() => parseRunRequest({ ...request, app_id_end: '9223372036854775808' }, option), {
    message: 'Invalid run request\n  --app-id-end: must be at most 9223372036854775807',
  });
});

test('a range may be a single id (S04), and ids may be larger than a double holds', () => {
  const request = parseRunRequest({
    product_line: 'CC',
    app_id_start: '9007199254740993',
    app_id_end: '9007199254740993',
  });
  assert.deepEqual([request.app_id_start, request.app_id_end], ['9007199254740993', '9007199254740993']);
  assert.equal(parseRunRequest({ product_line: 'CC', app_id_start: 7, app_id_end: '0012' }).app_id_end, '12');
});

test('a range needs both ends, in order, above zero', () => {
  refuses({ app_id_start: 5 }, [
    '  app_id_end: missing, although app_id_start is given',
    '    Give both ends of the range or neither.',
  ]);
  refuses({ instance_count: 0, app_id_end: 5 }, [
    '  instance_count: must be at least 1',
    '  app_id_start: missing, although app_id_end is given',
    '    Give both ends of the range or neither.',
  ]);
  refuses({ app_id_start: 5, app_id_end: 4 }, [
    '  app_id_start: 5 is above app_id_end 4',
    '    Give the lower id first.',
  ]);
  refuses({ app_id_start: 0, app_id_end: 4 }, ['  app_id_start: must be a whole number above zero']);
  refuses({ app_id_start: '00', app_id_end: 4 }, ['  app_id_start: must be a whole number above zero']);
});

test('an instance id outside the partitions names the allowed range', () => {
  checkInstanceId(2, 3);
  assert.throws(() => checkInstanceId(3, 3, option), {
    message:
      'Invalid instance-id\n  --instance-id: 3 is not one of 0 to 2\n    Instances count from 0: with 3 of them the last is 2.',
  });
});

test('equal requests are equal text, whatever the order of their keys', () => {
  const a = parseRunRequest({ product_line: 'CC', limit: 10, instance_count: 3 });
  const b = parseRunRequest({ instance_count: 3, limit: 10, product_line: 'CC' });
  assert.equal(canonicalRequest(a), canonicalRequest(b));
  assert.deepEqual(storedRequest(canonicalRequest(a)), a);
});

function refuses(range: object, lines: readonly string[]): void {
  const parse = (): unknown => parseRunRequest({ product_line: 'CC', ...range });
  assert.throws(parse, { message: ['Invalid run request', ...lines].join('\n') });
}
