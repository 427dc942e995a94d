import { sourceName, type Line } from '../run/line.ts';
import type { InstanceView, RunSummary, RunView, TotalsView } from '../run/report.ts';
import type { Verification } from '../store/port.ts';
import { foldReasons } from './reasons.ts';
import type { TableColumn } from './table.ts';
import { fitTable, renderTable, wrapTable } from './table.ts';
import { paint, widthOf, type Terminal } from './terminal.ts';
import { count, formatNumber, formatSeconds, shellWord } from '../words.ts';

/** What text is made for. */
type Screen = Pick<Terminal, 'stdout'>;

interface RenderOptions {
  /** Kinds of quality issues. */
  readonly mostIssues?: number;
  /** Instances; where there are more only those that are not completed are shown. */
  readonly mostInstances?: number;
}

/** A run as text for people: what came of it, instance by instance, failures by reason, quality issues. */
export function renderRun(
  run: RunView,
  screen: Screen,
  { mostIssues = Infinity, mostInstances = Infinity }: RenderOptions = {},
): string {
  const parts = [
    renderHead(run, screen),
    renderInstances(run, widthOf(screen), mostInstances),
    renderFailures(run, widthOf(screen)),
    renderIssues(run, mostIssues, widthOf(screen)),
    renderNeverMatched(run.never_matched, MOST_PLACES, widthOf(screen)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What no document has had of all that the contract looks for, at most so many; empty if there is nothing. */
export function renderNeverMatched(places: RunView['never_matched'], most: number, width: number): string {
  if (places.length === 0) return '';
  const shown = places
    .slice(0, most)
    .map(({ table, column, path }) => [
      table === null ? 'document id' : [table, column].filter((name) => name !== null).join('.'),
      path,
    ]);
  return [
    'Looked for and found in no document; is it misspelt?',
    wrapTable([{ title: 'for' }, { title: 'path or name' }], shown, width),
    ...(places.length > most ? [count(places.length - most, 'more', 'more')] : []),
  ].join('\n');
}

/** As many of them as a run shows. */
const MOST_PLACES = 10;

/** As many kinds of quality issues as the end of a run shows. */
export const MOST_ISSUES = 5;

/** As many instances as it shows one by one. */
export const MOST_INSTANCES = 16;

/** Why a completed run had nothing to do, in place of empty tables; null if it had. */
export async function describeNothing(line: Line, run: RunView): Promise<string | null> {
  if (run.planned !== 0 || run.status !== 'completed') return null;
  return (await line.store.lastDocumentId()) === null
    ? `Nothing to convert: the source table ${sourceName(line)} is empty. Load documents with \`xmlfan import FOLDER\`.`
    : `Nothing is pending: every document of ${run.product_line} has been converted or has failed before.`;
}

/** Since when nothing was heard of a run that is to be at work; null if something was within a minute. */
export function describeSilence({ silent, stale, started, seconds, ...run }: RunSummary): string | null {
  if (!silent && !stale) return null;
  const last = Date.parse(started) + (seconds - (run.heartbeat_age_seconds ?? seconds)) * 1000;
  return `silent since ${new Date(last).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Colours what needs a look; colours are left out where the terminal has none. */
function renderStatus(run: RunSummary, screen: Screen): string {
  const { status } = run;
  const silence = describeSilence(run);
  if (silence !== null) return paint(screen, 'yellow', `${status}, ${silence}`);
  if (status === 'completed') return paint(screen, 'green', status);
  if (status === 'failed' || status === 'cancelled') return paint(screen, 'red', status);
  return status;
}

function renderHead(run: RunView, screen: Screen): string {
  const { totals, planned } = run;
  const rate = run.success_rate === null ? '' : ` (${formatNumber(run.success_rate)} % success)`;
  const lines = [
    `Run ${run.run_id} of ${run.product_line}: ${renderStatus(run, screen)} ${run.ended === null ? 'after' : 'in'} ${formatSeconds(run.seconds)}`,
    ...(run.error === null ? [] : [`  ${run.error}`]),
    ...(planned === null ? ['  not planned yet'] : []),
    `  ${describeDocuments(totals.documents, planned)}: ` +
      `${formatNumber(totals.success)} success, ${formatNumber(totals.failed)} failed${rate}`,
    `  ${count(totals.rows, 'row')}, ${formatNumber(Math.round(run.documents_per_minute))} documents/minute`,
    ...renderRare(totals),
    ...(run.eta_seconds === null ? [] : [`  about ${formatSeconds(run.eta_seconds)} to go`]),
    ...(run.dry_run
      ? ['  A dry run: no rows and no log were written, and no constraint of the tables was tried.']
      : []),
  ];
  return lines.join('\n');
}

/** `500 documents`, or `120 of 500 documents` while some are left. */
function describeDocuments(done: number, planned: number | null): string {
  return planned === null || planned === done
    ? count(done, 'document')
    : `${formatNumber(done)} of ${count(planned, 'document')}`;
}

/** Figures that are zero in ordinary runs. */
function renderRare(totals: TotalsView): readonly string[] {
  const rare = [
    [totals.already_present, 'already present, logged and not written again'],
    [totals.done_by_another, 'left out, done by another session'],
    [totals.duplicate_rows, 'rows left out, their key belonged to an earlier row'],
  ] as const;
  return rare.filter(([value]) => value > 0).map(([value, meaning]) => `  ${formatNumber(value)} ${meaning}`);
}

const INSTANCE_COLUMNS: readonly TableColumn[] = [
  { title: 'instance' },
  { title: 'partition', dispensable: 1 },
  { title: 'status' },
  right('documents'),
  right('success', 5),
  right('failed'),
  right('rows', 4),
  right('batches', 2),
  right('seconds', 3),
  right('per minute', 6),
];

function renderInstances(run: RunView, width: number, most: number): string {
  if (run.instances.length === 0) return '';
  const isMany = run.instances.length > most;
  const shown = isMany ? run.instances.filter(({ status }) => status !== 'completed').slice(0, most) : run.instances;
  const rows = shown.map((instance) => [
    `${instance.instance_id} of ${instance.instance_count}`,
    instance.partition,
    instanceStatus(run, instance),
    ...figures(instance.totals, instance.seconds, instance.documents_per_minute),
  ]);
  const total = ['total', '', '', ...figures(run.totals, run.worked_seconds, run.documents_per_minute)];
  const errors = run.instances.flatMap(({ instance_id: id, error }) =>
    error === null ? [] : [`instance ${id}: ${error}`],
  );
  const rest = isMany ? [`… ${describeRest(run, shown)}: \`xmlfan status ${run.run_id}\``] : [];
  return [fitTable(INSTANCE_COLUMNS, [...rows, total], width), ...rest, ...errors].join('\n');
}

/** Instances that are not shown, and how long they took. */
function describeRest({ instances }: RunView, shown: RunView['instances']): string {
  const others = instances.filter((instance) => !shown.includes(instance));
  const seconds = others.map((instance) => instance.seconds);
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)].map(formatSeconds);
  return `${formatNumber(others.length)} more of ${formatNumber(instances.length)} instances, in ${least} to ${most} each`;
}

