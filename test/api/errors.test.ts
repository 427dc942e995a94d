import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { toProblemError } from '../../src/api/problem.ts';
import type { Log, LogFields } from '../../src/log.ts';
import { silentLog } from '../../src/log.ts';
import { StoreError } from '../../src/store/port.ts';
import { openApi } from '../support/api.ts';
import type { TestAnswer } from '../support/api.ts';
import { makeWorkplace } from '../support/workplace.ts';

const workplace = await makeWorkplace();
const api = openApi(workplace);
after(async () => {
  await api.close();
  await workplace.remove();
});

/** A call and the problem document it must give. */
interface Case {
  readonly title: string;
  readonly call: () => Promise<TestAnswer>;
  readonly problem: object;
}

const invalid = (...errors: (readonly [place: string, message: string, advice?: string])[]) => ({
  type: 'urn:xmlfan:problem:invalid-request',
  title: 'Invalid request',
  status: 400,
  detail: 'The request is not valid',
  errors: errors.map(([place, message, advice = '']) => ({ place, message, advice })),
});

const RUN_KEYS =
  'product_line, instance_count, parallelism, partition_by, batch_size, limit, app_id_start, app_id_end, max_failure_rate, max_failures, dry_run, slice_seconds';

async function failing(): Promise<never> {
  throw new TypeError('inner workings');
}

const CASES: readonly Case[] = [
  {
    title: 'a run request with several faults gets them all, unknown keys with the list of allowed ones',
    call: async () => api.call('runs', { body: { instance_count: 0, dry_run: 'yes', colour: 'red' } }),
    problem: {
      ...invalid(
        ['product_line', 'missing'],
        ['instance_count', 'must be at least 1'],
        ['dry_run', 'must be true or false'],
        ['colour', 'unknown', `Allowed are ${RUN_KEYS}.`],
      ),
      detail: 'Invalid run request',
    },
  },
  {
    title: 'an unknown product line is told the known ones',
    call: async () => api.call('runs', { body: { product_line: 'fax' } }),
    problem: {
      ...invalid(['product_line', "'fax' is not known", 'Known are letters, parcels.']),
      detail: 'Unknown product line',
    },
  },
  {
    title: 'a body that is no object',
    call: async () => api.call('runs', { body: '[]' }),
    problem: {
      ...invalid(['request', 'must be an object']),
      detail: 'Invalid run request',
    },
  },
  {
    title: 'a malformed Idempotency-Key',
    call: async () =>
      api.call('runs', { body: { product_line: 'letters' }, headers: { 'idempotency-key': 'x'.repeat(201) } }),
    problem: invalid(['Idempotency-Key', 'is malformed', 'Give 1 to 200 visible ASCII characters, e.g. a UUID.']),
  },
  {
    title: 'unknown parameters are refused with the list of allowed ones',
    call: async () => api.call('failures?product_line=letters&page=2&limit=0'),
    problem: invalid(
      ['limit', 'must be at least 1'],
      ['page', 'unknown', 'Allowed are product_line, after_app_id, limit, format, reason, run_id.'],
    ),
  },
  {
    title: 'a document id that is none',
    call: async () => api.call('documents/abc?product_line=letters'),
    problem: invalid(['app_id', 'must be a whole number from -2^63 to 2^63 - 1']),
  },
  {
    title: 'ids that no column can hold',
    call: async () =>
      api.call('failures/redrive', {
        body: { product_line: 'letters', app_ids: ['9223372036854775807', '9223372036854775808'] },
      }),
    problem: invalid(['app_ids.1', 'must be a whole number from -2^63 to 2^63 - 1']),
  },
  {
    title: 'a page after an id that no column can hold',
    call: async () => api.call('failures?product_line=letters&after_app_id=-9223372036854775809'),
    problem: invalid(['after_app_id', 'must be a whole number from -2^63 to 2^63 - 1']),
  },
  {
    title: 'a body where none belongs',
    call: async () => api.call('runs/1/pause', { body: { now: true } }),
    problem: invalid(['now', 'unknown', 'None is allowed.']),
  },
  {
    title: 'a body that is not JSON',
    call: async () => api.call('runs', { body: '{"product_line": }' }),
    problem: {
      type: 'urn:xmlfan:problem:malformed-body',
      title: 'Malformed body',
      status: 400,
      detail: "The body is not JSON: Unexpected token '}'",
    },
  },
  {
    title: 'a body of another type',
    call: async () => api.call('runs', { body: 'product_line=letters', headers: { 'content-type': 'text/plain' } }),
    problem: {
      type: 'urn:xmlfan:problem:unsupported-media-type',
      title: 'Unsupported media type',
      status: 415,
      detail: 'Send the body with content-type: application/json.',
    },
  },
  {
    title: 'a body that is too large',
    call: async () => api.call('failures/redrive', { body: JSON.stringify('9'.repeat(70_000)) }),
    problem: {
      type: 'urn:xmlfan:problem:body-too-large',
      title: 'Body too large',
      status: 413,
      detail: 'A body may have 65536 bytes.',
    },
  },
  {
    title: 'an unknown run',
    call: async () => api.call('runs/none'),
    problem: { type: 'urn:xmlfan:problem:not-found', title: 'Not found', status: 404, detail: 'There is no run none.' },
  },
  {
    title: 'pausing an unknown run',
    call: async () => api.call('runs/none/pause', { method: 'POST' }),
    problem: { type: 'urn:xmlfan:problem:not-found', title: 'Not found', status: 404, detail: 'There is no run none.' },
  },
  {
    title: 'an unknown document',
    call: async () => api.call('documents/77?product_line=letters'),
    problem: {
      type: 'urn:xmlfan:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: 'letters has no document 77.',
    },
  },
  {
    title: 'an unknown path',
    call: async () => api.call('jobs'),
    problem: {
      type: 'urn:xmlfan:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing at /api/jobs.',
    },
  },
  {
    title: 'a method that a path does not take',
    call: async () => api.call('runs', { method: 'DELETE' }),
    problem: {
      type: 'urn:xmlfan:problem:method-not-allowed',
      title: 'Method not allowed',
      status: 405,
      detail: '/api/runs takes POST, GET.',
    },
  },
];

