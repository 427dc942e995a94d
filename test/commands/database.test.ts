import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, test } from 'node:test';
import { GOLDEN, LEASE, LOANS, temporaryFolder, xmlfan, type Result } from '../support/cli.ts';

const ORDINARY = ['0001-ordinary.xml', '0002-ordinary-full.xml', '0003-ordinary-sparse.xml'].map((file) =>
  join(GOLDEN, 'lease', file),
);

const hasOdbc = createRequire(import.meta.url)
  .resolve.paths('')
  ?.some((folder) => existsSync(join(folder, 'msnodesqlv8')));

describe('commands on a database', () => {
  const folder = temporaryFolder();
  let made = 0;
  let file = '';
  const lease = (...args: string[]): Promise<Result> =>
    xmlfan([...args, '--contract', LEASE], { env: { XMLFAN_STORE: `sqlite:${file}` } });
  const query = (sql: string) => {
    const db = new DatabaseSync(file);
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  };

  beforeEach(() => {
    made += 1;
    file = join(folder, `${made}.db`);
  });

  test('init makes its own tables once, and the others only when asked', async () => {
    assert.deepEqual(await lease('init'), {
      status: 0,
      stdout:
        'Created 6 tables:\n  lease.processing_log\n  lease.processing_log_history\n  lease.processing_log_origin\n  lease.xmlfan_run\n  lease.xmlfan_instance\n  lease.xmlfan_log\n',
      stderr: '',
    });
    assert.match(
      (await lease('init', '--destination')).stdout,
      /^Created 15 tables:\n {2}lease\.lease_xml_queue\n {2}application\n/,
    );
    assert.equal((await lease('init', '--destination')).stdout, 'Nothing to create: all tables are there.\n');
  });

  test('init lists documents that the log holds twice, and makes nothing', async () => {
    new DatabaseSync(file).exec(
      'CREATE TABLE "lease.processing_log" (log_id INTEGER PRIMARY KEY, app_id BIGINT, status TEXT, failure_reason TEXT, processing_time TEXT, session_id TEXT, app_id_start BIGINT, app_id_end BIGINT);' +
        `INSERT INTO "lease.processing_log" (app_id, status, processing_time) VALUES (7, 'success', ''), (7, 'failed', ''), (8, 'success', '')`,
    );
    const { status, stdout } = await lease('init');
    assert.equal(status, 1);
    assert.match(stdout, /app_id {2}log rows\n {5}7 {9}2\nNothing was created\./);
    assert.equal(query(`SELECT name FROM sqlite_schema WHERE type = 'table'`).length, 1);
  });

  test('check passes on a database that init made, and names what was taken away', async () => {
    await lease('init', '--destination');
    assert.deepEqual(await lease('check'), { status: 0, stdout: 'lease fits the database.\n', stderr: '' });
    const db = new DatabaseSync(file);
    db.exec('DROP TABLE "lease.scores"; ALTER TABLE "lease.lease_vendor" DROP COLUMN vendor_name');
    db.close();
    const { status, stdout } = await lease('check');
    assert.equal(status, 1);
    assert.match(stdout, /^error lease\.scores: The table is missing\.$/m);
    assert.match(stdout, /^error lease\.lease_vendor\.vendor_name: The column is missing\.$/m);
    assert.match(stdout, /^2 errors and 0 warnings: a run of lease would not start\.$/m);
    const places = JSON.parse((await lease('check', '--json')).stdout).mismatches.map(
      ({ place }: { place: string }) => place,
    );
    assert.deepEqual(places.toSorted(), ['lease.lease_vendor.vendor_name', 'lease.scores']);
    const run = await lease('run');
    assert.deepEqual([run.status, run.stdout], [2, '']);
    assert.match(run.stderr, /^The database does not fit the contract of lease:\n/);
  });

  test('redrive makes failed documents pending again, by reason or id', async () => {
    await lease('init', '--destination');
    const failing = join(folder, 'failing.xml');
    writeFileSync(failing, '<Provenir><Request ID="5"><CustData/></Request></Provenir>');
    const blank = join(folder, 'blank.xml');
    writeFileSync(blank, '<Provenir><Request ID="6"/></Provenir>');
    await lease('import', failing, blank, ORDINARY[0]!);
    const run = await lease('run', '--log-level', 'error');
    assert.equal(run.status, 3);
    assert.match(run.stdout, /3 documents: 1 success, 2 failed \(33\.3 % success\)/);
    assert.equal(
      (await lease('redrive', '--reason', 'mapping')).stdout,
      `No failed document fits: nothing changed. \`xmlfan redo --contract ${LEASE}\` is for converted ones.\n`,
    );
    // the sentence that the run shows
    const shown = /^ +1 {2}validation {2}(Missing .*\.)$/m.exec(run.stdout)?.[1] ?? '';
    assert.equal(
      (await lease('redrive', '--app-id', '5', '--reason', shown)).stdout,
      '1 document of lease is pending again.\n',
    );
    const [, id = ''] = /^Run ([\w-]+) /m.exec(run.stdout) ?? [];
    assert.match((await lease('redrive', '--run', 'no-such-run')).stderr, /no-such-run/);
    const ofRun = ['redrive', '--run', id, '--reason', '…', '--json'];
    assert.deepEqual(JSON.parse((await lease(...ofRun)).stdout), {
      product_line: 'lease',
      redriven: 1,
    });
    assert.equal(query('SELECT app_id FROM "lease.processing_log_history"').length, 2);
    const wrong = await lease('redrive', '--app-id', 'five', '7');
    assert.equal(wrong.status, 2);
    assert.equal(wrong.stderr, 'Ids of documents are whole numbers:\n  --app-id: "five" is no document id\n');
  });

  test('verify passes after a run, and shows the rows that break a rule', async () => {
    await lease('init', '--destination');
    await lease('import', ...ORDINARY);
    await lease('run', '--log-level', 'error');
    const passed = await lease('verify');
    assert.equal(passed.status, 0);
    assert.match(passed.stdout, /^Checks of lease\n( {2}pass {2}.+\n)+$/);
    const db = new DatabaseSync(file);
    db.exec('UPDATE "lease.processing_log" SET session_id = (SELECT min(session_id) FROM "lease.processing_log")');
    db.close();
    const failed = await lease('verify');
    assert.equal(failed.status, 1);
    assert.match(failed.stdout, /^ {2}FAIL {2}Every session of a run touches one partition only\.\n {8}session_id/m);
    const checks: { passed: boolean }[] = JSON.parse((await lease('verify', '--json')).stdout)[0].checks;
    assert.ok(checks.some((check) => !check.passed));
  });

  test('say so if the database is not there or not prepared', async () => {
    assert.deepEqual(await lease('verify'), {
      status: 2,
      stdout: '',
      stderr:
        `The database cannot be used:\n  --store: there is no file ${file}\n` +
        `    Check the path, or make the database with \`xmlfan init --contract ${LEASE} --destination\`.\n`,
    });
    new DatabaseSync(file).exec('CREATE TABLE other (id INTEGER)');
    const { status, stderr } = await lease('status');
    assert.equal(status, 2);
    assert.equal(
      stderr,
      'The database is not prepared:\n' +
        '  lease: missing are lease.processing_log, lease.processing_log_history, lease.processing_log_origin, lease.xmlfan_run, lease.xmlfan_instance, lease.xmlfan_log\n' +
        `    Make them with \`xmlfan init --contract ${LEASE}\`, or name the contract that this database is for.\n`,
    );
  });

  test('what lists runs of all product lines names those whose tables are missing', async () => {
    await lease('init', '--destination');
    const env = { XMLFAN_STORE: `sqlite:${file}`, CONTRACTS_DIR: join(GOLDEN, 'contracts') };
    for (const command of ['status', 'verify', 'status --json']) {
      const { status, stderr } = await xmlfan(command.split(' '), { env });
      assert.deepEqual([command, status], [command, 0]);
      assert.match(
        stderr,
        /^Left out, since the database is not prepared for them:\n {2}\w+: missing are [^\n]*\n {4}Make them with `xmlfan init --product-line craft`/,
      );
    }
  });

  test('map says that the source table is missing before it looks for documents', async () => {
    await lease('init');
    const { status, stderr } = await lease('map', '--app-id', '1');
    assert.equal(status, 2);
    assert.match(stderr, /^Documents cannot be read:\n {2}lease\.lease_xml_queue: The table is missing\./);
  });
});

