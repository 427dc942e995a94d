import { z } from 'zod';
import { PLAIN_JSON } from './json-text.ts';
import { NUMBER } from './run-rows.ts';
import type { JsonText } from './json-text.ts';
import type { Session, Statement } from './statement.ts';

const ESCAPED = 'a"b\\c\n';
const LONG = 10_000;

/** Asks the server once how its OPENJSON gives back escapes and long text. */
export async function probeJson(db: Session): Promise<JsonText> {
  const answer = await db.get(z.object({ escaped: z.string(), length: NUMBER }), probeStatement());
  if (answer === undefined) return PLAIN_JSON;
  return {
    decodesEscapes: answer.escaped === ESCAPED,
    longest: answer.length === LONG ? Infinity : answer.length,
  };
}

export function probeStatement(): Statement {
  return {
    sql: `SELECT r.escaped, LEN(r.long) AS length FROM OPENJSON(@probe) WITH (escaped nvarchar(max) '$[0]', long nvarchar(max) '$[1]') r`,
    inputs: { probe: { type: 'long', value: JSON.stringify([[ESCAPED, 'x'.repeat(LONG)]]) } },
  };
}
