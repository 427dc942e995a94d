import { spreadOf, type Spread, type Timings } from './measure.ts';

/** What one section found. */
export interface Section {
  readonly title: string;
  readonly timings: Timings;
  readonly ratios: readonly Ratio[];
  /** Keys of ratios that could not be measured here, and why. */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** Other numbers, by key. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface Ratio {
  /** Its key in the JSON. */
  readonly key: string;
  readonly meaning: string;
  readonly value: Spread;
  /** e.g. `>= 2.5`; empty without one. */
  readonly target: string;
}

/** The tables of a section as text. */
export function printSection({ title, timings, ratios, leftOut = {}, figures = {} }: Section): string {
  const tasks = [...timings].map(([name, times]) => {
    const { median, least, most } = spreadOf(times);
    return [
      name,
      median.toFixed(4),
      `${least.toFixed(4)}..${most.toFixed(4)}`,
      Math.round(1000 / median).toLocaleString('en'),
    ];
  });
  const compared = ratios.map(({ meaning, value, target }) => [
    meaning,
    value.median.toFixed(2),
    `${value.least.toFixed(2)}..${value.most.toFixed(2)}`,
    target,
  ]);
  return [
    `\n## ${title}\n`,
    table(['task', 'ms/document', 'spread', 'documents/s'], tasks),
    table(['ratio', 'median', 'spread', 'target'], compared),
    ...Object.entries(figures).map(([key, value]) => `${key}: ${round(value)}`),
    ...Object.entries(leftOut).map(([key, reason]) => `${key} is left out: ${reason}`),
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line), ''].join('\n');
}

/** The machine-readable form: medians by key, and everything beside. */
export function toJson(sections: readonly Section[]): object {
  const ratios = sections.flatMap((section) => section.ratios);
  return {
    node: process.version,
    ratios: Object.fromEntries(ratios.map(({ key, value }) => [key, round(value.median)])),
    ...Object.assign({}, ...sections.map(({ figures }) => figures)),
    left_out: Object.assign({}, ...sections.map(({ leftOut }) => leftOut)),
    spreads: Object.fromEntries(ratios.map(({ key, value }) => [key, [round(value.least), round(value.most)]])),
    milliseconds_per_document: Object.fromEntries(
      sections.map(({ title, timings }) => [
        title,
        Object.fromEntries([...timings].map(([name, times]) => [name, round(spreadOf(times).median)])),
      ]),
    ),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
