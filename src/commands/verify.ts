import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { print, printJson, type Terminal } from './terminal.ts';

export function addVerify({ program, acting }: Cli): void {
  const command = program
    .command('verify')
    .summary('check that every document was done exactly once')
    .description(
      'Checks that source table and log are those of the contract, that every session kept to its partition, that no document is logged twice and that every pending document is accounted for. ' +
        'Rows that break a rule are shown.',
    )
    .option('--json', 'print the checks as JSON')
    .action(acting(verify));
  addLineOptions(addStoreOptions(command), { optional: true });
  addExamples(command, [
    ['verify --store sqlite:my.db --contract contracts/personal-loan.json', 'exit status 1 if a check fails'],
  ]);
}

/** Checks that every document was done exactly once, and by the partition it belongs to. */
async function verify(terminal: Terminal, options: LineAndStoreOptions & JsonOption): Promise<ExitStatus> {
  const { withLines } = await import('./lines.ts');
  const { verifyLine } = await import('../run/verify.ts');
  const { renderVerification } = await import('./render.ts');
  return withLines(terminal, options, {}, async ({ chosen }) => {
    const verified = await Promise.all(
      chosen.map(async (line) => ({ productLine: line.productLine, checks: await verifyLine(line) })),
    );
    if (options.json)
      await printJson(
        terminal,
        verified.map(({ productLine, checks }) => ({ product_line: productLine, checks })),
      );
    else for (const line of verified) await print(terminal, renderVerification(line, terminal));
    return verified.every(({ checks }) => checks.every(({ passed }) => passed)) ? EXIT.done : EXIT.failed;
  });
}
