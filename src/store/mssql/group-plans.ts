import { declaredType, readCatalog } from './catalog.ts';
import { planTable } from './table-plan.ts';
import { MSSQL } from './dialect.ts';
import { placeOf, type DestinationTable } from '../destination.ts';
import type { SessionContext } from './context.ts';
import type { GroupPlan } from './group-statement.ts';
import type { JsonText } from './json-text.ts';
import type { TablePlan } from './table-plan.ts';

/** How groups of a run are written, with what stands in the way by table. */
export interface Plan extends GroupPlan {
  readonly missing: ReadonlyMap<string, string>;
  /** The statement's text, made anew only when rows need another mask, are to be compared, or have a column's first stand-in. */
  text(make: () => string): string;
}

/** Plans by run: the catalog is read once a run. */
export interface Plans {
  of(runId: string, tables: readonly DestinationTable[]): Promise<Plan>;
  forget(runId: string): void;
}

const MOST_PLANS = 16;

/** As long as the original's log column (spec 11.4). */
export const LONGEST_REASON = 500;

/** Keeps the plans of the runs used last. */
export function plansOf(context: SessionContext, abilities: () => Promise<JsonText>): Plans {
  const plans = new Map<string, Promise<Plan>>();
  return {
    of: async (runId, tables) => {
      const key = `${runId} ${fingerprint(tables)}`;
      const plan = plans.get(key) ?? makePlan(context, await abilities(), tables);
      // The one used last is at the end, so the first is the one to go.
      plans.delete(key);
      plans.set(key, plan);
      const [oldest] = plans.keys();
      if (plans.size > MOST_PLANS && oldest !== undefined) plans.delete(oldest);
      plan.catch(() => plans.delete(key));
      return plan;
    },
    forget: (runId) => {
      for (const key of plans.keys()) if (key.startsWith(`${runId} `)) plans.delete(key);
    },
  };
}

const fingerprints = new WeakMap<readonly DestinationTable[], string>();

function fingerprint(tables: readonly DestinationTable[]): string {
  const known = fingerprints.get(tables) ?? JSON.stringify(tables);
  fingerprints.set(tables, known);
  return known;
}

async function makePlan(
  { db, names, workSet: { schema, logTable } }: SessionContext,
  json: JsonText,
  tables: readonly DestinationTable[],
): Promise<Plan> {
  const places = tables.map((table) => placeOf(schema, table));
  const catalog = await readCatalog(db, [{ schema, name: logTable }, ...places]);
  const log = catalog({ schema, name: logTable })?.columns;
  const missing = new Map<string, string>();
  const planned: TablePlan[] = [];
  for (const table of tables) {
    const place = placeOf(schema, table);
    const name = MSSQL.qualify(place.schema, place.name);
    const found = catalog(place);
    const plan = found && planTable(name, table, found);
    if (plan === undefined) missing.set(table.name, `there is no table ${name}`);
    else if ('missing' in plan) missing.set(table.name, `table ${name} has no column ${plan.missing}`);
    else planned.push(plan);
  }
  const id = log?.get('app_id');
  let last: { shape: string | null; text: string } = { shape: null, text: '' };
  return {
    names,
    id: { declared: id === undefined ? 'bigint' : declaredType(id), isText: names.ids.type.kind === 'text' },
    reason: log?.get('failure_reason') ?? { length: LONGEST_REASON, codePage: null },
    tables: planned,
    json,
    missing,
    text: (make) => {
      const shape = JSON.stringify(
        planned.map(({ duplicates, masks, columns }) => [
          duplicates.expected,
          ...masks,
          columns.map(({ standIns }) => Number(standIns.seen)).join(''),
        ]),
      );
      if (shape !== last.shape) last = { shape, text: make() };
      return last.text;
    },
  };
}
