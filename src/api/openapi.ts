import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import type { Route, RouteName } from './routes.ts';
import { ROUTES, ROUTE_NAMES } from './routes.ts';
import { problemView } from './views.ts';

/** What the description itself looks like, as far as it is described. */
export const openApiView = z.looseObject({ openapi: z.string(), paths: z.looseObject({}) });

/** The API as an OpenAPI 3.1 document, made of the schemas that check requests. */
export function describeApi(endpoints: Readonly<Record<RouteName, Endpoint>>): z.output<typeof openApiView> {
  const paths: Record<string, Record<string, object>> = {};
  for (const name of ROUTE_NAMES) {
    const route: Route = ROUTES[name];
    const path = (paths[`/api/${route.path.replace('{*', '{')}`] ??= {});
    path[route.method.toLowerCase()] = describeOperation(name, route, endpoints[name]);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'xmlfan',
      version: '1',
      description:
        'Starts and steers runs that turn XML documents into rows. Every error is a problem document (RFC 9457).',
    },
    paths,
    components: {
      schemas: { Problem: toJsonSchema(problemView) },
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A function or host key' },
      },
    },
    security: [{ key: [] }],
  };
}

function describeOperation(name: RouteName, { summary, open }: Route, endpoint: Endpoint): object {
  const { params, query, headers, body, answer, problems } = endpoint;
  const statuses = new Set([
    400,
    ...(open === true ? [] : [401]),
    500,
    503,
    ...problems,
    ...(body === null ? [] : [413, 415]),
  ]);
  return {
    operationId: name,
    summary,
    ...(open === true ? { security: [] } : {}),
    parameters: [...parameters('path', params), ...parameters('query', query), ...parameters('header', headers)],
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: toJsonSchema(body) } } } }),
    responses: {
      [answer.status]: {
        description: answer.description,
        content: {
          [answer.type ?? 'application/json']: { schema: toJsonSchema(answer.schema) },
          ...(answer.csv === true ? { 'text/csv': { schema: { type: 'string' } } } : {}),
        },
      },
      ...Object.fromEntries([...statuses].toSorted((a, b) => a - b).map((status) => [status, PROBLEM])),
    },
  };
}

const PROBLEM = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodObject): object[] {
  const { properties = {}, required = [] } = toJsonSchema(schema);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

/** What a client sends: before defaults and conversions. */
function toJsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
  });
  return rest;
}
