import { parseChain } from './mapping-types.ts';
import { TABLE_KINDS } from './conventions.ts';
import type { Finding, Findings, Path } from './findings.ts';
import type { RawMapping } from './schema.ts';
import type { Draft, Indexed } from './shape.ts';
import { madeColumns, tableKind } from './tables.ts';

/**
 * Writes every name of a table or column as where it stands first. T-SQL does not tell names apart that differ in case
 * only, so what the contract says of both spellings is meant for one. Told as a warning; a table that mappings spell in
 * two ways is refused, as one of the two is more likely meant for another table.
 */
export function foldNames(draft: Draft, findings: Findings): Draft {
  return foldColumns(foldTables(draft, findings), findings.warnings);
}

function foldTables(draft: Draft, { faults, warnings }: Findings): Draft {
  const tables = spellings(TABLE_KINDS.keys());
  const first = new Map<string, string>();
  for (const { target_table: name, index } of draft.mappings) {
    const known = first.get(name.toLowerCase());
    if (known === undefined) first.set(name.toLowerCase(), name);
    else if (known !== name) faults.push(twoSpellings(index, name, known));
  }
  for (const [key, name] of first) if (!tables.has(key)) tables.set(key, name);
  const fold = (name: string, path: Path): string => folded(name, path, tables, warnings);
  const foldKeys = <T>(key: string, dictionary: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(dictionary).map(([name, value]) => [fold(name, [key, name]), value]));
  return {
    ...draft,
    mappings: draft.mappings.map((mapping) => ({
      ...mapping,
      target_table: fold(mapping.target_table, ['mappings', mapping.index, 'target_table']),
    })),
    table_insertion_order: draft.table_insertion_order.map((name, i) => fold(name, ['table_insertion_order', i])),
    relationships: draft.relationships.map((relationship) => ({
      ...relationship,
      parent_table: fold(relationship.parent_table, ['relationships', relationship.index, 'parent_table']),
      child_table: fold(relationship.child_table, ['relationships', relationship.index, 'child_table']),
    })),
    ...(draft.tables && { tables: foldKeys('tables', draft.tables) }),
    ...(draft.row_tables && { row_tables: foldKeys('row_tables', draft.row_tables) }),
  };
}

function twoSpellings(index: number, name: string, known: string): Finding {
  return {
    path: ['mappings', index, 'target_table'],
    message: `${name} and ${known} are one table, as names do not differ by case`,
    advice: 'Write the name in one way, or correct it.',
  };
}

/** The key that the converter sets and a column mapped to its name in another case are one column (spec 7.4). */
function foldColumns(draft: Draft, warnings: Finding[]): Draft {
  const columns = new Map<string, Map<string, string>>();
  const foldIn = (table: string, name: string, path: Path): string => {
    const known = columns.get(table) ?? spellings(madeColumns(draft, table, tableKind(draft, table)));
    columns.set(table, known);
    const spelling = folded(name, path, known, warnings);
    known.set(spelling.toLowerCase(), spelling);
    return spelling;
  };
  const mappings = draft.mappings.map((mapping) => {
    const { target_table: table, target_column: column, index } = mapping;
    return column ? renamed(mapping, foldIn(table, column, ['mappings', index, 'target_column'])) : mapping;
  });
  const foldLists = <
    T extends { readonly unique_key?: string[] | undefined; readonly positive_only?: string[] | undefined },
  >(
    key: string,
    tables: Readonly<Record<string, T>>,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(tables).map(([table, value]) => {
        const list = (name: 'unique_key' | 'positive_only') =>
          value[name] && { [name]: value[name].map((column, i) => foldIn(table, column, [key, table, name, i])) };
        return [table, { ...value, ...list('unique_key'), ...list('positive_only') }];
      }),
    );
  return {
    ...draft,
    mappings,
    ...(draft.tables && { tables: foldLists('tables', draft.tables) }),
    ...(draft.row_tables && { row_tables: foldLists('row_tables', draft.row_tables) }),
  };
}

/** An enum that is named like the column keeps its name. */
function renamed(mapping: Indexed<RawMapping>, column: string): Indexed<RawMapping> {
  if (column === mapping.target_column) return mapping;
  const usesEnum = parseChain(mapping.mapping_type).some(({ name }) => name === 'enum');
  return {
    ...mapping,
    target_column: column,
    ...(usesEnum && { enum_name: mapping.enum_name || mapping.target_column }),
  };
}

function spellings(names: Iterable<string>): Map<string, string> {
  return new Map([...names].map((name) => [name.toLowerCase(), name]));
}

function folded(name: string, path: Path, known: ReadonlyMap<string, string>, warnings: Finding[]): string {
  const spelling = known.get(name.toLowerCase()) ?? name;
  if (spelling !== name) {
    const message = `${name} is ${spelling} in another case, and names do not differ by case: the two are one`;
    warnings.push({ path, message, advice: `Write ${spelling}.` });
  }
  return spelling;
}
