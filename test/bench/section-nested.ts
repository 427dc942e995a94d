import assert from 'node:assert/strict';
import { parseAnyContract } from '../../src/contract/load.ts';
import { openNestedMapping } from '../../src/mapping/nested/document.ts';
import { cpuOf } from './apart.ts';
import { ratio, spreadOf } from './measure.ts';
import type { Section } from './report.ts';

const ROUNDS = 9;
const NOW = new Date('2026-01-01T00:00:00Z');

const CONTRACT = `format: 2
source: { table: docs, column: body, id: id }
document: { root: feed }
tables:
  feeds:
    each: /feed
    columns: { title: { from: title, type: nvarchar(50) } }
    tables:
      entries:
        each: entry
        position: entry_no
        columns:
          code: { from: "@code", type: varchar(20), required: true }
          name: { from: name, type: nvarchar(100) }
          changed: { from: changed, type: datetime2(0) }
          price: { from: price, type: "decimal(18,2)" }
          feed: { expr: "feeds.title", type: nvarchar(50) }
        tables:
          tags: { each: tags/tag, position: tag_no, columns: { tag: { from: ., type: nvarchar(20) } } }
`;

/** A feed of so many entries; `padding` is what no column reads. */
function feed(entries: number, padding: number): Uint8Array {
  const unread = `<unread><a x="1">${'something else '.repeat(padding)}</a></unread>`;
  const entry = (_: unknown, no: number) =>
    `<entry code="C${no}"><name>Entry number ${no}</name><changed>2024-01-01T10:00:00Z</changed><price>${no}.50</price><tags><tag>a</tag><tag>b</tag></tags>${unread}</entry>`;
  return Buffer.from(`<feed><title>T</title>${Array.from({ length: entries }, entry).join('')}</feed>`);
}

/** Nested tables of format 2: what a row costs does not depend on how many there are in its document. */
export async function nestedTables(): Promise<Section[]> {
  const { contract } = parseAnyContract(CONTRACT, { format: 'yaml' });
  assert.ok(contract.format === 2);
  const map = openNestedMapping(contract);
  const subjects = {
    'documents of 5 KB': { xml: feed(12, 8), entries: 12, calls: 400 },
    'documents of 250 KB': { xml: feed(600, 8), entries: 600, calls: 8 },
    'feed of 1,000 records': { xml: feed(1_000, 1), entries: 1_000, calls: 10 },
    'feed of 10,000 records': { xml: feed(10_000, 1), entries: 10_000, calls: 1 },
  };
  const timings = new Map<string, number[]>(Object.keys(subjects).map((name) => [name, []]));
  let memory = 0;
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const [name, { xml, entries, calls }] of Object.entries(subjects)) {
      const work = (): void => {
        for (let call = 0; call < calls; call += 1) assert.equal(map({ xml, appId: '1' }, NOW).outcome, 'mapped');
      };
      const time = cpuOf(work, calls * entries);
      if (round >= 0) timings.get(name)?.push(time);
      memory = Math.max(memory, process.memoryUsage.rss() / 1_048_576);
    }
  }
  return [
    {
      title: 'format 2, nested tables, time of a record',
      timings,
      ratios: [
        {
          key: 'nested_large_vs_small',
          meaning: 'record of 250 KB : of 5 KB',
          value: ratio(timings, 'documents of 250 KB', 'documents of 5 KB'),
          target: '>= 0.9',
        },
        {
          key: 'feed_10000_vs_1000',
          meaning: 'record of 10,000 : of 1,000',
          value: ratio(timings, 'feed of 10,000 records', 'feed of 1,000 records'),
          target: '>= 0.8',
        },
        { key: 'nested_peak_memory_mb', meaning: 'peak memory, MB', value: spreadOf([memory]), target: '' },
      ],
    },
  ];
}
