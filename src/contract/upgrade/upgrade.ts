import { Document, isMap, isPair, visit } from 'yaml';
import { InputError } from '../../errors.ts';
import type { Contract, FilterRule, Table } from '../contract.ts';
import { parseAnyContract } from '../load.ts';
import { quote } from '../nested/print-path.ts';
import { upgradeColumns, type WrittenColumn, type WrittenTable } from './columns.ts';
import { upgradeRows } from './rows.ts';

/** A contract of format 1 as one of format 2. */
export interface Upgrade {
  /** YAML, with what has no equal as comments. */
  readonly text: string;
  /** What of the old contract is not in it, each with its place. */
  readonly missing: readonly string[];
}

/** What reads differently in format 2 whatever the contract says. */
const ALWAYS = [
  'numbers are read as they are: `12 km` is none, where format 1 took the 12',
  'text is not unescaped a second time',
  'numbers_only: blanks and signs between digits are taken out, letters stay',
  'a comparison with a value that is missing is unknown, where format 1 took it for empty text; / of whole numbers is whole',
  'nullable: false has become required: true, which rejects a document without a value',
];

/** Writes a contract of format 1 without contacts as one of format 2. What it writes is valid; what has no equal is left out and listed. */
export function upgrade(contract: Contract): Upgrade {
  const missing: string[] = [];
  const tables = upgradeTables(contract, missing);
  const written = { ...headOf(contract), tables };
  for (;;) {
    const text = print(written, missing);
    const faulty = faultyColumn(text, tables);
    if (faulty === null) return { text, missing };
    missing.push(`${faulty.column}: ${faulty.why}`);
  }
}

function headOf(contract: Contract): Readonly<Record<string, unknown>> {
  const { source, applicationTable: joined, applicationId, rootElement, targetSchema } = contract;
  const root = rootElement.slice(rootElement.indexOf(':') + 1);
  const below = applicationId.path.split('/').slice(2).join('/');
  const attribute = applicationId.attribute.replace(/^@/, '');
  const join = joined === null ? {} : { join: { table: `${joined.schema}.${joined.table}`, on: 'app_id' } };
  return {
    format: 2,
    product_line: contract.productLine,
    ...(contract.productName !== contract.productLine && { product_name: contract.productName }),
    schema: targetSchema,
    source: { table: source.table, column: source.column, id: 'app_id', id_type: 'bigint', ...join },
    log: contract.logTable,
    document: {
      root,
      id: attribute === '' || attribute === 'text' ? below : `${below === '' ? '' : `${below}/`}@${attribute}`,
    },
    key: contract.keyColumns.document,
  };
}

function upgradeTables(contract: Contract, missing: string[]): Record<string, WrittenTable> {
  const rootPath = `/${contract.rootElement.slice(contract.rootElement.indexOf(':') + 1)}`;
  const root = contract.tables.find(({ rows }) => rows.kind === 'root');
  const others = contract.tables.flatMap((table): [string, WrittenTable][] => {
    if (table === root) return [];
    const upgraded = upgradeTable(contract, table, rootPath, missing);
    return upgraded === null ? [] : [[table.name, root === undefined ? topOf(upgraded, rootPath) : upgraded]];
  });
  if (root === undefined) return Object.fromEntries(others);
  const own = upgradeColumns({ contract, table: root, path: rootPath });
  missing.push(...own.missing);
  return {
    [root.name]: {
      each: rootPath,
      columns: own.columns,
      ...(others.length > 0 && { tables: Object.fromEntries(others) }),
    },
  };
}

function topOf(table: WrittenTable, rootPath: string): WrittenTable {
  return { ...table, each: typeof table['each'] === 'string' ? `${rootPath}/${table['each']}` : rootPath };
}

