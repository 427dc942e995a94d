import { openSqlite } from '../../../src/store/sqlite/open.ts';
import { CONTACT, EVERYTHING, LONG, mapped, TABLES } from './world.ts';

/** A process of its own that drains one instance of `run-1`: `node writer-process.ts PATH INSTANCE`. */
const [path = '', instance = ''] = process.argv.slice(2);
const database = await openSqlite(path, LONG);
const store = database.store({
  schema: 'migration',
  sourceTable: 'app_xml',
  sourceColumn: 'document',
  application: { schema: 'migration', table: 'application' },
  logTable: 'processing_log',
});
const claimed = await store.claimInstance('run-1', Number(instance), `process ${process.pid}`);
if (claimed.result !== 'claimed') throw new Error(`instance ${instance} is ${claimed.result}`);
let { claim } = claimed;
let cursor: string | null = null;
for (;;) {
  const page = await store.readPage({ partition: claimed.instance.partition, cursor, maxDocuments: 7, maxBytes: 1e6 });
  const last = page.documents.at(-1);
  if (last === undefined) break;
  cursor = last.appId;
  const documents = page.documents.map(({ appId }) =>
    mapped(appId, {}, { [CONTACT.name]: [{ con_id: '1', app_id: appId }] }),
  );
  const written = await store.writeGroup(claim, {
    documents,
    cursor,
    range: EVERYTHING,
    tables: TABLES,
    dryRun: false,
  });
  if (written.result !== 'written') throw new Error('the lease is lost');
  ({ claim } = written);
}
await store.endInstance('run-1', Number(instance), { status: 'completed', claim });
await database.close();
