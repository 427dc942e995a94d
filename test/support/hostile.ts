/** Names that try to end the name they stand in, and names that every object of JavaScript has. */
export const HOSTILE = [
  'x"; DROP TABLE victim; --',
  "x'; DROP TABLE victim; --",
  'x]; DROP TABLE victim; --',
  'x`; DROP TABLE victim; --',
  'a"]\'`b',
  'x); DELETE FROM victim WHERE (1=1',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];

/** The attribute that columns of such a name are read from: the same, if XML allows it. */
export function attributeOf(name: string): string {
  return /^\w+$/u.test(name) ? name : 'v';
}

/** A contract of format 2 with a table for each name, which has a column of that name. */
export function contractNaming(names: readonly string[], source: object = {}): string {
  const values = Object.fromEntries(names.map((name) => [attributeOf(name), 'known']));
  return JSON.stringify({
    format: 2,
    product_line: 'hostile',
    source: { table: 'docs', column: 'body', id: 'id', ...source },
    document: { root: 'r', id: '@id' },
    key: 'doc_id',
    tables: Object.fromEntries(
      names.map((name) => [
        `t ${name}`,
        {
          each: '/r',
          columns: { [name]: { from: `@${attributeOf(name)}`, type: 'nvarchar(100)', map: 'words' } },
        },
      ]),
    ),
    maps: { words: { values, otherwise: 'keep' } },
  });
}
