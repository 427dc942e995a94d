import { createRequire } from 'node:module';
import type * as jsonLibrary from 'jsonc-parser';
import type { Node as JsonNode, ParseError } from 'jsonc-parser';
import type * as yamlLibrary from 'yaml';
import type { Document, Node as YamlNode, Pair, YAMLMap } from 'yaml';
import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import { printPosition } from './findings.ts';
import type { Path, Position } from './findings.ts';

/** Languages of contract files. */
export type Format = 'json' | 'yaml';

/** A contract's text, read. */
export interface Source {
  readonly format: Format;
  readonly data: unknown;
  /**
   * Where a value stands, or the nearest of those around it where it is missing; with an offset, where that character of a text
   * stands, if the text is written in one line and without escapes.
   */
  readonly locate: (path: Path, offset?: number) => Position | null;
  /** What was written for a number or truth value without quotes, e.g. `01234`; undefined where it says no more than the value. */
  readonly written: (path: Path) => string | undefined;
}

/** Reads JSON or YAML into plain data. Throws an `InputError` with the places where the text is not what it claims to be. */
export function parseText(text: string, format: Format): Source {
  const source = withinStack(() => readSource(text.replace(/^\uFEFF/, ''), format));
  if (source !== null && !isDeeper(source.data, MOST_LEVELS)) return source;
  throw new InputError('The contract is not valid:', [
    {
      place: 'contract',
      message: `nests deeper than ${MOST_LEVELS} levels`,
      advice: 'Check its brackets or its indentation.',
    },
  ]);
}

/** No contract comes near. */
const MOST_LEVELS = 200;

function readSource(content: string, format: Format): Source {
  return format === 'json' ? parseJson(content) : parseYaml(content);
}

/** Null if the text nests too deep for a parser. */
function withinStack(read: () => Source): Source | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isDeeper(data: unknown, levels: number): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return levels === 0 || Object.values(data).some((value) => isDeeper(value, levels - 1));
}

// Each library is loaded for the first text that needs it, which saves a process 50 ms: that of YAML for YAML, that of JSON to tell places.
const yaml = lazily((): typeof yamlLibrary => createRequire(import.meta.url)('yaml'));
const json = lazily((): typeof jsonLibrary => createRequire(import.meta.url)('jsonc-parser'));

function lazily<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

function parseJson(text: string): Source {
  const at = positions(text);
  const read = readJson(text);
  if ('message' in read) {
    const [error] = jsonTree(text).errors;
    throw new InputError('The contract is not JSON:', [jsonFault(read.message, at(error?.offset ?? text.length))]);
  }
  const { data } = read;
  if (keysIn(data) !== keysWrittenIn(text)) throw new InputError('The contract is not valid:', keyFaults(text));
  const tree = lazily(() => jsonTree(text));
  const find = (path: Path): JsonNode | undefined => {
    const { root } = tree();
    return root && json().findNodeAtLocation(root, jsonPath(path));
  };
  return {
    format: 'json',
    data,
    locate: (path, offset) => {
      const node = nearest(path, find);
      if (node === undefined) return null;
      const character = offset === undefined ? undefined : characterOf(text, node.offset, node.value, offset);
      return at(character ?? keyOf(node).offset);
    },
    written: (path) => {
      const node = find(path);
      if (node?.type !== 'number') return undefined;
      const source = text.slice(node.offset, node.offset + node.length);
      return source === String(node.value) ? undefined : source;
    },
  };
}

function jsonTree(text: string): { readonly root: JsonNode | undefined; readonly errors: readonly ParseError[] } {
  const errors: ParseError[] = [];
  return { root: json().parseTree(text, errors, { disallowComments: true }), errors };
}

/** Keys of objects at all depths; of those that are there twice, one. */
function keysIn(data: unknown): number {
  if (typeof data !== 'object' || data === null) return 0;
  const own = Array.isArray(data) ? 0 : Object.keys(data).length;
  return Object.values(data).reduce<number>((sum, value) => sum + keysIn(value), own);
}

/** Strings with a colon behind them, in a text that is JSON. */
function keysWrittenIn(text: string): number {
  let keys = 0;
  for (const [, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/g)) if (colon === ':') keys += 1;
  return keys;
}

function keyFaults(text: string): Fault[] {
  const at = positions(text);
  return repeatedKeys(jsonTree(text).root)
    .toSorted((a, b) => a.offset - b.offset)
    .map((node) => ({ place: printPosition(at(node.offset)), ...saidTwice(String(node.value)) }));
}

function jsonPath(path: Path): (string | number)[] {
  return path.map((key) => (typeof key === 'number' ? key : String(key)));
}

function saidTwice(key: string): Omit<Fault, 'place'> {
  return { message: `the key ${key} is there twice`, advice: 'Remove one of the two.' };
}

/** A property is found by its key. */
function keyOf(node: JsonNode): JsonNode {
  return node.parent?.type === 'property' ? node.parent : node;
}

function repeatedKeys(node: JsonNode | undefined, found: JsonNode[] = []): JsonNode[] {
  const seen = new Set<unknown>();
  for (const child of node?.children ?? []) {
    const key = node?.type === 'object' ? child.children?.[0] : undefined;
    if (key !== undefined && seen.size === seen.add(key.value).size) found.push(key);
    repeatedKeys(child, found);
  }
  return found;
}

