import { ANY_INTEGER } from '../document-id.ts';
import type { IdSql } from './ids.ts';
import { ownNames } from './schema.ts';
import type { Dialect } from './dialect.ts';
import type { WorkSet } from './destination.ts';

/** The quoted tables of a work set, and what identifies it in the run table. */
export interface Names {
  readonly source: string;
  /** The source table's rows for statements that read them, whatever its column of ids is called: there it is `app_id`. */
  readonly rows: string;
  readonly id: string;
  readonly xml: string;
  readonly application: string | null;
  /** The joined table's column of ids. */
  readonly on: string;
  readonly log: string;
  readonly history: string;
  readonly origin: string;
  readonly run: string;
  readonly instance: string;
  readonly logs: string;
  readonly workSet: string;
  readonly ids: IdSql;
}

/** Quotes and checks the names of a work set once. */
export function namesOf(workSet: WorkSet, dialect: Dialect): Names {
  const own = ownNames(workSet);
  const table = (name: string): string => dialect.qualify(workSet.schema, name);
  const { application, idColumn = 'app_id' } = workSet;
  const source = dialect.qualify(workSet.sourceSchema ?? workSet.schema, workSet.sourceTable);
  const [id, xml] = [dialect.quote(idColumn), dialect.quote(workSet.sourceColumn)];
  return {
    ids: dialect.ids(workSet.idType ?? ANY_INTEGER),
    source,
    rows: idColumn === 'app_id' ? source : `(SELECT r.${id} AS app_id, r.${xml} FROM ${source} r)`,
    id,
    xml,
    on: dialect.quote(application?.on ?? 'app_id'),
    application: application && dialect.qualify(application.schema, application.table),
    log: table(own.log),
    history: table(own.history),
    origin: table(own.origin),
    run: table(own.run),
    instance: table(own.instance),
    logs: table(own.logs),
    workSet: JSON.stringify([
      workSet.schema,
      workSet.sourceTable,
      application?.schema,
      application?.table,
      workSet.logTable,
    ]),
  };
}
