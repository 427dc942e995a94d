import type { Mismatch } from '../store/port.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { withLine, type LineAndStoreOptions } from './lines.ts';
import type { JsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { isError } from './prepared.ts';
import { count } from './words.ts';

export interface CheckOptions extends LineAndStoreOptions, JsonOption {}

/** Lists everything in which the database does not fit the contract. */
export async function check(options: CheckOptions): Promise<ExitStatus> {
  return withLine(options, { unprepared: true }, async ({ store, tables, productLine }) => {
    const mismatches = await store.check(tables);
    if (options.json) await printJson({ product_line: productLine, mismatches });
    else await tell(productLine, mismatches);
    return mismatches.some(isError) ? EXIT.failed : EXIT.done;
  });
}

async function tell(productLine: string, mismatches: readonly Mismatch[]): Promise<void> {
  for (const { place, message, advice, severity } of mismatches) {
    await print(`${severity} ${place}: ${message}${advice === '' ? '' : `\n  ${advice}`}`);
  }
  const errors = mismatches.filter(isError).length;
  const warnings = mismatches.length - errors;
  if (errors > 0)
    await print(
      `${count(errors, 'error')} and ${count(warnings, 'warning')}: a run of ${productLine} would not start.`,
    );
  else await print(`${productLine} fits the database${warnings > 0 ? `, with ${count(warnings, 'warning')}` : ''}.`);
}