/** A planned instance of a live run waits for a process to start it, a running one that nobody holds for a process to go on. */
function instanceStatus({ status }: RunView, instance: InstanceView): string {
  if (instance.status === 'planned' && status === 'running') return 'not started';
  if (instance.silent) return 'silent';
  return instance.status === 'running' && !instance.leased ? 'stopped' : instance.status;
}

function figures(totals: TotalsView, seconds: number, perMinute: number): readonly string[] {
  const { documents, success, failed, rows, batches } = totals;
  return [documents, success, failed, rows, batches, seconds, Math.round(perMinute)].map(formatNumber);
}

function renderFailures({ failures, totals, dry_run: dry }: RunView, width: number): string {
  if (dry) return '';
  const rows = foldReasons(failures).map(({ documents, stage, sentence }) => [
    formatNumber(documents),
    stage,
    sentence,
  ]);
  const rest = totals.failed - failures.reduce((sum, { documents }) => sum + documents, 0);
  const others =
    rest > 0 ? [[formatNumber(rest), '', failures.length < MOST_REASONS ? REDRIVEN : 'rarer reasons']] : [];
  if (rows.length + others.length === 0) return '';
  const columns: readonly TableColumn[] = [
    { title: 'documents', align: 'right' },
    { title: 'stage', dispensable: 1 },
    { title: 'reason' },
  ];
  return `Failures by reason\n${wrapTable(columns, [...rows, ...others], width)}`;
}

