import { typeText } from './catalog.ts';
import { textOf } from './json-text.ts';
import type { JsonText } from './json-text.ts';
import type { ColumnPlan, TablePlan } from './table-plan.ts';

/** Statements that write the rows of one table, one for each mask seen, and add to `@rows` what they inserted, or to `@kept` where duplicates are left out. */
export function insertRows(plan: TablePlan, parameter: string, json: JsonText): string {
  const masks = [...plan.masks].toSorted();
  const stage = stageOf(plan, parameter);
  const source = stage === null ? unstaged(plan, parameter, json) : { from: `${stage} r`, valueOf: named };
  const fill = stage === null ? '' : fillStage(plan, stage, parameter, json);
  return fill + masks.map((mask) => (isRanked(plan) ? insertNew : insertAll)(plan, source, mask)).join('');
}

/** Where an insert takes rows `r` from, and their values. */
interface Source {
  readonly from: string;
  readonly valueOf: (column: ColumnPlan) => string;
}

function named({ alias }: ColumnPlan): string {
  return `r.${alias}`;
}

/** Straight from the JSON; a query around it would only be more to parse, and is needed where ranks are compared. */
function unstaged(plan: TablePlan, parameter: string, json: JsonText): Source {
  if (isRanked(plan)) return { from: `(${rankedRows(plan, parameter, json)}) r`, valueOf: named };
  const valueOf = (column: ColumnPlan): string => value(json, column);
  return { from: `${openRows(plan, parameter)} r`, valueOf };
}

/** Whether rows are looked for that have the same key as another, of the group or of the table. */
function isRanked({ key, duplicates }: TablePlan): boolean {
  return key.length > 0 && duplicates.expected;
}

/**
 * Where the rows of a table are kept that more than one statement reads: they are taken out of their JSON, and ranked, once. Null: one statement
 * reads them, straight from the JSON.
 */
function stageOf(plan: TablePlan, parameter: string): string | null {
  return (isRanked(plan) && plan.updated.length > 0) || plan.masks.size > 1 ? `${parameter}_rows` : null;
}

/** Declares where `insertRows` keeps rows. */
export function declareStage(plan: TablePlan, parameter: string): string {
  const stage = stageOf(plan, parameter);
  if (stage === null) return '';
  const columns = stageColumns(plan).map(({ name, type }) => `${name} ${type}`);
  return `DECLARE ${stage} TABLE (${columns.join(', ')});\n`;
}

function fillStage(plan: TablePlan, stage: string, parameter: string, json: JsonText): string {
  const rows = isRanked(plan) ? rankedRows(plan, parameter, json) : plainRows(plan, parameter, json);
  const names = stageColumns(plan).map(({ name }) => name);
  return `INSERT INTO ${stage} (${names.join(', ')})\n${rows};\n`;
}

function stageColumns(plan: TablePlan): readonly { readonly name: string; readonly type: string }[] {
  const ranked = isRanked(plan);
  const updated = ranked ? plan.updated : [];
  return [
    { name: 'n', type: 'int' },
    ...(plan.optional.length > 0 ? [{ name: 'v', type: 'varchar(400)' }] : []),
    ...plan.columns.map(({ alias, inputType }) => ({ name: alias, type: inputType })),
    ...(ranked ? [{ name: 'rank_first', type: 'int' }] : []),
    ...(updated.length > 0 ? [{ name: 'rank_last', type: 'int' }] : []),
    ...updated.map(({ alias, inputType }) => ({ name: `last_${alias}`, type: inputType })),
  ];
}

/** The rows as the JSON has them. */
function plainRows(plan: TablePlan, parameter: string, json: JsonText): string {
  return `SELECT ${valuesOf(plan, json)}
FROM ${openRows(plan, parameter)} r`;
}