for (const { title, call, problem } of CASES)
  test(`an error is a problem document: ${title}`, async () => {
    const { status, headers, body } = await call();

    assert.deepEqual(body, problem);
    assert.equal(status, body['status']);
    assert.equal(headers.get('content-type'), 'application/problem+json');
  });

test('a database that does not do what it is asked is a problem of its own', () => {
  const { problem } = toProblemError(new StoreError('SQLite: no such function: x', { transient: false }), 'reference');
  assert.deepEqual([problem.status, problem.type], [503, 'urn:xmlfan:problem:database-error']);
  assert.match(String(problem.detail), /no such function/);
});

test('what the login may not do is told as that', async () => {
  const error = new StoreError("SQL Server: The SELECT permission was denied on the object 'log'. (SQL error 229)", {
    transient: false,
    permission: true,
  });

  assert.deepEqual(toProblemError(error, 'reference').problem, {
    type: 'urn:xmlfan:problem:database-permission',
    title: 'The database login lacks a permission',
    status: 503,
    detail: error.message,
  });
});

test('an unexpected error tells the caller a reference only, and the log the rest', async () => {
  const errors: LogFields[] = [];
  const log: Log = { ...silentLog, error: (_message, fields = {}) => void errors.push(fields) };
  const { createApi } = await import('../../src/api/api.ts');
  const backend = {
    settings: () => {
      throw new TypeError('inner workings');
    },
    contracts: failing,
    lines: failing,
    close: failing,
  };
  const handle = createApi({
    backend,
    runner: { start: failing, resume: failing, state: failing },
    log,
    nameKey: () => '',
  });

  const health = await (await handle(new Request('http://localhost/api/health'))).text();
  errors.length = 0;
  const response = await handle(new Request('http://localhost/api/runs'));

  const text = await response.text();
  assert.doesNotMatch(health, /inner workings/);
  assert.equal(response.status, 500);
  assert.doesNotMatch(text, /inner workings/);
  const reference = String(errors[0]?.['reference']);
  assert.deepEqual(JSON.parse(text), {
    type: 'urn:xmlfan:problem:unexpected',
    title: 'Unexpected error',
    status: 500,
    detail: 'The log has the details under this reference.',
    instance: `urn:uuid:${reference}`,
  });
  assert.match(String(errors[0]?.['error']), /^TypeError: inner workings/);
});
