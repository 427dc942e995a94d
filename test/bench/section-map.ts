import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { XMLParser } from 'fast-xml-parser';
import { SaxesParser } from 'saxes';
import type { Contract } from '../../src/contract/contract.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { compile } from '../../src/mapping/compile.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readTape } from '../../src/xml/read-tape.ts';
import { readCarefully } from '../../src/xml/read.ts';
import { answer, compareApart, cpuOf } from './apart.ts';
import { openBefore } from './before.ts';
import { CLAIM, fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { openLibxml2, passOfLibxml2 } from './libxml2.ts';
import { ratio } from './measure.ts';
import type { Section } from './report.ts';
import { fastPathShare } from './share.ts';

const BENCH = fileURLToPath(new URL('bench.ts', import.meta.url));
/** Warm after 3 s of CPU: the first rounds took 600, 290 and 210 µs of a document of 5 KB, half of that in other threads, from the 15th on 75 to 90. */
const ROUNDS = { rounds: 9, warmUp: 20 };
const NOW = new Date('2026-01-01T00:00:00Z');

interface Subject {
  readonly title: string;
  readonly contract: Contract;
  readonly documents: () => readonly GeneratedDocument[];
  /** By the end of its key, as below. */
  readonly targets: Readonly<Record<string, string>>;
}

/** What reading and mapping is compared with, by the end of its key. */
const OTHERS = {
  before: 'before: read and map',
  saxes: 'saxes, full pass',
  fxp: 'fast-xml-parser, full parse',
  libxml2_sax: 'libxml2 SAX, full pass',
} as const;

const SUBJECTS: Readonly<Record<string, Subject>> = {
  large: {
    title: '250 KB, 3 % mapped, personal-loan',
    contract: LOAN,
    documents: () => largeDocuments(LOAN, 16),
    targets: { before: '>= 5', saxes: '>= 11', fxp: '>= 50', libxml2_sax: '>= 3' },
  },
  claim: {
    title: '250 KB, 3 % mapped, insurance-claim',
    contract: CLAIM,
    documents: () => largeDocuments(CLAIM, 16),
    targets: { before: '', saxes: '', fxp: '', libxml2_sax: '' },
  },
  small: {
    title: '5 KB, all mapped, personal-loan',
    contract: LOAN,
    documents: () => fullDocuments(LOAN, 300),
    targets: { before: '>= 7', saxes: '>= 1.3', fxp: '>= 6', libxml2_sax: '' },
  },
};

const ALL = 'read and map';

/** Reading and mapping, from bytes as stores hand them out, against the program before and full passes of other parsers over the same documents. */
export async function readAndMap(): Promise<Section[]> {
  const before = await openBefore();
  const libxml2 = openLibxml2();
  const sections: Section[] = [];
  for (const [key, { title, targets }] of Object.entries(SUBJECTS)) {
    const leftOut = {
      ...(before.ok ? {} : { [`${key}_vs_before`]: before.reason }),
      ...(libxml2.ok ? {} : { [`${key}_vs_libxml2_sax`]: libxml2.reason }),
    };
    const names = [ALL, 'read', 'read carefully', ...Object.values(OTHERS)].filter(
      (name) => (before.ok || name !== OTHERS.before) && (libxml2.ok || name !== OTHERS.libxml2_sax),
    );
    const contestants = new Map(names.map((name) => [name, ['contestant', key, name]]));
    const timings = await compareApart(BENCH, contestants, ROUNDS);
    const ratios = Object.entries(OTHERS)
      .map(([other, name]) => ({
        key: `${key}_vs_${other}`,
        meaning: `${ALL} : ${name}`,
        value: ratio(timings, ALL, name),
        target: targets[other] ?? '',
      }))
      .filter((one) => !Object.hasOwn(leftOut, one.key));
    sections.push({ title: `${ALL}, ${title}`, timings, ratios, leftOut });
  }
  const { wellFormed, fast } = fastPathShare();
  const figures = { fast_path_share: fast / wellFormed };
  return sections.map((section, index) => (index === 0 ? { ...section, figures } : section));
}

/** One of those compared, in a process of its own: it answers with milliseconds a document whenever it is asked to. */
export async function contest(key: string, name: string): Promise<void> {
  const subject = SUBJECTS[key];
  assert.ok(subject);
  const bytes = subject.documents().map(({ xml }) => new Uint8Array(Buffer.from(xml)));
  if (name === OTHERS.libxml2_sax) return answer(() => passOfLibxml2(key, bytes));
  const work = await workOf(name, subject.contract);
  answer(() => cpuOf(() => bytes.forEach(work), bytes.length));
}

async function workOf(name: string, contract: Contract): Promise<(xml: Uint8Array) => unknown> {
  if (name === OTHERS.saxes) return (xml) => saxes(Buffer.from(xml.buffer).toString());
  if (name === OTHERS.fxp) return (xml) => fullParser.parse(Buffer.from(xml.buffer).toString());
  if (name === OTHERS.before) return mapBefore(contract);
  const mapper = compile(contract);
  const { rootElement } = contract;
  const options = { rootElement, reach: mapper.reach, limits: DEFAULT_LIMITS, encoding: 'utf-8' };
  if (name === 'read') return (xml) => readTape(xml, options);
  if (name === 'read carefully') return (xml) => readCarefully(xml, options);
  return (xml) => assert.equal(mapper.map({ xml, encoding: 'utf-8' }, NOW).outcome, 'mapped');
}

async function mapBefore(contract: Contract): Promise<(xml: Uint8Array) => unknown> {
  const opened = await openBefore();
  assert.ok(opened.ok);
  const { mapperOf, claim, loan } = opened.before;
  const map = mapperOf(contract === CLAIM ? claim : loan);
  return (xml) => map(xml, NOW);
}

// What these documents need of the library: values as written, numeric references decoded, nesting as deep as allowed.
const fullParser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  maxNestedTags: DEFAULT_LIMITS.maxDepth,
});

/** A pass that looks at every event a mapper would need, and keeps nothing. */
function saxes(xml: string): number {
  const parser = new SaxesParser();
  let seen = 0;
  parser.on('opentag', () => (seen += 1));
  parser.on('text', () => (seen += 1));
  parser.write(xml).close();
  return seen;
}
