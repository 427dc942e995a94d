import type { ParquetWriter } from 'hyparquet-writer';
import { Big } from 'big.js';
import type { CanonicalRow } from '../mapping/canonical.ts';
import type { ColumnType, DestinationColumn, DestinationTable } from '../store/destination.ts';
import { InputError } from '../errors.ts';
import type { TableFile } from './export-files.ts';

type SchemaElement = ParquetWriter['schema'][number];
type Cell = string | number | bigint | boolean | Uint8Array;

/** How a column stands in a file: its element of the schema, without name, and how its values are made of their text. */
interface ParquetColumn {
  readonly element: Omit<SchemaElement, 'name' | 'repetition_type'>;
  /** Throws a `RangeError` or `SyntaxError` for a text that is none of the type. */
  readonly read: (text: string) => Cell;
}

/**
 * Opens a Parquet file with a typed column for each of the table's. Decimals are exact; times with zone are instants, whose offset
 * is not kept; dates and times of seven fraction digits, which Parquet cannot hold in all years, stay text.
 */
export async function openParquet(path: string, { name, columns }: DestinationTable): Promise<TableFile> {
  const { fileWriter, ParquetWriter: Writer } = await import('hyparquet-writer');
  const typed = columns.map((column) => ({ column, ...parquetColumn(column.type) }));
  const file = fileWriter(path);
  const writer = new Writer({
    writer: file,
    createdBy: 'xmlfan',
    schema: [
      { name: 'root', num_children: columns.length },
      ...typed.map(({ column, element }) => ({
        name: column.name,
        repetition_type: column.nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
        ...element,
      })),
    ],
  });
  return {
    async write(rows) {
      const columnData = typed.map(({ column, read }) => ({
        name: column.name,
        data: rows.map((row) => cellOf(name, column, read, row)),
        // Small files, and no list of pages that grows with them.
        offsetIndex: false,
      }));
      await writer.write({ columnData, rowGroupSize: rows.length });
    },
    async finish() {
      await writer.finish();
    },
  };
}

function cellOf(
  table: string,
  { name }: DestinationColumn,
  read: ParquetColumn['read'],
  row: CanonicalRow,
): Cell | null {
  const text = row[name];
  if (text === undefined || text === null) return null;
  try {
    return read(text);
  } catch {
    const advice = 'Its contract puts it there as it is written: correct the default or type, or write csv or jsonl.';
    throw new InputError('A value cannot be written to Parquet:', [
      { place: `${table}.${name}`, message: 'it is none of the type of its column', advice },
    ]);
  }
}

const TEXT: ParquetColumn = { element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, read: (text) => text };
const INT32: ParquetColumn = { element: { type: 'INT32' }, read: (text) => Number(BigInt(text)) };
const INT64: ParquetColumn = { element: { type: 'INT64' }, read: BigInt };
const BOOLEAN: ParquetColumn = { element: { type: 'BOOLEAN' }, read: (text) => text === '1' };
const DATE: ParquetColumn = {
  element: { type: 'INT32', converted_type: 'DATE' },
  read: (text) => Number(micros(`${text.slice(0, 10)}T00:00:00`) / 86_400_000_000n),
};
const UUID: ParquetColumn = {
  element: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
  read: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
};
const BINARY: ParquetColumn = { element: { type: 'BYTE_ARRAY' }, read: (text) => Buffer.from(text, 'hex') };

function parquetColumn(column: ColumnType): ParquetColumn {
  const type = column.kind === 'exact' ? column.type : column;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
      return INT32;
    case 'bigint':
      return INT64;
    case 'bit':
      return BOOLEAN;
    case 'float':
      return floating('DOUBLE');
    case 'real':
      return floating('FLOAT');
    case 'decimal':
      return decimal(type.precision, type.scale);
    case 'money':
      return decimal(19, 4);
    case 'date':
      return DATE;
    case 'uniqueidentifier':
      return UUID;
    case 'binary':
    case 'varbinary':
      return BINARY;
    case 'datetime':
    case 'smalldatetime':
      return timestamp(false);
    case 'time':
    case 'datetime2':
    case 'datetimeoffset':
      if ('scale' in type && type.scale > MICRO_DIGITS) return TEXT;
      return type.kind === 'time' ? TIME : timestamp(type.kind === 'datetimeoffset');
    default:
      return TEXT;
  }
}

const MICRO_DIGITS = 6;

function floating(type: 'FLOAT' | 'DOUBLE'): ParquetColumn {
  return { element: { type }, read: Number };
}

/** As whole numbers of its last digit; more digits are rounded half away from zero, as the column would. */
function decimal(precision: number, scale: number): ParquetColumn {
  const type =
    precision <= 18 ? { type: 'INT64' as const } : { type: 'FIXED_LEN_BYTE_ARRAY' as const, type_length: 16 };
  return {
    element: { ...type, converted_type: 'DECIMAL', precision, scale },
    read: (text) => BigInt(new Big(text).round(scale, Big.roundHalfUp).times(new Big(10).pow(scale)).toFixed(0)),
  };
}

const TIME: ParquetColumn = {
  element: { type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } },
  read: (text) => micros(`1970-01-01T${text}`),
};

function timestamp(isAdjustedToUTC: boolean): ParquetColumn {
  return {
    element: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' } },
    read: micros,
  };
}

/** Microseconds since 1970 of `2024-01-31T10:20:30[.ffffff][+02:00]`; without an offset as if it were UTC. */
function micros(text: string): bigint {
  const [, second = '', fraction = '', offset = 'Z'] = /^(.{19})(?:\.(\d{1,6}))?([+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return BigInt(Date.parse(`${second}${offset}`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}