function readJson(text: string): { readonly data: unknown } | { readonly message: string } {
  try {
    return { data: JSON.parse(text) };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

/** The engine's message goes on with a place, or with a piece of the text, neither of which always tells the place. */
function jsonFault(message: string, position: Position): Fault {
  const [what = message] =
    /^(?:Unexpected token '.+?'(?=, )|.*?(?=,? (?:in JSON )?at position \d+))/su.exec(message) ?? [];
  return {
    place: printPosition(position),
    message: what,
    advice: 'Correct the JSON; a file ending in .yaml or .yml is read as YAML.',
  };
}

function parseYaml(text: string): Source {
  const lines = new (yaml().LineCounter)();
  // Keys are texts: `1`, `true` and `null` are ordinary keys of enums and bit conversions.
  const document = yaml().parseDocument(text, { stringKeys: true, prettyErrors: true, lineCounter: lines });
  // What follows the first error in the syntax mostly comes of it.
  const [first, ...rest] = document.errors;
  const errors = [...(first ? [first] : []), ...rest.filter(({ code }) => code === 'DUPLICATE_KEY')];
  const faults = errors.map(({ code, message, pos, linePos }) => ({
    place: linePos ? printPosition({ line: linePos[0].line, column: linePos[0].col }) : 'contract',
    ...(code === 'DUPLICATE_KEY'
      ? saidTwice(/^[^:]*/.exec(text.slice(pos[0]))?.[0] ?? '')
      : { message: message.split(/ at line /)[0] ?? message, advice: yamlAdvice(code, text.slice(pos[0])) }),
  }));
  if (faults.length > 0) throw new InputError('The contract is not YAML:', faults);
  return {
    format: 'yaml',
    data: yamlData(document),
    locate: (path, offset) => {
      const node = yamlNode(document, path);
      const character =
        offset !== undefined && yaml().isScalar(node) && node.range
          ? characterOf(text, node.range[0], node.value, offset)
          : undefined;
      const start =
        character ?? nearest(path, (part) => yamlKey(document, part) ?? yamlNode(document, part))?.range?.[0];
      if (start === undefined) return null;
      const { line, col } = lines.linePos(start);
      return { line, column: col };
    },
    written: (path) => {
      const node = yamlNode(document, path);
      if (!yaml().isScalar(node) || (typeof node.value !== 'number' && typeof node.value !== 'boolean'))
        return undefined;
      return node.source === undefined || node.source === String(node.value) ? undefined : node.source;
    },
  };
}

/** YAML has meanings of its own for some first characters, among them those of paths. */
function yamlAdvice(code: string, rest: string): string {
  const [word] = /^[@`*&!%][^\s,}\]]*/.exec(rest) ?? [];
  if (word !== undefined && (code === 'BAD_SCALAR_START' || code === 'BAD_ALIAS'))
    return `Write it in quotes: "${word}".`;
  return code === 'UNEXPECTED_TOKEN' ? 'Write a value with one of , : # [ ] { } in it in quotes.' : 'Correct the YAML.';
}

function yamlData(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice = 'Correct the aliases; a value that begins with * is written in quotes.';
    throw new InputError('The contract is not YAML:', [{ place: 'contract', message, advice }]);
  }
}

function yamlNode(document: Document.Parsed, path: Path): YamlNode | undefined {
  let node: unknown = document.contents;
  for (const key of path) {
    if (yaml().isAlias(node)) node = node.resolve(document);
    if (yaml().isMap(node)) node = pairOf(node, key)?.value;
    else node = yaml().isSeq(node) && typeof key === 'number' ? node.items[key] : undefined;
  }
  return yaml().isNode(node) ? node : undefined;
}

/** The key of the last step of a path. */
function yamlKey(document: Document.Parsed, path: Path): YamlNode | undefined {
  const owner = yamlNode(document, path.slice(0, -1));
  const map = yaml().isAlias(owner) ? owner.resolve(document) : owner;
  const key = yaml().isMap(map) ? pairOf(map, path.at(-1) ?? '')?.key : undefined;
  return yaml().isNode(key) ? key : undefined;
}

function pairOf(map: YAMLMap, key: PropertyKey): Pair | undefined {
  return map.items.find(({ key: name }) => yaml().isScalar(name) && String(name.value) === key);
}

/** The place of a character of a text that begins at `start`, plain or in quotes; undefined if it is not written as it is. */
function characterOf(text: string, start: number, value: unknown, offset: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  const opens = /^['"]/.test(text.slice(start, start + 1)) ? start + 1 : start;
  return text.startsWith(value, opens) && !value.includes('\n') ? opens + offset : undefined;
}

/** What is at the path, or else at the longest part of it that leads anywhere. */
function nearest<T>(path: Path, find: (part: Path) => T | undefined): T | undefined {
  for (let length = path.length; length >= 0; length--) {
    const found = find(path.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Offsets into a text as lines and columns. */
function positions(text: string): (offset: number) => Position {
  return (offset) => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  };
}
