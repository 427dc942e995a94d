/** What is counted of an instance, each with its column: one list for schema, statements, shapes and sums. */
export const COUNTERS = {
  /** All that were dealt with: the next four add up to it. */
  documents: 'documents',
  success: 'success',
  failed: 'failed',
  /** Successes whose root row existed before: nothing was written but the log row. */
  alreadyPresent: 'already_present',
  /** Left out because another session had logged them. */
  doneByAnother: 'done_by_another',
  /** Rows inserted or updated in destination tables. */
  rows: 'rows_written',
  /** Rows left out because their key belonged to an earlier row (spec 11.2). */
  duplicateRows: 'duplicate_rows',
  /** Groups committed. */
  batches: 'batches',
} as const;

export type Counter = keyof typeof COUNTERS;

/** Something for each counter. */
type PerCounter<Value> = Readonly<Record<Counter, Value>>;

/** What has happened to documents, in absolute numbers. */
export type Totals = PerCounter<number>;

/** Makes totals, or what stands for them, one counter after the other. */
export function totalsOf<Value = number>(value: (counter: Counter) => Value): PerCounter<Value> {
  return {
    documents: value('documents'),
    success: value('success'),
    failed: value('failed'),
    alreadyPresent: value('alreadyPresent'),
    doneByAnother: value('doneByAnother'),
    rows: value('rows'),
    duplicateRows: value('duplicateRows'),
    batches: value('batches'),
  };
}

export const NO_TOTALS: Totals = totalsOf(() => 0);

/** Adds totals of instances up. */
export function sumTotals(all: readonly Totals[]): Totals {
  return totalsOf((counter) => all.reduce((sum, totals) => sum + totals[counter], 0));
}
