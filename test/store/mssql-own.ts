import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeDocument } from '../../src/xml/decode.ts';
import { BASE, mapped, NOTES, openWorld, rows, start, TABLES, write } from './suite/world.ts';
import type { DestinationTable } from '../../src/store/destination.ts';
import type { Cells } from '../support/rows.ts';
import type { Engine } from './suite/world.ts';

const note = (appId: number, text: string) =>
  mapped(appId, { title: text }, { notes: [{ app_id: String(appId), note: text }] });
const column = (name: string) => ({ name, type: { kind: 'text', length: 20 }, nullable: true }) as const;
const partOf = (parts: DestinationTable) => (appId: number, row: Cells) =>
  mapped(appId, {}, { parts: [row] }, [...TABLES, parts]);

/** Promises that only SQL Server can break: code pages, identities, types and defaults of its catalog. */
export function mssqlSuite(engine: Engine): void {
  test('text that a code page lacks is a quality issue of its document, other text is none', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(`DROP TABLE ${world.table('notes')}`);
    await world.query(`CREATE TABLE ${world.table('notes')} (app_id bigint NOT NULL, note varchar(20) NULL)`);
    const { claim } = await start(world);
    const { claim: after } = await write(world, claim, [
      note(1, 'plain'),
      note(2, 'café'),
      note(3, '漢字'),
      note(4, 'café 漢'),
    ]);
    assert.deepEqual(after.issues, [
      { kind: 'text_not_representable', table: 'notes', column: 'note', documents: 2, appIds: ['3', '4'] },
    ]);
    assert.equal((await rows(world, 'notes', ['note'])).length, 4);
    const titles = (await rows(world, 'app_base', ['app_id', 'title'])).map(([, title]) => title);
    assert.deepEqual(titles, ['plain', 'café', '漢字', 'café 漢']);
  });

  test('an identity column takes the value of the document, or the next number if it has none', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(
      `CREATE TABLE ${world.table('parts')} (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, name varchar(20) NULL)`,
    );
    const parts: DestinationTable = { ...NOTES, name: 'parts', columns: [column('id'), column('name')] };
    const { claim } = await start(world);
    const more = { tables: [...TABLES, parts] };
    const part = partOf(parts);
    await write(world, claim, [part(1, { id: '70', name: 'own' }), part(2, { id: 'x', name: 'bad' })], more);
    await write(world, claim, [part(3, { name: 'next' })], more);
    const found = await rows(world, 'parts', ['name']);
    assert.deepEqual(found, [['next'], ['own']]);
    assert.deepEqual(
      (await rows(world, 'parts', ['id', 'name'])).find(([, name]) => name === 'own'),
      ['70', 'own'],
    );
  });

  test('a key is compared by the collation of its column, not by that of the database', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(
      `CREATE TABLE ${world.table('parts')} (name varchar(20) COLLATE Latin1_General_CS_AS NOT NULL PRIMARY KEY)`,
    );
    const parts: DestinationTable = {
      ...NOTES,
      name: 'parts',
      columns: [column('name')],
      uniqueKey: ['name'],
      onDuplicate: 'skip',
    };
    const { claim } = await start(world);
    const more = { tables: [...TABLES, parts] };
    const part = partOf(parts);
    await write(world, claim, [part(1, { name: 'bolt' }), part(2, { name: 'Bolt' }), part(3, { name: 'bolt' })], more);
    const { totals } = await write(world, claim, [part(4, { name: 'BOLT' }), part(5, { name: 'Bolt' })], more);
    assert.deepEqual(await rows(world, 'parts', ['name']), [['bolt'], ['Bolt'], ['BOLT']]);
    assert.equal(totals.duplicateRows, 2);
  });

  test('check names a column that is too short, too small, or computed', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(`DROP TABLE ${world.table('app_base')}`);
    await world.query(
      `CREATE TABLE ${world.table('app_base')} (app_id bigint NOT NULL PRIMARY KEY, title nvarchar(10) NULL, age tinyint NULL, small tinyint NULL,
        whole int NULL, large bigint NULL, flag bit NULL, amount decimal(38, 4) NULL, price decimal(6, 2) NULL, ratio float NULL, born date NULL,
        seen smalldatetime NULL, called smalldatetime NULL, story AS (app_id + 1))`,
    );
    const found = (await world.store.check([BASE])).filter(({ place }) => place.includes('app_base'));
    const place = `${world.schema}.app_base`;
    assert.deepEqual(
      found.map((fault) => `${fault.severity} ${fault.place}: ${fault.message.split(';')[0]}`),
      [
        `warning ${place}.title: The contract writes text of up to 20 characters, the column is nvarchar(10)`,
        `warning ${place}.small: The contract writes smallint, the column is tinyint`,
        `warning ${place}.amount: The contract writes decimal(38, 10), the column is decimal(38, 4)`,
        `warning ${place}.seen: The contract writes datetime, the column is smalldatetime`,
        `error ${place}.story: The server fills the column itself`,
      ],
    );
  });

  test('varchar, nvarchar and xml columns are read alike, all but the last as bytes, also after one became the other', async (t) => {
    const world = await openWorld(engine, t);
    const xml = '<d a="é€"><b>1</b></d>';
    for (const type of ['varchar(max)', 'nvarchar(max)', 'xml']) {
      await world.query(`DROP TABLE ${world.table('app_xml')}`);
      await world.query(
        `CREATE TABLE ${world.table('app_xml')} (app_id int NOT NULL PRIMARY KEY, document ${type} NULL)`,
      );
      await world.store.importDocuments([{ appId: '1', xml }], { replace: false });
      const partition = { by: 'modulo', instanceId: 0, instanceCount: 1, bounds: { start: null, end: null } } as const;
      const page = await world.store.readPage({ partition, cursor: null, maxDocuments: 5, maxBytes: 1e6 });
      const [document] = page.documents;
      assert.ok(document !== undefined && page.last, type);
      assert.equal(typeof document.xml === 'string', type === 'xml', type);
      if (type === 'varchar(max)') assert.equal(document.encoding, 'windows-1252');
      if (type === 'nvarchar(max)') assert.match(document.encoding ?? '', /^utf-(?:8|16le)$/);
      assert.deepEqual(decodeDocument(document.xml, document.encoding), { ok: true, text: xml, before: '' }, type);
    }
  });

  test('a binary column takes text with a mark and bytes as they are, packed ones too, and gives them back', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(`DROP TABLE ${world.table('app_xml')}`);
    await world.query(
      `CREATE TABLE ${world.table('app_xml')} (app_id int NOT NULL PRIMARY KEY, document varbinary(max) NULL)`,
    );
    const text = '<?xml version="1.0" encoding="windows-1250"?><d a="é€"/>';
    const packed = gzipSync(Buffer.from('<d b="ž"/>', 'utf16le'));
    await world.store.importDocuments(
      [
        { appId: '1', xml: text },
        { appId: '2', xml: packed },
      ],
      { replace: false },
    );
    const read = await world.store.readDocuments(['1', '2']);
    assert.deepEqual(
      read.map(({ xml, encoding }) => decodeDocument(xml, encoding)),
      [
        { ok: true, text, before: '' },
        { ok: true, text: '<d b="ž"/>', before: '' },
      ],
    );
    assert.deepEqual(await world.store.readDocument('2'), { appId: '2', xml: packed });
  });

  test('an xml column takes a document whatever encoding it names', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(`DROP TABLE ${world.table('app_xml')}`);
    await world.query(`CREATE TABLE ${world.table('app_xml')} (app_id int NOT NULL PRIMARY KEY, document xml NULL)`);
    const xml = '<?xml version="1.0" encoding="utf-8"?>\n<d a="é"/>';
    await world.store.importDocuments([{ appId: '1', xml }], { replace: false });
    const document = await world.store.readDocument('1');
    assert.match(String(document?.xml), /^\s*<d a="é"\s*\/>$/);
  });
}
