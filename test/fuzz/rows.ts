import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { NestedContract } from '../../src/contract/nested/model.ts';
import { parseAnyContract } from '../../src/contract/load.ts';
import { InputError } from '../../src/errors.ts';
import { openRandom, type Random } from '../../src/generate/random.ts';
import { canonicalOf, type CanonicalRow } from '../../src/mapping/canonical.ts';
import { openNestedMapping } from '../../src/mapping/nested/document.ts';
import { toDestinationTables } from '../../src/run/contract-tables.ts';
import type { DestinationTable } from '../../src/store/destination.ts';
import type { Target } from './target.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const CASES = z
  .array(z.object({ contract: z.string(), xml: z.union([z.string(), z.array(z.string())]).default([]) }))
  .parse(parse(readFileSync(new URL('../mapping/nested/cases.yaml', import.meta.url), 'utf8')));

interface Subject {
  readonly contract: NestedContract;
  readonly tables: readonly DestinationTable[];
  readonly map: ReturnType<typeof openNestedMapping>;
  readonly root: string;
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
}

/** Random documents of the names of the reference cases, by their contracts: keys of rows are unique, and each row's parent is there. */
export function rowTarget(seed: number): Target {
  const subjects = CASES.flatMap(subjectOf);
  const counts = { characters: 0, mapped: 0, rejected: 0, rows: 0 };
  return {
    attempt(index) {
      const subject = subjects[index % subjects.length];
      if (subject === undefined) return 'there is no case';
      const xml = writeElement(subject, openRandom(seed, index), subject.root, 0);
      counts.characters += xml.length;
      const outcome = subject.map({ xml, appId: '7' }, NOW);
      if (outcome.outcome === 'rejected') {
        counts.rejected += 1;
        return outcome.reason === '' ? `no reason for ${xml}` : null;
      }
      counts.mapped += 1;
      const rows = canonicalOf(subject.contract, outcome.tables, NOW);
      counts.rows += Object.values(rows).flat().length;
      const wrong = subject.tables.flatMap((table) => wrongKeys(table, rows));
      return wrong.length === 0 ? null : `${wrong.join(', ')} of ${xml}`;
    },
    summary: () => counts,
  };
}

function subjectOf({ contract: text, xml }: (typeof CASES)[number]): readonly Subject[] {
  const samples = [xml].flat().join('');
  const root = /<(?![?!])([^\s/>]+)/.exec(samples)?.[1];
  const contract = load(text);
  if (contract === null || root === undefined) return [];
  const names = [...samples.matchAll(/<([a-z][\w.-]*)/gi)].map(([, name]) => name ?? '');
  const attributes = [...samples.matchAll(/\s([a-z]\w*)=/gi)].map(([, name]) => name ?? '');
  return [
    {
      contract,
      tables: toDestinationTables(contract),
      map: openNestedMapping(contract),
      root: root.includes(':') ? 'lib' : root,
      elements: [...new Set(names)].filter((name) => name !== root),
      attributes: [...new Set(attributes)].filter((name) => name !== 'xmlns'),
    },
  ];
}

/** Null for a case whose contract is refused. */
function load(text: string): NestedContract | null {
  const root = text.includes('document:') ? '' : 'document: { root: lib }\n';
  const head = `format: 2\nproduct_line: line\nsource: { table: documents, column: body, id: id }\n${root}`;
  try {
    const { contract } = parseAnyContract(head + text, { format: 'yaml' });
    return contract.format === 2 ? contract : null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

const VALUES = ['1', '2', '2.50', 'x', 'a b', '2024-01-31', 'true', '', ' ', 'ä'] as const;
const MOST_LEVELS = 4;

function writeElement(subject: Subject, random: Random, name: string, level: number): string {
  const { elements, attributes } = subject;
  const own = attributes.filter(() => random.chance(0.4)).map((attribute) => ` ${attribute}="${random.pick(VALUES)}"`);
  const [first, ...others] = elements;
  const isInner = first !== undefined && level < MOST_LEVELS && random.chance(level === 0 ? 1 : 0.5);
  const children = isInner
    ? Array.from({ length: random.int(0, 4) }, () =>
        writeElement(subject, random, random.pick([first, ...others]), level + 1),
      )
    : [];
  return `<${name}${own.join('')}>${random.pick(VALUES)}${children.join(random.pick(VALUES))}</${name}>`;
}

function keyOf(row: CanonicalRow, columns: readonly string[]): string {
  return JSON.stringify(columns.map((column) => row[column]));
}

function wrongKeys(
  table: DestinationTable,
  rows: Readonly<Record<string, readonly CanonicalRow[]>>,
): readonly string[] {
  const { name, primaryKey, parent } = table;
  const own = rows[name] ?? [];
  const keys = own.map((row) => keyOf(row, primaryKey));
  const wrong = new Set(keys).size === keys.length ? [] : [`two rows of ${name} have one key`];
  if (keys.some((key) => key.includes('null'))) wrong.push(`a key of ${name} is incomplete`);
  if (parent === null || parent === undefined) return wrong;
  const above = new Set((rows[parent.table] ?? []).map((row) => keyOf(row, parent.columns)));
  if (own.some((row) => !above.has(keyOf(row, parent.columns)))) wrong.push(`a row of ${name} has no parent`);
  return wrong;
}
