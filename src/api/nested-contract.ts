import type { NestedColumn, NestedContract, NestedTable } from '../contract/nested/model.ts';
import { printPath } from '../contract/nested/print-path.ts';
import type { Path } from '../contract/nested/path.ts';
import { withNested } from '../contract/nested/tree.ts';
import { toDestinationTables } from '../run/contract-tables.ts';
import type { DestinationColumn } from '../store/destination.ts';

/** All columns of tables and of those nested in them. */
export function nestedColumns(tables: readonly NestedTable[]): readonly NestedColumn[] {
  return withNested(tables).flatMap(({ columns }) => columns);
}

/** Tables and columns of a contract of format 2, in the shape that those of format 1 have. */
export function viewNested(contract: NestedContract): object {
  const destinations = toDestinationTables(contract);
  const bases = new Map(contract.tables.flatMap((table) => [...basesOf(table, [])]));
  const keys = new Map(contract.tables.flatMap((table) => [...keysOf(table, [])]));
  const id = contract.documentId?.map(printPath).join(' | ') ?? '';
  return {
    application_id: { path: id, attribute: '', optional: contract.documentId === null },
    tables: withNested(contract.tables).map((table, index) => ({
      name: table.destination.label,
      rows: {
        kind: table.rows.kind === 'parent' ? 'nested' : 'each',
        path: printRows(table),
        required: {},
        rules: rulesOf(table),
      },
      keys: [{ column: contract.key, of: 'document' }, ...(keys.get(table) ?? [])],
      unique_key: table.unique,
      on_duplicate: table.onDuplicate,
      columns: (destinations[index]?.columns ?? []).map(viewColumn),
      mappings: table.columns.map((column, at) =>
        viewMapping(column, at, basesOfColumns(table, bases.get(table) ?? [])),
      ),
    })),
  };
}

/** Where in the document the rows of a table and of those within it are. */
function basesOf(table: NestedTable, parents: readonly string[]): ReadonlyMap<NestedTable, readonly string[]> {
  const { rows } = table;
  const paths =
    rows.kind === 'paths' ? rows.paths : rows.kind === 'list' ? rows.entries.flatMap((entry) => entry.paths) : [];
  const bases = rows.kind === 'parent' ? parents : within(parents, paths);
  return new Map([[table, bases], ...table.tables.flatMap((child) => [...basesOf(child, bases)])]);
}

/** Paths that begin where others lead, from the root of the document, each once. */
function within(bases: readonly string[], paths: readonly Path[]): readonly string[] {
  const whole = paths.map(printPath).flatMap((path) => {
    if (path.startsWith('/')) return [path];
    return bases.map((base) => (path === '.' ? base : `${base.replace(/\/$/, '')}/${path}`));
  });
  return [...new Set(whole)];
}

function printRows({ rows }: NestedTable): string | null {
  if (rows.kind === 'parent') return null;
  if (rows.kind === 'paths') return printUnion(rows.paths);
  return rows.entries.map(({ as, paths }) => `${printUnion(paths)} as ${as}`).join(', ');
}

interface KeyView {
  readonly column: string;
  readonly of: 'parent' | 'position' | 'row';
}

/** What identifies the rows of a table and of those within it, besides the document. */
function keysOf(table: NestedTable, inherited: readonly KeyView[]): ReadonlyMap<NestedTable, readonly KeyView[]> {
  const position = table.position === null ? [] : [{ column: table.position, of: 'position' as const }];
  const own = [...position, ...(table.unique ?? []).map((column) => ({ column, of: 'row' as const }))];
  const below = [...inherited, ...own.map(({ column }) => ({ column, of: 'parent' as const }))];
  return new Map([[table, [...inherited, ...own]], ...table.tables.flatMap((child) => [...keysOf(child, below)])]);
}

/** What else decides on the rows of a table, as a contract says it. */
function rulesOf({ whereText, at, split, count }: NestedTable): readonly string[] {
  return [
    at !== null && `at ${printUnion(at)}`,
    split !== null && `split ${JSON.stringify(split)}`,
    whereText !== null && `where ${whereText.trim()}`,
    count.min > 0 && `at least ${count.min}`,
    count.max !== null && `at most ${count.max}`,
  ].filter((rule) => rule !== false);
}

function printUnion(paths: readonly Path[]): string {
  return paths.map(printPath).join(' | ');
}

function viewColumn({ name, type, nullable }: DestinationColumn): object {
  return { name, type: type.kind === 'exact' ? type.type : type, nullable };
}

/** What the paths of its columns are relative to. */
function basesOfColumns({ at }: NestedTable, bases: readonly string[]): readonly string[] {
  return at === null ? bases : within(bases, at);
}

function viewMapping(column: NestedColumn, index: number, bases: readonly string[]): object {
  const { name, required, source } = column;
  const isRead = source.kind === 'paths';
  return {
    index,
    column: name,
    path: isRead ? source.alternatives.map(printUnion).join(', ') : '',
    whole_paths: isRead ? within(bases, source.alternatives.flat()) : [],
    attribute: '',
    steps: [...(isRead ? readingSteps(source) : []), ...storingSteps(column)],
    nullable: !required,
    default: isRead ? source.default : null,
    expression: isRead ? null : source.text.trim(),
    enumeration: isRead && source.map !== null ? [...source.map.values].map(([from, to]) => ({ from, to })) : null,
  };
}

type PathsSource = Extract<NestedColumn['source'], { kind: 'paths' }>;

/** How a value is read, as a contract says it: what is as by default is not said. */
function readingSteps(source: PathsSource): readonly string[] {
  const { take, join, text, space, formats, zone, decimal, group, encoding, unreadable, digits, map } = source;
  return [
    take !== null && (take === 'all' ? `take all, joined by ${JSON.stringify(join)}` : `take ${take}`),
    text !== 'all' && `text ${text}`,
    space !== 'trim' && `space ${space}`,
    map !== null && `map${map.ignoreCase ? ', in any case' : ''}${otherwise(map)}`,
    formats.length > 0 && `format ${formats.join(' or ')}`,
    zone.given === 'drop' && 'zone drop',
    zone.name !== null && `zone ${zone.name}`,
    decimal !== '.' && `decimal ${decimal}`,
    group !== null && `group ${group === ' ' ? 'blank' : group}`,
    encoding !== 'base64' && `encoding ${encoding}`,
    digits !== 'round' && `digits ${digits}`,
    unreadable !== 'blank' && `unreadable ${unreadable}`,
  ].filter((step) => step !== false);
}

function otherwise({ otherwise: other }: NonNullable<PathsSource['map']>): string {
  if (other === 'blank') return '';
  return other === 'fail' ? ', others fail' : `, others ${JSON.stringify(other.value)}`;
}

/** How a value is kept. */
function storingSteps({ long, stored }: NestedColumn): readonly string[] {
  return [long !== 'fail' && `long ${long}`, !stored && 'not stored'].filter((step) => step !== false);
}
