import type { ColumnSource, NestedColumn } from '../../contract/nested/model.ts';
import type { Path } from '../../contract/nested/path.ts';
import { parseSchemaMoment, type ParseMoment } from '../../values/typed/moment.ts';
import { readerOf } from '../../values/typed/reader.ts';
import { compilePattern } from '../../values/typed/pattern.ts';
import type { TextLimit } from '../../values/typed/text-limit.ts';
import { isTextType, printValueType, type TextType, type ValueType } from '../../values/typed/value-type.ts';
import type { NoteMatch } from '../matches.ts';
import { inOrder } from './find.ts';
import { hasMarkup, isNil, trimSpace, type Find } from './find-value.ts';
import type { Notes, NestedRow } from './row.ts';
import { serialize } from './serialize.ts';
import type { Trace } from '../trace.ts';
import { count as counted } from '../../words.ts';

export type PathsSource = Extract<ColumnSource, { kind: 'paths' }>;

/** What a column needs to know beside the contract. */
export interface ColumnContext {
  /** Finds of a path from a row; the list lives until the next row. */
  readonly finderOf: (path: Path) => (row: NestedRow) => readonly Find[];
  /** Number of the name `nil`. */
  readonly nil: number;
  readonly trace: Trace;
  /** What notes whether a path of the column finds something. */
  readonly matchOf: (column: string, paths: readonly Path[]) => NoteMatch;
  /** The most bytes of a value, or null. */
  readonly valueBytes: number | null;
  /** How a type of text counts. */
  readonly limitOf: (kind: TextType['kind']) => TextLimit;
}

/** The exact text of a column's value in a row, or null; what is odd goes to `notes`, which may fail the document. */
export type ReadColumn = (row: NestedRow, notes: Notes) => string | null;

/** Compiles a column that reads paths (docs/contract.md, Keys of a column). */
export function compileColumn(column: NestedColumn, source: PathsSource, context: ColumnContext): ReadColumn {
  const find = compileFinds(column, source, context);
  const { trace } = context;
  const toText = trace.step('text', compileText(column, source));
  const convert = compileConversion(column, source, context);
  const giveDefault = trace.step('default', () => source.default);
  const missing = (notes: Notes): string | null => {
    if (source.default !== null) return giveDefault();
    return column.required ? notes.fail('required', column.name, 'the document has no value for it') : null;
  };
  const count = trace.step('count', (row: NestedRow) => String(find(row).all.length));
  const join = trace.step('join', (texts: readonly string[]) => texts.join(source.join));
  return (row, notes) => {
    if (source.take === 'count') return count(row);
    const { filled } = find(row);
    const [first] = filled;
    if (first === undefined) return missing(notes);
    if (filled.length > 1 && source.take === null) notes.issue('several', column.name);
    if (filled.length > 1 && source.take === 'only') {
      return notes.fail('several', column.name, `there are ${filled.length} values where there may be one`);
    }
    if (source.take !== 'all') {
      return convert(toText(row, (source.take === 'last' ? filled.at(-1) : undefined) ?? first), notes);
    }
    return convert(join(filled.map((found) => toText(row, found))), notes);
  };
}

interface Finds {
  readonly all: readonly Find[];
  /** Those that are not blank. */
  readonly filled: readonly Find[];
}

const NOTHING: Finds = { all: [], filled: [] };

/** The first alternative that finds something not blank; failing that, the first that finds anything. */
function compileFinds(
  { name, type }: NestedColumn,
  { alternatives, text }: PathsSource,
  { finderOf, matchOf, nil, trace }: ColumnContext,
): (row: NestedRow) => Finds {
  const unions = alternatives.map((paths) => ({ finds: paths.map(finderOf), note: matchOf(name, paths) }));
  return (row) => {
    let blank = NOTHING;
    for (const { finds, note } of unions) {
      const [only, ...others] = finds;
      const all =
        only !== undefined && others.length === 0
          ? only(row)
          : inOrder(
              row.document.tape,
              finds.map((find) => find(row)),
            );
      note(all.length > 0);
      const filled = all.filter(
        (found) =>
          !isNil(row.document.tape, found, nil) &&
          (trimSpace(row.textOf(found, text)) !== '' || (type.kind === 'xml' && hasMarkup(row.document.tape, found))),
      );
      if (trace.isOn) for (const found of all) trace.read(found);
      if (filled.length > 0) return { all, filled };
      if (blank === NOTHING && all.length > 0) blank = { all: [...all], filled };
    }
    return blank;
  };
}

