import { selectStanding } from './run-rows.ts';
import { LIVE } from '../run-shapes.ts';
import { NOW, secondsOn } from './clock.ts';
import { declareStage, insertRows, sameKey, value } from './row-statements.ts';
import { declareText, textOf } from './json-text.ts';
import type { Names } from '../names.ts';
import type { CatalogColumn } from './catalog.ts';
import type { JsonText } from './json-text.ts';
import type { TablePlan } from './table-plan.ts';

/** What a group's statement depends on besides its inputs. */
export interface GroupPlan {
  readonly names: Names;
  /** The log's `app_id`: how it is declared, e.g. `int`, `nvarchar(40) COLLATE Latin1_General_BIN2`. */
  readonly id: { readonly declared: string; readonly isText: boolean };
  /** The log's `failure_reason`. */
  readonly reason: Pick<CatalogColumn, 'length' | 'codePage'>;
  /** In insertion order. */
  readonly tables: readonly TablePlan[];
  readonly json: JsonText;
}

/**
 * The one request that commits a group (architecture, points 1, 2 and 6): fence, rows, log rows and totals in one transaction, or nothing.
 * Its last result set with rows says `lost`, `taken`, `present` or `written`. Those of `taken` have the positions of documents that others have
 * logged, those of `present` of documents whose root row was there before; nothing is written then, since what follows knows of none of them.
 */
export function groupStatement(plan: GroupPlan): string {
  const { names } = plan;
  return `SET NOCOUNT ON;
SET XACT_ABORT ON;
${identityOff(plan)}${declareText(plan.json)}DECLARE @rows bigint = @updating, @kept bigint = 0;
DECLARE @document TABLE (d int NOT NULL PRIMARY KEY, app_id ${plan.id.declared} NOT NULL, failed int NOT NULL, reason nvarchar(500) NULL, source_hash varchar(32) NULL);
${plan.tables.map((table, index) => declareStage(table, `@t${index}`)).join('')}BEGIN TRY
BEGIN TRANSACTION;
UPDATE ${names.instance} SET lease_until = ${secondsOn('@lease')}, heartbeat = ${NOW}
WHERE run_id = @run_id AND instance_id = @instance_id AND token = @token;
IF @@ROWCOUNT = 0
BEGIN
  ROLLBACK TRANSACTION;
  SELECT 'lost' AS result;
  RETURN;
END;
IF @again = 0 OR NOT EXISTS (SELECT 1 FROM ${names.instance} WHERE run_id = @run_id AND instance_id = @instance_id AND ${AT_CURSOR})
BEGIN
${writeAll(plan)}END;
${selectStanding(names)};
COMMIT TRANSACTION;
${keepAlive(names)}END TRY
BEGIN CATCH
  IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
${identityOff(plan)}  THROW;
END CATCH;`;
}

function writeAll(plan: GroupPlan): string {
  const { names } = plan;
  return `INSERT INTO @document (d, app_id, failed, reason, source_hash)
SELECT r.d, ${plan.id.isText ? textOf(plan.json, 'r.app_id') : 'r.app_id'}, r.failed, ${textOf(plan.json, 'r.reason')}, r.source_hash
FROM OPENJSON(@documents) WITH (d int '$[0]', app_id ${plan.id.isText ? 'nvarchar(max)' : plan.id.declared} '$[1]', failed int '$[2]', reason nvarchar(max) '$[3]', source_hash varchar(32) '$[4]') r;
${without('taken', `d.d AS position FROM @document d JOIN ${names.log} l ON l.app_id = d.app_id`)}${existingRoots(plan)}${plan.tables
    .map((table, index) => insertRows(table, `@t${index}`, plan.json))
    .join(
      '',
    )}INSERT INTO ${names.log} (app_id, status, failure_reason, processing_time, session_id, app_id_start, app_id_end)
SELECT d.app_id, CASE d.failed WHEN 1 THEN 'failed' ELSE 'success' END, d.reason, ${NOW}, @session_id, ${names.ids.value('@range_start')}, ${names.ids.value('@range_end')}
FROM @document d ORDER BY d.app_id;
DELETE FROM ${names.origin} WHERE app_id IN (SELECT d.app_id FROM @document d);
INSERT INTO ${names.origin} (app_id, source_hash, contract_mark) SELECT d.app_id, d.source_hash, @contract_mark FROM @document d ORDER BY d.app_id;
${addTotals(names)}`;
}

