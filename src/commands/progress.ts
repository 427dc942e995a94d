import type { SingleBar } from 'cli-progress';
import { MultiBar, Presets } from 'cli-progress';
import type { Progress as Step } from '../run/slice.ts';
import type { Instance } from '../store/port.ts';
import type { Output, Terminal } from './terminal.ts';
import { formatNumber } from './words.ts';

/** Shows on stderr how far the instances of a run are. */
export interface ProgressDisplay {
  /** The instances that are to be shown, and how far they were when the run began or went on. */
  readonly plan: (instances: readonly Instance[]) => void;
  readonly step: (step: Step) => void;
  /** Writes a line, once until the next step: every instance notices a pause. */
  readonly paused: (text: string) => void;
  /** Writes a line without spoiling the bars. */
  readonly line: (text: string) => void;
  readonly close: () => void;
}

/** A bar an instance on a terminal that can move its cursor, otherwise a line now and then. */
export function openProgress({ env, stderr: stream }: Pick<Terminal, 'env' | 'stderr'>): ProgressDisplay {
  const rows = new Map<number, Row>();
  const view = stream.isTTY && env['TERM'] !== 'dumb' ? openBars(stream) : openLines(stream);
  let paused = false;
  const show = (): void => view.show([...rows.values()]);
  return {
    plan(instances) {
      if (instances.every(({ planned }) => planned === 0)) return;
      for (const { partition, planned, totals } of instances) {
        const name = `instance ${partition.instanceId} of ${partition.instanceCount}`;
        rows.set(partition.instanceId, { name, planned, documents: totals.documents, failed: totals.failed });
      }
      show();
    },
    step({ instanceId, totals }) {
      const row = rows.get(instanceId);
      if (row === undefined) return;
      rows.set(instanceId, { ...row, documents: totals.documents, failed: totals.failed });
      paused = false;
      show();
    },
    paused(text) {
      if (!paused) view.line(text);
      paused = true;
    },
    line: view.line,
    close: view.close,
  };
}

interface Row {
  readonly name: string;
  readonly planned: number;
  readonly documents: number;
  readonly failed: number;
}

interface View {
  readonly show: (rows: readonly Row[]) => void;
  readonly line: (text: string) => void;
  readonly close: () => void;
}

/** More bars than this become one: nobody reads them, and they leave the screen. */
const MOST_BARS = 16;

function openBars(stream: Output): View {
  const format = '  {name}  {bar} {percentage}%  {done} of {planned} documents, {failed} failed';
  const bars = new MultiBar({ format, stream, hideCursor: true, autopadding: true, emptyOnZero: true }, Presets.rect);
  const shown: SingleBar[] = [];
  return {
    show(rows) {
      const displayed = rows.length > MOST_BARS ? [sum(rows)] : rows;
      for (const [i, row] of displayed.entries()) {
        const figures = {
          name: row.name,
          done: formatNumber(row.documents),
          planned: formatNumber(row.planned),
          failed: formatNumber(row.failed),
        };
        shown[i] ??= bars.create(row.planned, row.documents, figures, {
          barsize: barSize(stream.columns ?? 80, displayed),
        });
        shown[i].update(row.documents, figures);
      }
    },
    line: (text) => (shown.length > 0 ? bars.log(`${text}\n`) : stream.write(`${text}\n`)),
    close() {
      if (shown.length === 0) return;
      bars.stop();
      // so that what follows stands apart from the bars
      stream.write('\n');
    },
  };
}

/** What the text leaves of the width, so that no line is cut off. */
function barSize(columns: number, rows: readonly Row[]): number {
  const texts = rows.map(({ name, planned }) => {
    const figure = formatNumber(planned);
    return `  ${name}   100%  ${figure} of ${figure} documents, ${figure} failed`.length;
  });
  return Math.max(5, Math.min(30, columns - Math.max(...texts) - 1));
}

function openLines(stream: NodeJS.WritableStream): View {
  let next = performance.now() + LINE_EVERY_MS;
  const line = (text: string): void => void stream.write(`${text}\n`);
  return {
    show(rows) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      const { documents, planned, failed } = sum(rows);
      line(`${formatNumber(documents)} of ${formatNumber(planned)} documents, ${formatNumber(failed)} failed`);
    },
    line,
    close: () => undefined,
  };
}

const LINE_EVERY_MS = 5000;

function sum(rows: readonly Row[]): Row {
  const add = (pick: (row: Row) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  return {
    name: 'all instances',
    planned: add((row) => row.planned),
    documents: add((row) => row.documents),
    failed: add((row) => row.failed),
  };
}
