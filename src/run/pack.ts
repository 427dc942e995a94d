import type { QualityIssue, Stage, TableRows } from '../mapping/outcome.ts';
import type { Mapped } from './mappers.ts';

/**
 * What became of some documents, in a form that crosses threads for next to nothing: one text with all values, one list of
 * their lengths, and the few words that occur again and again. A structured clone of the same takes ten times as long on
 * either side (64 µs for 5 KB that are all mapped).
 *
 * A document is: kind, id, hash, issues (their number; kind, table, column of each). One that is mapped goes on with its
 * matches and tables (their number; name, rows and columns of each, then the values row by row), a rejected one with stage and reason.
 * Ids, hashes, reasons and values are lengths in the text, names and kinds are numbers of words.
 */
export interface Packed {
  readonly text: string;
  readonly numbers: Int32Array;
  readonly words: readonly string[];
}

/** In place of the length of a text or the number of a word. */
const [NULL, ABSENT] = [-1, -2] as const;
const [MAPPED, REJECTED] = [0, 1] as const;

/** Packs what became of documents. */
export function pack(documents: readonly Mapped[]): Packed {
  const texts: string[] = [];
  const numbers: number[] = [];
  const words = new Map<string, number>();
  const text = (value: string | null | undefined): void => {
    if (value === null || value === undefined) numbers.push(value === null ? NULL : ABSENT);
    else {
      numbers.push(value.length);
      texts.push(value);
    }
  };
  const word = (value: string | null): void => {
    if (value !== null && !words.has(value)) words.set(value, words.size);
    numbers.push(value === null ? NULL : (words.get(value) ?? NULL));
  };
  for (const document of documents) {
    numbers.push(document.outcome === 'mapped' ? MAPPED : REJECTED);
    text(document.appId);
    text(document.sourceHash);
    numbers.push(document.issues.length);
    for (const { kind, table, column } of document.issues) [kind, table, column].forEach(word);
    if (document.outcome === 'rejected') {
      word(document.stage);
      text(document.reason);
      continue;
    }
    text(document.matches);
    numbers.push(document.tables.length);
    for (const { table, rows } of document.tables) {
      word(table);
      numbers.push(rows.length, rows[0]?.length ?? 0);
      for (const row of rows) for (const value of row) text(value);
    }
  }
  return { text: texts.join(''), numbers: Int32Array.from(numbers), words: [...words.keys()] };
}

/** The same documents again. Their texts are parts of the one text. */
export function unpack({ text, numbers, words }: Packed): readonly Mapped[] {
  let at = 0;
  let from = 0;
  const next = (): number => numbers[at++] ?? NULL;
  const value = (): string | null | undefined => {
    const length = next();
    if (length < 0) return length === NULL ? null : undefined;
    from += length;
    return text.slice(from - length, from);
  };
  const word = (): string | null => words[next()] ?? null;
  const issue = (): QualityIssue => ({ kind: word() ?? '', table: word(), column: word() });
  const tableRows = (): TableRows => {
    const table = word() ?? '';
    const [rows, columns] = [next(), next()];
    return { table, rows: list(rows, () => list(columns, value)) };
  };
  const document = (): Mapped => {
    const kind = next();
    const appId = value() ?? null;
    const sourceHash = value() ?? null;
    const issues = list(next(), issue);
    if (kind === MAPPED) {
      const matches = value() ?? '';
      return { outcome: 'mapped', appId: appId ?? '', tables: list(next(), tableRows), issues, matches, sourceHash };
    }
    return { outcome: 'rejected', appId, stage: stageOf(word()), reason: value() ?? '', issues, sourceHash };
  };
  const documents: Mapped[] = [];
  while (at < numbers.length) documents.push(document());
  return documents;
}

function list<Item>(count: number, make: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = count; left > 0; left -= 1) items.push(make());
  return items;
}

const STAGES: ReadonlySet<string> = new Set<Stage>([
  'source',
  'validation',
  'parsing',
  'mapping',
  'constraint_violation',
  'unknown',
]);

function stageOf(word: string | null): Stage {
  return isStage(word) ? word : 'unknown';
}

function isStage(word: string | null): word is Stage {
  return word !== null && STAGES.has(word);
}
