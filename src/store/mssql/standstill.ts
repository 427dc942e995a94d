import { z } from 'zod';
import { MOST_PAUSES_TEXT, pauseText } from '../run-shapes.ts';
import { stoodStill } from '../rules.ts';
import { NOW, secondsSince } from './clock.ts';
import type { Names } from '../names.ts';
import type { Pause, Run } from '../port.ts';
import type { SessionContext } from './context.ts';
import type { Statement } from './statement.ts';

const SIGNS = z.object({ now: z.number(), heard: z.number().nullable(), held: z.boolean() });

/**
 * Notes how long a run has stood still until now, paused or with nobody at work on it, and ends its pause; the run is locked. `lost`: an instance
 * was left by its holder, so that whoever still holds others without a sign of life is gone too.
 */
export async function noteStandstill({ db, names }: SessionContext, run: Run, lost = false): Promise<void> {
  const signs = await db.get(SIGNS, signsStatement(names, run.runId));
  const still = signs === undefined ? null : stoodStill(run, { ...signs, held: signs.held && !lost });
  if (still !== null) await db.run(standstillStatement(names, run.runId, still));
}

export function signsStatement(names: Names, runId: string): Statement {
  const ofRun = `FROM ${names.instance} i WHERE i.run_id = @run_id`;
  return {
    sql: `SELECT CAST(${secondsSince('r.started')} AS float) AS now,
  CAST(DATEDIFF_BIG(millisecond, r.started, (SELECT MAX(i.heartbeat) ${ofRun})) / 1000.0 AS float) AS heard,
  CAST(CASE WHEN EXISTS (SELECT 1 ${ofRun} AND i.token IS NOT NULL AND i.lease_until > ${NOW}) THEN 1 ELSE 0 END AS bit) AS held
FROM ${names.run} r WHERE r.run_id = @run_id`,
    inputs: { run_id: { type: 'word', value: runId } },
  };
}

export function standstillStatement(names: Names, runId: string, still: Pause): Statement {
  const { milliseconds, text } = pauseText(still);
  return {
    sql: `UPDATE ${names.run} SET paused_ms = paused_ms + CAST(@ms AS bigint), paused_at = NULL,
  pauses = CONCAT(CASE WHEN LEN(pauses) > ${MOST_PAUSES_TEXT} THEN STUFF(pauses, 1, CHARINDEX('],', pauses) + 1, '') ELSE pauses END, @pause) WHERE run_id = @run_id`,
    inputs: {
      ms: { type: 'word', value: String(milliseconds) },
      pause: { type: 'text', value: text },
      run_id: { type: 'word', value: runId },
    },
  };
}
