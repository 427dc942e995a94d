import assert from 'node:assert/strict';
import { XMLParser } from 'fast-xml-parser';
import { SaxesParser } from 'saxes';
import type { Contract } from '../../src/contract/contract.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { compile } from '../../src/mapping/compile.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readDocument } from '../../src/xml/read.ts';
import { CLAIM, fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { compare, ratio, type Spread, type Timings } from './measure.ts';
import type { Section } from './report.ts';

const ROUNDS = 11;
const NOW = new Date('2026-01-01T00:00:00Z');

/** Project + parse + map against full passes of other parsers over the same documents. */
export async function parseAndMap(): Promise<Section[]> {
  const large = await timeTasks(LOAN, largeDocuments(LOAN, 16));
  const claims = await timeTasks(CLAIM, largeDocuments(CLAIM, 16));
  const small = await timeTasks(LOAN, fullDocuments(LOAN, 300));
  return [
    {
      title: 'project+parse+map, 250 KB, 3 % mapped, personal-loan',
      timings: large,
      ratios: [
        {
          key: 'parse_map_vs_saxes',
          meaning: 'project+parse+map : saxes',
          value: ratio(large, ALL, SAXES),
          target: '>= 2.5',
        },
        {
          key: 'parse_map_vs_fxp',
          meaning: 'project+parse+map : fast-xml-parser',
          value: ratio(large, ALL, FXP),
          target: '>= 16',
        },
        { key: 'map_share', meaning: 'map / project+parse+map', value: shareOf(large), target: '<= 0.25' },
      ],
    },
    {
      title: 'project+parse+map, 250 KB, 3 % mapped, insurance-claim',
      timings: claims,
      ratios: [
        {
          key: 'parse_map_vs_saxes_claim',
          meaning: 'project+parse+map : saxes',
          value: ratio(claims, ALL, SAXES),
          target: '>= 2.5',
        },
        {
          key: 'parse_map_vs_fxp_claim',
          meaning: 'project+parse+map : fast-xml-parser',
          value: ratio(claims, ALL, FXP),
          target: '>= 16',
        },
        { key: 'map_share_claim', meaning: 'map / project+parse+map', value: shareOf(claims), target: '<= 0.25' },
      ],
    },
    {
      title: 'project+parse+map, 5 KB, all mapped, personal-loan',
      timings: small,
      ratios: [
        {
          key: 'parse_map_vs_saxes_5kb',
          meaning: 'project+parse+map : saxes',
          value: ratio(small, ALL, SAXES),
          target: '',
        },
        {
          key: 'parse_map_vs_fxp_5kb',
          meaning: 'project+parse+map : fast-xml-parser',
          value: ratio(small, ALL, FXP),
          target: '',
        },
      ],
    },
  ];
}

const [ALL, READ, MAP, SAXES, FXP] = [
  'project+parse+map',
  'project+parse',
  'map',
  'saxes, full pass',
  'fast-xml-parser, full parse',
] as const;

async function timeTasks(contract: Contract, documents: readonly GeneratedDocument[]): Promise<Timings> {
  const mapper = compile(contract);
  const options = { rootElement: contract.rootElement, reach: mapper.reach, limits: DEFAULT_LIMITS };
  const trees = documents.map(({ xml }) => {
    const reading = readDocument(xml, options);
    assert.ok(reading.ok);
    return reading.root;
  });
  for (const { xml } of documents) assert.equal(mapper.map({ xml }, NOW).outcome, 'mapped');
  const each = (work: (xml: string) => unknown) => (): void => documents.forEach(({ xml }) => work(xml));
  return compare(
    {
      [ALL]: each((xml) => mapper.map({ xml }, NOW)),
      [READ]: each((xml) => readDocument(xml, options)),
      [MAP]: () => trees.forEach((tree) => mapper.mapTree(tree, undefined, NOW)),
      [SAXES]: each(saxes),
      [FXP]: each((xml) => fullParser.parse(xml)),
    },
    { rounds: ROUNDS, clock: 'cpu', documents: documents.length },
  );
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

/** The part of the whole that is not reading. */
function shareOf(timings: Timings): Spread {
  return ratio(timings, ALL, MAP);
}
