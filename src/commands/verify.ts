import { styleText } from 'node:util';
import type { Verification } from '../store/port.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { withLines, type LineAndStoreOptions } from './lines.ts';
import type { JsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { renderTable } from './table.ts';

export interface VerifyOptions extends LineAndStoreOptions, JsonOption {}

/** The checks of one product line. */
export interface VerifiedLine {
  readonly productLine: string;
  readonly checks: readonly Verification[];
}

/** Checks that every document was done exactly once, and by the partition it belongs to. */
export async function verify(options: VerifyOptions): Promise<ExitStatus> {
  return withLines(options, {}, async ({ chosen }) => {
    const verified: VerifiedLine[] = [];
    for (const { productLine, store } of chosen) verified.push({ productLine, checks: await store.verify() });
    if (options.json)
      await printJson(verified.map(({ productLine, checks }) => ({ product_line: productLine, checks })));
    else for (const line of verified) await printVerification(line);
    return verified.every(({ checks }) => checks.every(({ passed }) => passed)) ? EXIT.done : EXIT.failed;
  });
}

/** Prints each check as passed or failed, with the rows that break it. */
export async function printVerification({ productLine, checks }: VerifiedLine): Promise<void> {
  await print(`Checks of ${productLine}`);
  for (const { check, passed, offenders } of checks) {
    await print(`  ${passed ? styleText('green', 'pass') : styleText('red', 'FAIL')}  ${check}`);
    if (offenders.length > 0) await print(indent(renderOffenders(offenders)));
  }
}

function renderOffenders(offenders: Verification['offenders']): string {
  const titles = [...new Set(offenders.flatMap((row) => Object.keys(row)))];
  return renderTable(
    titles.map((title) => ({ title })),
    offenders.map((row) => titles.map((title) => String(row[title] ?? ''))),
  );
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '        ');
}
