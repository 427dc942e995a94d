import { typeText } from './catalog.ts';
import { textOf } from './json-text.ts';
import type { JsonText } from './json-text.ts';
import type { ColumnPlan, TablePlan } from './table-plan.ts';

/** Statements that write the rows of one table, one for each mask seen, and add to `@rows` and `@skippable` what they inserted. */
export function insertRows(plan: TablePlan, parameter: string, json: JsonText): string {
  const masks = [...plan.masks].toSorted();
  return masks.map((mask) => (plan.key.length === 0 ? insertAll : insertNew)(plan, parameter, json, mask)).join('');
}

/** Any duplicate fails the document: all rows go in. */
function insertAll(plan: TablePlan, parameter: string, json: JsonText, mask: string): string {
  const columns = columnsOf(plan, mask);
  const insert = `INSERT INTO ${plan.name} (${list(columns, ({ quoted }) => quoted)})
SELECT ${list(columns, (column) => value(json, column))}
FROM ${rowsOf(plan, parameter, columns)} r WHERE ${maskTest(plan, mask)}${NOT_PRESENT} ORDER BY r.n;
SET @rows = @rows + @@ROWCOUNT;
`;
  return withIdentity(plan, columns, insert);
}

/** Rows whose key is new: of those with one key the first. For `update` tables existing rows get the value of the last one first. */
function insertNew(plan: TablePlan, parameter: string, json: JsonText, mask: string): string {
  const columns = columnsOf(plan, mask);
  const updating = plan.updated.length > 0;
  const mark = plan.optional.length === 0 ? '' : 'r.v, ';
  const ranks = [
    `${rank(plan, json, 'ASC')} AS rank_first`,
    ...(updating ? [`${rank(plan, json, 'DESC')} AS rank_last`, lastValues(plan, json)] : []),
  ];
  const ranked = `(SELECT r.n, ${mark}${list(plan.columns, (column) => `${value(json, column)} AS ${column.alias}`)},
  ${ranks.join(',\n  ')}
FROM ${rowsOf(plan, parameter, plan.columns)} r WHERE 1 = 1${NOT_PRESENT}) r`;
  const insert = `INSERT INTO ${plan.name} (${list(columns, ({ quoted }) => quoted)})
SELECT ${list(columns, (column) => (plan.updated.includes(column) ? `r.last_${column.alias}` : `r.${column.alias}`))}
FROM ${ranked} WHERE ${maskTest(plan, mask)} AND r.rank_first = 1
  AND NOT EXISTS (SELECT 1 FROM ${plan.name} x WHERE ${sameKey(plan.key)})
ORDER BY ${list(plan.key, ({ alias }) => `r.${alias}`)}, r.n;
${updating ? '' : 'SELECT @rows = @rows + @@ROWCOUNT, @skippable = @skippable + @@ROWCOUNT;\n'}`;
  return `${updating ? update(plan, ranked, columns, mask) : ''}${withIdentity(plan, columns, insert)}`;
}

// A document that does not set the value gives it the table's default, as an INSERT would (spec 11.3).
function update(plan: TablePlan, ranked: string, set: readonly ColumnPlan[], mask: string): string {
  const assignments = list(
    plan.updated,
    (column) => `${column.quoted} = ${set.includes(column) ? `r.${column.alias}` : 'DEFAULT'}`,
  );
  return `UPDATE x SET ${assignments}
FROM ${plan.name} x JOIN ${ranked} ON ${sameKey(plan.key)} WHERE ${maskTest(plan, mask)} AND r.rank_last = 1;
`;
}

/** Columns that a document with this mask sets; of all others it has an explicit NULL. */
export function columnsOf(plan: TablePlan, mask: string): readonly ColumnPlan[] {
  const unset = new Set(plan.optional.filter((_, index) => mask[index] === '0'));
  return plan.columns.filter((column) => !unset.has(column));
}

function rowsOf(plan: TablePlan, parameter: string, columns: readonly ColumnPlan[]): string {
  const mask = plan.optional.length === 0 ? '' : `, v varchar(400) '$[2]'`;
  return `OPENJSON(${parameter}) WITH (n int '$[0]', d int '$[1]'${mask}, k int '$[3]', ${list(columns, ({ alias, inputType, path }) => `${alias} ${inputType} ${path}`)})`;
}

const NOT_PRESENT = ' AND NOT EXISTS (SELECT 1 FROM @present p WHERE p.d = r.d)';

function maskTest(plan: TablePlan, mask: string): string {
  return plan.optional.length === 0 ? '1 = 1' : `r.v = '${mask}'`;
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
export function value(json: JsonText, { alias, isText, catalog }: ColumnPlan): string {
  // Bytes travel as hex.
  if (BYTES.has(catalog.type)) return `CONVERT(varbinary(max), r.${alias}, 2)`;
  return isText ? textOf(json, `r.${alias}`) : `r.${alias}`;
}

const BYTES = new Set(['binary', 'varbinary']);

function withIdentity(plan: TablePlan, columns: readonly ColumnPlan[], insert: string): string {
  if (!columns.some(({ catalog }) => catalog.identity)) return insert;
  return `SET IDENTITY_INSERT ${plan.name} ON;\n${insert}SET IDENTITY_INSERT ${plan.name} OFF;\n`;
}

function list<T>(items: readonly T[], text: (item: T) => string): string {
  return items.map(text).join(', ');
}
