import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

/** A column of a table: its title, and on which side its cells stand; numbers belong on the right. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Left out where the terminal is too narrow, the one with the lowest number first. */
  readonly dispensable?: number;
}

/** A table for people, without a frame, so that it can be copied into a mail or grepped. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], gap = '  '): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...PLAIN, middle: gap },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The same with its last column, which is prose, in lines that end within the width; where few words fit, without what can be dispensed with. */
export function wrapTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const others = columns
    .slice(0, -1)
    .map(({ title }, at) => Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map(({ length }) => length)));
  const left = width - others.reduce((sum, one) => sum + one + 2, 0);
  const isKept = (_: unknown, at: number): boolean => columns[at]?.dispensable === undefined;
  if (left < FEW_WORDS && !columns.every(isKept))
    return wrapTable(
      columns.filter(isKept),
      rows.map((row) => row.filter(isKept)),
      width,
    );
  if (left === Infinity || left < 20) return renderTable(columns, rows);
  const wrapped = rows.map((row) => [...row.slice(0, -1), wrap(row.at(-1) ?? '', left).join('\n')]);
  return renderTable(columns, wrapped);
}

/** Text in lines of at most so many characters, broken between words where that is possible. */
export function wrap(text: string, most: number): readonly string[] {
  return text.match(new RegExp(`(?=\\S)(?:.{1,${most}}(?=\\s|$)|\\S{${most}})`, 'g')) ?? [];
}

const FEW_WORDS = 40;

/** The table in a given width: if that is too small, narrower, and without as many of the columns that can be dispensed with as is needed. */
export function fitTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], width: number): string {
  const ranks = columns.flatMap(({ dispensable }) => dispensable ?? []).toSorted((a, b) => a - b);
  let table = '';
  for (const left of [0, ...ranks])
    for (const gap of ['  ', ' ']) {
      const isKept = (_: unknown, at: number): boolean => (columns[at]?.dispensable ?? Infinity) > left;
      table = renderTable(
        columns.filter(isKept),
        rows.map((row) => row.filter(isKept)),
        gap,
      );
      if (table.split('\n').every((line) => stripVTControlCharacters(line).length <= width)) return table;
    }
  return table;
}

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};