/** The same, each numbered among those with its key. */
function rankedRows(plan: TablePlan, parameter: string, json: JsonText): string {
  const ranks = [
    `${rank(plan, json, 'ASC')} AS rank_first`,
    ...(plan.updated.length > 0 ? [`${rank(plan, json, 'DESC')} AS rank_last`, lastValues(plan, json)] : []),
  ];
  return `SELECT ${valuesOf(plan, json)},
  ${ranks.join(',\n  ')}
FROM ${openRows(plan, parameter)} r`;
}

function valuesOf(plan: TablePlan, json: JsonText): string {
  const mark = plan.optional.length === 0 ? '' : 'r.v, ';
  return `r.n, ${mark}${list(plan.columns, (column) => `${value(json, column)} AS ${column.alias}`)}`;
}

/** All rows go in: any duplicate fails the document, or the group, which is then sent with what finds it. */
function insertAll(plan: TablePlan, { from, valueOf }: Source, mask: string): string {
  const columns = columnsOf(plan, mask);
  const insert = `INSERT INTO ${plan.name} (${list(columns, ({ quoted }) => quoted)})
SELECT ${list(columns, valueOf)}
FROM ${from}${where(maskTest(plan, mask))}${plan.ordered ? ' ORDER BY r.n' : ''};
${countInserted(plan)}`;
  return withIdentity(plan, columns, insert);
}

/** Rows whose key is new: of those with one key the first. For `update` tables existing rows get the value of the last one first. */
function insertNew(plan: TablePlan, { from }: Source, mask: string): string {
  const columns = columnsOf(plan, mask);
  const updating = plan.updated.length > 0;
  const isNew = `NOT EXISTS (SELECT 1 FROM ${plan.name} x WHERE ${sameKey(plan.key)})`;
  const insert = `INSERT INTO ${plan.name} (${list(columns, ({ quoted }) => quoted)})
SELECT ${list(columns, (column) => (plan.updated.includes(column) ? `r.last_${column.alias}` : `r.${column.alias}`))}
FROM ${from}${where(maskTest(plan, mask), 'r.rank_first = 1', isNew)}
ORDER BY ${list(plan.key, ({ alias }) => `r.${alias}`)}, r.n;
${countInserted(plan)}`;
  return `${updating ? update(plan, from, columns, mask) : ''}${withIdentity(plan, columns, insert)}`;
}

/** Of tables that are updated the rows that were given count. */
function countInserted({ key, updated }: TablePlan): string {
  if (updated.length > 0) return '';
  return `SET ${key.length === 0 ? '@rows' : '@kept'} += @@ROWCOUNT;\n`;
}

function where(...tests: readonly (string | null)[]): string {
  const kept = tests.filter((test) => test !== null);
  return kept.length === 0 ? '' : ` WHERE ${kept.join(' AND ')}`;
}

// A document that does not set the value gives it the table's default, as an INSERT would (spec 11.3).
function update(plan: TablePlan, from: string, set: readonly ColumnPlan[], mask: string): string {
  const assignments = list(
    plan.updated,
    (column) => `${column.quoted} = ${set.includes(column) ? `r.${column.alias}` : 'DEFAULT'}`,
  );
  return `UPDATE x SET ${assignments}
FROM ${plan.name} x JOIN ${from} ON ${sameKey(plan.key)}${where(maskTest(plan, mask), 'r.rank_last = 1')};
`;
}

/** Columns that a document with this mask sets; of all others it has an explicit NULL. */
export function columnsOf(plan: TablePlan, mask: string): readonly ColumnPlan[] {
  const unset = new Set(plan.optional.filter((_, index) => mask[index] === '0'));
  return plan.columns.filter((column) => !unset.has(column));
}

function openRows(plan: TablePlan, parameter: string): string {
  const ranked = isRanked(plan);
  const fields = [
    ...(ranked || plan.ordered ? [`n int '$[0]'`] : []),
    ...(ranked ? [`d int '$[1]'`] : []),
    ...(plan.optional.length > 0 ? [`v varchar(400) '$[2]'`] : []),
    ...(ranked && plan.updated.length === 0 ? [`k int '$[3]'`] : []),
    ...plan.columns.map(({ alias, inputType, path }) => `${alias} ${inputType} ${path}`),
  ];
  return `OPENJSON(${parameter}) WITH (${fields.join(', ')})`;
}

