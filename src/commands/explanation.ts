import { sentenceOf } from '../mapping/reason.ts';
import type {
  Cause,
  ExplainedColumn,
  ExplainedRow,
  ExplainedTable,
  Explanation,
  LeftRow,
} from '../mapping/explain/explanation.ts';
import { printLocation } from '../mapping/explain/paths.ts';
import type { LogRow } from '../store/port.ts';
import { renderTable, wrap } from './table.ts';
import { paint, widthOf, type Terminal } from './terminal.ts';
import { count, formatNumber } from '../words.ts';

type Screen = Pick<Terminal, 'stdout'>;

/** How much is told: of columns all that is known, and of what is left out each column. */
interface Detail {
  readonly isDetailed: boolean;
  readonly tellsLeft: boolean;
}

/** An explanation as text: for each row a table of its columns, or all that is known of them. */
export function renderExplanation(
  name: string,
  log: LogRow | null,
  { outcome, reason, tables }: Explanation,
  screen: Screen,
  detail: Detail,
): string {
  const head = reason === null ? `${name}: ${outcome}` : `${name}: ${outcome}. ${sentenceOf(reason)}`;
  const title = [paint(screen, 'bold', head), ...(log === null ? [] : [printLog(log)])].join('\n');
  return [title, ...tables.map((table) => renderOne(table, screen, detail))].join('\n\n');
}

/** What became of the document when it was converted: a value may be right by the contract and not fit its column. */
function printLog({ status, failureReason }: LogRow): string {
  return failureReason === null ? `  Logged as ${status}.` : `  Logged as ${status}: ${sentenceOf(failureReason)}`;
}

function renderOne(explained: ExplainedTable, screen: Screen, { isDetailed, tellsLeft }: Detail): string {
  const { table, totals, odd, rows, left, empty } = explained;
  const render = isDetailed ? renderDetails : renderColumns;
  const made = rows.map((row) => {
    const of = row.at === null ? '' : `, of ${printLocation(row.at)}`;
    const title = `${table}, row ${row.number} of ${formatNumber(totals.rows)}${of}`;
    return `${paint(screen, 'bold', title)}\n${render(row, screen)}`;
  });
  if (empty !== null) made.push(`${paint(screen, 'bold', `${table}: no rows`)}\n  ${printCause(empty)}`);
  if (rows.length < totals.rows) made.push(printRest(table, '--row', rows, totals.rows));
  if (odd.some((number) => !rows.some((row) => row.number === number)))
    made.push(`  Rows with quality issues: ${odd.join(', ')}${odd.length < 20 ? '' : ' …'}`);
  if (totals.left > 0) {
    const shown = left.map((row) =>
      tellsLeft && row.columns.length > 0 ? `${printLeft(row)}\n${indent(render(row, screen))}` : printLeft(row),
    );
    const title = `${table}: ${count(totals.left, 'element or row', 'elements or rows')} left out`;
    const more = left.length < totals.left ? [printRest(table, '--left', left, totals.left)] : [];
    made.push([paint(screen, 'bold', title), ...shown, ...more].join('\n'));
  }
  return made.join('\n\n');
}

/** How many are not shown, and how to see the next of them. */
function printRest(table: string, option: string, shown: readonly ExplainedRow[], total: number): string {
  const next = (shown.at(-1)?.number ?? 0) + 1;
  const from = next > total ? 1 : next;
  const to = Math.min(total, from + 19);
  const numbers = from === to ? String(from) : `${from}-${to}`;
  return `  … ${formatNumber(total - shown.length)} of ${table} not shown: --table ${table} ${option} ${numbers}`;
}

/** What is left out and why; where one column decides, which that is and why it has no value. */
function printLeft({ at, rule, columns }: LeftRow): string {
  const [only, ...others] = columns;
  if (at !== null) return `  ${printLocation(at)}: ${rule}`;
  if (only === undefined || others.length > 0 || only.mapping === null) return `  of the document: ${rule}`;
  const why = only.reason === null ? '' : `. ${onOneLine(printCause(only.reason))}`;
  return `  ${only.mapping}, ${onOneLine(only.source)}: ${rule}${why}`;
}

