// What an explanation of the API says, value by value, as the page shows it.

/** @typedef {NonNullable<import('./answers.js').DocumentView['explanation']>} Explanation */
/** @typedef {Explanation['tables'][number]} ExplainedTable */
/** @typedef {ExplainedTable['rows'][number]} ExplainedRow */
/** @typedef {ExplainedRow['columns'][number]} ExplainedColumn */
/** @typedef {{ path: string, line: number, column: number }} Spot */

/**
 * One line of the explanation.
 * @typedef {object} Entry
 * @property {string} key `table.column`, with the number of the row if there are several
 * @property {string} name
 * @property {string} word what became of it
 * @property {readonly [icon: string, cls: string]} mark
 * @property {string | null} value
 * @property {readonly Spot[]} spots where it was read
 * @property {string} source
 * @property {readonly { step: string, value: string | null }[]} steps
 * @property {string} sentence
 * @property {string | null} nearest the path in the document that comes nearest to one that is not there
 * @property {boolean} plain set to what was read: nothing to tell
 * @property {boolean} refused what its document failed for
 */

/** @type {Readonly<Record<'ok' | 'default' | 'none' | 'warn' | 'bad' | 'out', readonly [string, string]>>} */
const MARKS = {
  ok: ['completed', 'c-ok'],
  default: ['default', 'c-idle'],
  none: ['absent', 'c-idle'],
  warn: ['stale', 'c-warn'],
  bad: ['failed', 'c-bad'],
  out: ['cancelled', 'c-idle'],
};

/** Reasons for there being no value that are nobody's fault, in words; all others are quality issues. */
const ABSENT = new Map([
  ['no_path', 'path not in the document'],
  ['no_attribute', 'attribute absent'],
  ['filtered', 'element filtered'],
  ['blank', 'blank'],
  ['no_value', 'no value'],
  ['no_contact', 'no contact'],
  ['not_read', 'not read'],
]);

/**
 * The values of a table's rows and what was left out of it.
 * @param {ExplainedTable} table
 * @param {string | null} failure the reason of the log, which may name a column
 * @returns {{ rows: readonly { number: number, at: Spot | null, entries: readonly Entry[] }[], left: readonly Entry[], empty: Entry | null }}
 */
export function readTable(table, failure) {
  const several = table.totals.rows > 1;
  const rows = table.rows.map(({ number, at, columns }) => ({
    number,
    at,
    // What the document failed for is what is looked for.
    entries: columns
      .map((column) => readColumn(table.table, column, several ? `.${number}` : '', failure))
      .toSorted((a, b) => Number(b.refused) - Number(a.refused)),
  }));
  const left = table.left.map((row) => readLeft(table.table, row));
  const { empty } = table;
  return {
    rows,
    left,
    empty:
      empty === null
        ? null
        : {
            ...NOTHING,
            key: table.table,
            name: 'every column',
            word: `No row, ${ABSENT.get(empty.code) ?? empty.code.replaceAll('_', ' ')}`,
            sentence: empty.sentence,
            nearest: empty.nearest,
          },
  };
}

/** @type {Entry} */
const NOTHING = {
  key: '',
  name: '',
  word: '',
  mark: MARKS.none,
  value: null,
  spots: [],
  source: '',
  steps: [],
  sentence: '',
  nearest: null,
  plain: false,
  refused: false,
};

/**
 * @param {string} table
 * @param {ExplainedColumn} explained
 * @param {string} row
 * @param {string | null} failure
 * @returns {Entry}
 */
function readColumn(table, explained, row, failure) {
  const { column, value, source, read, steps, reason } = explained;
  const refused =
    failure !== null && value !== null && new RegExp(`\\b${escape(`${table}.${column}`)}\\b`).test(failure);
  const spots = read.flatMap(({ at }) => at ?? []);
  const [mark, word] = refused ? [MARKS.bad, 'Does not fit'] : verdict(value, reason);
  const texts = read.map(({ name, text }) => ({ step: name ?? 'read', value: text }));
  // What was neither read nor computed, such as the number of a row, is what it is.
  const changed = read.length === 0 ? steps.length > 0 : read.length > 1 || read[0]?.text !== value;
  return {
    key: `${table}.${column}${row}`,
    name: column,
    word,
    mark,
    value,
    spots: [...new Map(spots.map((spot) => [`${spot.line}:${spot.column}`, spot])).values()],
    source,
    steps: changed || refused ? withoutRepeats([...texts, ...steps]) : [],
    sentence: reason?.sentence ?? '',
    nearest: reason?.nearest ?? null,
    plain: !refused && reason === null && value !== null && !changed,
    refused,
  };
}

