import type { AnyContract } from '../../contract/contract.ts';
import type { Fault } from '../../errors.ts';
import type { MappableDocument } from '../compile.ts';
import { columnsOf } from '../layout.ts';
import { toOtherLine } from '../map-document.ts';
import { layOutNested } from '../nested/compile.ts';
import { sameName, type Excerpt } from './excerpt.ts';
import type { Explanation } from './explanation.ts';
import { openNestedExplanation } from './nested.ts';
import { openOriginalExplanation } from './original.ts';

/**
 * Explains documents by a contract of either format: the rows are those that `openMapping` makes of them, with where each value
 * came from. `others` are the contracts of the other product lines. Only what is asked for is looked up and told, all without an
 * excerpt; reading and mapping take what they take.
 */
export function openExplanation(
  contract: AnyContract,
  others: readonly AnyContract[] = [],
): (document: MappableDocument, now: Date, excerpt?: Excerpt) => Explanation {
  return contract.format === 2
    ? openNestedExplanation(contract)
    : openOriginalExplanation(contract, others.flatMap(toOtherLine));
}

/** Names that a contract does not have. `places` are what asks for them is called. */
export function excerptFaults(
  contract: AnyContract,
  { table, column }: { readonly table?: string | undefined; readonly column?: string | undefined },
  places: { readonly table: string; readonly column: string },
): readonly Fault[] {
  const all = tablesOf(contract);
  const tables = all.filter(({ name }) => table === undefined || sameName(name, table));
  if (table !== undefined && tables.length === 0)
    return [
      absent(
        places.table,
        table,
        all.map(({ name }) => name),
      ),
    ];
  const columns = [...new Set(tables.flatMap((one) => one.columns))];
  const isKnown = column === undefined || columns.some((name) => sameName(name, column));
  return isKnown ? [] : [absent(places.column, column, columns)];
}

function tablesOf(contract: AnyContract): readonly { readonly name: string; readonly columns: readonly string[] }[] {
  return contract.format === 2
    ? layOutNested(contract).map(({ table, columns }) => ({ name: table.destination.label, columns }))
    : contract.tables.map((table) => ({ name: table.name, columns: columnsOf(table) }));
}

function absent(place: string, wanted: string, known: readonly string[]): Fault {
  return { place, message: `${JSON.stringify(wanted)} is not there`, advice: `There are ${known.join(', ')}.` };
}
