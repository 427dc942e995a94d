import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import toIstanbul from 'v8-to-istanbul';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Begins to count which lines of the modules run that this process loads from now on. */
export async function startCoverage(): Promise<Session> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return session;
}

/** Asserts that a share of the lines has run, of all files that a pattern names; says of which files less has. */
export async function assertCovered(session: Session, pattern: string, least: number): Promise<string> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const ran = new Map(result.map(({ url, functions }) => [url, functions]));
  const files = globSync(pattern, { cwd: ROOT, exclude: ['src/xml/assembly/**'] });
  const counts = await Promise.all(files.map(async (path) => ({ path, ...(await linesOf(path, ran)) })));
  const sum = (of: 'lines' | 'covered'): number => counts.reduce((all, file) => all + file[of], 0);
  const share = sum('covered') / sum('lines');
  const weak = counts
    .filter(({ lines, covered }) => covered < least * lines)
    .map(({ path, lines, covered }) => `${path}: ${percent(covered / lines)}`);
  assert.ok(share >= least, `${percent(share)} of the lines have run, less than ${percent(least)}\n${weak.join('\n')}`);
  return [`${percent(share)} of ${sum('lines')} lines have run`, ...weak].join('\n');
}

async function linesOf(
  path: string,
  ran: ReadonlyMap<string, Parameters<ReturnType<typeof toIstanbul>['applyCoverage']>[0]>,
): Promise<{ readonly lines: number; readonly covered: number }> {
  const file = join(ROOT, path);
  const functions = ran.get(pathToFileURL(file).href);
  // What only has types is never loaded.
  if (functions === undefined) return { lines: isOnlyTypes(file) ? 0 : countLines(file), covered: 0 };
  const converter = toIstanbul(file, 0);
  await converter.load();
  converter.applyCoverage(functions);
  const hits = Object.values(converter.toIstanbul()[file]?.s ?? {});
  return { lines: hits.length, covered: hits.filter((count) => count > 0).length };
}

function countLines(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length;
}

function isOnlyTypes(file: string): boolean {
  return !/^(?:export )?(?:async )?(?:function|const|let|class) /m.test(readFileSync(file, 'utf8'));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
