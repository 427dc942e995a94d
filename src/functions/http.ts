import { app } from 'durable-functions';
import { ROUTES, ROUTE_NAMES } from '../api/routes.ts';
import { answerHttp } from './host/http.ts';

for (const name of ROUTE_NAMES) {
  const { method, path } = ROUTES[name];
  app.client.http(name, { methods: [method], route: path, authLevel: 'function', handler: answerHttp });
}