function maskTest(plan: TablePlan, mask: string): string | null {
  return plan.optional.length === 0 ? null : `r.v = '${mask}'`;
}

/**
 * The number of a row among those with its key. Complete keys are compared over the whole group. For `skip`, incomplete ones are
 * compared within their document, NULL being equal to NULL, if one of its rows has a complete key; all others are no duplicates.
 */
function rank(plan: TablePlan, json: JsonText, direction: 'ASC' | 'DESC'): string {
  return `ROW_NUMBER() OVER (PARTITION BY ${partition(plan, json)} ORDER BY r.n ${direction})`;
}

function partition(plan: TablePlan, json: JsonText): string {
  const incomplete = plan.key.map(({ alias }) => `r.${alias} IS NULL`).join(' OR ');
  const alone = plan.updated.length > 0 ? '' : ' AND r.k = 0';
  return [
    ...plan.key.map((column) => comparable(json, column)),
    `CASE WHEN ${incomplete} THEN r.d END`,
    `CASE WHEN (${incomplete})${alone} THEN r.n END`,
  ].join(', ');
}

/** A key value as its column compares it. */
function comparable(json: JsonText, column: ColumnPlan): string {
  return column.isText ? collated(column, value(json, column)) : asStored(column, `r.${column.alias}`);
}

/** Text of JSON has the collation of the database, which may be another than the column's: then the two cannot be compared. */
function collated({ catalog: { collation } }: ColumnPlan, expression: string): string {
  return collation !== null && /^\w+$/.test(collation) ? `${expression} COLLATE ${collation}` : expression;
}

function lastValues(plan: TablePlan, json: JsonText): string {
  return list(
    plan.updated,
    (column) =>
      `FIRST_VALUE(${value(json, column)}) OVER (PARTITION BY ${partition(plan, json)} ORDER BY r.n DESC) AS last_${column.alias}`,
  );
}

/**
 * Finds row `x` by the index over its key: each value of `r` is converted to its column's type. Text is compared whole as well, since
 * that conversion cuts it.
 */
export function sameKey(key: readonly ColumnPlan[], valueOf = ({ alias }: ColumnPlan): string => `r.${alias}`): string {
  return key
    .flatMap((column) => {
      if (!column.isText) return [`x.${column.quoted} = ${asStored(column, valueOf(column))}`];
      const text = collated(column, valueOf(column));
      const whole = `x.${column.quoted} = ${text}`;
      return column.catalog.length > 0
        ? [`x.${column.quoted} = CONVERT(${typeText(column.catalog)}, ${text})`, whole]
        : [whole];
    })
    .join(' AND ');
}

function asStored({ catalog, inputType }: ColumnPlan, expression: string): string {
  const type = typeText(catalog);
  return type === inputType ? expression : `CONVERT(${type}, ${expression})`;
}

/** A column's value in `r`, the rows as the JSON has them. */
export function value(json: JsonText, { alias, catalog, standIns }: ColumnPlan): string {
  // Bytes travel as hex.
  if (BYTES.has(catalog.type)) return `CONVERT(varbinary(max), r.${alias}, 2)`;
  return standIns.seen ? textOf(json, `r.${alias}`) : `r.${alias}`;
}

const BYTES = new Set(['binary', 'varbinary']);

function withIdentity(plan: TablePlan, columns: readonly ColumnPlan[], insert: string): string {
  if (!columns.some(({ catalog }) => catalog.identity)) return insert;
  return `SET IDENTITY_INSERT ${plan.name} ON;\n${insert}SET IDENTITY_INSERT ${plan.name} OFF;\n`;
}

function list<T>(items: readonly T[], text: (item: T) => string): string {
  return items.map(text).join(', ');
}
