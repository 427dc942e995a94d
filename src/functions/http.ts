import { app } from 'durable-functions';
import { ROUTES, ROUTE_NAMES } from '../api/routes.ts';
import { answerHttp } from './host/http.ts';

for (const name of ROUTE_NAMES) {
  const { method, path } = ROUTES[name];
  app.client.http(name, { methods: [method], route: path, authLevel: 'function', handler: answerHttp });
}

// What no route matches is told as a problem too: the host alone would answer 404 without a word, even where only the method is wrong.
// The host asks functions in the order of their names, so this one must come last.
app.client.http('unknownRoute', {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  route: '{*path}',
  authLevel: 'function',
  handler: answerHttp,
});
