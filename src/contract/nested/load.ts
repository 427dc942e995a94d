import { InputError } from '../../errors.ts';
import type { Fault } from '../../errors.ts';
import { parseValueType } from '../../values/typed/value-type.ts';
import { toFault, type Finding, type Findings } from '../findings.ts';
import { hashContract } from '../hash.ts';
import { NC_NAME } from '../names.ts';
import type { Source } from '../source.ts';
import { readMap } from './maps.ts';
import type { IdType } from '../../document-id.ts';
import type { NestedContract, ValueMap } from './model.ts';
import type { NameTest, Path } from './path.ts';
import { checkIdPaths } from './reachable.ts';
import { fault, listOf, readPaths, warn, type NestedReading } from './reading.ts';
import type { RawNested, RawTable } from './schema.ts';
import { checkNestedShape, dropFollowUps } from './shape.ts';
import { checkTables } from './static.ts';
import { readTables, splitName } from './tables.ts';

/** A contract of format 2 without faults. */
export interface LoadedNested {
  readonly contract: NestedContract;
  readonly warnings: readonly Fault[];
}

/** Whether a contract's text is of format 2, or says that it is of one that there is not. */
export function isNested({ data }: Source): boolean {
  return typeof data === 'object' && data !== null && 'format' in data && data.format !== 1;
}

/** Checks a contract of format 2 and brings it into its working form (docs/contract.md). Pure; throws one `InputError` with every fault. */
export function loadNested(source: Source, productLine: string): LoadedNested {
  const findings: Findings = { faults: [], warnings: [] };
  const report = (found: readonly Finding[]): Fault[] =>
    found.map((one) => toFault(one, source.locate(one.path, one.offset)));
  const refuse = (): void => {
    if (findings.faults.length > 0) throw new InputError('The contract is not valid:', report(findings.faults));
  };
  const raw = checkNestedShape(source, findings);
  const contract = raw === null ? null : readContract(source, findings, raw, productLine);
  refuse();
  if (contract === null) throw new Error('a contract without faults was not read');
  return { contract, warnings: report(findings.warnings) };
}

function readContract(source: Source, findings: Findings, raw: RawNested, productLine: string): NestedContract {
  const namespaces = readNamespaces({ findings }, raw);
  const maps = new Map<string, ValueMap>();
  for (const [name, map] of Object.entries(raw.maps ?? {}))
    maps.set(name, readMap({ source, findings }, ['maps', name], map));
  const reading: NestedReading = { source, findings, namespaces, maps };
  const schema = raw.schema ?? 'dbo';
  const line = raw.product_line ?? productLine;
  const tables = readTables(reading, ['tables'], raw.tables, schema, true);
  // One of a wrong shape is told already.
  if (tables.length === 0 && !findings.faults.some(({ path }) => path[0] === 'tables'))
    fault(reading, ['tables'], 'is empty', 'Add a table.');
  const parts = {
    format: 2,
    productLine: line,
    productName: raw.product_name ?? line,
    hash: hashContract(source.data, source.written),
    schema,
    source: readSourceTable(reading, raw, schema),
    logTable: raw.log ?? 'processing_log',
    roots: listOf(raw.document.root).flatMap((root, index) => readRoot(reading, raw, root, index)),
    documentId: raw.document.id === undefined ? null : readId(reading, raw.document.id),
    key: raw.key ?? 'document_id',
    limits: {
      depth: raw.limits?.depth ?? null,
      documentBytes: raw.limits?.document_bytes ?? null,
      valueBytes: raw.limits?.value_bytes ?? null,
      rows: raw.limits?.rows ?? 1_000_000,
    },
  } as const;
  warnOfUnused(reading, raw);
  checkIdPaths(reading, parts.roots, parts.documentId ?? []);
  const before = findings.faults.length;
  const checked = checkTables(reading, parts, tables);
  dropFollowUps(source, findings, before);
  return { ...parts, tables: checked };
}

function readNamespaces(reading: Pick<NestedReading, 'findings'>, raw: RawNested): ReadonlyMap<string, string> {
  const namespaces = new Map(Object.entries(raw.namespaces ?? {}));
  for (const [prefix, uri] of namespaces) {
    const place = ['namespaces', prefix];
    if (!PREFIX.test(prefix) || prefix === 'xml' || prefix === 'xmlns') {
      const advice = 'Declare a name without colon; a name without prefix fits in any namespace.';
      fault(reading, place, `${JSON.stringify(prefix)} is no prefix that can be declared`, advice);
    }
    if (uri !== '' && uri.trim() === '')
      fault(reading, place, 'has no URI', 'Write the URI as xmlns has it in the documents, or "" for no namespace.');
  }
  return namespaces;
}

const PREFIX = new RegExp(`^${NC_NAME}$`, 'u');

function readSourceTable(reading: NestedReading, { source }: RawNested, schema: string): NestedContract['source'] {
  const type = readIdType(source.id_type ?? 'int');
  if (type === null) {
    fault(
      reading,
      ['source', 'id_type'],
      `${source.id_type} is no type of ids`,
      'There are int, bigint, smallint, tinyint, uniqueidentifier and (n)(var)char(n).',
    );
  }
  const join =
    source.join === undefined
      ? null
      : { ...splitName(reading, ['source', 'join', 'table'], source.join.table, schema), on: source.join.on };
  return {
    ...splitName(reading, ['source', 'table'], source.table, schema),
    column: source.column,
    id: source.id,
    idType: type ?? { kind: 'int' },
    join,
  };
}

function readIdType(text: string): IdType | null {
  const type = parseValueType(text);
  if (typeof type === 'string') return null;
  switch (type.kind) {
    case 'int':
    case 'bigint':
    case 'smallint':
    case 'tinyint':
    case 'uniqueidentifier':
      return { kind: type.kind };
    case 'char':
    case 'varchar':
    case 'nchar':
    case 'nvarchar':
      return type.length === null ? null : { kind: 'text', sql: type.kind, length: type.length };
    default:
      return null;
  }
}

function readRoot(reading: NestedReading, raw: RawNested, text: string, index: number): readonly NameTest[] {
  const place = typeof raw.document.root === 'string' ? ['document', 'root'] : ['document', 'root', index];
  const [path, ...others] = readPaths(reading, place, text.replace(/^\//, ''));
  if (path === undefined) return [];
  const [step] = path.steps;
  if (others.length === 0 && path.steps.length === 1 && step?.axis === 'child' && step.predicates.length === 0)
    return [step.test];
  fault(
    reading,
    place,
    `${text} is no name of an element`,
    'Write the name of the root element, with a prefix of namespaces or without.',
  );
  return [];
}

/** The id stands anywhere in the document; without / it is below the root. */
function readId(reading: NestedReading, text: string): readonly Path[] {
  return readPaths(reading, ['document', 'id'], text);
}

/** A map that no column names does nothing, which may be a column that lacks its `map`. */
function warnOfUnused(reading: NestedReading, { maps, tables }: RawNested): void {
  const used = new Set(Object.values(tables).flatMap(mapsOf));
  for (const name of Object.keys(maps ?? {})) {
    if (!used.has(name))
      warn(reading, ['maps', name], 'is used by no column', `Add map: ${name} to one, or remove it.`);
  }
}

function mapsOf({ columns, tables }: RawTable): readonly string[] {
  const own = Object.values(columns ?? {}).flatMap(({ map }) => (typeof map === 'string' ? [map] : []));
  return [...own, ...Object.values(tables ?? {}).flatMap(mapsOf)];
}
