import assert from 'node:assert/strict';
import { XMLParser } from 'fast-xml-parser';
import { SaxesParser } from 'saxes';
import type { Contract } from '../../src/contract/contract.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { compile } from '../../src/mapping/compile.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readTape } from '../../src/xml/read-tape.ts';
import { readCarefully } from '../../src/xml/read.ts';
import { openBefore, type OpenedBefore } from './before.ts';
import { CLAIM, fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { openLibxml2 } from './libxml2.ts';
import { compare, ratio, type Timings } from './measure.ts';
import type { Ratio, Section } from './report.ts';
import { fastPathShare } from './share.ts';

const ROUNDS = 7;
const NOW = new Date('2026-01-01T00:00:00Z');

/** Reading and mapping, from bytes as stores hand them out, against the program before and full passes of other parsers over the same documents. */
export async function readAndMap(): Promise<Section[]> {
  const before = await openBefore();
  const targets = {
    large: { before: '>= 5', saxes: '>= 11', fxp: '>= 50', libxml2_sax: '>= 3' },
    claim: { before: '', saxes: '', fxp: '', libxml2_sax: '' },
    small: { before: '>= 7', saxes: '>= 1.3', fxp: '>= 6', libxml2_sax: '' },
  };
  const sections = [
    { key: 'large', title: '250 KB, 3 % mapped, personal-loan', contract: LOAN, documents: largeDocuments(LOAN, 16) },
    {
      key: 'claim',
      title: '250 KB, 3 % mapped, insurance-claim',
      contract: CLAIM,
      documents: largeDocuments(CLAIM, 16),
    },
    { key: 'small', title: '5 KB, all mapped, personal-loan', contract: LOAN, documents: fullDocuments(LOAN, 300) },
  ] as const;
  const measured: Section[] = [];
  for (const { key, title, contract, documents } of sections) {
    const { timings, leftOut } = await timeTasks(key, contract, documents, before);
    const value = (other: string): Ratio['value'] => ratio(timings, ALL, other);
    const ratios = [
      { key: `${key}_vs_before`, meaning: 'all : before', value: value(BEFORE), target: targets[key].before },
      { key: `${key}_vs_saxes`, meaning: 'all : saxes', value: value(SAXES), target: targets[key].saxes },
      { key: `${key}_vs_fxp`, meaning: 'all : fast-xml-parser', value: value(FXP), target: targets[key].fxp },
      {
        key: `${key}_vs_libxml2_sax`,
        meaning: 'all : libxml2',
        value: value(LIBXML2),
        target: targets[key].libxml2_sax,
      },
    ].filter((one) => leftOut[one.key] === undefined);
    measured.push({ title: `read and map, ${title}`, timings, ratios, leftOut });
  }
  const { wellFormed, fast } = fastPathShare();
  const figures = { fast_path_share: fast / wellFormed };
  return measured.map((section, index) => (index === 0 ? { ...section, figures } : section));
}

const [ALL, READ, CAREFUL, BEFORE, SAXES, FXP, LIBXML2] = [
  'read and map',
  'read',
  'read carefully',
  'before: read and map',
  'saxes, full pass',
  'fast-xml-parser, full parse',
  'libxml2 SAX, full pass',
] as const;

async function timeTasks(
  key: 'large' | 'claim' | 'small',
  contract: Contract,
  documents: readonly GeneratedDocument[],
  before: OpenedBefore,
): Promise<{ timings: Timings; leftOut: Readonly<Record<string, string>> }> {
  const mapper = compile(contract);
  const bytes = documents.map(({ xml }) => new Uint8Array(Buffer.from(xml)));
  const options = {
    rootElement: contract.rootElement,
    reach: mapper.reach,
    limits: DEFAULT_LIMITS,
    encoding: 'utf-8',
  };
  for (const xml of bytes) assert.equal(mapper.map({ xml, encoding: 'utf-8' }, NOW).outcome, 'mapped');
  const each = (work: (xml: Uint8Array) => unknown) => (): void => bytes.forEach((xml) => work(xml));
  const tasks: Record<string, () => unknown> = {
    [ALL]: each((xml) => mapper.map({ xml, encoding: 'utf-8' }, NOW)),
    [READ]: each((xml) => readTape(xml, options)),
    [CAREFUL]: each((xml) => readCarefully(xml, options)),
    [SAXES]: each((xml) => saxes(Buffer.from(xml.buffer).toString())),
    [FXP]: each((xml) => fullParser.parse(Buffer.from(xml.buffer).toString())),
  };
  const leftOut: Record<string, string> = {};
  if (before.ok) {
    const old = before.before;
    const map = old.mapperOf(key === 'claim' ? old.claim : old.loan);
    tasks[BEFORE] = each((xml) => map(xml, NOW));
  } else leftOut[`${key}_vs_before`] = before.reason;
  const libxml2 = openLibxml2(key, bytes, key === 'small' ? 20 : 10);
  if (libxml2.ok) tasks[LIBXML2] = () => ({ overriddenDuration: libxml2.pass() * documents.length });
  else leftOut[`${key}_vs_libxml2_sax`] = libxml2.reason;
  return { timings: await compare(tasks, { rounds: ROUNDS, clock: 'cpu', documents: documents.length }), leftOut };
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
