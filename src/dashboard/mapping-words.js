// What a contract says of rows and columns, in words.

/** Where rows come from that no one path makes, by the kind of the table. */
const KINDS = new Map(
  Object.entries({
    root: 'for the document',
    application: 'at most, for the document',
    nested: 'for each row of the table it is nested in',
    score: 'for each score',
    indicator: 'for each indicator',
    history: 'for each mapping of history that has a value',
    report: 'for each mapping of report results that has a value',
    exception: 'for each group of exceptions that has a value',
    group: 'for each group of mappings that has a value',
  }),
);

/** @param {string} kind */
export function kindOfRows(kind) {
  return KINDS.get(kind) ?? kind.replaceAll('_', ' ');
}

/** Steps that always give something. */
const INSTEAD = new Map([
  ['default_getutcdate_if_null', 'the time of conversion'],
  ['char_to_bit', '0, or what its map has for no text'],
  ['boolean_to_bit', '0, or what its map has for no text'],
]);

/**
 * What a column without a default gets where the document has nothing for it.
 * @param {{ nullable: boolean, steps: readonly string[] }} mapping
 * @param {boolean} nullable whether the column may be NULL in the database
 */
export function ifMissing({ nullable: may, steps }, nullable) {
  const instead = steps.map((step) => INSTEAD.get(step)).find(Boolean);
  if (instead !== undefined) return instead;
  if (may) return 'NULL';
  return nullable ? 'NULL, as a quality issue' : 'required';
}