/** Indent, and what is between columns. */
const GAPS = 2 + 3 * 2;
const TITLES = ['column', 'value', 'read at', 'why'];

/** A line a column; where a window is too narrow for the reasons, these are below their columns. */
function renderColumns({ columns }: ExplainedRow, screen: Screen): string {
  const width = widthOf(screen);
  const reasons = columns.map(({ reason }) => (reason === null ? '' : onOneLine(printCause(reason))));
  const rows = columns.map((column) => [
    cut(column.column, Math.min(40, width / 4)),
    cut(column.value === null ? '·' : onOneLine(column.value), Math.min(40, width / 5)),
    printPlace(column),
  ]);
  const [names = 0, values = 0, places = 0] = [0, 1, 2].map((at) =>
    Math.max(...[TITLES, ...rows].map((row) => (row[at] ?? '').length)),
  );
  const left = width - names - values - GAPS;
  const beside = Math.max(10, Math.min(places, Math.floor(left / 2)));
  const longest = Math.max(...reasons.map(({ length }) => length));
  const isBelow = longest > left - beside || (longest === 0 && places > beside);
  // Where a value was read can be cut at the front.
  const forPlaces = isBelow ? Math.max(10, left + 2) : beside;
  const lines = renderTable(
    TITLES.slice(0, isBelow ? 3 : 4).map((title) => ({ title })),
    rows.map(([name = '', value = '', place = ''], at) => [
      name,
      value,
      place.length > forPlaces ? `…${place.slice(1 - forPlaces)}` : place,
      ...(isBelow ? [] : [reasons[at] ?? '']),
    ]),
  ).split('\n');
  if (!isBelow) return indent(lines.join('\n'));
  const below = (at: number): readonly string[] => wrap(reasons[at - 1] ?? '', width - 6).map((line) => `    ${line}`);
  return indent(lines.flatMap((line, at) => [line, ...below(at)]).join('\n'));
}

/** The place that the value was read from; of an expression that reads several, their names. */
function printPlace({ read, mapping, source, value, steps }: ExplainedColumn): string {
  const texts = new Set([value, steps[0]?.value]);
  const placed = read.filter(({ at }) => at !== null);
  const names = [...new Set(read.flatMap(({ name, text }) => (name === null || text === null ? [] : [name])))];
  if (names.length > 1) return `from ${names.join(', ')}`;
  const at = (placed.find(({ text }) => texts.has(text?.trim() ?? '')) ?? placed.at(-1))?.at ?? null;
  if (at !== null) return `${at.line}:${at.column} ${at.path}`;
  return mapping === null ? onOneLine(source) : names.map((name) => `from ${name}`).join('');
}

function renderDetails({ columns }: ExplainedRow, screen: Screen): string {
  return columns.map((column) => indent(renderDetail(column, screen))).join('\n\n');
}

function renderDetail(
  { column, value, mapping, source, read, steps, reason }: ExplainedColumn,
  screen: Screen,
): string {
  const label = (text: string): string => text.padEnd(LABELS - 1).concat(' ');
  const lines = [
    `${column} ${value === null ? 'has no value' : `= ${JSON.stringify(value)}`}`,
    ...(mapping === null ? [] : [`${label('mapping')}${mapping}`]),
    `${label('reads')}${source.replaceAll('\n', `\n${' '.repeat(LABELS)}`)}`,
    ...read.map(({ at, name, text }, number) => {
      const what = [name, at === null ? null : printLocation(at)].filter((part) => part !== null).join(' = ');
      return `${label(number === 0 ? 'read' : '')}${what}: ${text === null ? 'nothing' : JSON.stringify(text)}`;
    }),
    ...steps.map(
      (step, number) =>
        `${label(number === 0 ? 'steps' : '')}${step.step}: ${step.value === null ? '·' : JSON.stringify(step.value)}`,
    ),
    ...(reason === null ? [] : [`${label('why')}${printCause(reason)}`]),
  ];
  const [first = '', ...rest] = lines;
  return [first.replace(column, paint(screen, 'bold', column)), ...rest].join('\n');
}

const LABELS = 10;

function printCause({ sentence, nearest }: Cause): string {
  return nearest === null ? sentence : `${sentence} Nearest is ${nearest}.`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.floor(most) - 1)}…` : text;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
