import type { ColumnComparison, Comparison, TableComparison } from '../run/compare/report.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, wholeNumber, type Cli, type JsonOption } from './options.ts';
import type { TableColumn } from './table.ts';
import { listenForInterrupt, note, openCounter, print, printJson, widthOf, type Terminal } from './terminal.ts';
import { agree, count, formatNumber } from '../words.ts';

interface CompareOptions extends LineAndStoreOptions, JsonOption {
  readonly appIdStart?: string;
  readonly appIdEnd?: string;
  readonly sample?: number;
}

export function addCompare({ program, acting }: Cli): void {
  const command = program
    .command('compare')
    .summary('compare the rows in the database with those that would be written now')
    .description(
      'Maps documents that are logged as converted, by the original or by an earlier contract, and compares their rows with those in the ' +
        'destination, whatever their order: counts by table and column, and the first differences; and looks, except with --sample, for rows of documents that were never converted. Values are compared as their columns ' +
        'compare them, without blanks at the ends of texts; what the database fills by itself, and values of the moment, are left out. Nothing is changed, and no value is logged. ' +
        'The exit status is 1 if anything differs.',
    )
    .option('--app-id-start <id>', 'lowest document id')
    .option('--app-id-end <id>', 'highest document id')
    .option('--sample <n>', 'so many documents, evenly spread', wholeNumber(1, 1_000_000_000))
    .option('--json', 'print what was found as JSON')
    .action(acting(compare));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['compare --product-line personal-loan --sample 1000', 'a thousand documents of all'],
    ['compare --contract new.json --app-id-start 1000 --app-id-end 1999', 'what another contract would change'],
  ]);
}

async function compare(terminal: Terminal, options: CompareOptions): Promise<ExitStatus> {
  const { withLine } = await import('./lines.ts');
  const { documentRange } = await import('./ids.ts');
  const { compare: compareDocuments } = await import('../run/compare/compare.ts');
  const { sample = null } = options;
  return withLine(terminal, options, {}, async (line) => {
    const range = documentRange(line, options);
    const interrupt = listenForInterrupt(terminal, (text) => note(terminal, text));
    const { signal } = interrupt;
    const counter = await openCounter(terminal);
    const onProgress = (documents: number, all: number): void =>
      counter.show(`${formatNumber(documents)} of ${count(all, 'document')} compared`);
    const found = await compareDocuments(line, { range, sample }, { signal, onProgress }).finally(counter.close);
    interrupt.stopListening();
    if (options.json) await printJson(terminal, found);
    else await print(terminal, await renderComparison(found, widthOf(terminal)));
    if (signal.aborted) {
      note(terminal, `Stopped after ${count(found.documents, 'document')}: others may differ.`);
      return EXIT.interrupted;
    }
    return found.is_equal ? EXIT.done : EXIT.failed;
  });
}

/** A comparison as text, in a given width. */
async function renderComparison(found: Comparison, width: number): Promise<string> {
  const { documents, product_line: line, rejected, without_source: gone, not_compared: others } = found;
  const { taken_back: back, converted_meanwhile: more } = found;
  if (documents === 0 && found.is_equal) return `No converted document of ${line} fits: nothing was compared.`;
  const { fitTable } = await import('./table.ts');
  const { sentenceOf } = await import('../mapping/reason.ts');
  const rows = found.tables.map(({ table, ...counts }) => [table, ...countsOf(counts).map(formatNumber)]);
  const parts = [
    `${count(documents, 'document')} of ${line} compared: ${found.is_equal ? 'all rows are as they would be written now.' : 'there are differences.'}`,
    fitTable(
      TITLES.map((title, at) => columnOf(title, at, rows)),
      rows,
      width,
    ),
    found.columns.map((column) => renderColumn(column, width)).join('\n'),
    found.tables.flatMap(renderExamples).join('\n'),
    renderOrphans(found),
    rejected.documents === 0
      ? ''
      : `${count(rejected.documents, 'document')} would now be rejected (${rejected.app_ids.join(', ')}):\n${rejected.reasons.map((reason) => `  ${sentenceOf(reason)}`).join('\n')}`,
    gone.documents === 0
      ? ''
      : `${count(gone.documents, 'document')} not compared, since ${agree(gone.documents, 'its source is', 'their sources are')} gone: ${gone.app_ids.join(', ')}`,
    back.documents === 0
      ? ''
      : `${count(back.documents, 'document')} not compared, since ${agree(back.documents, 'it was', 'they were')} taken back meanwhile: ${back.app_ids.join(', ')}`,
    more === 0
      ? ''
      : `${count(more, 'document')} not compared, since a run converted ${agree(more, 'it meanwhile. Its rows', 'them meanwhile. Their rows')} may be among those that no log has.`,
    found.columns_not_compared.length === 0
      ? ''
      : `Not compared, since the database does not have these columns or fills them alone: ${found.columns_not_compared.join(', ')}`,
    others.length === 0 ? '' : `Not compared, since rows do not tell their document: ${others.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Where there is little room, none is for what no table has any of. */
function columnOf(title: string, at: number, rows: readonly (readonly string[])[]): TableColumn {
  const isEmpty = rows.every((row) => row[at] === '0');
  return { title, align: at === 0 ? 'left' : 'right', ...(isEmpty && { dispensable: at }) };
}

const TITLES = ['table', 'would be', 'are', 'equal', 'different', 'missing', 'doubled', 'extra', 'shared', 'undecided'];

function countsOf({
  wanted,
  held,
  equal,
  different,
  missing,
  doubled,
  extra,
  shared,
  undecided,
}: Omit<TableComparison, 'table'>): readonly number[] {
  return [wanted, held, equal, different, missing.rows, doubled.rows, extra.rows, shared, undecided.rows];
}

function renderColumn({ table, column, rows, first }: ColumnComparison, width: number): string {
  const most = Math.max(10, Math.min(40, Math.floor((width - 40) / 2)));
  const show = (value: string | null): string => {
    const text = value === null ? 'NULL' : JSON.stringify(value);
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  const examples = first.map(({ app_id: id, wanted, held }) => `  ${id}: would be ${show(wanted)}, is ${show(held)}`);
  return [`${table}.${column} differs in ${count(rows, 'row')}`, ...examples].join('\n');
}

function renderExamples({ table, missing, doubled, extra, undecided }: TableComparison): readonly string[] {
  const groups = [
    ['missing', missing, ''],
    ['doubled', doubled, ''],
    ['extra', extra, ''],
    [
      'undecided',
      undecided,
      ': documents that were not compared may share their contacts; it can be told without a range or sample, and while no run is at work',
    ],
  ] as const;
  return groups.flatMap(([word, { rows, app_ids: ids }, more]) =>
    rows === 0 ? [] : [`${table}: ${count(rows, 'row')} ${word}, ${someIds(ids)}${more}`],
  );
}

function someIds(ids: readonly string[]): string {
  return ids.length === 0 ? 'of documents that cannot be told' : `e.g. of ${ids.join(', ')}`;
}

const ORPHANS = {
  unlogged: 'of documents that no log has as converted',
  parentless: 'hanging on rows that are not there',
};

function renderOrphans({ orphans }: Comparison): string {
  if (orphans === null)
    return 'Not looked for, since not all documents were compared: rows of documents that were never converted.';
  return orphans
    .map(
      ({ table, kind, rows, ids }) =>
        `${table}: ${count(rows, 'row')} ${ORPHANS[kind]}${ids.length === 0 ? '' : `, e.g. ${ids.join(', ')}`}`,
    )
    .join('\n');
}
