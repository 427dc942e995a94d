import { compileSql, compileSqlCondition } from '../../expression/sql/compile.ts';
import { convertTo } from '../../expression/sql/convert.ts';
import { namesOf } from '../../expression/sql/names.ts';
import type { SqlProblem } from '../../expression/sql/typed.ts';
import { suggest } from '../findings.ts';
import type { NestedColumn } from './model.ts';
import { fault, type NestedReading } from './reading.ts';
import { openScope, same, type ScopeOptions } from './scope.ts';
import type { PlacedTable } from './tables.ts';

/** Checks the expressions of a table, and returns the positions of its columns in an order in which each finds what it reads. */
export function checkExpressions(reading: NestedReading, options: ScopeOptions, table: PlacedTable): readonly number[] {
  const scope = openScope(options);
  const names = table.columns.map(({ name }) => name);
  const report = (path: readonly PropertyKey[], { at, message }: SqlProblem): void =>
    fault(reading, path, message, adviceFor(message, names), at);
  table.columns.forEach((column) => {
    const { source, type } = column;
    if (source.kind !== 'expression') return;
    const place = [...table.place, 'columns', column.name, 'expr'];
    const { typed, problems } = compileSql(source.expression, scope);
    for (const problem of problems) report(place, problem);
    const convert = convertTo(typed, type, false);
    if (problems.length === 0 && typeof convert === 'string') fault(reading, place, convert);
  });
  if (table.where !== null) {
    for (const problem of compileSqlCondition(table.where, scope).problems) report([...table.place, 'where'], problem);
  }
  return order(reading, table);
}

function adviceFor(message: string, names: readonly string[]): string {
  const [, unknown] = /^there is no column (.+) here$/.exec(message) ?? [];
  if (unknown === undefined) return '';
  const meant = suggest(unknown, names);
  return meant === undefined
    ? 'Read it by a column of its own, with store: false if it is not wanted.'
    : `Did you mean ${meant}?`;
}

/** Columns that read paths come first, then each expression behind those that it reads. */
function order(reading: NestedReading, table: PlacedTable): readonly number[] {
  const { columns } = table;
  const ordered = columns.flatMap(({ source }, index) => (source.kind === 'paths' ? [index] : []));
  let waiting = columns.flatMap(({ source }, index) => (source.kind === 'paths' ? [] : [index]));
  while (waiting.length > 0) {
    const ready = waiting.filter((index) => readsOf(table, columns[index]).every((read) => !waiting.includes(read)));
    if (ready.length === 0) {
      const circle = waiting.map((index) => columns[index]?.name ?? '').join(', ');
      fault(
        reading,
        [...table.place, 'columns'],
        `${circle} read one another in a circle`,
        'Let one of them read paths, or the columns that it is made of.',
      );
      return ordered;
    }
    ordered.push(...ready);
    waiting = waiting.filter((index) => !ready.includes(index));
  }
  return ordered;
}

/** Positions of the table's own columns that an expression reads. */
function readsOf({ name, columns }: PlacedTable, column: NestedColumn | undefined): readonly number[] {
  if (column?.source.kind !== 'expression') return [];
  return namesOf(column.source.expression).flatMap((read) => {
    const own =
      read.includes('.') && same(read.slice(0, read.indexOf('.')), name) ? read.slice(read.indexOf('.') + 1) : read;
    const index = columns.findIndex((candidate) => same(candidate.name, own));
    return index === -1 ? [] : [index];
  });
}
