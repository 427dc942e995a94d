import type { NestedContract } from '../../../src/contract/nested/model.ts';
import type { Row } from '../../../src/mapping/layout.ts';
import { layOutNested } from '../../../src/mapping/nested/compile.ts';

/** The values of a row by the names of its columns, without NULLs. */
export function namedCells(contract: NestedContract, table: string, row: Row): Readonly<Record<string, string>> {
  const found = layOutNested(contract).find(({ table: { destination } }) => destination.label === table);
  const names = found?.columns ?? [];
  return Object.fromEntries(names.flatMap((name, at) => (typeof row[at] === 'string' ? [[name, row[at]]] : [])));
}
