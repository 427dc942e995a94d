import type { QualityIssue } from './outcome.ts';

/** Notes one kind of issue at one place. */
export type NoteIssue = (kind: string) => void;

/** The quality issues of the document that is being mapped, each kind once a place. */
export interface Issues {
  /** Another document begins. */
  readonly begin: () => void;
  /** What has been noted since. */
  readonly noted: () => readonly QualityIssue[];
  /** What notes issues of a table, or of a column. */
  readonly at: (table: string | null, column: string | null) => NoteIssue;
}

/** A mapper has one of these: its documents come one after the other. */
export function openIssues(): Issues {
  let noted: QualityIssue[] = [];
  let document = 0;
  const places = new Map<string, NoteIssue>();
  const open = (table: string | null, column: string | null): NoteIssue => {
    const last = new Map<string, number>();
    return (kind) => {
      if (last.get(kind) === document) return;
      last.set(kind, document);
      noted.push({ kind, table, column });
    };
  };
  return {
    begin() {
      noted = [];
      document += 1;
    },
    noted: () => noted,
    at(table, column) {
      const place = JSON.stringify([table, column]);
      const note = places.get(place) ?? open(table, column);
      places.set(place, note);
      return note;
    },
  };
}

/** An issue and how often a document has it. */
export interface CountedIssue extends QualityIssue {
  readonly count: number;
}

/** The issues of a document, each kind once a place, in the order in which they first come. */
export function countIssues(issues: readonly QualityIssue[]): readonly CountedIssue[] {
  const counts = new Map<string, CountedIssue>();
  for (const { kind, table, column } of issues) {
    const place = JSON.stringify([kind, table, column]);
    counts.set(place, { kind, table, column, count: (counts.get(place)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
