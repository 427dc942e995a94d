import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { charactersStatement } from '../../src/store/mssql/code-page.ts';
import { catalogStatement } from '../../src/store/mssql/catalog.ts';
import { existingStatement } from '../../src/store/mssql/existing.ts';
import { ddl } from '../../src/store/ddl.ts';
import { LIVE } from '../../src/store/run-shapes.ts';
import { dryStatement, groupStatement } from '../../src/store/mssql/group-statement.ts';
import type { GroupPlan } from '../../src/store/mssql/group-statement.ts';
import { importStatement, loggedStatement } from '../../src/store/mssql/import.ts';
import { logIndex, ownTables, sourceTables } from '../../src/store/schema.ts';
import { pingStatement } from '../../src/store/mssql/open.ts';
import { namesOf } from '../../src/store/names.ts';
import { catalogColumn, partPlan } from './mssql-plan.ts';
import { probeStatement } from '../../src/store/mssql/probe.ts';
import { verifyStatements } from '../../src/store/mssql/verify.ts';
import * as check from '../../src/store/mssql/check.ts';
import * as instances from '../../src/store/mssql/instances.ts';
import * as permissions from '../../src/store/mssql/permissions.ts';
import * as held from '../../src/store/mssql/held.ts';
import * as log from '../../src/store/mssql/log.ts';
import * as owner from '../../src/store/mssql/log-owner.ts';
import * as orphans from '../../src/store/mssql/orphans.ts';
import * as overview from '../../src/store/mssql/overview.ts';
import * as records from '../../src/store/mssql/run-rows.ts';
import * as redo from '../../src/store/mssql/redo.ts';
import * as role from '../../src/store/mssql/role.ts';
import * as runs from '../../src/store/mssql/runs.ts';
import * as setUp from '../../src/store/mssql/set-up.ts';
import * as source from '../../src/store/mssql/source.ts';
import * as standstill from '../../src/store/mssql/standstill.ts';
import { columnTextStatement, sourceTypeStatement, utf8Statement } from '../../src/store/mssql/source-encoding.ts';
import { waysToSplit } from '../../src/store/partition.ts';
import { GUID_IDS, TEXT_IDS } from './suite/ids.ts';
import { ADDRESS, TABLES } from './suite/world.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import type { WorkSet } from '../../src/store/destination.ts';
import type { Claim, NewRun, Run } from '../../src/store/port.ts';

const withoutColumns = (table: { readonly schema: string; readonly name: string }) => ({
  ...table,
  columns: new Map(),
});

const WORK_SET: WorkSet = {
  schema: 'migration',
  sourceTable: "app xml]'s",
  sourceColumn: 'app_XML',
  application: { schema: 'dbo', table: 'application' },
  logTable: 'processing_log',
};
const NEW_RUN: NewRun = {
  runId: 'r',
  productLine: 'CC',
  contractHash: 'h',
  request: '{}',
  trigger: 'cli',
  idempotencyKey: 'k',
  dryRun: false,
};
const RUN: Run = {
  ...NEW_RUN,
  status: 'running',
  started: '2024-01-31T00:00:00.000Z',
  ended: null,
  aliveUntil: '2024-01-31T00:01:00.000Z',
  silent: false,
  stale: false,
  stillSeconds: 0,
  pauses: [],
  planned: null,
  error: null,
};
const HELD = [
  catalogColumn('con_id', 'bigint'),
  catalogColumn('kind', 'varchar', { length: 10 }),
  catalogColumn('city', 'datetime2', { scale: 3 }),
];
const CLAIM: Claim = {
  runId: 'r',
  instanceId: 0,
  token: 't',
  sessionId: 's',
  contractHash: 'h',
  issues: [],
  samples: [],
  unmatched: null,
  latest: null,
};
const BOUNDS = { start: '1', end: '9' };
const EVERYWHERE = { start: null, end: null };

/** Every statement the SQL Server store can send, and the DDL it makes or prints, by name: for whole numbers, and again for each other kind of ids. */
export function everyStatement(): ReadonlyMap<string, string> {
  const kinds = { '': undefined, text_: TEXT_IDS.type, guid_: GUID_IDS.type } as const;
  return new Map(
    Object.entries(kinds).flatMap(([prefix, idType]) =>
      Object.entries(statementsOf({ ...WORK_SET, idType })).map(([name, sql]) => [`${prefix}${name}`, sql] as const),
    ),
  );
}

