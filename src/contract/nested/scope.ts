import { convertTo, sqlTypeOf, toSqlValue } from '../../expression/sql/convert.ts';
import type { SqlScope, Typed } from '../../expression/sql/typed.ts';
import { BIGINT, INT, TEXT, type SqlType } from '../../expression/sql/types.ts';
import { parseValueType, type ValueType } from '../../values/typed/value-type.ts';
import type { IdType } from '../../document-id.ts';
import type { NestedColumn, NestedTable } from './model.ts';

/** What an expression sees of a row while it is made. */
export interface ExpressionRow {
  readonly document: { readonly id: string; readonly now: string };
  readonly parent: ExpressionRow | null;
  /** Values of the key columns, the document's id first. */
  readonly keys: readonly string[];
  /** By position of the column. */
  readonly values: readonly (string | null)[];
}

/** The parts of a contract that names are looked up in. */
export interface ScopeOptions {
  readonly key: string;
  readonly idType: IdType;
  readonly table: Pick<NestedTable, 'name' | 'position' | 'unique' | 'columns'>;
  /** Its parents, the outermost first. */
  readonly lineage: readonly Pick<NestedTable, 'name' | 'position' | 'unique' | 'columns'>[];
}

/** What expressions of a table may read: its columns, those of its parents as `table.column`, all keys, the id and the time. */
export function openScope({ key, idType, table, lineage }: ScopeOptions): SqlScope<ExpressionRow> {
  const tables = [...lineage, table];
  const id: Typed<ExpressionRow> = typedText(idSqlType(idType), ({ document }) => document.id);
  const keys = keysOf(key, id, tables);
  return {
    id,
    now: ({ document }) => document.now,
    cast(operand, text) {
      const type = parseValueType(text);
      if (typeof type === 'string') return type;
      const convert = convertTo(operand, type, true);
      return typeof convert === 'string' ? convert : typedText(sqlTypeOf(type), convert);
    },
    column(name) {
      const dot = name.indexOf('.');
      if (dot === -1) {
        return (
          columnOf(table, 0, name) ??
          keys.find((candidate) => same(candidate.name, name))?.typed ??
          `there is no column ${name} here`
        );
      }
      const level = tables.findLastIndex((candidate) => same(candidate.name, name.slice(0, dot)));
      const owner = tables[level];
      const found = owner === undefined ? null : columnOf(owner, tables.length - 1 - level, name.slice(dot + 1));
      const ofKey = keys.find(
        (candidate) => candidate.table === owner?.name && same(candidate.name, name.slice(dot + 1)),
      );
      return found ?? ofKey?.typed ?? `there is no column ${name} in a parent`;
    },
  };
}

/** Names of T-SQL are compared without case. */
export function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** A column of the row so many levels above. */
function columnOf(
  { columns }: { readonly columns: readonly NestedColumn[] },
  level: number,
  name: string,
): Typed<ExpressionRow> | null {
  const index = columns.findIndex((column) => same(column.name, name));
  const column = columns[index];
  if (column === undefined) return null;
  return typedText(sqlTypeOf(column.type), (row) => above(row, level)?.values[index] ?? null);
}

function above(row: ExpressionRow, level: number): ExpressionRow | null {
  let at: ExpressionRow | null = row;
  for (let left = level; left > 0 && at !== null; left -= 1) at = at.parent;
  return at;
}

interface Key {
  readonly table: string | null;
  readonly name: string;
  readonly typed: Typed<ExpressionRow>;
}

/** The key columns of a row that are known while it is made: its own position is, what makes it unique is not. */
function keysOf(key: string, id: Typed<ExpressionRow>, tables: readonly ScopeOptions['table'][]): readonly Key[] {
  const keys: Key[] = [{ table: null, name: key, typed: id }];
  tables.forEach((table, level) => {
    if (table.position !== null) keys.push(keyAt(table.name, table.position, INT, keys.length));
    if (level === tables.length - 1) return;
    for (const name of table.unique ?? []) {
      const type: ValueType | undefined = table.columns.find((column) => same(column.name, name))?.type;
      keys.push(keyAt(table.name, name, type === undefined ? TEXT : sqlTypeOf(type), keys.length));
    }
  });
  return keys;
}

function keyAt(table: string, name: string, type: SqlType, index: number): Key {
  return { table, name, typed: typedText(type, ({ keys }) => keys[index] ?? null) };
}

function typedText(type: SqlType, textOf: (row: ExpressionRow) => string | null): Typed<ExpressionRow> {
  return { type, of: (row) => toSqlValue(textOf(row), type) };
}

function idSqlType(type: IdType): SqlType {
  if (type.kind === 'text') return TEXT;
  return type.kind === 'uniqueidentifier' ? { kind: 'uniqueidentifier' } : type.kind === 'bigint' ? BIGINT : INT;
}
