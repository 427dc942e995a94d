import { INDICATOR_WORDS } from '../../values/families.ts';
import type { Contract, Mapping, RowSource, Table } from '../contract.ts';
import { quoteSql } from './expression.ts';
import { fromOf, relative, typeOf, type RowsAt, type WrittenColumn, type WrittenTable } from './columns.ts';

/** A table of values side by side: a row for each mapping that has one, or for each group of mappings. Null where nothing stands for its rows. */
export function upgradeRows(contract: Contract, table: Table, rootPath: string): WrittenTable | null {
  const at: RowsAt = { contract, table, path: rootPath };
  const { rows } = table;
  // Which of the contacts counts is a rule of format 1.
  const contact = contract.tables.flatMap((other) => (other.rows.kind === 'contact' ? [other.rows.filter.path] : []));
  if (table.mappings.some(({ path }) => contact.some((of) => path === of || path.startsWith(`${of}/`)))) return null;
  switch (rows.kind) {
    case 'score':
      return valueRows(at, 'add_score', rows.columns.identifier, rows.columns.value, {
        ...typeOf(widest(table.mappings)),
      });
    case 'indicator':
      return indicatorRows(at, rows.columns);
    case 'history':
      return historyRows(at, rows.columns);
    case 'group':
      return groupRows(at, rows);
    default:
      return null;
  }
}

function rank({ dataType }: Mapping): number {
  return ['int', 'bigint', 'decimal', 'float'].indexOf(dataType);
}

/** Of several types of numbers the one that holds all. */
function widest(mappings: readonly Mapping[]): Mapping {
  const [first, ...others] = mappings;
  if (first === undefined) throw new Error('a table without mappings');
  return others.reduce((a, b) => (rank(b) > rank(a) || rank(b) === -1 ? b : a), first);
}

/** Rows named by the parameter of a step, each with the value of its path. */
function valueRows(at: RowsAt, step: string, name: string, value: string, column: WrittenColumn): WrittenTable {
  const each = at.table.mappings.flatMap((mapping) => {
    const as = mapping.steps.find((candidate) => candidate.name === step)?.parameter ?? '';
    return as === '' ? [] : [{ as, path: valuePath(at, mapping) }];
  });
  return {
    each,
    unique: [name],
    where: `[${value}] IS NOT NULL`,
    columns: { [name]: nameColumn, [value]: { from: '.', ...column } },
  };
}

const nameColumn = { from: 'name()', type: 'nvarchar(128)', required: true };

/** Of several elements the last counts, as in format 1. */
function valuePath(at: RowsAt, { path, attribute }: Mapping): string {
  const element = relative(at, path);
  const value = attribute === '' || attribute === 'text' ? '' : `@${attribute.replace(/^@/, '')}`;
  if (element === '.') return value === '' ? '.' : value;
  return [`${element}[last()]`, value].filter((part) => part !== '').join('/');
}

/** A row for each word that says yes; other words are none, which is an issue. */
function indicatorRows(at: RowsAt, { name, value }: { readonly name: string; readonly value: string }): WrittenTable {
  const yes = Object.fromEntries(INDICATOR_WORDS.yes.map((word) => [word, 1]));
  const no = Object.fromEntries(INDICATOR_WORDS.no.map((word) => [word, 0]));
  const map = { values: { ...yes, ...no }, ignore_case: true };
  const table = valueRows(at, 'add_indicator', name, value, { type: 'nvarchar(10)', map });
  return { ...table, where: `[${value}] = '1'` };
}

function nameOf({ attribute }: Mapping): string {
  return `[${attribute.replace(/^@/, '')}]`;
}

function sourceOf({ path }: Mapping): string {
  return `[${path.slice(path.lastIndexOf('/') + 1)}]`;
}

/** A row for each text that there is, named by attribute and element. */
function historyRows(
  at: RowsAt,
  { name, source, value }: Extract<RowSource, { kind: 'history' }>['columns'],
): WrittenTable {
  const { mappings } = at.table;
  const names = mappings.map(nameOf);
  const longest = Math.max(...mappings.map(({ length }) => length ?? Infinity));
  const byName = mappings.map((mapping) => `WHEN ${quoteSql(nameOf(mapping))} THEN ${quoteSql(sourceOf(mapping))}`);
  const sources = new Set(mappings.map(sourceOf));
  const [only = ''] = sources;
  return {
    each: mappings.map((mapping) => ({ as: nameOf(mapping), path: valuePath(at, mapping) })),
    ...(new Set(names).size === names.length ? { unique: [name] } : { position: 'row_no' }),
    where: `[${value}] IS NOT NULL`,
    columns: {
      [name]: nameColumn,
      [source]: {
        expr:
          sources.size === 1
            ? quoteSql(only)
            : `CASE ${byName.map((branch) => branch.replace('WHEN ', `WHEN [${name}] = `)).join(' ')} END`,
        type: 'nvarchar(128)',
      },
      [value]: { from: '.', type: `nvarchar(${Number.isFinite(longest) ? longest : 'max'})`, long: 'cut' },
    },
  };
}

/** A row for each group that a value justifies: its columns are read for every group, and chosen by its number. */
function groupRows(at: RowsAt, rows: Extract<RowSource, { kind: 'group' }>): WrittenTable | null {
  const step = rows.flavour === 'collateral' ? 'add_collateral' : 'warranty_field';
  const members = at.table.mappings.map((mapping) => ({
    mapping,
    group: mapping.steps.find(({ name }) => name === step)?.parameter ?? '',
  }));
  if (members.some(({ mapping, group }) => group === '' || mapping.steps.length > 1)) return null;
  const hidden: Record<string, WrittenColumn> = {};
  const shown: Record<string, WrittenColumn> = {};
  const justified: string[] = [];
  for (const [column, own] of Object.entries(Object.groupBy(members, ({ mapping }) => mapping.column))) {
    const branches = (own ?? []).map(({ mapping, group }) => {
      hidden[`_${group}_${column}`] = {
        ...fromOf(at, mapping.path, mapping.attribute),
        ...typeOf(mapping),
        store: false,
      };
      return `WHEN [${rows.groupColumn}] = ${group} THEN [_${group}_${column}]`;
    });
    const [first] = own ?? [];
    if (first === undefined) continue;
    const found = `CASE ${branches.join(' ')} END`;
    const fallback = rows.defaults ? first.mapping.defaultValue : null;
    const { format: _format, zone: _zone, ...type } = typeOf(first.mapping);
    if (fallback === null) shown[column] = { expr: found, ...type };
    else {
      hidden[`_${column}`] = { expr: found, ...type, store: false };
      shown[column] = { expr: `COALESCE([_${column}], ${quoteSql(String(fallback))})`, ...type };
    }
    const read = fallback === null ? `[${column}]` : `[_${column}]`;
    justified.push(rows.positiveOnly.includes(column) ? `${read} > 0` : `${read} IS NOT NULL`);
  }
  for (const [column, value] of Object.entries(rows.always))
    shown[column] ??= { expr: quoteSql(value), type: `nvarchar(${Math.max(20, value.length)})` };
  return {
    each: [...new Set(members.map(({ group }) => group))].map((as) => ({ as, path: '.' })),
    unique: [rows.groupColumn],
    where: justified.join(' OR '),
    columns: { [rows.groupColumn]: { from: 'name()', type: 'int', required: true }, ...hidden, ...shown },
  };
}