/** As many as a view holds. */
const MOST_REASONS = 50;
const REDRIVEN = 'no longer in the log, as after redrive';

/** Quality issues, most first, at most so many, and how to see one. */
function renderIssues(
  { quality_issues: issues, run_id: runId, product_line: line }: RunView,
  most: number,
  width: number,
): string {
  const shown = issues.toSorted((a, b) => b.documents - a.documents).slice(0, most);
  const [example] = shown.flatMap(({ app_ids: ids, column }) => ids.map((id) => ({ id, column })));
  if (shown.length === 0) return '';
  return [
    'Quality issues of documents that were converted all the same',
    renderIssueTable(shown, width),
    ...(issues.length > shown.length
      ? [`${count(issues.length - shown.length, 'more kind', 'more')}: \`xmlfan status ${runId}\``]
      : []),
    ...(example === undefined
      ? []
      : [hintToExplain(`--product-line ${line} --app-id ${shellWord(example.id)}`, example.column)]),
  ].join('\n');
}

/** How to see why a document has an issue; `which` are the options and arguments that name it. */
export function hintToExplain(which: string, column: string | null): string {
  return `To see why: \`xmlfan explain ${which}${column === null ? '' : ` --column ${shellWord(column)}`}\``;
}

/** What is odd, where, in how many documents, and the first of their ids. */
export function renderIssueTable(
  issues: readonly Pick<RunView['quality_issues'][number], 'kind' | 'table' | 'column' | 'documents' | 'app_ids'>[],
  width: number,
): string {
  const columns: readonly TableColumn[] = [
    { title: 'documents', align: 'right' },
    { title: 'issue' },
    { title: 'place' },
    { title: 'e.g. app_id', dispensable: 1 },
  ];
  const rows = issues.map(({ kind, table, column, documents, app_ids: ids }) => [
    formatNumber(documents),
    kind,
    [table, column].filter((name) => name !== null).join('.'),
    ids.length > EXAMPLES ? `${ids.slice(0, EXAMPLES).join(', ')}, …` : ids.join(', '),
  ]);
  return fitTable(columns, rows, width);
}

const EXAMPLES = 3;

/** Runs as a table. Commands take the beginning of an id too, which is shown where the whole one does not fit. */
export function renderRuns(runs: readonly RunSummary[], screen: Screen): string {
  const width = widthOf(screen);
  return fitTable(
    [
      { title: 'run' },
      { title: 'product line' },
      { title: 'started', dispensable: 3 },
      { title: 'status' },
      right('%'),
      right('documents', 4),
      right('failed', 5),
      right('time', 2),
      right('documents/minute', 1),
    ],
    runs.map((run) => [
      width < WIDE ? run.run_id.slice(0, 8) : run.run_id,
      run.product_line,
      run.started.slice(0, 19).replace('T', ' '),
      `${renderStatus(run, screen)}${run.dry_run ? ' (dry run)' : ''}`,
      run.percent === null ? '' : formatNumber(run.percent),
      formatNumber(run.totals.documents),
      formatNumber(run.totals.failed),
      formatSeconds(run.seconds),
      formatNumber(Math.round(run.documents_per_minute)),
    ]),
    width,
  );
}

const WIDE = 120;

function right(title: string, dispensable?: number): TableColumn {
  return { title, align: 'right', ...(dispensable !== undefined && { dispensable }) };
}

/** The checks of one product line. */
interface VerifiedLine {
  readonly productLine: string;
  readonly checks: readonly Verification[];
}

/** Each check as passed or failed, with the rows that break it. */
export function renderVerification({ productLine, checks }: VerifiedLine, screen: Screen): string {
  const lines = checks.flatMap(({ check, passed, offenders }) => [
    `  ${passed ? paint(screen, 'green', 'pass') : paint(screen, 'red', 'FAIL')}  ${check}`,
    ...(offenders.length > 0 ? [renderOffenders(offenders).replaceAll(/^/gm, '        ')] : []),
  ]);
  return [`Checks of ${productLine}`, ...lines].join('\n');
}

function renderOffenders(offenders: Verification['offenders']): string {
  const titles = [...new Set(offenders.flatMap((row) => Object.keys(row)))];
  return renderTable(
    titles.map((title) => ({ title })),
    offenders.map((row) => titles.map((title) => String(row[title] ?? ''))),
  );
}
