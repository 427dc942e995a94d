import { binaryReader, readGuid } from './binary.ts';
import { momentReader, type ParseMoment, type ZoneRule } from './moment.ts';
import { bitReader, decimalReader, floatReader, integerReader, type NumberMarks, type ReadTyped } from './number.ts';
import type { ValueType } from './value-type.ts';

/** How values are written. */
export interface Forms {
  readonly marks: NumberMarks;
  readonly zone: ZoneRule;
  /** Of dates and times, tried in order. */
  readonly forms: readonly ParseMoment[];
  readonly encoding: 'base64' | 'hex';
}

/** What reads a type; null for texts, which are measured instead. */
export function readerOf(type: ValueType, { marks, zone, forms, encoding }: Forms): ReadTyped | null {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return integerReader(type.kind, marks);
    case 'decimal':
      return decimalReader(type.precision, type.scale, marks);
    case 'money':
      return moneyReader(marks);
    case 'float':
    case 'real':
      return floatReader(type.kind, marks);
    case 'bit':
      return bitReader();
    case 'date':
    case 'datetime':
    case 'smalldatetime':
      return momentReader(type.kind, 0, zone, forms);
    case 'time':
    case 'datetime2':
    case 'datetimeoffset':
      return momentReader(type.kind, type.scale, zone, forms);
    case 'uniqueidentifier':
      return readGuid;
    case 'binary':
    case 'varbinary':
      return binaryReader(encoding, type.length);
    case 'xml':
      return (text) => text;
    default:
      return null;
  }
}

/** SQL Server's money: four digits behind the point, 64 bits in all. */
function moneyReader(marks: NumberMarks): ReadTyped {
  const read = decimalReader(19, 4, marks);
  return (text, note) => {
    const value = read(text, note);
    if (value === null) return null;
    const [whole = '0', fraction = ''] = value.split('.');
    const units = BigInt(whole + fraction.padEnd(4, '0'));
    return units >= -(2n ** 63n) && units < 2n ** 63n ? value : null;
  };
}
