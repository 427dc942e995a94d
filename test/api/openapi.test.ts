import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeApi } from '../../src/api/openapi.ts';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import { ROUTES, ROUTE_NAMES, matchRoute } from '../../src/api/routes.ts';

const document = JSON.parse(JSON.stringify(describeApi(ENDPOINTS)));

test('every route is described, with the parameters of its path', () => {
  for (const name of ROUTE_NAMES) {
    const { method, path, summary } = ROUTES[name];
    const described = document.paths[`/api/${path.replace('*', '')}`][method.toLowerCase()];
    const inPath = described.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
    assert.deepEqual([described.operationId, described.summary], [name, summary]);
    assert.deepEqual(
      inPath.map((parameter: { name: string }) => `{${parameter.name}}`),
      path.replace('*', '').match(/\{\w+\}/g) ?? [],
    );
  }
});

test('a run request is described by the schema that checks it', () => {
  const { schema } = document.paths['/api/runs'].post.requestBody.content['application/json'];

  assert.deepEqual(schema.required, ['product_line']);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(schema.properties.partition_by, {
    default: 'modulo',
    description: 'How documents are split; modulo of ids that are no whole numbers is that of their hash',
    type: 'string',
    enum: ['modulo', 'hash', 'range'],
  });
});

test('what needs no key and what can be had as CSV says so', () => {
  const operations: { operationId: string; security?: unknown; responses: Record<string, { content: object }> }[] =
    ROUTE_NAMES.map(
      (name) => document.paths[`/api/${ROUTES[name].path.replace('*', '')}`][ROUTES[name].method.toLowerCase()],
    );

  const open = operations.filter(({ security }) => security !== undefined);
  const csv = operations.filter(({ responses }) => 'text/csv' in (responses['200']?.content ?? {}));
  assert.deepEqual(
    open.map(({ operationId, security, responses }) => [operationId, security, '401' in responses]),
    [
      ['getLiveness', [], false],
      ['getDashboard', [], false],
      ['getDashboardFile', [], false],
    ],
  );
  assert.deepEqual(csv.map(({ operationId }) => operationId).toSorted(), ['listFailures', 'listPending']);
});

test('errors are described as problem documents', () => {
  const { responses } = document.paths['/api/runs'].post;

  assert.deepEqual(Object.keys(responses), ['202', '400', '401', '409', '413', '415', '422', '500', '503']);
  assert.deepEqual(responses['409'].content, {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  });
});

test('a path is told apart by its parts, whatever characters a parameter has', () => {
  assert.deepEqual(matchRoute('GET', 'runs/a%2Fb'), { name: 'getRun', params: { run_id: 'a/b' } });
  assert.deepEqual(matchRoute('POST', 'runs/7/pause'), { name: 'pauseRun', params: { run_id: '7' } });
  assert.deepEqual(matchRoute('GET', 'runs/7/pause'), { allow: ['POST'] });
  assert.deepEqual(matchRoute('GET', 'runs/'), { allow: [] });
  assert.deepEqual(matchRoute('GET', 'runs/%'), { name: 'getRun', params: { run_id: '%' } });
});

test('every route answers its own path', () => {
  for (const name of ROUTE_NAMES) {
    const { method, path } = ROUTES[name];
    const match = matchRoute(method, path);
    assert.equal('name' in match && match.name, name, `${method} ${path}`);
  }
});
