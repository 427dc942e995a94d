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
  const bases = new Map(contract.tables.flatMap((table) => [...basesOf(table, null)]));
  const id = contract.documentId?.map(printPath).join(' | ') ?? '';
  return {
    application_id: { path: id, attribute: '', optional: contract.documentId === null },
    tables: withNested(contract.tables).map((table, index) => ({
      name: table.destination.label,
      rows: { kind: table.rows.kind === 'parent' ? 'nested' : 'each', path: printRows(table), required: {} },
      keys: [{ column: contract.key, of: 'document' }],
      unique_key: table.unique,
      on_duplicate: table.onDuplicate,
      columns: (destinations[index]?.columns ?? []).map(viewColumn),
      mappings: table.columns.map((column, at) => viewMapping(column, at, bases.get(table) ?? null)),
    })),
  };
}

/** Where in the document the paths of a table and of those within it begin; null where that is in several places. */
function basesOf(table: NestedTable, parent: string | null): ReadonlyMap<NestedTable, string | null> {
  const [path, ...others] = table.rows.kind === 'paths' ? table.rows.paths : [];
  const own = path === undefined || others.length > 0 ? null : printPath(path);
  const base = table.rows.kind === 'parent' ? parent : within(parent, own);
  return new Map([[table, base], ...table.tables.flatMap((child) => [...basesOf(child, base)])]);
}

/** A path that begins where another one leads. */
function within(base: string | null, path: string | null): string | null {
  if (path === null || path.startsWith('/')) return path;
  if (base === null) return null;
  return path === '.' ? base : `${base.replace(/\/$/, '')}/${path}`;
}

function printRows({ rows }: NestedTable): string | null {
  if (rows.kind === 'parent') return null;
  return rows.kind === 'paths' ? printUnion(rows.paths) : rows.entries.map(({ paths }) => printUnion(paths)).join(', ');
}

function printUnion(paths: readonly Path[]): string {
  return paths.map(printPath).join(' | ');
}

function viewColumn({ name, type, nullable }: DestinationColumn): object {
  return { name, type: type.kind === 'exact' ? type.type : type, nullable };
}

function viewMapping({ name, required, source }: NestedColumn, index: number, base: string | null): object {
  const isRead = source.kind === 'paths';
  const [only, ...others] = isRead ? source.alternatives.flat() : [];
  return {
    index,
    column: name,
    path: isRead ? source.alternatives.map(printUnion).join(', ') : '',
    whole_path: only === undefined || others.length > 0 ? null : within(base, printPath(only)),
    attribute: '',
    steps: isRead && source.take !== null ? [`take ${source.take}`] : [],
    nullable: !required,
    default: isRead ? source.default : null,
    expression: isRead ? null : source.text.trim(),
    enumeration: isRead && source.map !== null ? [...source.map.values].map(([from, to]) => ({ from, to })) : null,
  };
}
