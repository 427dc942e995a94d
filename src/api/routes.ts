/** Where an endpoint is found; `{name}` in a path is a parameter, `{*name}` at its end one that holds the rest. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below `/api/`. */
  readonly path: string;
  readonly summary: string;
  /** Needs no key, for it tells nothing about the deployment. */
  readonly open?: true;
  /** Is asked again and again by who watches, and may be a second old. */
  readonly shared?: true;
}

/**
 * Every route of the HTTP API: what the Functions host registers, the local server matches and the OpenAPI document lists.
 * Apart from what answers them (`endpoints.ts`), so that a cold start loads no schema and no store.
 */
export const ROUTES = {
  startRun: { method: 'POST', path: 'runs', summary: 'Start a run' },
  listRuns: { method: 'GET', path: 'runs', summary: 'List runs, newest first', shared: true },
  getRun: { method: 'GET', path: 'runs/{run_id}', summary: 'Show the progress of a run', shared: true },
  pauseRun: { method: 'POST', path: 'runs/{run_id}/pause', summary: 'Pause a run after the groups in flight' },
  resumeRun: { method: 'POST', path: 'runs/{run_id}/resume', summary: 'Let a paused run go on' },
  cancelRun: { method: 'POST', path: 'runs/{run_id}/cancel', summary: 'End a run after the groups in flight' },
  redriveFailures: { method: 'POST', path: 'failures/redrive', summary: 'Give failed documents to the next run again' },
  listFailures: { method: 'GET', path: 'failures', summary: 'List failed documents by id' },
  listReasons: { method: 'GET', path: 'failures/reasons', summary: 'Count failed documents by reason' },
  listPending: { method: 'GET', path: 'pending', summary: 'List documents that wait, by id' },
  redoDocuments: {
    method: 'POST',
    path: 'documents/redo',
    summary: 'Delete rows of documents and have the next run make them anew',
  },
  getDocument: { method: 'GET', path: 'documents/{app_id}', summary: 'Show what became of a document' },
  listContracts: { method: 'GET', path: 'contracts', summary: 'List the product lines', shared: true },
  getContract: {
    method: 'GET',
    path: 'contracts/{product_line}',
    summary: 'Show what a contract fills, and from where',
  },
  getLiveness: { method: 'GET', path: 'health/live', summary: 'Answer if the app is running', open: true },
  getHealth: { method: 'GET', path: 'health', summary: 'Check settings, contracts and database' },
  getOpenApi: { method: 'GET', path: 'openapi.json', summary: 'Describe this API' },
  getDashboard: { method: 'GET', path: 'dashboard', summary: 'Show the page for operators', open: true },
  getDashboardFile: { method: 'GET', path: 'dashboard/{*file}', summary: 'A file of that page', open: true },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** Whether a path below `/api/` may be asked for without a key. */
export function isOpen(method: string, path: string): boolean {
  const match = matchRoute(method, path);
  if (!('name' in match)) return false;
  const route: Route = ROUTES[match.name];
  return route.open === true;
}

/** Tells the route of a request apart, with its path parameters; or which methods the path has; or neither. */
export function matchRoute(
  method: string,
  path: string,
): { readonly name: RouteName; readonly params: Readonly<Record<string, string>> } | { readonly allow: string[] } {
  const allow: string[] = [];
  for (const name of ROUTE_NAMES) {
    const route = ROUTES[name];
    const params = matchPath(route.path, path);
    if (params !== null && route.method === method) return { name, params };
    if (params !== null) allow.push(route.method);
  }
  return { allow };
}

export const ROUTE_NAMES = Object.keys(ROUTES).filter((name): name is RouteName => name in ROUTES);

function matchPath(template: string, path: string): Record<string, string> | null {
  const names = template.split('/');
  const parts = path.split('/');
  const last = names.at(-1) ?? '';
  if (last.startsWith('{*')) parts.splice(names.length - 1, Infinity, parts.slice(names.length - 1).join('/'));
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? '';
    if (name.startsWith('{') && part !== '') params[name.replaceAll(/[{*}]/g, '')] = decode(part);
    else if (name !== part) return null;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
