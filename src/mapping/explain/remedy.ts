import type { NestedColumn } from '../../contract/nested/model.ts';
import { parseSchemaMoment } from '../../values/typed/moment.ts';
import type { NumberMarks } from '../../values/typed/number.ts';
import { compilePattern } from '../../values/typed/pattern.ts';
import { readerOf, type Forms } from '../../values/typed/reader.ts';
import { isTextType, printValueType, type ValueType } from '../../values/typed/value-type.ts';
import type { PathsSource } from '../nested/column.ts';
import { trimSpace } from '../nested/find-value.ts';

/** What a column of format 2 would need so that it could read a text that it cannot; empty if nothing is known. */
export function remedyFor({ type, source }: NestedColumn, text: string): string {
  if (source.kind !== 'paths' || isTextType(type)) return '';
  const given = trimSpace(text);
  const reads = (change: Partial<Forms>, other: ValueType = type): boolean =>
    (readerOf(other, { ...formsOf(source), ...change })?.(given, () => undefined) ?? null) !== null;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return widerFor(reads) || marksFor(reads);
    case 'decimal':
    case 'money':
    case 'float':
    case 'real':
      return reads({}, MOST_DIGITS) ? `It is beyond ${printValueType(type)}.` : marksFor(reads);
    case 'date':
    case 'time':
    case 'datetime':
    case 'smalldatetime':
    case 'datetime2':
    case 'datetimeoffset':
      return formatsFor(reads, source);
    case 'bit':
      return 'A `map` says what words other than true, false, 1 and 0 mean.';
    default:
      return '';
  }
}

type Reads = (change: Partial<Forms>, other?: ValueType) => boolean;

const MOST_DIGITS: ValueType = { kind: 'decimal', precision: 38, scale: 19 };

function formsOf(source: PathsSource): Forms {
  const { decimal, group, formats, zone, encoding } = source;
  const forms = formats.length === 0 ? [parseSchemaMoment] : formats.flatMap(formOf);
  return { marks: { decimal, group }, forms, zone, encoding };
}

function formOf(format: string): Forms['forms'] {
  const pattern = compilePattern(format);
  return pattern.ok ? [pattern.parse] : [];
}

const WIDER = ['smallint', 'int', 'bigint'] as const;

function widerFor(reads: Reads): string {
  const wider = WIDER.find((kind) => reads({}, { kind }));
  if (wider !== undefined) return `It is beyond the column's type; ${wider} holds it.`;
  return reads({}, MOST_DIGITS) ? 'It is no whole number that fits; a decimal could hold it.' : '';
}

const MARKS: readonly NumberMarks[] = [
  { decimal: ',', group: null },
  { decimal: '.', group: ',' },
  { decimal: ',', group: '.' },
  { decimal: ',', group: ' ' },
  { decimal: '.', group: ' ' },
  { decimal: '.', group: "'" },
];

function marksFor(reads: Reads): string {
  const marks = MARKS.find((one) => reads({ marks: one }));
  if (marks === undefined) return '';
  const keys = [...(marks.decimal === '.' ? [] : [['decimal', marks.decimal]]), ['group', marks.group]];
  return `It can with ${keys.flatMap(([key, mark]) => (mark === null ? [] : [`\`${key}: "${mark}"\``])).join(' and ')}.`;
}

const DAYS = ['yyyyMMdd', 'dd.MM.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy', 'dd-MM-yyyy', 'yyyy/MM/dd', 'd.M.yyyy', 'M/d/yyyy'];
const FORMATS = [...DAYS, ...DAYS.flatMap((day) => [`${day} HH:mm`, `${day} HH:mm:ss`]), 'yyyyMMddHHmmss', 'rfc822'];

function formatsFor(reads: Reads, { formats, zone }: PathsSource): string {
  if (zone.name !== null && reads({ zone: { given: 'drop', name: null } })) return `${zone.name} has no such time.`;
  const wanted = formats.length === 0 ? '' : ` The column reads ${formats.join(', ')}.`;
  if (formats.length > 0 && reads({ forms: [parseSchemaMoment] })) return `It can without \`format\`.${wanted}`;
  // What is day and what is month the text may leave open.
  const fitting = FORMATS.filter((format) => reads({ forms: formOf(format) })).slice(0, 2);
  return `${fitting.length === 0 ? '' : `It can with \`format: ${fitting.join('` or `')}\`.`}${wanted}`.trim();
}
