import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parse } from 'yaml';
import type { AnyContract } from '../../src/contract/contract.ts';
import { parseAnyContract } from '../../src/contract/load.ts';
import { InputError } from '../../src/errors.ts';
import { openRandom, type Random } from '../../src/generate/random.ts';
import { openMapping } from '../../src/mapping/map-document.ts';
import { toDestinationTables, toWorkSet } from '../../src/run/contract-tables.ts';
import { ddl } from '../../src/store/ddl.ts';
import { DIALECTS } from '../../src/store/dialects.ts';
import type { Target } from './target.ts';

/** Contracts of both formats, and a document that they read. */
const SEEDS = [
  { contract: page('contract-1'), document: '<Orders><Order id="7" total="1.5"><Line sku="a"/></Order></Orders>' },
  {
    contract: page('contract'),
    document: '<Order no="7" placed="2024-05-01"><Line sku="a"><Price>1</Price></Line></Order>',
  },
  { contract: golden('lease'), document: text('golden/lease/0001-ordinary.xml') },
] as const;

function page(name: string): unknown {
  return parse(/```yaml\n([^]*?)```/.exec(text(`../docs/${name}.md`))?.[1] ?? '', { stringKeys: true });
}

function golden(name: string): unknown {
  return JSON.parse(text(`golden/contracts/${name}.json`));
}

function text(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** Contracts with parts changed: each is loaded, or refused with faults that have a place; a loaded one makes tables and maps documents. */
export function contractTarget(seed: number): Target {
  const counts = { inputs: 0, characters: 0, loaded: 0, refused: 0, mapped: 0 };
  return {
    attempt(index) {
      const random = openRandom(seed, index);
      const { contract, document } = SEEDS[random.chance(0.1) ? 2 : random.int(0, 1)] ?? SEEDS[0];
      let data = contract;
      for (let change = random.int(1, 3); change > 0; change -= 1) data = mutate(data, random);
      counts.inputs += 1;
      const source = random.chance(0.1) ? damaged(JSON.stringify(data), random) : JSON.stringify(data);
      counts.characters += source.length;
      const wrong = wrongWith(source, document, counts, random.chance(0.1));
      return wrong === null
        ? null
        : `${source.length > 3000 ? JSON.stringify(difference(contract, data)) : source}\n${wrong}`;
    },
    summary: () => counts,
  };
}

function wrongWith(
  source: string,
  document: string,
  counts: { loaded: number; refused: number; mapped: number },
  make: boolean,
): string | null {
  try {
    const { contract, warnings } = parseAnyContract(source, { format: 'json', productLine: 'fuzz' });
    counts.loaded += 1;
    if (warnings.some(({ place, message }) => place === '' || message === '')) return 'a warning without place';
    use(contract, document, counts);
    if (make) makeTables(contract);
  } catch (error) {
    if (!(error instanceof InputError)) return error instanceof Error ? String(error.stack) : String(error);
    counts.refused += 1;
    const { faults } = error;
    if (faults.length === 0 || faults.some(({ place, message }) => place === '' || message === ''))
      return `no place: ${error.message}`;
  }
  return null;
}

/** What a contract without faults is for. */
function use(contract: AnyContract, document: string, counts: { mapped: number }): void {
  const { outcome } = openMapping(contract)({ appId: '7', xml: document }, new Date(0));
  if (outcome === 'mapped') counts.mapped += 1;
}

/** Tables that no server could index are refused here. */
function makeTables(contract: AnyContract): void {
  const [{ schema }, tables] = [toWorkSet(contract), toDestinationTables(contract)];
  using database = new DatabaseSync(':memory:');
  database.exec(ddl(schema, tables, DIALECTS.sqlite));
  ddl(schema, tables, DIALECTS.mssql);
}

/** Words that mean something in one place or the other, or try to. */
const WORDS = [
  '',
  ' ',
  'v',
  '/r',
  '..',
  '@x',
  '*',
  'a[1]/b',
  'qty * price',
  '(',
  'decimal(18,2)',
  'xml',
  'nvarchar(max)',
  'fail',
  '__proto__',
  'constructor',
  'toString',
  'é',
  "'; DROP TABLE app_base; --",
  'a"b',
  'a]b',
  'a\u0000b',
  '../../etc/passwd',
  '1'.repeat(400),
  'x'.repeat(200),
  '{{',
  '%_[',
  'CASE WHEN 1 = 1 THEN 1 END',
] as const;
const VALUES = [...WORDS, null, true, false, 0, -1, 1.5, 1e30, 2 ** 53, [], {}, [null], { a: 1 }, [['x']]] as const;

/** A part taken away, changed, called otherwise, given twice or put elsewhere. */
function mutate(data: unknown, random: Random): unknown {
  const copy: unknown = structuredClone(data);
  const places = placesOf(copy);
  const place = (): { owner: object; key: string } =>
    places[random.int(0, places.length - 1)] ?? { owner: {}, key: '' };
  const { owner, key } = place();
  const value: unknown = Reflect.get(owner, key);
  switch (random.int(0, 4)) {
    case 0:
      Reflect.deleteProperty(owner, key);
      break;
    case 1:
      Reflect.deleteProperty(owner, key);
      define(owner, random.pick([...WORDS, 'expr', 'from', 'each', 'unique']), value);
      break;
    case 2: {
      const other = place();
      define(owner, key, structuredClone(Reflect.get(other.owner, other.key)));
      break;
    }
    case 3:
      if (Array.isArray(owner)) owner.push(value);
      else define(owner, `${key}${random.pick(['', ' ', '2'])}`, value);
      break;
    default:
      define(owner, key, structuredClone(random.pick(VALUES)));
  }
  return copy;
}

/** As a parser of JSON does it: `__proto__` is a name like any other. */
function define(owner: object, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, writable: true, enumerable: true, configurable: true });
}

function placesOf(owner: unknown): { owner: object; key: string }[] {
  if (typeof owner !== 'object' || owner === null) return [];
  return Object.keys(owner).flatMap((key) => [{ owner, key }, ...placesOf(Reflect.get(owner, key))]);
}

function damaged(source: string, random: Random): string {
  const at = random.int(0, source.length);
  return (
    source.slice(0, at) +
    random.pick(['', '{', '"', ',', '[', '\u0000', '\\', '/*']) +
    source.slice(at + random.int(0, 2))
  );
}

/** What was changed of a contract that is too long to show. */
function difference(before: unknown, after: unknown): readonly unknown[] {
  const known = new Set(placesOf(before).map(({ owner, key }) => JSON.stringify([key, Reflect.get(owner, key)])));
  const changed = placesOf(after).map(({ owner, key }) => JSON.stringify([key, Reflect.get(owner, key)]));
  return changed
    .filter((part) => !known.has(part))
    .toSorted((one, other) => one.length - other.length)
    .slice(0, 4);
}
