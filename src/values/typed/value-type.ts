/** A column's type as SQL Server has it. */
export type ValueType =
  | { readonly kind: 'tinyint' | 'smallint' | 'int' | 'bigint' | 'bit' | 'float' | 'real' | 'money' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'date' | 'datetime' | 'smalldatetime' | 'uniqueidentifier' | 'xml' }
  /** Fraction digits of seconds, 0 to 7. */
  | { readonly kind: 'time' | 'datetime2' | 'datetimeoffset'; readonly scale: number }
  /** Length in UTF-16 units (n-types) or bytes of the column's code page; null = max. */
  | { readonly kind: 'char' | 'varchar' | 'nchar' | 'nvarchar'; readonly length: number | null }
  | { readonly kind: 'binary' | 'varbinary'; readonly length: number | null };

/** A type as a contract writes it, `decimal(18,2)`, or what is wrong with it. */
export function parseValueType(text: string): ValueType | string {
  const [, word = '', first, second] =
    /^\s*([a-z0-9]+)\s*(?:\(\s*(max|\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\))?\s*$/i.exec(text) ?? [];
  const name = word.toLowerCase();
  const build = BUILDERS.get(name);
  if (build === undefined) return noType(text, name);
  const type = build(
    first?.toLowerCase() === 'max' ? 'max' : first === undefined ? null : Number(first),
    second === undefined ? null : Number(second),
  );
  return type ?? `${text} has other numbers than its type takes: ${numbersOf(name)}`;
}

/** What other systems call types. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  integer: 'int',
  long: 'bigint',
  number: 'decimal(18,2)',
  boolean: 'bit',
  bool: 'bit',
  string: 'nvarchar(100)',
  text: 'nvarchar(max)',
  ntext: 'nvarchar(max)',
  clob: 'nvarchar(max)',
  varchar2: 'varchar(100)',
  double: 'float',
  timestamp: 'datetime2(0)',
  guid: 'uniqueidentifier',
  uuid: 'uniqueidentifier',
  blob: 'varbinary(max)',
  image: 'varbinary(max)',
};

function noType(text: string, name: string): string {
  const meant = ELSEWHERE[name];
  if (meant !== undefined) return `${text} is no type of SQL Server, which has ${meant}`;
  return `${text} is no type; there are ${[...BUILDERS.keys()].join(', ')}`;
}

function numbersOf(name: string): string {
  if (name === 'decimal' || name === 'numeric') return 'up to 38 digits, and of these so many behind the point';
  if (SCALED.some((kind) => kind === name)) return '0 to 7 digits of the fraction of a second';
  if (!/char|binary/.test(name)) return 'none';
  return `1 to ${name.startsWith('n') ? 4000 : 8000}${name.includes('var') ? ', or max' : ''}`;
}

type Build = (first: number | 'max' | null, second: number | null) => ValueType | null;

const plain =
  (type: ValueType): Build =>
  (first, second) =>
    first === null && second === null ? type : null;

const SCALED = ['time', 'datetime2', 'datetimeoffset'] as const;

const scaled =
  (kind: 'time' | 'datetime2' | 'datetimeoffset'): Build =>
  (first, second) => {
    const scale = first ?? 7;
    return second === null && scale !== 'max' && scale <= 7 ? { kind, scale } : null;
  };

type SizedKind = 'char' | 'varchar' | 'nchar' | 'nvarchar' | 'binary' | 'varbinary';

function sized(kind: SizedKind, most: number): Build {
  return (first, second) => {
    if (second !== null) return null;
    if (first === 'max') return kind.includes('var') ? { kind, length: null } : null;
    const length = first ?? 1;
    return length >= 1 && length <= most ? { kind, length } : null;
  };
}

const decimal: Build = (first, second) => {
  const [precision, scale] = [first ?? 18, second ?? 0];
  return precision !== 'max' && precision >= 1 && precision <= 38 && scale <= precision
    ? { kind: 'decimal', precision, scale }
    : null;
};

const BUILDERS: ReadonlyMap<string, Build> = new Map([
  ...(
    [
      'int',
      'bigint',
      'smallint',
      'tinyint',
      'bit',
      'float',
      'real',
      'money',
      'date',
      'datetime',
      'smalldatetime',
      'uniqueidentifier',
      'xml',
    ] as const
  ).map((kind): [string, Build] => [kind, plain({ kind })]),
  ['decimal', decimal],
  ['numeric', decimal],
  ...SCALED.map((kind): [string, Build] => [kind, scaled(kind)]),
  ...(['char', 'varchar', 'binary', 'varbinary'] as const).map((kind): [string, Build] => [kind, sized(kind, 8000)]),
  ...(['nchar', 'nvarchar'] as const).map((kind): [string, Build] => [kind, sized(kind, 4000)]),
]);

/** As a contract writes it. */
export function printValueType(type: ValueType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  if ('scale' in type) return `${type.kind}(${type.scale})`;
  return 'length' in type ? `${type.kind}(${type.length ?? 'max'})` : type.kind;
}

export type TextType = Extract<ValueType, { kind: 'char' | 'varchar' | 'nchar' | 'nvarchar' }>;

/** Whether a type holds text, whose length is measured. */
export function isTextType(type: ValueType): type is TextType {
  return type.kind === 'char' || type.kind === 'varchar' || type.kind === 'nchar' || type.kind === 'nvarchar';
}
