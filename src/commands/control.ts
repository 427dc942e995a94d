import { cancelRun, describeRun, pauseRun, resumeRun } from '../run/control.ts';
import type { Run } from '../store/port.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { withLines, type LineAndStoreOptions } from './lines.ts';
import type { JsonOption } from './options.ts';
import { note, print, printJson } from './output.ts';
import { resolveRun } from './resolve-run.ts';

export interface ControlOptions extends LineAndStoreOptions, JsonOption {}

const ACTIONS = { pause: pauseRun, resume: resumeRun, cancel: cancelRun };

/** Pauses, resumes or cancels a run, and says what it then is. Exit status 1 if its state does not allow it. */
export async function control(verb: keyof typeof ACTIONS, run: string, options: ControlOptions): Promise<ExitStatus> {
  return withLines(options, {}, async ({ lines }) => {
    const runId = await resolveRun(lines, run);
    const result = await ACTIONS[verb](lines, runId);
    if (result.result !== 'done') {
      note(`Run ${runId} cannot be asked to ${verb}${'run' in result ? `: it is ${result.run.status}` : ''}.`);
      return EXIT.failed;
    }
    if (options.json) await printJson(await describeRun(lines, runId));
    else await print(describeChange(result.run));
    return EXIT.done;
  });
}

function describeChange({ runId, status }: Run): string {
  const meaning: Partial<Record<Run['status'], string>> = {
    paused: 'paused; its processes wait after the batch they are at. `xmlfan resume` lets it go on.',
    running: 'running; if none of its processes is left, start `xmlfan run` with the same options.',
    cancelling: 'being cancelled; its processes stop after the batch they are at.',
    cancelled: 'cancelled. What is left is taken by the next run.',
  };
  return `Run ${runId} is ${meaning[status] ?? status}`;
}
