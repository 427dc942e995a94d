import { z } from 'zod';
import { codePageTexts } from './encode.ts';
import type { GroupDocument } from '../port.ts';
import type { GroupPlan } from './group-statement.ts';
import type { Session, Statement } from './statement.ts';

/** What is known of characters by collation: whether its code page has them. Grows by what documents hold, at most all of Unicode. */
export type Repertoire = Map<string, Map<string, boolean>>;

/**
 * Adds the quality issue `text_not_representable` where a column's code page lacks a character, which the database turns into `?` or
 * a look-alike without a word. The server itself is asked, once for each character above ASCII, by storing it in a column of that collation.
 */
export async function withCodePageIssues(
  db: Session,
  known: Repertoire,
  plan: GroupPlan,
  documents: readonly GroupDocument[],
): Promise<readonly GroupDocument[]> {
  const texts = [...codePageTexts(plan, documents)].filter(({ text }) => /\P{ASCII}/u.test(text));
  if (texts.length === 0) return documents;
  const unknown = new Map<string, Set<string>>();
  for (const { column, text } of texts) {
    const collation = column.catalog.collation ?? '';
    for (const character of text) {
      if (character > '\u007F' && known.get(collation)?.has(character) !== true)
        unknown.set(collation, (unknown.get(collation) ?? new Set()).add(character));
    }
  }
  for (const [collation, characters] of unknown) await learn(db, known, collation, [...characters]);

  const issues = new Map<number, GroupDocument['issues'][number][]>();
  for (const { d, table, column, text } of texts) {
    const repertoire = known.get(column.catalog.collation ?? '');
    if (Array.from(text).every((character) => repertoire?.get(character) !== false)) continue;
    const issue = { kind: 'text_not_representable', table: table.table.name, column: column.name };
    issues.set(d, [...(issues.get(d) ?? []), issue]);
  }
  return documents.map((document, d) => ({ ...document, issues: [...document.issues, ...(issues.get(d) ?? [])] }));
}

async function learn(db: Session, known: Repertoire, collation: string, characters: readonly string[]): Promise<void> {
  const shape = z.object({ character: z.string(), stored: z.string() });
  const answers = await db.all(shape, charactersStatement(collation, characters));
  const repertoire = known.get(collation) ?? new Map<string, boolean>();
  known.set(collation, repertoire);
  for (const { character, stored } of answers) repertoire.set(character, stored === character);
}

/** Characters, and what comes back of each from a `varchar` of a collation. */
export function charactersStatement(collation: string, characters: readonly string[]): Statement {
  if (!/^\w+$/.test(collation)) throw new Error(`${JSON.stringify(collation)} is no collation`);
  return {
    sql: `SET NOCOUNT ON;
DECLARE @character TABLE (c nvarchar(2) NOT NULL, v varchar(8) COLLATE ${collation} NULL);
INSERT INTO @character (c, v) SELECT r.c, r.c FROM OPENJSON(@characters) WITH (c nvarchar(2) '$[0]') r;
SELECT c AS [character], v AS stored FROM @character;`,
    inputs: { characters: { type: 'long', value: JSON.stringify(characters.map((character) => [character])) } },
  };
}
