import type { IdType } from '../../../src/document-id.ts';
import type { DestinationTable, DestinationColumn } from '../../../src/store/destination.ts';
import type { Store } from '../../../src/store/port.ts';

/** A kind of ids for which the suite, written with whole numbers, is run too; their order is that of the numbers. */
export interface IdKind {
  readonly name: string;
  readonly type: IdType;
  idOf(number: string): string;
}

export const TEXT_IDS: IdKind = {
  name: 'text ids',
  type: { kind: 'text', sql: 'nvarchar', length: 40 },
  idOf: (number) => `Ä-${number.padStart(12, '0')}`,
};

export const GUID_IDS: IdKind = {
  name: 'GUIDs',
  type: { kind: 'uniqueidentifier' },
  idOf: (number) => `00000000-0000-0000-0000-${number.padStart(12, '0')}`,
};

const KEYS = new Set(['appId', 'appIds', 'afterAppId', 'cursor', 'start', 'end', 'before']);
/** Parameters that are ids themselves. */
const IDS: ReadonlySet<string | symbol> = new Set(['readDocument', 'readDocuments', 'findLog', 'listHistory', 'redo']);

/** A store whose documents have such ids, for whoever gives and takes numbers. */
export function numbered(store: Store, kind: IdKind): Store {
  const inward = (value: unknown, key: string | symbol): unknown => {
    // The only way for them beside ranges.
    if (key === 'by' && value === 'modulo') return 'hash';
    if (typeof value === 'string') return KEYS.has(String(key)) && /^\d+$/.test(value) ? kind.idOf(value) : value;
    if (Array.isArray(value)) return value.map((item: unknown) => inward(item, key));
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    if (isTable(value)) return typed(value, kind);
    const entries = Object.entries(value).map(([name, item]: [string, unknown]) => [name, inward(item, name)]);
    return withRows(Object.fromEntries(entries), kind);
  };
  return new Proxy(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        const args = given.map((arg, index) => inward(arg, index === 0 && IDS.has(name) ? 'appIds' : ''));
        return outward(await Reflect.apply(method, target, args));
      };
    },
  });
}

function outward(value: unknown): unknown {
  if (typeof value === 'string') return numberOf(value);
  if (Array.isArray(value)) return value.map(outward);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  // Texts alone are of any case.
  const { anyCase: _anyCase, ...rest } = Object.fromEntries(Object.entries(value));
  return Object.fromEntries(Object.entries(rest).map(([name, item]: [string, unknown]) => [name, outward(item)]));
}

/** The number that an id was made of; any other text as it is. */
export function numberOf(text: string): string {
  const digits = /^(?:Ä-|00000000-0000-0000-0000-)(\d{12})$/.exec(text)?.[1];
  return digits === undefined ? text : String(Number(digits));
}

function isTable(value: object): value is DestinationTable {
  return 'role' in value && 'columns' in value;
}

const typedTables = new WeakMap<DestinationTable, Map<IdKind, DestinationTable>>();

/** Adapters tell tables apart as objects. */
function typed(table: DestinationTable, kind: IdKind): DestinationTable {
  const known = typedTables.get(table) ?? new Map<IdKind, DestinationTable>();
  typedTables.set(table, known);
  const type: DestinationColumn['type'] =
    kind.type.kind === 'text'
      ? { kind: 'exact', type: { kind: kind.type.sql, length: kind.type.length } }
      : { kind: 'uniqueidentifier' };
  const made = known.get(kind) ?? {
    ...table,
    columns: table.columns.map((column) => (column.name === 'app_id' ? { ...column, type } : column)),
  };
  known.set(kind, made);
  return made;
}

/** The same of a group whose tables are given: cells of `app_id` are ids. */
function withRows(value: Record<string, unknown>, kind: IdKind): Record<string, unknown> {
  const { tables, documents } = value;
  if (!Array.isArray(tables) || !Array.isArray(documents)) return value;
  const places = new Map(
    tables.filter(isTable).map(({ name, columns }) => [name, columns.findIndex((column) => column.name === 'app_id')]),
  );
  return { ...value, documents: documents.map((document: unknown) => withIds(document, places, kind)) };
}

interface Part {
  readonly table: string;
  readonly rows: readonly (readonly (string | null | undefined)[])[];
}

function withIds(document: unknown, places: ReadonlyMap<string, number>, kind: IdKind): unknown {
  if (typeof document !== 'object' || document === null || !('tables' in document)) return document;
  const parts: readonly Part[] = Array.isArray(document.tables) ? document.tables : [];
  return {
    ...document,
    tables: parts.map(({ table, rows }) => ({
      table,
      rows: rows.map((row) =>
        row.map((cell, at) => (at === places.get(table) && typeof cell === 'string' ? kind.idOf(cell) : cell)),
      ),
    })),
  };
}
