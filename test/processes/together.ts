import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** Which test files share a process, which loads and compiles what they test but once: name of a file beside this one -> patterns. */
const PROCESSES: Readonly<Record<string, readonly string[]>> = {
  pure: ['{xml,values,expression,contract,mapping}/**/*.test.ts'],
  store: ['store/**/*.test.ts'],
  run: ['run/*.test.ts'],
  // Functions are registered once a process, those of the sources and those of the package.
  functions: ['functions/{conformance,control,failure,run,start,watchdog}.test.ts', 'api/*.test.ts'],
  replay: ['functions/replay.test.ts'],
  packaged: ['functions/packaged.test.ts'],
  commands: ['commands/*.test.ts'],
  dashboard: ['dashboard/*.test.ts'],
  chaos: ['chaos/*.test.ts'],
  // What measures and traces is registered once a process, and would take in what others do.
  telemetry: ['telemetry.test.ts'],
};

const REST = 'rest';

/**
 * Runs the test files of a process, each in a suite of its own, which has its hooks. Alone a file runs as ever: `node --test test/xml/read.test.ts`.
 * `rest` has all that no pattern names, so that none is forgotten.
 */
export function together(name: string): void {
  const files = name === REST ? filesOfRest() : filesOf(PROCESSES[name] ?? []);
  assert.ok(files.length > 0, `no test file belongs to ${name}`);
  for (const path of files)
    describe(path, async () => {
      await import(`../${path}`);
    });
}

function filesOf(patterns: readonly string[]): readonly string[] {
  return globSync([...patterns], { cwd: TESTS }).toSorted();
}

function filesOfRest(): readonly string[] {
  const processes = filesOf(['processes/*.test.ts']).map((path) => basename(path, '.test.ts'));
  assert.deepEqual(processes.toSorted(), [...Object.keys(PROCESSES), REST].toSorted());
  const named = new Set(filesOf([...Object.values(PROCESSES).flat(), 'processes/*.test.ts']));
  return filesOf(['**/*.test.ts']).filter((path) => !named.has(path));
}
