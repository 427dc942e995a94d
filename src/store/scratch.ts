import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Lists of texts by key that may be larger than memory, in a database without a name that is gone with its connection. */
export interface Scratch<List extends string> {
  add(list: List, key: string, text: string): void;
  /** The first texts of a key, in the order in which they came. */
  at(list: List, key: string, limit: number): readonly string[];
  all(list: List): Iterable<{ readonly key: string; readonly text: string }>;
  /** What is in one list more often than under the same key in another. */
  beyond(list: List, other: List): Iterable<{ readonly key: string; readonly text: string }>;
  close(): void;
}

const ENTRY = z.object({ key: z.string(), text: z.string() });

export function openScratch<List extends string>(): Scratch<List> {
  const database = new DatabaseSync('');
  database.exec(
    'CREATE TABLE entry (id INTEGER PRIMARY KEY, list TEXT, key TEXT, text TEXT); CREATE INDEX keys ON entry (key, list); BEGIN',
  );
  const insert = database.prepare('INSERT INTO entry (list, key, text) VALUES (?, ?, ?)');
  const find = database.prepare('SELECT key, text FROM entry WHERE list = ? AND key = ? ORDER BY id LIMIT ?');
  const entries = function* (sql: string, ...lists: readonly string[]) {
    for (const row of database.prepare(sql).iterate(...lists)) yield ENTRY.parse(row);
  };
  return {
    add: (list, key, text) => void insert.run(list, key, text),
    at: (list, key, limit) => find.all(list, key, limit).map((row) => ENTRY.parse(row).text),
    all: (list) => entries('SELECT key, text FROM entry WHERE list = ? ORDER BY id', list),
    beyond: (list, other) =>
      entries(
        `SELECT key, text FROM (SELECT key, text, row_number() OVER (PARTITION BY key ORDER BY id) AS number FROM entry WHERE list = ?) e
WHERE number > (SELECT count(*) FROM entry o WHERE o.key = e.key AND o.list = ?)`,
        list,
        other,
      ),
    close: () => database.close(),
  };
}
