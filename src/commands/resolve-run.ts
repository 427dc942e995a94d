import { InputError } from '../errors.ts';
import { findRun, listRuns } from '../run/control.ts';
import type { Lines } from '../run/line.ts';

/** The id of the run that was meant: given whole, or by enough of its beginning. Throws an `InputError` if none or several fit. */
export async function resolveRun(lines: Lines, text: string): Promise<string> {
  if ((await findRun(lines, text)) !== null) return text;
  const latest = await listRuns(lines, { limit: SEARCHED, offset: 0 });
  const fitting = latest.filter((run) => run.run_id.startsWith(text)).map((run) => run.run_id);
  if (fitting.length === 1 && fitting[0] !== undefined) return fitting[0];
  throw new InputError('The run is not known:', [
    {
      place: 'run',
      message:
        fitting.length === 0
          ? `none is ${JSON.stringify(text)} or starts so`
          : `${fitting.length} start with ${JSON.stringify(text)}`,
      advice:
        latest.length === 0 ? 'This database has no run of the chosen contracts.' : 'See `xmlfan status` for the ids.',
    },
  ]);
}

/** How many of the latest runs a shortened id is looked for in. */
const SEARCHED = 100;