function compileText({ type }: NestedColumn, { text, space }: PathsSource): (row: NestedRow, found: Find) => string {
  if (type.kind === 'xml') return (row, found) => serialize(row.document.tape, found);
  const isText = isTextType(type);
  if (isText && space === 'keep') return (row, found) => row.textOf(found, text);
  if (isText && space === 'trim' && text !== 'spaced') return (row, found) => trimSpace(row.textOf(found, text));
  return (row, found) => trimSpace(row.textOf(found, text).replace(/[ \t\r\n]+/g, ' '));
}

/** From text to the exact text of the type: map, then form, then length. */
function compileConversion(
  column: NestedColumn,
  source: PathsSource,
  context: ColumnContext,
): (text: string, notes: Notes) => string | null {
  const { name, required } = column;
  const map = compileMap(column, source);
  const { trace, valueBytes } = context;
  const mapped = map === null ? null : trace.step('map', map);
  const read: Read = trace.step(
    `as ${printValueType(column.type)}`,
    isTextType(column.type) ? compileFit(column, column.type, context) : typedReader(column.type, source),
  );
  const giveDefault = trace.step('default', () => source.default);
  return (text, notes) => {
    // No unit of UTF-16 takes more than three bytes.
    if (valueBytes !== null && text.length * 3 > valueBytes && Buffer.byteLength(text) > valueBytes)
      return notes.fail(
        'limits',
        name,
        `its value has more than ${counted(valueBytes, 'byte')}, see limits.value_bytes`,
      );
    const given = mapped === null ? text : mapped(text, notes);
    if (given === null) return null;
    let isRounded = false;
    const value = read(given, notes, () => {
      isRounded = true;
    });
    if (value === undefined) {
      if (required || source.unreadable === 'fail') {
        if (source.unreadable !== 'default')
          return notes.fail('unreadable', name, `its value is no ${printValueType(column.type)}`);
      }
      notes.issue('unreadable', name);
      return source.unreadable === 'default' ? giveDefault() : null;
    }
    if (!isRounded) return value;
    if (source.digits === 'fail')
      return notes.fail('digits', name, 'its value has more digits behind the point than the column');
    notes.issue('rounded', name);
    return value;
  };
}

/** Undefined = unreadable; null = left out, and noted. */
type Read = (text: string, notes: Notes, onRounded: () => void) => string | null | undefined;

function typedReader(type: ValueType, source: PathsSource): Read {
  const read = readerOf(type, {
    ...source,
    marks: { decimal: source.decimal, group: source.group },
    forms: formsOf(source),
  });
  return (text, _notes, onRounded) => read?.(text, onRounded) ?? undefined;
}

function formsOf({ formats }: PathsSource): readonly ParseMoment[] {
  const forms = formats.flatMap((format) => {
    const pattern = compilePattern(format);
    return pattern.ok ? [pattern.parse] : [];
  });
  return formats.length === 0 ? [parseSchemaMoment] : forms;
}

/** Measures a text; undefined if the column cannot hold it, null if it is left out, which is noted. */
export function compileFit(
  { name, long }: NestedColumn,
  type: TextType,
  { limitOf }: Pick<ColumnContext, 'limitOf'>,
): (text: string, notes: Notes) => string | null | undefined {
  const limit = limitOf(type.kind);
  const most = type.length ?? Infinity;
  return (text, notes) => {
    const length = limit.measure(text);
    if (length === null) return undefined;
    if (length <= most) return text;
    if (long === 'fail') return notes.fail('long', name, `its value has ${length} characters, the column ${most}`);
    notes.issue(long === 'cut' ? 'cut' : 'too_long', name);
    return long === 'cut' ? limit.cut(text, most) : null;
  };
}

function compileMap(
  { name, required }: NestedColumn,
  { map }: PathsSource,
): ((text: string, notes: Notes) => string | null) | null {
  if (map === null) return null;
  const fold = map.ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const values = new Map([...map.values].map(([from, to]) => [fold(from), to]));
  return (text, notes) => {
    const value = values.get(fold(trimSpace(text)));
    if (value !== undefined) return value;
    if (typeof map.otherwise === 'object') return map.otherwise.value;
    if (map.otherwise === 'fail' || required) return notes.fail('unmapped', name, 'its map does not have the value');
    notes.issue('unmapped', name);
    return null;
  };
}