// The cursor moves with every commit and is nobody else's: at the one that is to be written it was. Collations would take ids for equal that are not.
const AT_CURSOR = 'CAST(id_cursor AS varbinary(1800)) = CAST(@cursor AS varbinary(1800))';

/** A dry run: fence, cursor and counts only. */
export function dryStatement(names: Names): string {
  return `SET NOCOUNT ON;
UPDATE ${names.instance} SET lease_until = ${secondsOn('@lease')}, heartbeat = ${NOW}, id_cursor = @cursor, issues = @issues, samples = @samples, unmatched = @unmatched,
  documents = documents + @count, success = success + @success, failed = failed + @failed, rows_written = rows_written + @rows, batches = batches + @batch
WHERE run_id = @run_id AND instance_id = @instance_id AND token = @token AND (@again = 0 OR id_cursor IS NULL OR NOT ${AT_CURSOR});
IF NOT EXISTS (SELECT 1 FROM ${names.instance} WHERE run_id = @run_id AND instance_id = @instance_id AND token = @token)
BEGIN
  SELECT 'lost' AS result;
  RETURN;
END;
${selectStanding(names)};
${keepAlive(names)}`;
}

// IDENTITY_INSERT belongs to the session and would outlive an error or a request that was given up.
function identityOff({ tables }: GroupPlan): string {
  return tables
    .filter((table) => table.optional.some(({ catalog }) => catalog.identity))
    .map(({ name }) => `SET IDENTITY_INSERT ${name} OFF;\n`)
    .join('');
}

/** Ends the statement where there are documents of a kind, of which it answers the positions. */
function without(result: 'taken' | 'present', positions: string): string {
  return `SELECT '${result}' AS result, ${positions};
IF @@ROWCOUNT > 0
BEGIN
  ROLLBACK TRANSACTION;
  RETURN;
END;
`;
}

function existingRoots({ tables, json }: GroupPlan): string {
  const root = tables.find(({ rootKey }) => rootKey.length > 0);
  if (root === undefined) return '';
  const columns = root.rootKey.map(({ alias, inputType }, index) => `${alias} ${inputType} '$[${index + 1}]'`);
  const same = sameKey(root.rootKey, (column) => value(json, column));
  const rows = `OPENJSON(@roots) WITH (d int '$[0]', ${columns.join(', ')}) r`;
  return without('present', `r.d AS position FROM ${rows} JOIN ${root.name} x ON ${same}`);
}

/** Adds to the instance row, the only place of totals. */
function addTotals(names: Names): string {
  return `UPDATE ${names.instance} SET id_cursor = @cursor, issues = @issues, samples = @samples, unmatched = @unmatched, batches = batches + @batch,
  documents = documents + @elsewhere + @success + @failed + @present, done_by_another = done_by_another + @elsewhere, success = success + @success,
  failed = failed + @failed, already_present = already_present + @present, rows_written = rows_written + @rows + @kept,
  duplicate_rows = duplicate_rows + @skippable - @kept
WHERE run_id = @run_id AND instance_id = @instance_id;
`;
}

// After the commit and at most once a second, so that the instances of a run do not queue for its row.
function keepAlive(names: Names): string {
  return `UPDATE ${names.run} SET alive_until = ${secondsOn('@alive')}
WHERE run_id = @run_id AND ${LIVE} AND alive_until < ${secondsOn('@alive - 1')};
`;
}
