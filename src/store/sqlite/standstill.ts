import { z } from 'zod';
import { MOST_PAUSES_TEXT, pauseText } from '../run-shapes.ts';
import { stoodStill } from '../rules.ts';
import { NOW, secondsSince } from './clock.ts';
import type { Run } from '../port.ts';
import type { Context } from './context.ts';

const SIGNS = z.object({
  now: z.number(),
  heard: z.number().nullable(),
  held: z.int().transform((value) => value === 1),
});

/**
 * Notes how long a run has stood still until now, paused or with nobody at work on it, and ends its pause; part of a transaction. `lost`: an instance
 * was left by its holder, so that whoever still holds others without a sign of life is gone too.
 */
export function noteStandstill({ db, names }: Context, run: Run, lost = false): void {
  const ofRun = `FROM ${names.instance} i WHERE i.run_id = r.run_id`;
  const signs = db.get(
    SIGNS,
    `SELECT ${secondsSince('r.started')} AS now, (SELECT max(unixepoch(i.heartbeat, 'subsec')) ${ofRun}) - unixepoch(r.started, 'subsec') AS heard,
       EXISTS (SELECT 1 ${ofRun} AND i.token IS NOT NULL AND i.lease_until > ${NOW}) AS held FROM ${names.run} r WHERE r.run_id = ?`,
    run.runId,
  );
  const still = signs === undefined ? null : stoodStill(run, { ...signs, held: signs.held && !lost });
  if (still === null) return;
  const { milliseconds, text } = pauseText(still);
  db.run(
    `UPDATE ${names.run} SET paused_ms = paused_ms + ?, paused_at = NULL,
       pauses = CASE WHEN length(pauses) > ${MOST_PAUSES_TEXT} THEN substr(pauses, instr(pauses, '],') + 2) ELSE ifnull(pauses, '') END || ? WHERE run_id = ?`,
    milliseconds,
    text,
    run.runId,
  );
}
