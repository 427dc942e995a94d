import { startRun } from '../run/control.ts';
import { parseRunRequest } from '../run/request.ts';
import type { ApiContext } from './endpoint.ts';

/** Starts a run with default options for each product line; what is live stays and is recorded as skipped. One failure does not keep the others back. */
export async function startRunOfEachLine({ backend, runner, log }: ApiContext): Promise<void> {
  const lines = await backend.lines();
  const { faults } = await backend.contracts();
  if (faults.length > 0) log.warn('Some contracts cannot be loaded', { faults: faults.map(({ place }) => place) });
  const errors: unknown[] = [];
  for (const { productLine } of lines.all()) {
    const request = parseRunRequest({ product_line: productLine, slice_seconds: backend.settings().sliceSeconds });
    try {
      const result = await startRun(lines, request, { trigger: 'timer', start: async (run) => runner.start(run) });
      log.info(result.result === 'opened' ? 'Run started by schedule' : 'Run skipped: another is live', {
        product_line: productLine,
        run_id: result.run.runId,
      });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'Not every scheduled run could be started');
}
