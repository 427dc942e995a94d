import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { MOST_ISSUES, renderRun, renderRuns } from '../../src/commands/render.ts';
import { processTerminal } from '../../src/commands/terminal.ts';
import { openWatch } from '../../src/commands/watch.ts';
import { viewRun, type RunView } from '../../src/run/report.ts';
import { canonicalRequest, parseRunRequest } from '../../src/run/request.ts';

const TOTALS = {
  documents: 120,
  success: 110,
  failed: 10,
  alreadyPresent: 0,
  doneByAnother: 0,
  rows: 330,
  duplicateRows: 0,
  batches: 2,
};

describe('the summary of a run', () => {
  test('says how many of the planned documents are done', () => {
    assert.match(
      renderRun(view([]), screen()),
      /^ {2}120 of 500 documents: 110 success, 10 failed \(91\.7 % success\)$/m,
    );
  });

  test('leaves the partitions out where the terminal is too narrow for the table', () => {
    const partition = / partition .*\n0 of 1 +app_id % 1 == 0 /;
    assert.match(renderRun(view([]), screen(150)), partition);
    assert.doesNotMatch(renderRun(view([]), screen(80)), partition);
  });

  test('has tables of 40 columns on, with what matters most', () => {
    for (let columns = 40; columns <= 120; columns += 3) {
      const tables = `${renderRun(view([]), screen(columns)).split('\n\n')[1]}\n${renderRuns([view([])], screen(columns))}`;
      assert.match(tables, /^instance .*status .*documents .*failed/m);
      assert.match(tables, /^run .*product line .*status .*%/m);
      assert.deepEqual(
        tables.split('\n').filter((line) => line.length > columns),
        [],
      );
    }
  });

  test('says since when nothing was heard, in place of a rate and of how long it takes', () => {
    const run = view([], { heartbeatAge: 200 });
    const since = 'silent since 2026-01-02 03:04 UTC';
    assert.match(renderRun(run, screen()), new RegExp(`orders: running, ${since} after `));
    assert.doesNotMatch(renderRun(run, screen()), /to go/);
    assert.match(renderRun(run, screen()), /^0 of 1 .* silent /m);
    assert.match(renderRuns([run], screen()), new RegExp(` running, ${since} `));
    assert.match(frame(100, run), new RegExp(`\\n {2}120 of 500 documents \\(24 %\\), 10 failed, ${since}\r?\n`));
  });

  test('shows of many instances only those that are not done, if it is asked to', () => {
    const [one] = view([]).instances;
    assert.ok(one !== undefined);
    const instances = Array.from({ length: 64 }, (_, id) => ({
      ...one,
      instance_id: id,
      instance_count: 64,
      status: id === 7 ? ('failed' as const) : ('completed' as const),
      seconds: id,
    }));
    const run = { ...view([]), instances };
    const text = renderRun(run, screen(), { mostInstances: 16 });
    assert.deepEqual(text.match(/^\d+ of 64/gm), ['7 of 64']);
    assert.match(
      text,
      new RegExp(`^total .*\n… 63 more of 64 instances, in 0 s to 63 s each: \`xmlfan status ${run.run_id}\`$`, 'm'),
    );
    assert.equal(renderRun(run, screen()).match(/^\d+ of 64/gm)?.length, 64);
  });

  test('keeps its state on a narrow screen that is watched, and shortens its id', () => {
    assert.match(frame(100), /Run 0f0f0f0f-0000-\S+ of orders: running\r?\n/);
    assert.match(frame(50), /Run 0f0f0f0f of orders: running\r?\n/);
  });

  test('tells the stage and a sentence of each reason', () => {
    const text = renderRun(
      view([
        { reason: 'source: blank document', documents: 3 },
        { reason: invalidId('…'), documents: 4 },
      ]),
      screen(),
    );
    assert.match(
      text,
      /^documents {2}stage +reason\n +4 {2}validation {2}Invalid app_id format: … \(must be integer\)\.\n +3 {2}source +Blank document\.\n +3 +no longer in the log, as after redrive$/m,
    );
  });

  test('breaks long reasons between words where the terminal is narrow', () => {
    const sentence =
      'Missing required application element: /Provenir/Request/CustData/loan_application, which another line has.';
    const failures = [{ reason: `validation: ${sentence}`, documents: 3 }];
    const text = renderRun(view(failures), screen(80));
    assert.ok(
      text.split('\n').every((line) => line.length <= 80),
      text,
    );
    assert.match(text.replaceAll(/\n +/g, ' '), new RegExp(sentence.replaceAll('/', String.raw`\/`)));
    assert.match(renderRun(view(failures), screen()), /loan_application, which another line has\.$/m);
  });

  test('tells the largest quality issues, and how to see why', () => {
    const run = { ...view([]), quality_issues: [2, 9, 4, 5, 6, 7, 8].map(issue) };
    const text = renderRun(run, screen(), { mostIssues: MOST_ISSUES });
    assert.match(text, /^documents +issue +place +e\.g\. app_id\n +9 +unreadable +orders\.c9 +9, 7, 8, …\n/m);
    assert.equal(text.match(/ unreadable /g)?.length, 5);
    assert.match(text, new RegExp(`^2 more: \`xmlfan status ${run.run_id}\`\n`, 'm'));
    assert.match(text, /^To see why: `xmlfan explain --product-line orders --app-id 9 --column c9`$/m);
    assert.equal(renderRun(run, screen()).match(/ unreadable /g)?.length, 7);
  });

  test('counts what is left out of the list of reasons', () => {
    const failures = Array.from({ length: 50 }, (_, i) => ({ reason: `mapping: ${i}`, documents: 1 }));
    assert.match(
      renderRun({ ...view(failures), totals: { ...view([]).totals, failed: 62 } }, screen()),
      /^ +12 +rarer reasons$/m,
    );
  });
});

