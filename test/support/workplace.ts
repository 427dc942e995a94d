import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadContractFolder } from '../../src/contract-files.ts';
import type { Line } from '../../src/run/line.ts';
import { openLines } from '../../src/run/line.ts';
import type { Database } from '../../src/store/port.ts';
import { openDatabase } from '../../src/store/open.ts';

/** A folder with two small product lines, `letters` and `parcels`, and a SQLite database that holds their tables. */
export interface Workplace {
  readonly folder: string;
  readonly contractsDir: string;
  /** For `XMLFAN_STORE`. */
  readonly store: string;
  readonly database: Database;
  line(productLine: string): Line;
  /** Adds documents with the ids `first` to `first + count - 1`; those that `broken` picks are not well-formed. */
  addDocuments(productLine: string, first: number, count: number, broken?: (id: number) => boolean): Promise<void>;
  writeContract(name: string, contract: object): Promise<void>;
  makeFolder(name: string): Promise<void>;
  /** Does something to the database that xmlfan does not. */
  execute(sql: string): Promise<void>;
  /** Rows of any query, for comparison. */
  query(sql: string): Promise<readonly object[]>;
  /** Closes the database and removes the folder. */
  remove(): Promise<void>;
}

/** On a SQLite database of its own, or at another address, whose tables then stay. */
export async function makeWorkplace(address?: string): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  for (const name of ['letters', 'parcels'])
    await writeFile(join(folder, `${name}.json`), JSON.stringify(contractOf(name)));
  const file = join(folder, 'test.db');
  const store = address ?? `sqlite:${file}`;
  const database = await openDatabase(store, { leaseSeconds: 120, aliveSeconds: 900 });
  const { contracts, faults } = loadContractFolder(folder);
  assert.deepEqual(faults, []);
  const lines = openLines({ database, contracts });
  for (const line of lines.all()) {
    await line.store.createSource();
    await line.store.createDestination(line.tables);
    await line.store.init();
  }
  return {
    folder,
    contractsDir: folder,
    store,
    database,
    line: (productLine) => lines.find(productLine),
    addDocuments: async (productLine, first, count, broken = () => false) => {
      const ids = Array.from({ length: count }, (_, index) => first + index);
      const documents = ids.map((id) => ({ appId: String(id), xml: documentOf(id, broken(id)) }));
      await lines.find(productLine).store.importDocuments(documents, { replace: false });
    },
    writeContract: async (name, contract) => writeFile(join(folder, `${name}.json`), JSON.stringify(contract)),
    makeFolder: async (name) => mkdir(join(folder, name)),
    execute: async (sql) => onFile(file, (db) => db.exec(sql)),
    query: async (sql) => onFile(file, (db) => db.prepare(sql).all()),
    remove: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

function onFile<T>(file: string, use: (db: DatabaseSync) => T): T {
  using db = new DatabaseSync(file);
  return use(db);
}

function documentOf(id: number, broken: boolean): string {
  const end = broken ? '' : '</Mail>';
  return `<Mail><Head id="${id}"/><Body><Item no="1" words="SECRET-${id}"/><Item no="2" words="b"/></Body>${end}`;
}

/** Each line has tables of its own; a document becomes one row of the root table and one for each item. */
export function contractOf(name: string): object {
  return {
    product_line: name,
    target_schema: 'mail',
    source_table: `${name}_source`,
    source_column: 'xml',
    source_application_table: null,
    log_table: `${name}_log`,
    xml_root_element: 'Mail',
    xml_application_path: '/Mail/Body',
    application_id: { path: '/Mail/Head', attribute: 'id' },
    table_insertion_order: [name, `${name}_items`, `${name}_log`],
    tables: {
      [name]: { role: 'root', key: { column: 'mail_id' } },
      [`${name}_items`]: { rows: { each: 'item' }, unique_key: ['mail_id', 'item_no'], on_duplicate: 'skip' },
    },
    element_filtering: {
      filter_rules: [{ element_type: 'item', xml_child_path: '/Mail/Body/Item', required_attributes: { no: true } }],
    },
    relationships: [],
    mappings: [
      mapping('/Mail/Head', 'id', name, 'mail_id', 'int'),
      mapping('/Mail/Body/Item', 'no', `${name}_items`, 'item_no', 'int'),
      mapping('/Mail/Body/Item', 'words', `${name}_items`, 'words', 'string', 40),
    ],
  };
}

function mapping(path: string, attribute: string, table: string, column: string, type: string, length?: number) {
  return {
    xml_path: path,
    xml_attribute: attribute,
    target_table: table,
    target_column: column,
    data_type: type,
    nullable: false,
    ...(length === undefined ? {} : { data_length: length }),
  };
}
