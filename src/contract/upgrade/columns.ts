import type { Contract, Mapping, Table } from '../contract.ts';
import { decimalOf, factsOf, isTextType } from '../data-types.ts';
import { factsOfStep } from '../mapping-types.ts';
import { translate } from './expression.ts';

/** A column of format 2 as it is written. */
export type WrittenColumn = Readonly<Record<string, unknown>>;

export interface WrittenTable {
  readonly columns: Record<string, WrittenColumn>;
  readonly tables?: Record<string, WrittenTable>;
  readonly [key: string]: unknown;
}

/** Columns of a table, and what of it has no equal. */
export interface UpgradedColumns {
  readonly columns: Record<string, WrittenColumn>;
  readonly missing: readonly string[];
}

/** Where a table's rows stand: the path of their element, or null for the document's root. */
export interface RowsAt {
  readonly contract: Contract;
  readonly table: Table;
  readonly path: string;
}

/** How format 1 reads dates; whatever else it takes is not asked for again. */
const DATES = ['yyyy-MM-dd', 'MM/dd/yyyy', 'yyyy-MM-dd HH:mm:ss', "yyyy-MM-dd'T'HH:mm:ss"];

export function upgradeColumns(at: RowsAt): UpgradedColumns {
  const columns: Record<string, WrittenColumn> = {};
  const missing: string[] = [];
  const { contract, table } = at;
  const keys = new Set(table.keys.map(({ column }) => column.toLowerCase()));
  const hidden = hiddenColumns(at, columns);
  for (const mapping of table.mappings) {
    if (mapping.column === '' || keys.has(mapping.column.toLowerCase())) continue;
    const upgraded = upgradeColumn(at, mapping, hidden);
    if (typeof upgraded === 'string') missing.push(`${table.name}.${mapping.column}: ${upgraded}`);
    else if (mapping.column in columns) missing.push(`${table.name}.${mapping.column}: is mapped twice`);
    else columns[mapping.column] = upgraded;
  }
  const { applicationElement } = contract;
  if (table.rows.kind === 'root' && applicationElement !== null) {
    const from = `${relative(at, applicationElement.path)}/name()`;
    columns['has_application'] = { from, take: 'first', type: 'nvarchar(128)', required: true, store: false };
  }
  return { columns, missing };
}

/** A column that is only read by expressions, by its path and attribute; it is added when it is first asked for. */
type Hidden = (mapping: Mapping | null, path: string, attribute: string) => string;

function hiddenColumns(at: RowsAt, columns: Record<string, WrittenColumn>): Hidden {
  return (mapping, path, attribute) => {
    const name = `_${path.slice(path.lastIndexOf('/') + 1)}_${attribute}`;
    const isPlain =
      mapping !== null && mapping.enumeration === null && mapping.steps.every(({ name: step }) => isPlainStep(step));
    columns[name] = {
      ...fromOf(at, path, attribute),
      ...(isPlain ? typeOf(mapping) : { type: 'nvarchar(4000)' }),
      store: false,
    };
    return `[${name}]`;
  };
}

function isPlainStep(step: string): boolean {
  return factsOfStep(step) === null || step === 'identity_insert' || step === 'extract_date';
}

function upgradeColumn(at: RowsAt, mapping: Mapping, hidden: Hidden): WrittenColumn | string {
  const { defaultValue, nullable, steps } = mapping;
  const strange = steps.find(({ name }) => !isPlainStep(name) && !EQUALS.has(name));
  if (strange !== undefined) return `${strange.name} has no equal`;
  const required = !nullable && defaultValue === null ? { required: true } : {};
  if (mapping.expression !== null) {
    const rename = (name: string): string | null => meaningOf(at, name, hidden);
    const made = translate(mapping.expression, rename);
    return 'why' in made ? `${made.why} has no equal` : { expr: made.sql, ...typeOf(mapping, 'expr') };
  }
  if (steps.some(({ name }) => name === 'numbers_only' || name === 'extract_numeric')) {
    if (steps.length > 1 || defaultValue !== null)
      return 'digits of a text in a chain, or with a default, have no equal';
    const name = hidden(null, mapping.path, mapping.attribute);
    const digits = SEPARATORS.reduce((text, mark) => `REPLACE(${text}, '${mark}', '')`, name);
    const written = typeOf(mapping, 'expr');
    const isText = isTextType(mapping.dataType);
    return { expr: isText ? digits : `CAST(${digits} AS ${String(written['type'])})`, ...written };
  }
  if (steps.some(({ name }) => name === 'default_getutcdate_if_null')) {
    const name = hidden({ ...mapping, steps: [] }, mapping.path, mapping.attribute);
    return { expr: `COALESCE(${name}, now())`, ...typeOf(mapping, 'expr') };
  }
  return {
    ...fromOf(at, mapping.path, mapping.attribute),
    ...typeOf(mapping),
    ...required,
    ...(defaultValue === null ? {} : { default: defaultValue }),
    ...mapOf(at.contract, mapping),
  };
}