function issue(documents: number): RunView['quality_issues'][number] {
  return {
    kind: 'unreadable',
    table: 'orders',
    column: `c${documents}`,
    documents,
    app_ids: [String(documents), '7', '8', '9'],
  };
}

/** A run as it is watched on a screen. */
function frame(columns: number, run = view([])): string {
  const { stdout } = screen(columns);
  const watch = openWatch({ ...processTerminal, env: {}, stdout }, {});
  watch.run(run);
  watch.close();
  return String(stdout.read());
}

/** A terminal of a width; without one, a pipe. */
function screen(columns?: number) {
  return { stdout: Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns }) };
}

function invalidId(id: string): string {
  return `validation: ['CRITICAL: Invalid app_id format: ${id} (must be integer)']`;
}

function view(
  reasons: readonly { readonly reason: string; readonly documents: number }[],
  { heartbeatAge = 0 } = {},
): RunView {
  const failures = reasons.map((each) => ({ ...each, firstAt: null }));
  const runId = '0f0f0f0f-0000-4000-8000-000000000000';
  const time = '2026-01-02T03:04:05.000Z';
  return viewRun(
    {
      runId,
      productLine: 'orders',
      contractHash: 'x',
      request: canonicalRequest(parseRunRequest({ product_line: 'orders', instance_count: 1 })),
      trigger: 'cli',
      dryRun: false,
      status: 'running',
      silent: false,
      stale: false,
      stillSeconds: 0,
      pauses: [],
      aliveUntil: time,
      started: time,
      ended: null,
      planned: 500,
      error: null,
    },
    [
      {
        runId,
        partition: { by: 'modulo', instanceId: 0, instanceCount: 1, bounds: { start: null, end: null } },
        sessionId: '20260102_030405_0f0f0f_0of1',
        status: 'running',
        planned: 500,
        cursor: '120',
        totals: TOTALS,
        issues: [],
        started: time,
        heartbeat: '2026-01-02T03:04:15.000Z',
        heartbeatAge,
        leased: true,
        leaseSeconds: null,
        samples: [],
        unmatched: null,
        error: null,
      },
    ],
    failures,
  );
}
