import type { DraftColumn, LeftOut } from './columns.ts';
import type { FittedTables } from './known.ts';
import { KEY, type DraftTable } from './tables.ts';
import { count } from '../words.ts';

/** What a draft says of documents as a whole. */
interface DraftHead {
  readonly productLine: string;
  readonly sourceTable: string;
  readonly logTable: string;
  readonly roots: readonly string[];
  readonly documents: number;
  /** Prefix → URI. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Paths of values that told the samples apart, the likeliest first, each with a type. */
  readonly ids: readonly { readonly path: string; readonly type: string }[];
  readonly key: FittedTables['key'];
}

export interface Draft {
  readonly head: DraftHead;
  readonly tables: readonly DraftTable[];
  readonly leftOut: readonly LeftOut[];
}

/** A draft as a contract of format 2, with what was seen as comments. */
export function printDraft({ head, tables, leftOut }: Draft): string {
  const lines = [
    `# Drafted from ${count(head.documents, 'sample')}: the counts behind columns are rows of them with a value. Later documents may have more:`,
    '# see to required, lengths (a longer text fails its document; `long: cut` or `blank` if that is too much), types and names. What stands',
    '# once in each is columns, of which a second one would count as `several`: --tables NAME=PATH or --xsd FILE makes a table of what may repeat.',
    ...printHead(head),
    'tables:',
    ...tables.flatMap((table) => printTable(table, 1)),
    ...printLeftOut(leftOut),
  ];
  return `${lines.join('\n')}\n`;
}

function printHead({ productLine, sourceTable, logTable, roots, namespaces, ids, key }: DraftHead): readonly string[] {
  const idPath = key?.idPath ?? null;
  const root = roots.length === 1 ? quote(roots[0] ?? '') : `[${roots.map(quote).join(', ')}]`;
  return [
    'format: 2',
    `product_line: ${quote(productLine)}`,
    `source: { table: ${quote(sourceTable)}, column: body, id: ${KEY}, id_type: ${key === null ? 'bigint' : quote(key.idType)} }`,
    `log: ${quote(logTable)}`,
    ...(idPath === null ? ids : []).map(
      ({ path, type }) => `# candidate for document.id, different in all samples: \`id: ${quote(path)}\` (${type})`,
    ),
    `document: { root: ${root}${idPath === null ? '' : `, id: ${quote(idPath)}`} }`,
    ...(key === null ? [] : [`key: ${quote(key.name)}`]),
    ...(namespaces.size === 0
      ? []
      : ['namespaces:', ...[...namespaces].map(([prefix, uri]) => `  ${quote(prefix)}: ${quote(uri)}`)]),
  ];
}

function printTable(table: DraftTable, level: number): readonly string[] {
  const { name, destination, each, position, unique, notes, rows, columns, tables } = table;
  const [outer, inner] = ['  '.repeat(level), '  '.repeat(level + 1)];
  const keys =
    unique === null
      ? columns.filter(({ isKey, isAbsent }) => isKey && isAbsent !== true).map((column) => column.name)
      : [];
  const width = Math.max(0, ...columns.map((column) => quote(column.name).length));
  return [
    `${outer}${quote(name)}: # ${count(rows, 'row')}`,
    `${inner}each: ${quote(each)}`,
    ...notes.map((text) => `${inner}# ${text}`),
    ...(destination === null ? [] : [`${inner}name: ${quote(destination)}`]),
    ...(position === null ? [] : [`${inner}position: ${quote(position)}`]),
    ...(unique === null ? [] : [`${inner}unique: [${unique.map(quote).join(', ')}]`]),
    ...keys.map(
      (key) =>
        `${inner}# candidate key, different in all rows of a parent: \`unique: [${quote(key)}]\` instead of position`,
    ),
    ...(columns.every(({ isAbsent }) => isAbsent) ? [] : [`${inner}columns:`]),
    ...columns.map((column) => `${inner}  ${printColumn(column, width)}`),
    ...(tables.length === 0 ? [] : [`${inner}tables:`]),
    ...tables.flatMap((nested) => printTable(nested, level + 2)),
  ];
}

function printColumn({ name, from, type, keys, required, comment, isAbsent }: DraftColumn, width: number): string {
  const entries = [
    `from: ${quote(from)}`,
    ...Object.entries(keys).map(([key, value]) => `${key}: ${value}`),
    `type: ${quote(type.type)}`,
    ...(type.format === undefined ? [] : [`format: ${quote(type.format)}`]),
    ...(type.zone === undefined ? [] : [`zone: ${type.zone}`]),
    ...(required ? ['required: true'] : []),
  ];
  return `${isAbsent === true ? '# ' : ''}${`${quote(name)}:`.padEnd(width + 1)} { ${entries.join(', ')} } # ${comment}`;
}

function printLeftOut(leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return ['# Nothing that was seen is left out.'];
  return ['# Left out:', ...leftOut.map(({ path, why }) => `#   ${path}: ${why}`)];
}

/** Words that YAML would not take for text, and signs that mean something to it. */
const PLAIN = /^(?!(?:null|true|false)$)[\p{L}_/.][\p{L}\p{M}\p{N}_./@()-]*$/iu;

/** A text as YAML has it within braces, in quotes where it needs them. */
function quote(text: string): string {
  return PLAIN.test(text) && !/^\.(?:nan|inf|\d)/i.test(text) ? text : JSON.stringify(text);
}
