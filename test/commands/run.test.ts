import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, beforeEach, describe, test } from 'node:test';
import {
  CLAIMS,
  spawnXmlfan,
  startXmlfan,
  temporaryFolder,
  xmlfan,
  type Result,
  type Started,
} from '../support/cli.ts';
import { makeClaims } from '../support/claims.ts';

const DOCUMENTS = 240;

describe('run', () => {
  const folder = temporaryFolder();
  let made = 0;
  let file = '';
  const env = () => ({ XMLFAN_STORE: `sqlite:${file}`, WORKERS: '0', LEASE_SECONDS: '5' });
  const claims = (...args: string[]): Promise<Result> => xmlfan([...args, '--contract', CLAIMS], { env: env() });
  const start = (...args: string[]): Started => startXmlfan([...args, '--contract', CLAIMS], { env: env() });
  const change = (sql: string): void => {
    using db = new DatabaseSync(file, { timeout: 5000 });
    db.exec(sql);
  };
  const query = (sql: string) => {
    const db = new DatabaseSync(file, { timeout: 5000 });
    try {
      return db
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }));
    } finally {
      db.close();
    }
  };
  const logged = () => query('SELECT count(*) AS n, count(DISTINCT app_id) AS ids FROM "claims.conversion_log"')[0];
  const lastRun = async () => JSON.parse((await claims('status', '--json')).stdout)[0];

  before(async () => {
    file = join(folder, 'filled.db');
    await makeClaims(file, DOCUMENTS);
  });

  beforeEach(() => {
    made += 1;
    file = join(folder, `${made}.db`);
    copyFileSync(join(folder, 'filled.db'), file);
  });

  test('goes on to its end when nobody reads its news any more', async () => {
    const unheard = await spawnXmlfan(['run', '--workers', '1', '--log-level', 'debug', '--contract', CLAIMS], {
      env: env(),
    });
    unheard.child.stderr?.destroy();
    assert.equal((await unheard.ended).status, 3);
    assert.deepEqual(logged(), { n: DOCUMENTS, ids: DOCUMENTS });
    assert.equal((await lastRun()).status, 'completed');
  });

  test('what a misspelt contract looks for in vain is told over all processes of a run, whatever stands in for it', async () => {
    const contract = join(folder, 'misspelt.yaml');
    const text = readFileSync(CLAIMS, 'utf8')
      .replace('Claim/@injury', 'Cliam/@injury')
      .replace('Policy/@deductible', 'Policy/@dedutcible');
    writeFileSync(contract, text);
    const misspelt = (...args: string[]) => xmlfan([...args, '--contract', contract], { env: env() });
    for (const id of ['0', '1']) await misspelt('run', '--instance-id', id, '--instance-count', '2');
    const { stdout } = await misspelt('status', (await lastRun()).run_id);
    assert.match(
      stdout,
      new RegExp(
        '^Looked for and found in no document; is it misspelt\\?\\nfor +path or name\\n' +
          'claims\\.injury_flag +Cliam/@injury\\n' +
          'claim_policy\\.deductible +Policy/@dedutcible\\n',
        'm',
      ),
    );
    const ids = Array.from({ length: 110 }, (_, index) => String(index + 1));
    assert.match((await misspelt('map', '--app-id', ...ids)).stderr, /^claims\.injury_flag +Cliam\/@injury$/m);
    assert.doesNotMatch((await misspelt('map', '--app-id', ...ids.slice(0, 50))).stderr, /misspelt/);
  });

  test('converts what is pending, tells what came of it, and then finds nothing', async () => {
    const report = join(folder, 'report.json');
    const { status, stdout, stderr } = await claims(
      'run',
      '--instance-count',
      '3',
      '--workers',
      '1',
      '--report',
      report,
    );
    assert.equal(status, 3);
    assert.match(stdout, /^Run [\da-f-]{36} of insurance-claim: completed in /);
    for (const id of [0, 1, 2]) {
      assert.match(stdout, new RegExp(`^${id} of 3 +app_id % 3 == ${id} +completed +80 `, 'm'));
      assert.match(stderr, new RegExp(`Processing partition: app_id % 3 == ${id}`));
    }
    assert.match(stdout, /^total +240 /m);
    assert.match(stdout, /^Failures by reason\ndocuments {2}stage +reason\n/m);
    assert.match(stderr, /Page 1: fetched \d+ documents/);
    const read = JSON.parse(readFileSync(report, 'utf8'));
    assert.deepEqual(logged(), { n: DOCUMENTS, ids: DOCUMENTS });
    assert.equal(read.totals.documents, DOCUMENTS);
    assert.equal(read.totals.success + read.totals.failed, DOCUMENTS);
    assert.equal(read.failed_documents.length, read.totals.failed);
    const byStage: readonly (readonly [string, number])[] = Object.entries(read.failure_summary);
    assert.equal(
      byStage.reduce((sum, [, n]) => sum + n, 0),
      read.totals.failed,
    );
    assert.deepEqual(
      byStage.map(([key]) => key),
      [
        'source_failures',
        'validation_failures',
        'parsing_failures',
        'mapping_failures',
        'insertion_failures',
        'constraint_violations',
        'database_errors',
        'system_errors',
        'unknown_failures',
      ],
    );
    assert.ok(read.failure_summary.mapping_failures > 0 && read.failure_summary.parsing_failures > 0);
    assert.equal(read.failure_summary.unknown_failures, 0);
    assert.equal(read.store, `sqlite:${file}`);
    assert.deepEqual([read.target_schema, read.workers, read.request.instance_count], ['claims', 1, 3]);
    const again = await claims('run', '--instance-count', '3', '--log-level', 'error');
    assert.deepEqual(again, {
      status: 0,
      stdout: 'Nothing is pending: every document of insurance-claim has been converted or has failed before.\n',
      stderr: '',
    });
  });

  test('prints the report on stdout with --json, within a range and a limit', async () => {
    const options = ['--app-id-start', '101', '--app-id-end', '400', '--limit', '50', '--partition-by', 'range'];
    const { status, stdout } = await claims('run', '--json', ...options);
    assert.equal(status, 3);
    const view = JSON.parse(stdout);
    assert.deepEqual([view.status, view.planned, view.totals.documents, view.percent], ['completed', 50, 50, 100]);
    assert.deepEqual(query('SELECT min(app_id) AS least, max(app_id) AS most FROM "claims.conversion_log"'), [
      { least: 101, most: 150 },
    ]);
  });

  test('tells news as lines of JSON beside the report', async () => {
    const { stdout, stderr } = await claims('run', '--json', '--limit', '20');
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const last = events.findLast(({ event }) => event === 'progress');
    assert.deepEqual([last.documents, last.planned], [20, 20]);
    assert.ok(events.some(({ event, level }) => event === 'log' && level === 'info'));
    assert.equal(JSON.parse(stdout).totals.documents, 20);
  });

  test('ends as failed once more documents failed than may', async () => {
    change(`UPDATE "claims.claim_files" SET file_xml = ' ' WHERE app_id % 2 = 0`);
    const { status, stdout } = await claims('run', '--max-failures', '3', '--batch-size', '20', '--log-level', 'error');
    assert.equal(status, 1);
    assert.match(stdout, /^Run [\da-f-]{36} of insurance-claim: failed in /);
  });

  test('says so where there is nothing to convert', async () => {
    change('DELETE FROM "claims.claim_files"');
    const { status, stdout } = await claims('run', '--log-level', 'error');
    assert.equal(status, 0);
    assert.equal(
      stdout,
      `Nothing to convert: the source table claims.claim_files is empty. Load documents with \`xmlfan import --contract ${CLAIMS} FOLDER\`.\n`,
    );
  });

  test('lists pending and failed documents for a spreadsheet, and is watched until it has ended', async () => {
    const pending = async () => (await claims('status', '--pending', '--format', 'csv')).stdout.trimEnd().split('\n');
    assert.deepEqual((await pending()).slice(0, 3), ['app_id', '1', '2']);
    assert.equal((await pending()).length, DOCUMENTS + 1);
    await claims('run', '--log-level', 'error');
    assert.deepEqual(await pending(), ['app_id']);
    assert.match((await claims('status', 'x', '--pending')).stderr, /^Pending documents belong to no run:\n/);
    const { run_id: runId, totals } = await lastRun();
    const first = `SELECT min(app_id) FROM "claims.conversion_log" WHERE status = 'failed'`;
    change(`UPDATE "claims.conversion_log" SET failure_reason = '=cmd(), "x"' WHERE app_id = (${first})`);
    const { stdout } = await claims('status', runId, '--failures', '--format', 'csv');
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines[0], 'app_id,sentence,failure_reason,processing_time,session_id');
    assert.match(lines[1] ?? '', /^\d+,"'=cmd\(\), ""x""\.","'=cmd\(\), ""x""",2/);
    assert.equal(lines.length, totals.failed + 1);
    const watched = await claims('status', runId, '--watch');
    assert.equal(watched.status, 3);
    assert.match(
      watched.stdout,
      new RegExp(`^completed: 240 of 240 documents .*\\nRun ${runId} of insurance-claim: completed `),
    );
  });

  test('refuses a report that cannot be written before anything is converted', async () => {
    const report = join(folder, 'none', 'report.json');
    const { status, stderr } = await claims('run', '--report', report);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      `The report could not be written:\n  --report: ENOENT: no such file or directory, open '${report}'\n` +
        '    Name a file that can be written.\n',
    );
    assert.deepEqual(logged(), { n: 0, ids: 0 });
  });

  test('writes nothing in a dry run, and says so', async () => {
    const { status, stdout } = await claims('run', '--dry-run', '--log-level', 'error');
    assert.equal(status, 3);
    assert.match(stdout, /A dry run: no rows and no log were written/);
    assert.deepEqual(logged(), { n: 0, ids: 0 });
    assert.deepEqual(query('SELECT count(*) AS n FROM "claims.claims"'), [{ n: 0 }]);
  });

  test('exits 1 if too many documents fail', async () => {
    change(`UPDATE "claims.claim_files" SET file_xml = ' ' WHERE app_id % 2 = 0`);
    const { status, stdout } = await claims(
      'run',
      '--max-failure-rate',
      '0.1',
      '--batch-size',
      '20',
      '--log-level',
      'error',
    );
    assert.equal(status, 1);
    assert.match(stdout, /^Run [\da-f-]{36} of insurance-claim: failed in /);
  });

  test('stops at Ctrl-C after the current batch, and the same command goes on', async () => {
    const command = ['run', '--instance-count', '2', '--batch-size', '5', '--log-level', 'debug'];
    const { interrupt, ended, stderrHas } = start(...command);
    await stderrHas('Page 2: fetched');
    interrupt();
    const { status, stdout, stderr } = await ended;
    assert.equal(status, 130);
    assert.match(stderr, /^Stopping after the current batch\. Press Ctrl-C again to end at once\.$/m);
    const [, runId] =
      /^Stopped\. What was committed stays; the same command goes on with run (\S+)\.$/m.exec(stderr) ?? [];
    assert.match(stdout, new RegExp(`^Run ${runId} of insurance-claim: paused after `));
    const { n } = logged() ?? {};
    assert.ok(typeof n === 'number' && n > 0 && n < DOCUMENTS, `${String(n)} documents were done`);

    const other = await claims('run', '--instance-count', '3');
    assert.equal(other.status, 2);
    assert.match(
      other.stderr,
      /^Run \S+ \(paused\) has other options than this command\n {2}--instance-count: 3 here, 2 in the run\n/,
    );

    const again = await claims(...command, '--log-level', 'error');
    assert.equal(again.status, 3);
    assert.match(again.stdout, new RegExp(`^Run ${runId} of insurance-claim: completed in `));
    assert.deepEqual(logged(), { n: DOCUMENTS, ids: DOCUMENTS });
    assert.equal((await claims('verify')).status, 0);
  });

  test('waits while it is paused, says so, and can be ended', async () => {
    const { interrupt, ended, stderrHas } = start('run', '--batch-size', '2', '--log-level', 'debug');
    await stderrHas('Page 2: fetched');
    // what `pause` does, without the time that a process needs to start
    query(`UPDATE "claims.xmlfan_run" SET status = 'paused'`);
    await stderrHas('` lets it go on; Ctrl-C ends this process.\n');
    interrupt();
    const { status, stderr } = await ended;
    assert.equal(status, 130);
    assert.equal(stderr.match(/^The run is paused\. `xmlfan resume --contract \S+ [\w-]+`/gm)?.length, 1);
  });

  test('refuses to work beside another process, and names the ways to go on', async () => {
    const first = start('run', '--batch-size', '2', '--log-level', 'debug');
    await first.stderrHas('Page 2: fetched');
    const second = await claims('run', '--log-level', 'error');
    first.interrupt();
    await first.ended;
    const { run_id: runId } = await lastRun();
    assert.deepEqual(second, {
      status: 2,
      stdout: '',
      stderr:
        `Another process is at work\n  run ${runId}: is being worked on by another process\n` +
        `    Wait until it has ended, or stop that process: then this command, or \`xmlfan resume --contract ${CLAIMS} ${runId}\`, lets it go on; \`xmlfan status --contract ${CLAIMS} ${runId} --watch\` shows how far it is. ` +
        'Processes that are to share a run take an --instance-id each, with the same --instance-count.\n',
    });
  });

  test('is one run in three processes, each with a partition', async () => {
    const results = await Promise.all(
      ['0', '1', '2'].map((id) => claims('run', '--modulo-shard', '3', '--modulo-instance', id)),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      [3, 3, 3],
    );
    const runs = new Set(results.map(({ stdout }) => /^Run (\S+) of/.exec(stdout)?.[1]));
    assert.equal(runs.size, 1);
    assert.equal((await lastRun()).status, 'completed');
    assert.deepEqual(logged(), { n: DOCUMENTS, ids: DOCUMENTS });
    // the queries of operators
    const sessions = query(
      'SELECT session_id, MIN(app_id), MAX(app_id), COUNT(*), COUNT(DISTINCT (app_id % 3)) AS unique_partitions FROM "claims.conversion_log" GROUP BY session_id',
    );
    assert.deepEqual(
      sessions.map((row) => [row['COUNT(*)'], row['unique_partitions']]),
      [
        [80, 1],
        [80, 1],
        [80, 1],
      ],
    );
    const doubles =
      'SELECT app_id, COUNT(*), STRING_AGG(session_id, \', \') FROM "claims.conversion_log" GROUP BY app_id HAVING COUNT(*) > 1';
    assert.deepEqual(query(doubles), []);
  });

  test('goes on where a killed process stopped, once its lease has expired, and says what it waits for', async () => {
    const command = ['run', '--instance-count', '2', '--instance-id', '0', '--batch-size', '5', '--log-level', 'debug'];
    const short = { env: { ...env(), LEASE_SECONDS: '12' } };
    const killed = await spawnXmlfan([...command, '--contract', CLAIMS], short);
    await killed.stderrHas('Page 2: fetched');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { run_id: runId } = await lastRun();
    const waiting =
      `Instance 0 of run ${runId} is held by another process that gives no sign of life. ` +
      'If it is dead, this one goes on in ';

    const interrupted = await spawnXmlfan([...command, '--contract', CLAIMS], short);
    await interrupted.stderrHas(waiting);
    interrupted.interrupt();
    const { stderr, ...ended } = await interrupted.ended;
    assert.deepEqual(ended, { status: 130, stdout: '' });
    assert.match(stderr.slice(waiting.length), /^\d+(\.\d)? s\.\n$/);

    const again = await xmlfan([...command, '--contract', CLAIMS], short);
    assert.equal(again.status, 3);
    assert.match(again.stdout, /^0 of 2 +app_id % 2 == 0 +completed +120 /m);
    assert.equal((await claims('verify')).status, 0);
  });

  test('stays open for partitions that nobody has started, and can be steered meanwhile', async () => {
    const own = await claims('run', '--instance-id', '0', '--instance-count', '3', '--log-level', 'error');
    assert.equal(own.status, 3);
    // On a busy machine progress is told before it.
    assert.match(own.stderr, /^The run stays open for 2 other instances: 1, 2\.\n$/m);
    const { run_id: runId } = await lastRun();
    const shown = await claims('status', runId.slice(0, 8));
    assert.match(shown.stdout, /^1 of 3 +app_id % 3 == 1 +not started +0 /m);

    assert.match((await claims('pause', runId)).stdout, new RegExp(`^Run ${runId} is paused; its processes wait `));
    assert.match((await claims('resume', runId)).stdout, new RegExp(`^Run ${runId} is running; `));
    const cancelled = await claims('cancel', runId, '--json');
    assert.equal(cancelled.status, 0);
    assert.match(JSON.parse(cancelled.stdout).status, /^cancel/);
  });

  test('cannot be steered once it has ended, or if it is unknown', async () => {
    await claims('run', '--limit', '10', '--log-level', 'error');
    const { run_id: runId } = await lastRun();
    assert.deepEqual(await claims('pause', runId), {
      status: 2,
      stdout: '',
      stderr: `Run ${runId} cannot be asked to pause: it is completed.\n`,
    });
    const unknown = await claims('cancel', 'zzz');
    assert.equal(unknown.status, 2);
    assert.equal(
      unknown.stderr,
      `The run is not known:\n  run: none is "zzz" or starts so\n    See \`xmlfan status --contract ${CLAIMS}\` for the ids.\n`,
    );
  });
});