describe('the store and the contract', () => {
  const folder = temporaryFolder();

  test('must be named', async () => {
    assert.deepEqual(await xmlfan(['verify', '--contract', LOANS]), {
      status: 2,
      stdout: '',
      stderr:
        'No database is named:\n  --store: is missing\n' +
        '    Give --store sqlite:PATH or --store mssql://USER:PASSWORD@HOST/DATABASE, or set XMLFAN_STORE.\n',
    });
    assert.equal(
      (await xmlfan(['run', '--store', 'sqlite:x.db'])).stderr,
      'No contract is named:\n  --contract: is missing\n' +
        '    Give --contract FILE, or --product-line NAME for a contract of the contracts folder.\n',
    );
  });

  test('are told if the product line is not known', async () => {
    const { status, stderr } = await xmlfan(['run', '--store', 'sqlite:x.db', '--product-line', 'CC']);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      'The product line cannot be loaded:\n  CC: is no product line\n' +
        '    Known are insurance-claim, personal-loan.\n',
    );
  });

  test('may be a folder with faults, as long as the line that is asked for has none', async () => {
    writeFileSync(join(folder, 'bad.json'), '{');
    writeFileSync(join(folder, 'loans.json'), readFileSync(LOANS));
    const env = { CONTRACTS_DIR: folder, XMLFAN_STORE: `sqlite:${join(folder, 'a.db')}` };
    assert.equal((await xmlfan(['init', '--product-line', 'Personal-Loan', '--destination'], { env })).status, 0);
    const { status, stderr } = await xmlfan(['init', '--product-line', 'bad'], { env });
    assert.equal(status, 2);
    assert.match(stderr, /^The product line cannot be loaded:\n {2}bad: is no product line\n.+\n {2}bad\.json: /);
    const verified = await xmlfan(['verify'], { env });
    assert.equal(verified.status, 0);
    assert.match(verified.stderr, /^Contracts of \S+ that cannot be used:\n {2}bad\.json: line 1, column 2: /);
  });

  const WINDOWS = ['--contract', LOANS, '--server', 'localhost\\SQLEXPRESS', '--database', 'Docs'];

  test(
    'say what Windows integrated login needs where that is not installed',
    { skip: hasOdbc && 'it is' },
    async () => {
      const { status, stderr } = await xmlfan(['verify', ...WINDOWS, '--enable-pooling']);
      assert.equal(status, 2);
      assert.equal(
        stderr,
        '--enable-pooling: nothing to enable, connections are always pooled.\n' +
          'Windows integrated login is not possible here:\n' +
          '  msnodesqlv8: this package is not installed\n' +
          '    Install it (`npm install msnodesqlv8@5.5.0`; with `--global` where xmlfan is), and ODBC Driver 18 for SQL Server ' +
          '(https://learn.microsoft.com/sql/connect/odbc/download-odbc-driver-for-sql-server), ' +
          'or give a SQL login: --username and --password, or User Id and Password.\n',
      );
    },
  );

  test('refuse half a login', async () => {
    const { status, stderr } = await xmlfan(['verify', ...WINDOWS, '--username', 'ada']);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /--password: is missing\n {4}Give both for a SQL login, or neither for Windows integrated login;/,
    );
  });

  const unusable: readonly (readonly [what: string, path: string, message: string])[] = [
    ['in a folder that is not there', 'none/a.db', 'there is no folder PATH/none\n    Make it, or correct the path.'],
    ['that is a folder', '.', 'PATH/. is a folder\n    Name a file in it.'],
    ['that is another file', 'loans.json', 'PATH/loans.json is no SQLite database\n    Correct the path.'],
  ];
  for (const [what, path, message] of unusable) {
    test(`refuse a database ${what}`, async () => {
      writeFileSync(join(folder, 'loans.json'), readFileSync(LOANS));
      assert.deepEqual(await xmlfan(['init', '--contract', LOANS, '--store', `sqlite:${folder}/${path}`]), {
        status: 2,
        stdout: '',
        stderr: `The database cannot be used:\n  --store: ${message.replace('PATH', folder)}\n`,
      });
    });
  }

  test('report wrong settings, all of them', async () => {
    const { status, stderr } = await xmlfan(['verify', '--contract', LOANS], {
      env: { WORKERS: '257', LEASE_SECONDS: 'x' },
    });
    assert.equal(status, 2);
    assert.equal(
      stderr,
      'Some settings are wrong:\n' +
        '  LEASE_SECONDS: expected a whole number from 1 to 3600, found "x"\n' +
        '  WORKERS: expected a whole number from 0 to 256, found "257"\n',
    );
  });
});
