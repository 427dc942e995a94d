import type { Names } from './names.ts';

/** `FROM … WHERE`: documents (alias `s`) that are not NULL and not logged (spec 12.1); the same text on both engines. */
export function pending(names: Names): string {
  return `FROM ${joined(names)} WHERE s.${names.xml} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${names.log} l WHERE l.app_id = s.app_id)`;
}

/** The source table (alias `s`), joined as the contract says. */
export function joined(names: Names): string {
  return names.application === null
    ? `${names.rows} s`
    : `${names.rows} s JOIN ${names.application} a ON a.${names.on} = s.app_id`;
}
