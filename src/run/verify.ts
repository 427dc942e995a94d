import type { Verification } from '../store/port.ts';
import type { Line } from './line.ts';

const FITTING = 'The source table and the log are those of the contract.';

/**
 * The checks of operators over what a line has done; first that it is this line's: of a table that is gone, or of a log that was made for another
 * source, all others would hold. What the login may not do is no matter to whoever only looks.
 */
export async function verifyLine({ store }: Line): Promise<readonly Verification[]> {
  const misfits = (await store.check([])).filter(
    ({ severity, permission }) => severity === 'error' && permission === undefined,
  );
  const offenders = misfits.map(({ place, message, advice }) => ({ place, problem: message, advice }));
  return [{ check: FITTING, passed: offenders.length === 0, offenders }, ...(await store.verify())];
}
