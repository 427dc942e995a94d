import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { ProblemError } from './problem.ts';
import { problemResponse } from './response.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Asked for in `x-functions-key` or `?code=`, as the Functions host does; null = only this machine is served. */
  readonly key: string | null;
  /** Requests that need no key all the same. */
  readonly isOpen?: (request: Request) => boolean;
  readonly handle: (request: Request) => Promise<Response>;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a function from Request to Response over HTTP. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    respond(options, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    url: `http://${printHost(options.host)}:${portOf(server.address())}`,
    close: async () =>
      new Promise((resolve) => {
        // Callers that never end their request are not waited for.
        const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(impatience);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Pages ask every few seconds, and every half minute while nothing happens: each time on the connection that they have. */
const KEEP_ALIVE_MS = 65_000;

/** How long answers that are being sent have when the server closes. */
const GRACE_MS = 2000;

/** Whether a server that listens there can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

async function respond(options: ServerOptions, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const response = await answer(options, incoming);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
  // What was not read of a refused body must not be taken for the next request.
  incoming.resume();
}

async function answer(
  { key, isOpen = () => false, handle }: ServerOptions,
  incoming: IncomingMessage,
): Promise<Response> {
  const request = toRequest(incoming);
  if (request === null) return problemResponse(MALFORMED);
  if (key !== null && isOpen(request)) return handle(request);
  const refusal = key === null ? refuseOtherSites(request) : refuseWrongKey(request, key);
  return refusal === null ? handle(request) : problemResponse(refusal);
}

function toRequest(incoming: IncomingMessage): Request | null {
  const { method = 'GET', url = '/', headers } = incoming;
  const body = method === 'GET' || method === 'HEAD' || !announcesBody(headers) ? null : Readable.toWeb(incoming);
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, String(value));
  try {
    return new Request(`http://${headers.host ?? ''}${url}`, { method, headers: sent, body, duplex: 'half' });
  } catch {
    return null;
  }
}

/** Only these headers tell a body (RFC 9112, section 6); many clients send neither when they have none. */
function announcesBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Without a key, a web page must not get at this server: neither by a name that it has pointed here (DNS rebinding) nor from a site of its own.
 * Browsers name the site that asks in `Sec-Fetch-Site`, other ports of this machine included; who follows a link from there may.
 */
function refuseOtherSites({ method, url, headers }: Request): ProblemError | null {
  const { hostname, origin } = new URL(url);
  if (!isLoopback(hostname.replace(/^\[(.*)\]$/u, '$1'))) return FORBIDDEN;
  const site = headers.get('sec-fetch-site') ?? 'none';
  const follows =
    method === 'GET' && headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';
  if (site !== 'none' && site !== 'same-origin' && !follows) return OTHER_SITE;
  return (headers.get('origin') ?? origin) === origin ? null : OTHER_SITE;
}

function refuseWrongKey(request: Request, key: string): ProblemError | null {
  const given = request.headers.get('x-functions-key') ?? new URL(request.url).searchParams.get('code') ?? '';
  return timingSafeEqual(digest(given), digest(key)) ? null : UNAUTHORIZED;
}

/** Of equal length for any text. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const MALFORMED = new ProblemError({ status: 400, kind: 'malformed-request', title: 'Malformed request' });
const FORBIDDEN = new ProblemError({
  status: 403,
  kind: 'forbidden',
  title: 'Forbidden',
  detail: 'Without XMLFAN_API_KEY only this machine is served, by the name localhost.',
});
const OTHER_SITE = new ProblemError({
  status: 403,
  kind: 'forbidden',
  title: 'Forbidden',
  detail: 'Without XMLFAN_API_KEY no page of another site is served.',
});
const UNAUTHORIZED = new ProblemError({
  status: 401,
  kind: 'unauthorized',
  title: 'Unauthorized',
  detail: 'Send the key in the header x-functions-key.',
});

function printHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}