/**
 * @param {string | null} value
 * @param {ExplainedColumn['reason']} reason
 * @returns {[Entry['mark'], string]}
 */
function verdict(value, reason) {
  if (reason === null) return value === null ? [MARKS.none, 'NULL'] : [MARKS.ok, 'Set'];
  if (reason.code === 'default') return [MARKS.default, 'Default taken'];
  const absent = ABSENT.get(reason.code);
  const words = absent ?? reason.code.replaceAll('_', ' ');
  if (value !== null) return [absent === undefined ? MARKS.warn : MARKS.ok, `Set, ${words}`];
  return [absent === undefined ? MARKS.warn : MARKS.none, `NULL, ${words}`];
}

/**
 * A step that changes nothing is left out, but for the last one.
 * @param {readonly { step: string, value: string | null }[]} steps
 */
function withoutRepeats(steps) {
  return steps.filter(({ value }, at) => at === 0 || at === steps.length - 1 || steps[at - 1]?.value !== value);
}

/**
 * @param {string} table
 * @param {ExplainedTable['left'][number]} row
 * @returns {Entry}
 */
function readLeft(table, { number, at, rule, attribute, columns }) {
  const spots = [at, ...columns.flatMap(({ read }) => read.map((one) => one.at))].flatMap((spot) => spot ?? []);
  return {
    ...NOTHING,
    key: `${table}.left.${number}`,
    name: at === null ? 'a row' : (at.path.split('/').at(-1) ?? ''),
    word: 'Row left out',
    mark: MARKS.out,
    spots: spots.slice(0, 1),
    source: at === null ? '' : `${at.path}${attribute === null ? '' : `/@${attribute}`}`,
    sentence: rule,
  };
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/**
 * An explanation with other rows of some of its tables.
 * @param {Explanation} explanation
 * @param {Explanation | undefined} more
 * @returns {Explanation}
 */
export function withRows(explanation, more) {
  const tables = explanation.tables.map((table) => more?.tables.find((one) => one.table === table.table) ?? table);
  return { ...explanation, tables };
}

/**
 * Everywhere that something was read, in the order of the document.
 * @param {Explanation} explanation
 * @returns {readonly Spot[]}
 */
export function spotsOf({ tables }) {
  const rows = tables.flatMap((table) => [...table.rows, ...table.left]);
  const all = rows.flatMap(({ at, columns }) => [at, ...columns.flatMap(({ read }) => read.map((one) => one.at))]);
  const known = new Map(all.flatMap((spot) => (spot === null ? [] : [[`${spot.line}:${spot.column}`, spot]])));
  return [...known.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

const PLACE = /\bline (\d+), column (\d+)/gi;

/**
 * A sentence, cut at the places of the document that it names.
 * @param {string} sentence
 * @returns {readonly (string | { line: number, column: number })[]}
 */
export function withPlaces(sentence) {
  const parts = [];
  let from = 0;
  for (const { index, 0: text, 1: line, 2: column } of sentence.matchAll(PLACE)) {
    parts.push(sentence.slice(from, index), { line: Number(line), column: Number(column) });
    from = index + text.length;
  }
  return [...parts, sentence.slice(from)].filter((part) => part !== '');
}

/**
 * Where the value was read that the document failed for, or where it cannot be read on.
 * @param {Explanation} explanation
 * @param {string | null} failure
 * @returns {{ line: number, column: number } | null}
 */
export function refusedSpot({ sentence, tables }, failure) {
  const named = withPlaces(sentence ?? '').find((part) => typeof part !== 'string');
  if (named !== undefined) return named;
  const entries = tables.flatMap((table) => readTable(table, failure).rows.flatMap((row) => row.entries));
  return entries.find(({ refused }) => refused)?.spots[0] ?? null;
}
