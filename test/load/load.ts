import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spreadOf } from '../bench/measure.ts';
import { openBenchDatabase } from '../bench/database.ts';
import { fullDocuments, LOAN } from '../bench/documents.ts';
import { openClients } from './clients.ts';
import { serveLoaded, type LoadedServer } from './server.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    every: { type: 'string', default: '2' },
    documents: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '0' },
  },
});
const [clients, documents] = [Number(values.clients), Number(values.documents)];
const everyMs = Number(values.every) * 1000;
const folder = mkdtempSync(join(tmpdir(), 'xmlfan-load-'));

/**
 * What a run of `serve` costs a document in CPU while clients ask for its status, compared in turn with a run that nobody watches, and with one
 * beside which the same clients ask another server: what they take of the machine's caches and cores is theirs, not the status's.
 * `npm run test:load -- --clients 200 --every 2 --rounds 5`. With `--minutes 10` instead: what the server holds in that time, while runs go
 * on and clients ask.
 */
async function load(): Promise<void> {
  const filled = join(folder, 'filled.db');
  await fillOne(filled);
  if (Number(values.minutes) > 0) await watchLeaks(filled, Number(values.minutes));
  else await compareRounds(filled, Number(values.rounds));
}

async function fillOne(path: string): Promise<void> {
  const made = await openBenchDatabase(LOAN);
  await made.add(fullDocuments(LOAN, documents, 3_000));
  const source = new DatabaseSync(made.store.slice('sqlite:'.length));
  source.exec(`VACUUM INTO '${path}'`);
  source.close();
  await made.close();
}

/** Whom the clients ask. */
const ASKED = ['nobody', 'another', 'the run'] as const;
type Asked = (typeof ASKED)[number];

async function compareRounds(filled: string, rounds: number): Promise<void> {
  const another = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(another, 'listening');
  const elsewhere = `http://127.0.0.1:${Object(another.address()).port}/`;
  const rises = { nobody: Array<number>(), another: Array<number>() };
  for (let round = 0; round < rounds; round += 1) {
    const cpu = { nobody: 0, another: 0, 'the run': 0 };
    // Each of the three is first, second and last in turn.
    for (const place of ASKED.keys()) {
      const asked = ASKED[(round + place) % ASKED.length] ?? 'nobody';
      const told = await measure(filled, asked, elsewhere);
      cpu[asked] = told.cpuMsADocument;
      print({ asked, ...told });
    }
    rises.nobody.push(100 * (cpu['the run'] / cpu.nobody - 1));
    rises.another.push(100 * (cpu['the run'] / cpu.another - 1));
  }
  another.close();
  print({ risePercent: spreadOf(rises.nobody), risePercentBesideClients: spreadOf(rises.another) });
}

/** One run on a database of its own, in a server of its own. */
async function measure(filled: string, asked: Asked, elsewhere: string) {
  const path = join(folder, 'round.db');
  copyFileSync(filled, path);
  const server = await serveLoaded(`sqlite:${path}`);
  const before = server.cpu();
  const begun = performance.now();
  const url = await startRun(server, false);
  const watching = openClients(asked === 'another' ? elsewhere : url, {
    clients: asked === 'nobody' ? 0 : clients,
    everyMs,
  });
  await untilEnded(url);
  const cpuMsADocument = (1000 * (server.cpu() - before)) / documents;
  const seconds = (performance.now() - begun) / 1000;
  const told = await watching.stop();
  await server.close();
  return { cpuMsADocument, seconds, ...told };
}

/** Dry runs one after the other, then a real one, and every half minute what the server holds. */
async function watchLeaks(filled: string, minutes: number): Promise<void> {
  const server = await serveLoaded(`sqlite:${filled}`);
  const until = performance.now() + minutes * 60_000;
  const told = { runs: 0, answers: 0 };
  let nextSample = 0;
  for (let dry = true; dry;) {
    dry = performance.now() < until;
    const url = await startRun(server, dry);
    const watching = openClients(url, { clients, everyMs });
    while (!(await hasEnded(url))) {
      await sleep(500);
      if (performance.now() < nextSample) continue;
      nextSample = performance.now() + 30_000;
      print({ ...told, ...server.outside(), ...(await server.inside()) });
    }
    told.answers += (await watching.stop()).answers;
    told.runs += 1;
  }
  await sleep(5_000);
  print({ ...told, ...server.outside(), ...(await server.inside()) });
  await server.close();
}

/** Returns where its status is. */
async function startRun(server: LoadedServer, dry: boolean): Promise<string> {
  const body = JSON.stringify({ product_line: LOAN.productLine, dry_run: dry });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/api/runs`, { method: 'POST', body, headers });
  if (answer.status !== 202) throw new Error(await answer.text());
  return `${server.url}${answer.headers.get('location')}`;
}

async function untilEnded(url: string): Promise<void> {
  while (!(await hasEnded(url))) await sleep(500);
}

async function hasEnded(url: string): Promise<boolean> {
  const answer = await fetch(url);
  const run: { ended: string | null; status: string; error: string | null } = JSON.parse(await answer.text());
  if (run.ended !== null && run.status !== 'completed') throw new Error(`the run ended ${run.status}: ${run.error}`);
  return run.ended !== null;
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, shorten)}\n`);
}

function shorten(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

try {
  await load();
} finally {
  rmSync(folder, { recursive: true });
}
