import type { NestedContract, NestedTable } from '../../contract/nested/model.ts';
import type { Path } from '../../contract/nested/path.ts';
import { withNested } from '../../contract/nested/tree.ts';
import type { WriteOptions } from '../document-writer.ts';
import { rowPaths } from './names.ts';
import type { Ground } from './planter.ts';
import { compileCheck, type CheckRow, type DraftRow } from './reading.ts';
import type { XmlNode } from './tree.ts';
import { usesOf, type Use } from './uses.ts';
import type { PathsColumn } from './values.ts';

/** A table made ready: what its rows have to fulfil, and what is asked of its columns. */
export interface TableKind {
  readonly table: NestedTable;
  /** Names of elements that are rows of other tables, in which no column puts anything. */
  readonly foreign: ReadonlySet<string>;
  readonly check: CheckRow;
  /** What expressions ask of its columns, by name in lower case. */
  readonly uses: ReadonlyMap<string, Use>;
  readonly tables: readonly TableKind[];
}

/** A document whose rows its contract takes, each without an issue. */
export interface MadeDocument {
  readonly root: XmlNode;
  readonly rows: readonly MadeRow[];
}

/** `written` is the id that stands in the document. */
export type DocumentOptions = WriteOptions & { readonly written: string };

interface MadeRow {
  readonly table: NestedTable;
  readonly row: DraftRow;
  readonly check: CheckRow;
}

/** What rows of a document are made with. */
export interface Maker extends Ground {
  readonly contract: NestedContract;
  readonly options: DocumentOptions;
  readonly top: XmlNode;
  readonly rows: MadeRow[];
  readonly checks: Map<DraftRow, CheckRow>;
  /** By column: how many distinct values there were. */
  readonly counters: Map<PathsColumn['source'], number>;
}

/** Makes a table ready, with those nested in it. */
export function planTable(contract: NestedContract, table: NestedTable, lineage: readonly NestedTable[]): TableKind {
  const below = table.tables.map((nested) => planTable(contract, nested, [...lineage, table]));
  const uses = new Map([...below.flatMap((kind) => [...usesOfParent(kind.uses, table.name)]), ...usesOf(table)]);
  const others = withNested(contract.tables).filter((other) => other !== table && !lineage.includes(other));
  const foreign = new Set(
    others.flatMap((other) => rowPaths(other).flatMap(({ steps }) => elementsOf(steps).at(-1) ?? [])),
  );
  return { table, foreign, check: compileCheck(contract, table, lineage), uses, tables: below };
}

/** Names of the elements that steps lead through; `*` is any. */
export function elementsOf(steps: Path['steps']): readonly string[] {
  return steps.flatMap((step) => (step.axis === 'child' ? (step.test.local ?? '*') : []));
}

/** What nested tables ask of columns of their parent. */
function usesOfParent(uses: ReadonlyMap<string, Use>, parent: string): readonly (readonly [string, Use])[] {
  const prefix = `${parent.toLowerCase()}.`;
  return [...uses].flatMap(([name, use]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), use] as const] : [[name, use] as const],
  );
}