/** What stands between digits of telephone numbers, amounts and the like. */
const SEPARATORS = [' ', '-', '/', '.', ',', '(', ')', '+', '$'];

/** Steps that something of format 2 stands for. */
const EQUALS = new Set([
  'enum',
  'char_to_bit',
  'boolean_to_bit',
  'calculated_field',
  'default_getutcdate_if_null',
  'numbers_only',
  'extract_numeric',
]);

function mapOf({ bitConversions }: Contract, { enumeration, steps, defaultValue }: Mapping): WrittenColumn {
  const has = (name: string): boolean => steps.some((step) => step.name === name);
  if (enumeration !== null) {
    const { '': blank, ...values } = Object.fromEntries(enumeration);
    return {
      map: { values, otherwise: 'blank' },
      ...(blank !== undefined && defaultValue === null && { default: blank, required: undefined }),
    };
  }
  const bits = has('char_to_bit')
    ? bitConversions.charToBit
    : has('boolean_to_bit')
      ? bitConversions.booleanToBit
      : null;
  if (bits === null) return {};
  const values = Object.fromEntries([...bits].filter(([text]) => text.trim() !== ''));
  return { map: { values, otherwise: 0 }, default: 0, required: undefined };
}

/** The type, and how values are written. `expr`: of a computed column, which takes fewer keys. */
export function typeOf({ dataType, length, enumeration }: Mapping, source: 'from' | 'expr' = 'from'): WrittenColumn {
  const { family, column } = factsOf(dataType);
  const reads = source === 'from' && enumeration === null;
  if (family === 'text') return { type: `nvarchar(${length ?? 'max'})`, long: 'cut' };
  if (family === 'decimal') {
    const { precision, scale } = decimalOf(length);
    return { type: `decimal(${precision},${scale})` };
  }
  if (family === 'timestamp') return { type: column, ...(reads && { format: DATES, zone: 'drop' }) };
  return { type: column === 'time' ? 'time(7)' : column };
}

/** The column, or expression, that a name of an expression means (spec 8.2). */
function meaningOf(at: RowsAt, name: string, hidden: Hidden): string | null {
  const { contract, table, path } = at;
  if (name.toLowerCase() === contract.keyColumns.document.toLowerCase()) return 'id()';
  const dot = name.indexOf('.');
  const [prefix, attribute] = dot === -1 ? [null, name] : [name.slice(0, dot), name.slice(dot + 1)];
  const all = contract.tables.flatMap(({ mappings }) => mappings);
  const isAttribute = (mapping: Mapping): boolean => mapping.attribute.toLowerCase() === attribute.toLowerCase();
  const isOf = (mapping: Mapping): boolean =>
    prefix === null
      ? table.rows.kind !== 'each' || mapping.path === path
      : mapping.path.endsWith(`/${prefix}`) ||
        (prefix === 'application' && mapping.path === contract.applicationElement?.path);
  const read = all.find((mapping) => mapping.expression === null && isOf(mapping) && isAttribute(mapping));
  if (read !== undefined) return hidden(read, read.path, read.attribute);
  if (prefix === null) return table.rows.kind === 'each' ? hidden(null, path, attribute) : null;
  const element = all.find(isOf);
  return element === undefined ? null : hidden(null, element.path, attribute);
}

/** Of several elements the last counts, as in format 1. */
export function fromOf(at: RowsAt, path: string, attribute: string): WrittenColumn {
  const element = relative(at, path);
  const value = attribute === '' || attribute === 'text' ? 'text()' : `@${attribute.replace(/^@/, '')}`;
  return element === '.' ? { from: value } : { from: `${element}/${value}`, take: 'last' };
}

/** From the rows to a path of format 1; one that does not lead through them begins at the document. */
export function relative({ path: rows }: RowsAt, path: string): string {
  if (path === rows) return '.';
  return path.startsWith(`${rows}/`) ? path.slice(rows.length + 1) : path;
}
