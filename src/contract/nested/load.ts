import { InputError } from '../../errors.ts';
import type { Fault } from '../../errors.ts';
import { parseValueType } from '../../values/typed/value-type.ts';
import { checkSpelling, toFault, type Finding, type Findings, type Path as Place } from '../findings.ts';
import { hashContract } from '../hash.ts';
import type { Source } from '../source.ts';
import { readMap } from './maps.ts';
import type { IdType, NestedContract, ValueMap } from './model.ts';
import type { NameTest, Path } from './path.ts';
import { fault, listOf, readPaths, type NestedReading } from './reading.ts';
import { NESTED_KEYS, nestedSchema, type RawNested } from './schema.ts';
import { checkTables } from './static.ts';
import { readTables, splitName } from './tables.ts';

/** A contract of format 2 without faults. */
export interface LoadedNested {
  readonly contract: NestedContract;
  readonly warnings: readonly Fault[];
}

/** Whether a contract's text is of format 2. */
export function isNested({ data }: Source): boolean {
  return typeof data === 'object' && data !== null && 'format' in data;
}

/** Checks a contract of format 2 and brings it into its working form (docs/contract.md). Pure; throws one `InputError` with every fault. */
export function loadNested(source: Source, productLine: string): LoadedNested {
  const findings: Findings = { faults: [], warnings: [] };
  const report = (found: readonly Finding[]): Fault[] => found.map((one) => toFault(one, source.locate(one.path)));
  const refuse = (): void => {
    if (findings.faults.length > 0) throw new InputError('The contract is not valid:', report(findings.faults));
  };
  const raw = readShape(source, findings);
  const contract = raw === null ? null : readContract(source, findings, raw, productLine);
  refuse();
  if (contract === null) throw new Error('a contract without faults was not read');
  return { contract, warnings: report(findings.warnings) };
}

/** What has the right shape; null if it has not, which is noted. */
function readShape({ data }: Source, findings: Findings): RawNested | null {
  const parsed = nestedSchema.safeParse(data, { reportInput: true });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) unknownKey(findings, issue.path, key);
    else
      findings.faults.push({
        path: issue.path,
        message: issue.input === undefined ? 'is missing' : issue.message,
        advice: '',
      });
  }
  return null;
}

function unknownKey({ faults }: Findings, path: Place, key: string): void {
  // `{ type: decimal(18,2) }`: the comma ends the entry, and the rest looks like a key.
  const isCut = /^\d+\)$/.test(key);
  const advice = isCut
    ? 'YAML ends a value in braces at a comma: write the type in quotes, "decimal(18,2)".'
    : checkSpelling(key, NESTED_KEYS);
  faults.push({ path: [...path, key], message: `unknown key ${key}`, advice });
}

function readContract(source: Source, findings: Findings, raw: RawNested, productLine: string): NestedContract {
  const namespaces = new Map(Object.entries(raw.namespaces ?? {}));
  const maps = new Map<string, ValueMap>();
  for (const [name, map] of Object.entries(raw.maps ?? {}))
    maps.set(name, readMap({ source, findings }, ['maps', name], map));
  const reading: NestedReading = { source, findings, namespaces, maps };
  const schema = raw.schema ?? 'dbo';
  const line = raw.product_line ?? productLine;
  const tables = readTables(reading, ['tables'], raw.tables, schema, true);
  if (tables.length === 0) fault(reading, ['tables'], 'is empty', 'Add a table.');
  const parts = {
    format: 2,
    productLine: line,
    productName: raw.product_name ?? line,
    hash: hashContract(source.data),
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
  return { ...parts, tables: checkTables(reading, parts, tables) };
}

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
