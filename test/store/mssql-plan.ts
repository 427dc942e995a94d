import { planTable } from '../../src/store/mssql/table-plan.ts';
import type { CatalogColumn, CatalogTable } from '../../src/store/mssql/catalog.ts';
import type { DestinationTable } from '../../src/store/destination.ts';
import type { GroupPlan } from '../../src/store/mssql/group-statement.ts';
import type { Names } from '../../src/store/names.ts';
import type { TablePlan } from '../../src/store/mssql/table-plan.ts';

/** A column of a catalog; what is not said is the simplest there is. */
export function catalogColumn(name: string, type: string, more: Partial<CatalogColumn> = {}): CatalogColumn {
  const rest = {
    length: 0,
    precision: 0,
    scale: 0,
    nullable: true,
    hasDefault: false,
    identity: false,
    serverOnly: false,
  };
  return { name, type, ...rest, collation: null, codePage: null, ...more };
}

export function catalogTable(
  name: string,
  columns: readonly CatalogColumn[],
  keys: readonly (readonly string[])[] = [],
): CatalogTable {
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return { name, columns: byName, uniqueKeys: keys, refusing: keys };
}

const LATIN = { collation: 'SQL_Latin1_General_CP1_CI_AS', codePage: 1252 };

const COLUMNS: readonly CatalogColumn[] = [
  catalogColumn('id', 'bigint', { nullable: false, identity: true }),
  catalogColumn('code', 'varchar', { length: 20, hasDefault: true, ...LATIN }),
  catalogColumn('score', 'decimal', { precision: 18, scale: 2, hasDefault: true }),
  catalogColumn('note', 'nvarchar', { length: -1, collation: LATIN.collation }),
  catalogColumn('born', 'datetime'),
];

/** A table with an identity, defaults, and keys of text and of a date, which no index refuses unless said. */
export function part(
  name: string,
  more: Partial<DestinationTable> = {},
  keys: readonly (readonly string[])[] = [],
): TablePlan {
  const table: DestinationTable = {
    name,
    role: 'other',
    columns: COLUMNS.map((column) => ({ name: column.name, type: { kind: 'text', length: null }, nullable: true })),
    primaryKey: ['id'],
    uniqueKey: ['code', 'born'],
    onDuplicate: 'fail',
    updateColumns: [],
    owner: null,
    ...more,
  };
  const plan = planTable(`[migration].[${name}]`, table, catalogTable(name, COLUMNS, keys));
  if ('missing' in plan) throw new Error(`${plan.missing} is missing`);
  return plan;
}

/** A plan of four tables, one of each kind. */
export function partPlan(
  names: Names,
  options: { masks: readonly string[]; decodesEscapes?: boolean; keys?: readonly (readonly string[])[] },
): GroupPlan {
  const tables = [
    part('app_base', { role: 'root' }),
    part('contact', { onDuplicate: 'skip' }, options.keys),
    part('scores', { onDuplicate: 'update', updateColumns: ['score'] }, options.keys),
    part('notes'),
  ];
  for (const table of tables) for (const mask of options.masks) table.masks.add(mask);
  const json = { decodesEscapes: options.decodesEscapes ?? true, longest: Infinity };
  return { names, id: { declared: 'int', isText: false }, reason: { length: 500, codePage: null }, tables, json };
}
