import { watch } from 'node:fs';
import type { AnyContract } from '../contract/contract.ts';
import type { NestedContract } from '../contract/nested/model.ts';
import { InputError } from '../errors.ts';
import type { CanonicalTables } from '../mapping/canonical.ts';
import type { CountedIssue, countIssues as counting } from '../mapping/issues.ts';
import type { Outcome } from '../mapping/outcome.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { readXmlFiles, type Unusable, type XmlFile } from './input.ts';
import { addExamples, type Cli } from './options.ts';
import type { fitTable as fit } from './table.ts';
import { note, pathIn, print, type Terminal } from './terminal.ts';

interface TryOptions {
  readonly contract: string;
  readonly watch?: boolean;
}

export function addTry({ program, acting }: Cli): void {
  const command = program
    .command('try')
    .summary('show the rows that a contract makes of samples, as tables')
    .description(
      'Maps samples and prints their rows as tables, then what is odd about them, then what in them no column reads, with counts. ' +
        'Nothing is written. With --watch it does so again whenever the contract or a sample changes.',
    )
    .argument('<xml...>', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .requiredOption('--contract <file>', 'contract to try')
    .option('--watch', 'again whenever a file changes, until Ctrl-C')
    .action(acting(tryContract));
  addExamples(command, [['try --contract orders.yaml samples/ --watch', 'while the contract is being written']]);
}

async function tryContract(terminal: Terminal, paths: readonly string[], options: TryOptions): Promise<ExitStatus> {
  if (options.watch !== true) return tryOnce(terminal, paths, options.contract);
  for (;;) {
    const changed = untilChanged([options.contract, ...paths].map((path) => pathIn(terminal, path)));
    try {
      await tryOnce(terminal, paths, options.contract);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      note(terminal, error.message);
    }
    await changed;
    await print(terminal, `\n${'─'.repeat(Math.min(terminal.stdout.columns ?? 80, 80))}\n`);
  }
}

/** Editors write a file in several steps: what follows within a moment is the same change. */
const SETTLED_MS = 100;

async function untilChanged(paths: readonly string[]): Promise<void> {
  const stop = new AbortController();
  await new Promise<void>((resolve) => {
    for (const path of paths) watch(path, { signal: stop.signal }, () => setTimeout(resolve, SETTLED_MS));
  });
  stop.abort();
}

async function tryOnce(terminal: Terminal, paths: readonly string[], file: string): Promise<ExitStatus> {
  const { loadContractWithWarnings } = await import('../contract-files.ts');
  const { contract, warnings } = loadContractWithWarnings(pathIn(terminal, file));
  for (const { place, message, advice } of warnings) note(terminal, `warning ${place}: ${message} ${advice}`.trimEnd());
  const trial = contract.format === 2 ? await openNestedTrial(contract) : await openTrial(contract);
  const { canonicalOf } = await import('../mapping/canonical.ts');
  const { countIssues } = await import('../mapping/issues.ts');
  const { fitTable } = await import('./table.ts');
  const days = contract.format === 2 ? await daysOf(contract) : new Set<string>();
  const show = (outcome: Mapped): CanonicalTables => cutDays(canonicalOf(contract, outcome.tables, new Date()), days);
  let [unread, number] = [0, 0];
  for await (const input of readXmlFiles(terminal, paths)) {
    if ('problem' in input) unread += 1;
    else number += 1;
    await print(terminal, describe(terminal, input, { trial, show, fitTable, countIssues, id: String(number) }));
  }
  return unread > 0 ? EXIT.incomplete : EXIT.done;
}

/** Columns of days, as `table.column`. */
async function daysOf({ tables }: NestedContract): Promise<ReadonlySet<string>> {
  const { withNested } = await import('../contract/nested/tree.ts');
  return new Set(
    withNested(tables).flatMap(({ destination, columns }) =>
      columns.flatMap(({ name, type }) => (type.kind === 'date' ? [`${destination.label}.${name}`] : [])),
    ),
  );
}

/** A day is kept as its first moment, of which nobody needs to see the time. */
function cutDays(tables: CanonicalTables, days: ReadonlySet<string>): CanonicalTables {
  if (days.size === 0) return tables;
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            days.has(`${table}.${name}`) ? (value?.slice(0, 10) ?? null) : value,
          ]),
        ),
      ),
    ]),
  );
}

/** What a contract makes of a sample, and what of it no column reads, where that is known. */
type Trial = (
  xml: Uint8Array,
  id: string,
) => { readonly outcome: Outcome; readonly unread: readonly { readonly path: string; readonly count: number }[] };

async function openTrial(contract: AnyContract): Promise<Trial> {
  const { openMapping } = await import('../mapping/map-document.ts');
  const map = openMapping(contract);
  return (xml) => ({ outcome: map({ xml }, new Date()), unread: [] });
}

async function openNestedTrial(contract: NestedContract): Promise<Trial> {
  const { openNestedTrial: open } = await import('../mapping/nested/document.ts');
  const trial = open(contract);
  return (xml, id) => trial({ xml, appId: contract.documentId === null ? id : undefined }, new Date());
}

type Mapped = Extract<Outcome, { outcome: 'mapped' }>;

interface Attempt {
  readonly trial: Trial;
  readonly show: (outcome: Mapped) => CanonicalTables;
  readonly fitTable: typeof fit;
  readonly countIssues: typeof counting;
  readonly id: string;
}

function describe(terminal: Terminal, input: XmlFile | Unusable, attempt: Attempt): string {
  const { trial, show, id } = attempt;
  if ('problem' in input) return `${input.path}: ${input.problem}\n`;
  const { outcome, unread } = trial(input.bytes, id);
  const width = terminal.stdout.columns ?? 120;
  const rows =
    outcome.outcome === 'rejected'
      ? [`  rejected: ${outcome.reason}`]
      : Object.entries(show(outcome)).map(
          ([table, made]) => `${table}\n${indent(rowsTable(attempt, made, width - 2))}`,
        );
  const odd = outcome.issues.length === 0 ? [] : [`issues\n${indent(issueLines(attempt.countIssues(outcome.issues)))}`];
  const lines = unread.map(({ path, count }) => `${String(count).padStart(6)}  ${path}`);
  const left = unread.length === 0 ? [] : [`read by no column\n${indent(lines.join('\n'))}`];
  return `${input.path}\n${[...rows, ...odd, ...left].join('\n')}\n`;
}

/** More rows than this say nothing new. */
const MOST_ROWS = 20;
const LONGEST_CELL = 40;

function rowsTable({ fitTable }: Attempt, rows: CanonicalTables[string], width: number): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.slice(0, MOST_ROWS).map((row) => columns.map((column) => showCell(row[column] ?? null)));
  const more = rows.length > MOST_ROWS ? `\n… and ${rows.length - MOST_ROWS} more` : '';
  return `${fitTable(
    columns.map((title) => ({ title })),
    cells,
    width,
  )}${more}`;
}

function showCell(value: string | null): string {
  if (value === null) return '·';
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL - 1)}…` : line;
}

function issueLines(issues: readonly CountedIssue[]): string {
  return issues
    .map(({ kind, table, column, count }) => {
      const place = [table, column].filter((part) => part !== null).join('.');
      return `${String(count).padStart(6)}  ${kind}  ${place}`;
    })
    .join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
