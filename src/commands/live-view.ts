import type { FoldedReason } from './reasons.ts';
import { count, formatNumber, formatSeconds } from '../words.ts';

/** How far one instance is. */
export interface Bar {
  readonly instanceId: number;
  readonly planned: number;
  readonly documents: number;
  readonly failed: number;
}

/** How far a run is, as far as one looks at it. */
export interface Progress {
  readonly bars: readonly Bar[];
  /** Documents a minute while not paused; null before anything is known. */
  readonly perMinute: number | null;
  /** What is left at that speed; null where nobody can tell. */
  readonly secondsLeft: number | null;
  /** Why nobody is at work: `paused`, or since when nothing was heard; null while somebody is. */
  readonly halted: string | null;
  /** Why documents failed, most first. */
  readonly failures: readonly FoldedReason[];
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A line of figures, and what they mean for the rest: the same on a terminal and in a file; in fewer words where it is to fit a width. */
export function summarise({ bars, perMinute, secondsLeft, halted }: Progress, width = Infinity): string {
  const { planned, documents, failed } = sum(bars);
  const isMoving = halted === null && perMinute !== null && perMinute !== 0;
  const rate = isMoving ? formatNumber(Math.round(perMinute)) : null;
  const rest = isMoving && secondsLeft !== null ? formatSeconds(secondsLeft) : null;
  const failures = `${formatNumber(failed)} failed`;
  const share = `${percentOf({ planned, documents })} %`;
  const long = [
    `${formatNumber(documents)} of ${count(planned, 'document')} (${share})`,
    failures,
    ...(halted === null ? [] : [halted]),
    ...(rate === null ? [] : [`${rate} a minute`]),
    ...(rest === null ? [] : [`about ${rest} to go`]),
  ].join(', ');
  if (long.length < width) return long;
  const short = [
    share,
    ...(halted === null ? [] : [halted]),
    ...(rest === null ? [] : [`${rest} to go`]),
    `${formatNumber(documents)} of ${formatNumber(planned)}`,
    failures,
    ...(rate === null ? [] : [`${rate}/min`]),
  ];
  // What matters least goes first.
  while (short.join(', ').length >= width && short.length > 1) short.pop();
  return short.join(', ');
}

/** The lines of a screen: a bar an instance, or as many as fit side by side, then all of them together, then why documents failed. */
export function renderProgress(progress: Progress, { columns, rows }: Size): readonly string[] {
  const failures = renderFailures(progress, columns).slice(0, Math.max(0, Math.min(MOST_FAILURES, rows - ROWS_BESIDE)));
  const room = Math.max(1, rows - ROWS_BESIDE - failures.length);
  const bars = renderBars(progress.bars, columns, room);
  return [...bars, cut(`  ${summarise(progress, columns - 2)}`, columns), ...failures];
}

const MOST_FAILURES = 5;
/** The summary, and a line that stays free below. */
const ROWS_BESIDE = 2;

/** Long bars one below the other; where these are too many, short ones in columns; where these are too many too, one for several instances. */
function renderBars(bars: readonly Bar[], columns: number, room: number): readonly string[] {
  if (bars.length <= room) return renderList(bars, columns);
  const digits = String(Math.max(...bars.map(({ instanceId }) => instanceId))).length;
  const cell = ({ instanceId, ...bar }: Bar): string =>
    `  ${String(instanceId).padStart(digits)} ${drawBar(bar, CELL_BAR)} ${percent(bar)}`;
  const width = digits + CELL_BAR + 8;
  const across = Math.max(1, Math.floor((columns - 1) / width));
  if (Math.ceil(bars.length / across) <= room) {
    const lines = Math.ceil(bars.length / across);
    return Array.from({ length: lines }, (_, line) =>
      bars
        .filter((_bar, i) => i % lines === line)
        .map(cell)
        .join(''),
    );
  }
  return renderGroups(bars, columns, room);
}

const CELL_BAR = 6;

/** Below this many columns the bars say by themselves whose they are. */
const NARROW = 60;

function renderList(bars: readonly Bar[], columns: number): readonly string[] {
  const names = bars.map(({ instanceId }) => `${columns < NARROW ? '' : 'instance '}${instanceId}`);
  return renderRows(bars, names, columns);
}

function renderGroups(bars: readonly Bar[], columns: number, room: number): readonly string[] {
  const size = Math.ceil(bars.length / room);
  const groups = Array.from({ length: Math.ceil(bars.length / size) }, (_, i) => bars.slice(i * size, (i + 1) * size));
  const names = groups.map(
    (group) => `${columns < NARROW ? '' : 'instances '}${group[0]?.instanceId}-${group.at(-1)?.instanceId}`,
  );
  return renderRows(groups.map(sum), names, columns);
}

function renderRows(
  bars: readonly Omit<Bar, 'instanceId'>[],
  names: readonly string[],
  columns: number,
): readonly string[] {
  const figures = bars.map(
    ({ planned, documents, failed }) =>
      `${formatNumber(documents)} of ${formatNumber(planned)}${failed > 0 ? `, ${formatNumber(failed)} failed` : ''}`,
  );
  const [nameWidth, figureWidth] = [names, figures].map((texts) => Math.max(...texts.map(({ length }) => length)));
  const width = Math.max(4, Math.min(40, columns - (nameWidth ?? 0) - (figureWidth ?? 0) - 13));
  return bars.map((bar, i) =>
    cut(`  ${names[i]?.padEnd(nameWidth ?? 0)}  ${drawBar(bar, width)} ${percent(bar)}  ${figures[i]}`, columns),
  );
}

function drawBar({ planned, documents }: Omit<Bar, 'instanceId'>, width: number): string {
  const full = planned === 0 ? width : Math.min(width, Math.floor((documents / planned) * width));
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Never 100 while something is left. */
function percentOf({ planned, documents }: Pick<Bar, 'planned' | 'documents'>): number {
  return planned === 0 ? 100 : Math.min(100, Math.floor((documents / planned) * 100));
}

function percent(bar: Omit<Bar, 'instanceId'>): string {
  return `${String(percentOf(bar)).padStart(3)}%`;
}

function renderFailures({ failures }: Progress, columns: number): readonly string[] {
  const width = Math.max(0, ...failures.map(({ documents }) => formatNumber(documents).length));
  return failures.map(({ sentence, documents }) =>
    cut(`  ${formatNumber(documents).padStart(width)} failed: ${sentence}`, columns),
  );
}

/** A line that the terminal would break in two is shown in part. */
function cut(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}

/** Counts of several instances together. */
export function sum(bars: readonly Omit<Bar, 'instanceId'>[]): Omit<Bar, 'instanceId'> {
  const add = (pick: (bar: Omit<Bar, 'instanceId'>) => number): number =>
    bars.reduce((total, bar) => total + pick(bar), 0);
  return {
    planned: add((bar) => bar.planned),
    documents: add((bar) => bar.documents),
    failed: add((bar) => bar.failed),
  };
}