function statementsOf(workSet: WorkSet): Readonly<Record<string, string>> {
  const names = namesOf(workSet, MSSQL);
  const alone = namesOf({ ...workSet, application: null }, MSSQL);
  const { type } = names.ids;
  const idType = MSSQL.idType(type);
  const statements: Record<string, string> = {
    ping: pingStatement().sql,
    existing: existingStatement().sql,
    probe: probeStatement().sql,
    characters: charactersStatement('SQL_Latin1_General_CP1_CI_AS', ['é']).sql,
    column_text: columnTextStatement(names, workSet).sql,
    utf8: utf8Statement().sql,
    source_type: sourceTypeStatement(names, workSet).sql,
    insert_run: runs.insertRunStatement(names, 60, NEW_RUN, { status: 'skipped', error: null }).sql,
    find_run: records.findRunStatement(names, 'r').sql,
    find_by_key: runs.findByKeyStatement(names, 'k').sql,
    live_run: runs.liveRunStatement(names, '').sql,
    live_run_locked: runs.liveRunStatement(names, 'WITH (UPDLOCK)').sql,
    old_runs: runs.oldRunsStatement(names, 365).sql,
    forget_runs: runs.forgetRunsStatement(names, ['r']).sql,
    list_runs: runs.listRunsStatement(names, { limit: 10, offset: 0 }).sql,
    list_runs_filtered: runs.listRunsStatement(names, {
      limit: 10,
      offset: 0,
      productLine: 'CC',
      status: 'failed',
      trigger: 'http',
    }).sql,
    list_pending: overview.listPendingStatement(names, { limit: 10 }).sql,
    list_pending_after: overview.listPendingStatement(names, { afterAppId: '1', limit: 10 }).sql,
    counts: overview.countsStatement(names).sql,
    history: overview.historyStatement(names, '1').sql,
    save_plan: runs.savePlanStatement(names, RUN, []).sql,
    set_planned: runs.setPlannedStatement(names, 'r', 1).sql,
    sums: runs.sumsStatement(names, 'r').sql,
    cancel: runs.cancelStatement(names, 'r', 'e').sql,
    close_run: runs.closeRunStatement(names, 'r', { status: 'failed', error: 'e' }).sql,
    clear_tokens: runs.clearTokensStatement(names, 'r').sql,
    signs: standstill.signsStatement(names, 'r').sql,
    stood_still: standstill.standstillStatement(names, 'r', [1, 2, 'silent']).sql,
    keep_alive: records.keepAliveStatement(names, 60, 'r', LIVE).sql,
    get_instance: records.getInstanceStatement(names, 'r', 0).sql,
    list_instances: records.listInstancesStatement(names, 'r').sql,
    lock_run: records.findRunStatement(names, 'r', 'WITH (UPDLOCK)').sql,
    catalog: catalogStatement([{ schema: 'migration', name: 'a' }]).sql,
    claim: instances.claimStatement(names, 60, 'r', 0, 't').sql,
    lease: instances.leaseStatement(names, 'r', 0).sql,
    release: instances.releaseStatement(names, CLAIM).sql,
    end_instance: instances.endStatement(names, 'r', 0, { status: 'failed', error: 'e', claim: CLAIM }).sql,
    document: source.documentStatement(names, '1').sql,
    last_document: source.lastDocumentStatement(names).sql,
    documents: source.documentsStatement(names, ['1'], 'text').sql,
    documents_bytes: source.documentsStatement(names, ['1'], 'bytes').sql,
    logged: loggedStatement(names, ['1']).sql,
    list_made:
      redo.listMadeStatement(names, { bounds: BOUNDS, afterAppId: '1', appIds: ['1'], limit: 10, reason: 'x' })?.sql ??
      '',
    list_made_all: redo.listMadeStatement(names, { bounds: EVERYWHERE, afterAppId: null, limit: 10 })?.sql ?? '',
    count_converted: redo.countConvertedStatement(names, BOUNDS)?.sql ?? '',
    held: held.heldStatement(names, 'migration', ADDRESS, TABLES, HELD, { appIds: ['1'] })?.sql ?? '',
    held_keys: held.heldStatement(names, 'migration', ADDRESS, TABLES, HELD, { keys: [['1', 'x']] })?.sql ?? '',
    noted_logs: orphans.notedLogsStatement(names).sql,
    redo: redo.redoStatement(names, 'migration', ['1'], TABLES, false).sql,
    redo_dry: redo.redoStatement(names, 'migration', ['1'], TABLES, true).sql,
    import: importStatement(
      names,
      [
        { appId: '1', xml: '<a/>' },
        { appId: '2', xml: '<b/>' },
      ],
      true,
    ).sql,
    import_alone: importStatement(alone, [{ appId: '1', xml: '<a/>' }], false).sql,
    find_log: log.findLogStatement(names, '1').sql,
    failures: log.listFailuresStatement(names, { reason: 'x', runId: 'r', afterAppId: '1', limit: 10 }).sql,
    reasons: log.failureReasonsStatement(names, { runId: 'r' }).sql,
    count_reason: log.countReasonStatement(names, { runId: 'r', reason: 'x' }).sql,
    log_counts: log.logCountsStatement(names, 'r').sql,
    reasons_of_all: log.failureReasonsStatement(names, {}).sql,
    redrive: log.redriveStatement(names, { reason: 'x', runId: 'r', appIds: ['1'] }).sql,
    redrive_all: log.redriveStatement(names, {}).sql,
    duplicates: setUp.duplicatesStatement(names).sql,
    log_owner: owner.notedOwnerStatement(names, workSet).sql,
    note_log: owner.noteLogStatement(names, workSet).sql,
    schema: setUp.schemaStatement('migration').sql,
    create_schema: setUp.createSchemaStatement("o'neil").sql,
    server: check.serverStatement().sql,
    open_json: check.openJsonStatement().sql,
    permission: permissions.permissionStatement([]).sql,
    sight: permissions.sightStatement('migration').sql,
    ddl_destination: ddl('migration', TABLES, MSSQL),
    log_index: setUp.ddlStatement(logIndex(workSet, MSSQL)).sql,
    role: role
      .roleStatements(workSet, TABLES, check.allTables(workSet, TABLES).map(withoutColumns), "o'neil]")
      .join('\n'),
    group_dry: dryStatement(names),
    group_empty: groupStatement(partPlan(names, { masks: [] })),
    group_plain: groupStatement(partPlan(names, { masks: ['111', '110', '001'] })),
    group_indexed: groupStatement(partPlan(names, { masks: ['111', '110'], keys: [['code', 'born']] })),
    group_stand_ins: groupStatement(withStandIns(partPlan(names, { masks: ['111', '000'], decodesEscapes: false }))),
  };
  for (const to of ['paused', 'running', 'cancelling'] as const)
    statements[`request_${to}`] = runs.setStatusStatement(names, 'r', to).sql;
  for (const [index, [, { sql }]] of verifyStatements(names).entries()) statements[`verify_${index}`] = sql;
  for (const table of TABLES)
    for (const bounds of [EVERYWHERE, BOUNDS])
      for (const { kind, count, first } of orphans.orphanStatements(names, workSet, table, TABLES, ['log 2'], bounds))
        statements[`orphans_${table.name}_${kind}_${bounds.start ?? 'all'}`] = `${count.sql};\n${first.sql}`;
  for (const table of [...ownTables(workSet, MSSQL, idType), ...sourceTables(workSet, MSSQL)])
    statements[`ddl_${table.name.replaceAll(/\W/g, '_')}`] = [table.create, ...table.indexes]
      .map((sql) => `${sql};\n`)
      .join('');
  for (const { name, additions } of ownTables(workSet, MSSQL, idType))
    for (const { column, statements: added } of additions)
      for (const [index, sql] of added.entries()) statements[`add_${name}_${column}_${index}`] = sql;
  for (const by of waysToSplit(type)) {
    for (const limit of [null, 5]) {
      const survey = source.surveyStatement(limit === null ? alone : names, {
        by,
        instanceCount: 3,
        bounds: EVERYWHERE,
        limit,
      });
      statements[`survey_${by}_${limit ?? 'all'}`] = survey?.shares.sql ?? '';
      statements[`nulls_${by}_${limit ?? 'all'}`] = survey?.nulls.sql ?? '';
    }
    const partition = { by, instanceId: 1, instanceCount: 3, bounds: BOUNDS };
    const request = { partition, cursor: '5', maxDocuments: 100, maxBytes: 1e6 };
    statements[`page_${by}`] = source.pageStatement(names, request, 'text')?.sql ?? '';
    statements[`page_${by}_bytes`] = source.pageStatement(names, request, 'bytes')?.sql ?? '';
    statements[`page_${by}_utf8`] = source.pageStatement(names, request, 'utf-8')?.sql ?? '';
  }
  return statements;
}

/** The same plan once each column has had a text with characters that others stand in for. */
function withStandIns(plan: GroupPlan): GroupPlan {
  for (const { columns } of plan.tables) for (const { standIns } of columns) standIns.seen = true;
  return plan;
}

/** `node test/store/mssql-statements.ts DIR` writes them as files, to be read by a T-SQL parser. */
async function writeAll(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, sql] of everyStatement()) await writeFile(join(folder, `${name}.sql`), `${sql}\n`);
}

const [, script = '', folder] = process.argv;
if (script.endsWith('mssql-statements.ts') && folder !== undefined) await writeAll(folder);
