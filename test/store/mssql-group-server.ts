import { z } from 'zod';
import { planTable } from '../../src/store/mssql/table-plan.ts';
import { catalogColumn, catalogTable } from './mssql-plan.ts';
import { scriptedConnection } from './mssql-script.ts';
import { BASE, NOTES } from './suite/world.ts';
import type { Statement } from '../../src/store/mssql/statement.ts';
import type { Plan } from '../../src/store/mssql/group-plans.ts';
import type { Names } from '../../src/store/names.ts';
import type { Reply } from './mssql-script.ts';

/** How a server of groups behaves other than well. */
interface Behaviour {
  /** Documents that have their rows refused, with the error. */
  readonly bad?: ReadonlyMap<string, Error>;
  /** The error for a group with this document, rows or not. */
  readonly always?: (appId: string) => Error | null;
  /** Errors of the first statements. */
  readonly once?: Error[];
  /** Documents that another session has logged. */
  readonly taken?: readonly string[];
  /** Documents whose root row is there. */
  readonly present?: readonly string[];
  /** The lease is gone after so many groups. */
  readonly lostAfter?: number;
  /** Result sets before the answer, as triggers leave them. */
  readonly before?: readonly (readonly object[])[];
  /** The numbers of the attempts that each group takes. */
  readonly attempts?: readonly number[];
}

const DOCUMENTS = z.array(z.tuple([z.number(), z.string(), z.number(), z.string().nullable(), z.string().nullable()]));
const ROOTS = z.array(z.tuple([z.number()], z.unknown()));
const ROWS = z.array(z.tuple([z.number(), z.number()], z.unknown()));

/** A server that knows what a group's statement does, and no SQL. */
export function groupServer({
  bad,
  always,
  once = [],
  taken = [],
  present = [],
  lostAfter = Infinity,
  before = [],
  attempts,
}: Behaviour = {}) {
  const pieces: string[] = [];
  const log: string[] = [];
  const ends: string[] = [];
  const asked: string[] = [];
  const totals = { documents: 0, success: 0, failed: 0, alreadyPresent: 0, doneByAnother: 0, batches: 0 };
  const written = (statement: Statement): Reply => {
    const number = (name: string): number => Number(statement.inputs[name]?.value ?? 0);
    totals.batches += number('batch');
    totals.success += number('success');
    totals.failed += number('failed');
    totals.alreadyPresent += number('present');
    totals.doneByAnother += number('elsewhere');
    totals.documents += ['success', 'failed', 'present', 'elsewhere'].reduce((sum, name) => sum + number(name), 0);
    const row = { ...totals, rows: 0, duplicateRows: 0, second: 12.3 };
    return [...before, [{ result: 'written', status: 'running', ...row }]];
  };
  const group = (statement: Statement): Reply => {
    const read = (name: string): unknown => JSON.parse(String(statement.inputs[name]?.value));
    const documents = DOCUMENTS.parse(read('documents'));
    const withRows = new Set(['t0', 't1'].flatMap((name) => ROWS.parse(read(name)).map(([, d]) => d)));
    const ids = documents.map(([, id]) => id);
    if (pieces.push(ids.join(' ')) > lostAfter) return [[{ result: 'lost' }]];
    const roots = new Set(ROOTS.parse(read('roots')).map(([d]) => d));
    const found = {
      taken: documents.filter(([, id]) => taken.includes(id)),
      present: documents.filter(([d, id]) => present.includes(id) && roots.has(d)),
    };
    for (const [result, some] of Object.entries(found))
      if (some.length > 0) return [...before, [], some.map(([d]) => ({ result, position: d }))];
    for (const [d, id] of documents) {
      const error = always?.(id) ?? (withRows.has(d) ? bad?.get(id) : undefined);
      if (error !== undefined && error !== null) return error;
    }
    for (const [, id, failed, reason] of documents) {
      log.push(failed === 1 ? `${id} failed ${reason}` : id);
    }
    ends.push(['cursor', 'batch'].map((name) => String(statement.inputs[name]?.value)).join(':'));
    return written(statement);
  };
  const reply = (statement: Statement): Reply => {
    const characters = statement.inputs['characters']?.value;
    if (typeof characters === 'string') {
      const list = z.array(z.tuple([z.string()])).parse(JSON.parse(characters));
      asked.push(list.join(''));
      return [list.map(([character]) => ({ character, stored: character < '\u0100' ? character : '?' }))];
    }
    const first = once.shift();
    if (first !== undefined) return first;
    if (statement.inputs['documents'] !== undefined) return group(statement);
    return always?.('') ?? written(statement);
  };
  return { db: scriptedConnection(reply, attempts), pieces, log, ends, asked };
}

/** A plan of a root table with a code page and a table of notes. */
export function planOf(names: Names): Plan {
  const base = { ...BASE, columns: BASE.columns.slice(0, 2) };
  const latin = { length: 40, collation: 'Latin1_General_CI_AS', codePage: 1252 };
  const tables = [
    planTable(
      '[m].[app_base]',
      base,
      catalogTable('app_base', [
        catalogColumn('app_id', 'bigint', { nullable: false }),
        catalogColumn('title', 'varchar', latin),
      ]),
    ),
    planTable(
      '[m].[notes]',
      NOTES,
      catalogTable('notes', [catalogColumn('app_id', 'bigint'), catalogColumn('note', 'nvarchar')]),
    ),
  ].flatMap((plan) => ('missing' in plan ? [] : [plan]));
  return {
    names,
    id: { declared: 'bigint', isText: false },
    reason: { length: 500, codePage: null },
    tables,
    json: { decodesEscapes: true, longest: Infinity },
    missing: new Map(),
    text: (make) => make(),
  };
}
