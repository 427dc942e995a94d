import type { DestinationTable } from '../../store/destination.ts';
import type { Held } from '../../store/held.ts';
import { openScratch, type Scratch } from '../../store/scratch.ts';
import { identity, matchRows, type Different, type Extra, type Matches, type Wanted } from './match.ts';

/** Rows of a table of which one document does not tell whether they are right, since another may write the same one. */
export interface SharedRows {
  /** Of what was compared, takes the rows that another document may have written, or may be held for another; returns the rest. */
  readonly take: (matches: Matches, held: Held['columns'], isShared: (wanted: Wanted) => boolean) => Matches;
  /** What became of them, once all documents were compared. */
  readonly settle: () => Iterable<Settled>;
  readonly close: () => void;
}

/** A row as a comparison counts it: `extra` and `different` may be due to documents that were not compared. */
export type Settled =
  | { readonly is: 'different'; readonly row: Different; readonly isCertain: boolean }
  | { readonly is: 'extra'; readonly row: Extra }
  | { readonly is: 'missing'; readonly row: Wanted }
  | { readonly is: 'shared' };

/** Whether documents can meet in one row, or in the rows of one: of the contact that both name. */
export function canBeShared({ owner, uniqueKey, onDuplicate }: DestinationTable): boolean {
  if (owner === null) return false;
  if (owner.of === 'row') return true;
  return onDuplicate === 'update' && uniqueKey !== null && !uniqueKey.includes(owner.column);
}

/** Claims that are looked at for one row; more say the same. */
const MOST_CLAIMS = 50;

type Kept = Scratch<'suspect' | 'claim'>;

/**
 * Keeps such rows outside of memory: what documents hold that they do not write (`suspect`), and what documents write that another
 * one holds (`claim`), in whatever order they are compared.
 */
export function openSharedRows(table: DestinationTable): SharedRows {
  const kept: Kept = openScratch();
  let columns: Held['columns'] = [];
  return {
    take(matches, held, isShared) {
      columns = held;
      const keyOf = identity(table, held);
      const { equal, extra, different, missing } = matches;
      const isClaim = (wanted: Wanted): boolean => table.uniqueKey === null || isShared(wanted);
      for (const wanted of missing.filter(isClaim)) kept.add('claim', keyOf(wanted.row), JSON.stringify(wanted));
      for (const row of [...extra, ...different].filter((one) => isSuspect(table, one)))
        kept.add('suspect', keyOf('held' in row ? row.held.values : row.values), JSON.stringify(row));
      return {
        equal,
        missing: missing.filter((wanted) => !isClaim(wanted)),
        extra: extra.filter((row) => !isSuspect(table, row)),
        different: different.filter((row) => !isSuspect(table, row)),
      };
    },
    settle: () => (table.uniqueKey === null ? settleOneByOne(kept) : settleByKey(kept, table, columns)),
    close: () => kept.close(),
  };
}

/** Whether a row that differs may be due to another document: an extra one, or one whose values the last document updates. */
function isSuspect({ onDuplicate, updateColumns, owner }: DestinationTable, row: Extra | Different): boolean {
  if ('isDouble' in row) return owner?.of === 'row' && !row.isDouble;
  return onDuplicate === 'update' && row.differences.every(({ column }) => updateColumns.includes(column));
}

/** Of rows with a key one document writes the first, and others leave it or update it. */
function* settleByKey(kept: Kept, table: DestinationTable, columns: Held['columns']): Iterable<Settled> {
  for (const { key, text } of kept.all('suspect')) {
    const suspect: Extra | Different = JSON.parse(text);
    const held = 'held' in suspect ? suspect.held : suspect;
    const verdicts = kept.at('claim', key, MOST_CLAIMS).map((claim) => {
      const wanted: Wanted = JSON.parse(claim);
      return matchRows(table, [wanted], { columns, rows: [held] }).different[0] ?? null;
    });
    if ('held' in suspect) {
      const isUpdated = verdicts.some((verdict) => verdict === null || !touches(verdict, table.updateColumns));
      yield isUpdated ? { is: 'shared' } : { is: 'different', row: suspect, isCertain: false };
    } else if (verdicts.includes(null)) yield { is: 'shared' };
    else {
      const [first] = verdicts;
      yield first ? { is: 'different', row: first, isCertain: true } : { is: 'extra', row: suspect };
    }
  }
}

function touches({ differences }: Different, columns: readonly string[]): boolean {
  return differences.some(({ column }) => columns.includes(column));
}

/** Rows without a key are each written, so that each needs one that is held. */
function* settleOneByOne(kept: Kept): Iterable<Settled> {
  for (const { text } of kept.beyond('suspect', 'claim')) yield { is: 'extra', row: JSON.parse(text) };
  for (const { text } of kept.beyond('claim', 'suspect')) yield { is: 'missing', row: JSON.parse(text) };
}
