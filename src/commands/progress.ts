import type { SingleBar } from 'cli-progress';
import { MultiBar, Presets } from 'cli-progress';
import type { Instance } from '../store/port.ts';
import { formatNumber } from './words.ts';

/** Shows on stderr how far the instances of a run are. */
export interface Progress {
  show(instances: readonly Instance[]): void;
  /** Writes a line without spoiling the bars. */
  line(text: string): void;
  close(): void;
}

/** A bar an instance on a terminal, otherwise a line whenever there is something to tell. */
export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? openBars(stream) : openLines(stream);
}

/** More bars than this are one bar: nobody reads them, and they leave the screen. */
const MOST_BARS = 16;

function openBars(stream: NodeJS.WriteStream): Progress {
  const format = '  {name} {bar} {percentage} %  {value} of {total} documents  {failed} failed';
  const options = { format, stream, hideCursor: true, barsize: 30, autopadding: true, emptyOnZero: true, formatValue };
  const bars = new MultiBar(options, Presets.rect);
  const shown: SingleBar[] = [];
  return {
    show(instances) {
      const rows = instances.length > MOST_BARS ? [sum(instances)] : instances.map(toRow);
      for (const [i, { name, planned, documents, failed }] of rows.entries()) {
        shown[i] ??= bars.create(planned, 0, { name, failed: 0 });
        shown[i].setTotal(planned);
        shown[i].update(documents, { failed: formatNumber(failed) });
      }
    },
    line: (text) => bars.log(`${text}\n`),
    close: () => bars.stop(),
  };
}

function formatValue(value: number, _options: unknown, type: string): string {
  return type === 'percentage' ? String(value).padStart(3) : formatNumber(value);
}

/** At most one line for the whole every so often, and one for each instance that ends. */
function openLines(stream: NodeJS.WritableStream): Progress {
  const ended = new Set<number>();
  let next = performance.now() + LINE_EVERY_MS;
  const line = (text: string): void => void stream.write(`${text}\n`);
  return {
    show(instances) {
      for (const instance of instances) {
        const { instanceId } = instance.partition;
        if (ended.has(instanceId) || !['completed', 'failed'].includes(instance.status)) continue;
        ended.add(instanceId);
        line(describe(toRow(instance)));
      }
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      line(describe(sum(instances)));
    },
    line,
    close: () => undefined,
  };
}

const LINE_EVERY_MS = 10_000;

interface ProgressRow {
  readonly name: string;
  readonly planned: number;
  readonly documents: number;
  readonly failed: number;
}

function toRow({ partition, planned, totals }: Instance): ProgressRow {
  return { name: `instance ${partition.instanceId} of ${partition.instanceCount}`, planned, documents: totals.documents, failed: totals.failed };
}

function sum(instances: readonly Instance[]): ProgressRow {
  const add = (pick: (instance: Instance) => number): number => instances.reduce((total, instance) => total + pick(instance), 0);
  return {
    name: 'all instances',
    planned: add((instance) => instance.planned),
    documents: add((instance) => instance.totals.documents),
    failed: add((instance) => instance.totals.failed),
  };
}

function describe({ name, planned, documents, failed }: ProgressRow): string {
  return `${name}: ${formatNumber(documents)} of ${formatNumber(planned)} documents, ${formatNumber(failed)} failed`;
}
