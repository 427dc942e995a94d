import { qualify, quote } from './identifier.ts';
import { ownNames } from './schema.ts';
import type { Dialect } from './identifier.ts';
import type { WorkSet } from './destination.ts';

/** The quoted tables of a work set, and what identifies it in the run table. */
export interface Names {
  readonly source: string;
  readonly xml: string;
  readonly application: string | null;
  readonly log: string;
  readonly history: string;
  readonly origin: string;
  readonly run: string;
  readonly instance: string;
  readonly logs: string;
  readonly workSet: string;
}

/** Quotes and checks the names of a work set once. */
export function namesOf(workSet: WorkSet, dialect: Dialect): Names {
  const own = ownNames(workSet);
  const table = (name: string): string => qualify(dialect, workSet.schema, name);
  const { application } = workSet;
  return {
    source: table(workSet.sourceTable),
    xml: quote(dialect, workSet.sourceColumn),
    application: application && qualify(dialect, application.schema, application.table),
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
