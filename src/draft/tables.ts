import {
  attributeColumn,
  pathFrom,
  poolAll,
  presenceColumn,
  valueColumn,
  xmlColumn,
  type DraftColumn,
  type LeftOut,
  type NumberPools,
  type UnnamedColumn,
} from './columns.ts';
import { claim, nameColumns, snakeCase, tableNames } from './names.ts';
import { withBelow } from './find-place.ts';
import type { Observations } from './observe.ts';
import type { Place } from './place.ts';
import { openPrefixes, type Prefixes } from './prefixes.ts';
import type { Declarations } from './schema.ts';
import { isEmpty, isInAll, isRepeated, reasonForXml } from './roles.ts';

export interface DraftTable {
  readonly name: string;
  /** What its element is called, in the singular. */
  readonly element: string;
  /** `schema.table` where its name does not say it. */
  readonly destination: string | null;
  readonly each: string;
  readonly position: string | null;
  /** Columns that tell rows apart instead of a position. */
  readonly unique: readonly string[] | null;
  /** What is told beside it. */
  readonly notes: readonly string[];
  /** Rows that the samples give. */
  readonly rows: number;
  readonly columns: readonly DraftColumn[];
  readonly tables: readonly DraftTable[];
}

export interface DraftTables {
  readonly tables: readonly DraftTable[];
  readonly leftOut: readonly LeftOut[];
  readonly prefixes: Prefixes;
}

export interface TableOptions {
  /** Tables that are wanted, by place, and what they are called. */
  readonly wanted: ReadonlyMap<Place, string>;
  /** The only table at the top, or null: then the documents themselves are. */
  readonly rows: Place | null;
  /** What a schema says. */
  readonly declared: Declarations;
  /** Names that no table may have, in lower case. */
  readonly reserved: readonly string[];
}

interface Drafting {
  readonly options: TableOptions;
  readonly prefixes: Prefixes;
  readonly pools: NumberPools;
  readonly tableNames: Set<string>;
  readonly leftOut: LeftOut[];
  /** Elements that have a table of their own because the one around them has too many columns. */
  readonly split: Set<Place>;
}

/** The key column of documents. */
export const KEY = 'document_id';

/** Tables for what repeats, columns for all else; of what neither reads, why not. */
export function draftTables(seen: Observations, options: TableOptions): DraftTables {
  const roots = [...seen.roots.values()];
  const drafting: Drafting = {
    options,
    prefixes: openPrefixes(seen.prefixes),
    pools: poolAll(roots),
    tableNames: new Set(options.reserved),
    leftOut: [],
    split: new Set(),
  };
  const tops = options.rows === null ? roots.flatMap((root) => topsOf(drafting, root)) : [options.rows];
  const tables = tops.map((place) => {
    const each = pathFrom(null, place, drafting.prefixes);
    return draftTable(drafting, place, { each, keys: new Set([KEY]), above: null, isMany: place.parent !== null });
  });
  return { tables, leftOut: drafting.leftOut, prefixes: drafting.prefixes };
}

/** A root that has nothing of its own but rows needs no table, if there are some in every document. */
function topsOf(drafting: Drafting, root: Place): readonly Place[] {
  const { columns, tables, leftOut } = contentOf(drafting, root);
  const isMereFrame = columns.length === 0 && tables.length === 1 && tables.every((place) => isInAll(place, root));
  if (!isMereFrame) return [root];
  drafting.leftOut.push(...leftOut);
  return tables;
}

interface TableFrame {
  readonly each: string;
  /** Key columns that the table has from above, in lower case. */
  readonly keys: ReadonlySet<string>;
  /** What the table around is called, in the singular. */
  readonly above: string | null;
  /** Whether one row around can have many. */
  readonly isMany: boolean;
}

function draftTable(drafting: Drafting, place: Place, { each, keys, above, isMany }: TableFrame): DraftTable {
  const singular = partOf(drafting, place);
  const parts = partsAround(drafting, place);
  // What rows belong to says more than what is between.
  const around = [...parts.slice(0, 1), ...(above === null ? [] : [above]), ...parts.slice(1)];
  const wanted = drafting.options.wanted.get(place);
  const name = claim(wanted === undefined ? tableNames(singular, around) : [wanted], drafting.tableNames);
  const content = splitContent(drafting, place);
  drafting.leftOut.push(...content.leftOut);
  const own = new Set(keys);
  const position = isMany ? claim([`${singular}_no`, `${singular}_position`], own) : null;
  const names = nameColumns(content.columns, own);
  return {
    name,
    element: singular,
    destination: null,
    each,
    position,
    unique: null,
    notes: [],
    rows: place.count,
    columns: content.columns.map(({ parts: _parts, otherwise: _otherwise, ...column }, index) => ({
      ...column,
      name: names[index] ?? 'x',
    })),
    tables: content.tables.map((nested) =>
      draftTable(drafting, nested, {
        each: pathFrom(place, nested, drafting.prefixes),
        keys: own,
        above: singular,
        isMany: !drafting.split.has(nested),
      }),
    ),
  };
}

