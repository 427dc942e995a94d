import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { loadContractWithWarnings } from '../../src/contract-files.ts';
import { withNested } from '../../src/contract/nested/tree.ts';
import { openNestedTrial } from '../../src/mapping/nested/document.ts';
import { ROOT, temporaryFolder, xmlfan } from '../support/cli.ts';

const SAMPLES = join(ROOT, 'test', 'draft', 'samples');

/** What the draft says it leaves out; prefixes do not count. */
function leftOutOf(draft: string): ReadonlySet<string> {
  return new Set([...draft.matchAll(/^# {3}(\/\S+): /gm)].map(([, path = '']) => path.replace(/@\w+:/, '@')));
}

/** Texts and attribute values of a document, read by another parser; without what a draft leaves out. */
function valuesOf(xml: string): readonly string[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    htmlEntities: true,
  });
  const values: string[] = [];
  const visit = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (!/^(?:xmlns|xsi:(?:nil|schemaLocation)$)/.test(name)) values.push(value.trim());
    } else if (Array.isArray(value)) for (const item of value) visit(item, name);
    else if (typeof value === 'object' && value !== null && !Object.keys(value).some((key) => key.startsWith('?')))
      for (const [key, below] of Object.entries(value)) visit(below, key);
  };
  visit(parser.parse(xml), '');
  return values.filter((value) => value !== '');
}

/** One spelling of equal numbers, truths and times. */
function normal(value: string): string {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    /^(\d{4})-?(\d\d)-?(\d\d)(?:T?(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(value) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone || 'Z'}`);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  if (/^(?:true|false)$/.test(value)) return value === 'true' ? '1' : '0';
  return /^-?\d+(?:\.\d+)?$/.test(value) ? String(Number(value)) : value;
}

describe('a draft', () => {
  for (const format of readdirSync(SAMPLES)) {
    const samples = join(SAMPLES, format);
    test(`of ${format} converts its samples and loses nothing`, async () => {
      const folder = temporaryFolder();
      const contract = join(folder, 'draft.yaml');
      const { status, stdout } = await xmlfan(['draft', samples]);
      assert.equal(status, 0);
      writeFileSync(contract, stdout);

      const { contract: loaded, warnings } = loadContractWithWarnings(contract);
      assert.deepEqual(warnings, []);
      assert.ok(loaded.format === 2);
      const trial = openNestedTrial(loaded);
      const leftOut = leftOutOf(stdout);
      for (const file of readdirSync(samples)) {
        const { outcome, unread } = trial({ xml: readFileSync(join(samples, file)), appId: '1' }, new Date());
        assert.equal(outcome.outcome, 'mapped');
        assert.deepEqual(outcome.issues, []);
        assert.deepEqual(
          unread.filter(({ path }) => !leftOut.has(path)),
          [],
        );
      }

      const file = join(folder, 'draft.db');
      const on = ['--store', `sqlite:${file}`, '--contract', contract];
      assert.equal((await xmlfan(['init', '--destination', ...on])).status, 0);
      assert.equal((await xmlfan(['import', ...on, samples])).status, 0);
      assert.equal((await xmlfan(['run', ...on, '--instance-count', '1', '--workers', '0'])).status, 0);
      assert.equal((await xmlfan(['verify', ...on])).status, 0);
      const cells = cellsOf(
        file,
        withNested(loaded.tables).map(({ destination }) => destination.table),
      );
      const known = new Set(cells.flatMap((cell) => [cell, normal(cell)]));
      const inXml = cells.filter((cell) => cell.startsWith('<')).join('\n');
      for (const sample of readdirSync(samples)) {
        const lost = valuesOf(readFileSync(join(samples, sample), 'utf8')).filter(
          (value) => !known.has(value) && !known.has(normal(value)) && !inXml.includes(value),
        );
        assert.deepEqual(lost, []);
      }
    });
  }
});

/** All cells of the tables that a draft has made. */
function cellsOf(file: string, tables: readonly string[]): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = tables.flatMap((table) => database.prepare(`SELECT * FROM "${table}"`).all());
  database.close();
  return rows
    .flatMap((row) => Object.values(row))
    .filter((cell) => cell !== null)
    .map(String);
}
