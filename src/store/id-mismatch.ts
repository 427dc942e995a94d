import { describeIds, printIdType } from '../document-id.ts';
import type { WorkSet } from './destination.ts';
import type { Dialect } from './dialect.ts';
import type { Mismatch } from './port.ts';

/** What is wrong with the source's column of ids, in the same words on both engines; `found` follows on "The column". */
export function idMismatch({ tableName }: Dialect, workSet: WorkSet, found: string): Mismatch {
  const { schema, sourceSchema = schema, sourceTable, idColumn = 'app_id', idType } = workSet;
  const base = {
    place: `${tableName(sourceSchema, sourceTable)}.${idColumn}`,
    severity: 'error',
    ofIds: true,
  } as const;
  if (idType === undefined) {
    return {
      ...base,
      message: `The column ${found}; documents are told apart by whole numbers.`,
      advice:
        'Write the contract in format 2, which takes texts and GUIDs too, or name a table or view with a `bigint` for each document.',
    };
  }
  return {
    ...base,
    message: `The column ${found}; by the contract documents are told apart by ${describeIds(idType)} (\`id_type: ${printIdType(idType)}\`).`,
    advice: "Correct `id_type` of the contract's `source`.",
  };
}