interface Content {
  readonly columns: readonly UnnamedColumn[];
  readonly tables: readonly Place[];
  readonly leftOut: readonly LeftOut[];
}

/** Beyond this a row whose texts lie outside of it may not fit into a page of SQL Server (8,060 bytes, 24 a text). */
const MOST_COLUMNS = 300;

/** What a table has; elements with many columns get one of their own as long as there are too many. */
function splitContent(drafting: Drafting, place: Place): Content {
  for (;;) {
    const content = contentOf(drafting, place);
    if (content.columns.length <= MOST_COLUMNS) return content;
    const [widest] = [...place.children.values()]
      .filter(
        (child) => child.children.size > 0 && !isTable(drafting, child) && reasonForXml(child, () => false) === null,
      )
      .map((child) => ({ child, width: contentOf(drafting, child).columns.length }))
      .toSorted((a, b) => b.width - a.width);
    if (widest === undefined || widest.width < 2) return content;
    drafting.split.add(widest.child);
  }
}

function contentOf(drafting: Drafting, row: Place): Content {
  const { prefixes, pools } = drafting;
  const columns: UnnamedColumn[] = [];
  const tables: Place[] = [];
  const leftOut: LeftOut[] = [];
  const visit = (place: Place, parts: readonly string[]): void => {
    const spot = {
      prefixes,
      pools,
      declared: drafting.options.declared,
      row,
      path: pathFrom(row, place, prefixes),
      parts,
    };
    const why = reasonForXml(place, (element) => asksFor(drafting, element));
    if (why !== null) {
      columns.push(xmlColumn(place, spot, why));
      return void tables.push(...wantedBelow(drafting, place));
    }
    const whole = pathFrom(null, place, prefixes);
    for (const attribute of place.attributes.values()) {
      const found = attributeColumn(attribute, place, spot);
      if ('why' in found) leftOut.push({ ...found, path: `${whole}/${found.path}` });
      else columns.push(found);
    }
    if (place.values.count > 0) columns.push(valueColumn(place, spot));
    if (place !== row && isEmpty(place)) {
      if (place.count < row.count) columns.push(presenceColumn(place, spot));
      else leftOut.push({ path: whole, why: 'always there and always empty' });
    }
    for (const child of place.children.values()) {
      if (isTable(drafting, child)) tables.push(child);
      else visit(child, isItsValue(child, row) ? parts : [...parts, partOf(drafting, child)]);
    }
  };
  visit(row, [snakeCase(row.local)]);
  return { columns, tables, leftOut };
}

/** The outermost tables that are asked for in an element. */
function wantedBelow(drafting: Drafting, { children }: Place): readonly Place[] {
  return [...children.values()].flatMap((child) =>
    drafting.options.wanted.has(child) ? [child] : wantedBelow(drafting, child),
  );
}

/** Whether rows are asked for that an element is, or holds. */
function asksFor({ options: { rows, wanted } }: Drafting, element: Place): boolean {
  return (rows !== null || wanted.size > 0) && withBelow(element).some((place) => place === rows || wanted.has(place));
}

/** Whether an element has its value in one called so: then columns are called like the element. */
function isItsValue({ local, parent, children }: Place, row: Place): boolean {
  if (local.toLowerCase() !== 'value' || parent === null || parent === row || children.size > 0) return false;
  return parent.values.count === 0 && parent.mixed === 0;
}

function isTable({ options, split }: Drafting, place: Place): boolean {
  const isMany = isRepeated(place) || options.declared.get(place)?.isMany === true;
  return isMany || options.wanted.has(place) || split.has(place);
}

/** What is around an element, from the nearest on. */
function partsAround(drafting: Drafting, { parent }: Place): readonly string[] {
  return parent === null ? [] : [partOf(drafting, parent), ...partsAround(drafting, parent)];
}

/**
 * What an element is called. A name that stands beside others of another namespace says which it is of, unless it is that of the
 * element around it; elements of one name in each other are told apart by their level.
 */
function partOf(drafting: Drafting, { local, namespace, clashes, parent }: Place): string {
  const isTold = clashes && namespace !== parent?.namespace;
  const name = snakeCase(isTold ? drafting.prefixes.qualify(local, namespace) : local);
  return parent !== null && snakeCase(parent.local) === name ? `sub_${partOf(drafting, parent)}` : name;
}