function upgradeTable(contract: Contract, table: Table, rootPath: string, missing: string[]): WrittenTable | null {
  const { name, rows } = table;
  if (rows.kind === 'each') {
    const own = upgradeColumns({ contract, table, path: rows.filter.path });
    missing.push(...own.missing);
    const each = `${rows.filter.path.slice(rootPath.length + 1)}${predicates(rows.filter)}`;
    return { each, ...keyOf(table, own.columns, missing), columns: own.columns };
  }
  if (rows.kind === 'application') {
    const own = upgradeColumns({ contract, table, path: rootPath });
    missing.push(...own.missing);
    if (Object.keys(own.columns).length === 0) return null;
    const values = Object.entries(own.columns).filter(
      ([, column]) => 'from' in column && !('default' in column) && column['store'] !== false,
    );
    const where = values.map(([column]) => `[${column}] IS NOT NULL`).join(' OR ');
    return { ...(where !== '' && { where }), columns: own.columns };
  }
  const made = upgradeRows(contract, table, rootPath);
  if (made === null) missing.push(`${name}: rows of this ${rows.kind} table have no equal`);
  return made;
}

/** Rows need a key of their own; where format 1 had none they get a position. */
function keyOf({ name, uniqueKey, onDuplicate, keys }: Table, columns: WrittenTable['columns'], missing: string[]) {
  const inherited = new Set(keys.map(({ column }) => column.toLowerCase()));
  const unique = (uniqueKey ?? []).filter((column) => !inherited.has(column.toLowerCase()));
  if (unique.length > 0 && unique.every((column) => column in columns)) {
    for (const column of unique) columns[column] = { ...columns[column], required: true, ...keyable(columns[column]) };
    return { unique, ...(onDuplicate !== 'fail' && { on_duplicate: onDuplicate }) };
  }
  const position = 'row_no' in columns ? 'row_position' : 'row_no';
  missing.push(`${name}: has no key of its own, so it gets the column ${position}; add it to the table`);
  return { position };
}

/** Text of a key has a length that an index takes. */
function keyable(column: WrittenColumn | undefined): WrittenColumn {
  return column?.['type'] === 'nvarchar(max)' ? { type: 'nvarchar(200)' } : {};
}

function predicates({ required, meaningfulAttributes }: FilterRule): string {
  const tests = [...required].map(([attribute, allowed]) =>
    allowed === true
      ? `[@${attribute}!='']`
      : `[${allowed.map((value) => `@${attribute}=${quote(value)}`).join(' or ')}]`,
  );
  const some = meaningfulAttributes.map((attribute) => `@${attribute}!=''`).join(' or ');
  return `${tests.join('')}${some === '' ? '' : `[${some}]`}`;
}

function print(written: object, missing: readonly string[]): string {
  const document = new Document(JSON.parse(JSON.stringify(written)));
  visit(document, {
    Pair(_, pair) {
      if (!isMap(pair.value)) return;
      const isColumn = pair.value.items.some(
        (item) => isPair(item) && ['from', 'expr', 'root'].includes(String(item.key)),
      );
      if (isColumn || String(pair.key) === 'source') pair.value.flow = true;
    },
  });
  document.commentBefore = [
    ' Made from a contract of format 1.',
    ...list('Not in it', missing),
    ...list('Read differently', ALWAYS),
  ].join('\n');
  return document.toString({ lineWidth: 0 });
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [` ${title}:`, ...items.map((item) => `   ${item}`)];
}

/** A column that is not valid as it was translated is taken out. */
function faultyColumn(text: string, tables: Record<string, WrittenTable>): { column: string; why: string } | null {
  try {
    parseAnyContract(text, { format: 'yaml' });
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const { place, message } of error.faults) {
      const column = takeOut(place, tables);
      if (column !== null) return { column, why: message };
    }
    throw error;
  }
}

function takeOut(place: string, tables: Record<string, WrittenTable>): string | null {
  for (const [name, { columns, tables: nested = {} }] of Object.entries(tables)) {
    const column = Object.keys(columns).find(
      (candidate) =>
        place.includes(`${name}.columns.${candidate}.`) ||
        place.includes(`${name}.columns.${candidate},`) ||
        place.includes(`${name}.columns.${candidate} `),
    );
    if (column !== undefined) {
      delete columns[column];
      return `${name}.${column}`;
    }
    const below = takeOut(place, nested);
    if (below !== null) return below;
  }
  return null;
}
