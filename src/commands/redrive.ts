import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { note, print, printJson, type Terminal } from './terminal.ts';
import { agree, count } from '../words.ts';

interface RedriveOptions extends LineAndStoreOptions, JsonOption {
  readonly reason?: string;
  readonly run?: string;
  readonly appId?: readonly string[];
}

export function addRedrive({ program, acting }: Cli): void {
  const command = program
    .command('redrive')
    .summary('make failed documents pending again')
    .description('Moves log rows of failed documents to the history, so that the next run takes these documents again.')
    .option('--reason <text>', 'only failures whose reason, or its sentence, starts so; … stands for any value')
    .option('--run <id>', 'only what failed in this run')
    .option('--app-id <id...>', 'only these documents')
    .option('--json', 'print the number as JSON')
    .action(acting(redrive));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    [
      'redrive --store sqlite:my.db --contract contracts/personal-loan.json --reason constraint_violation',
      'failures of one kind',
    ],
    ['redrive --product-line personal-loan --run 4f1c2a', 'what failed in one run'],
    ['redrive --product-line personal-loan --app-id 17 18', 'two documents'],
  ]);
}

/** Makes failed documents pending again. */
async function redrive(terminal: Terminal, options: RedriveOptions): Promise<ExitStatus> {
  const { resolveRun, withLine } = await import('./lines.ts');
  const { documentIds } = await import('./ids.ts');
  const { describeUnfit, statesOf } = await import('../run/document-states.ts');
  const { reasonsMeant } = await import('./reasons.ts');
  return withLine(terminal, options, {}, async (line, { lines }) => {
    const { store, productLine } = line;
    const runId = options.run === undefined ? undefined : await resolveRun(lines, options.run);
    const appIds = options.appId && documentIds(line, '--app-id', options.appId);
    const filter = { ...(runId !== undefined && { runId }), ...(appIds && { appIds }) };
    const reasons = options.reason === undefined ? null : await reasonsMeant(store, options.reason);
    let documents = reasons === null ? await store.redrive(filter) : 0;
    for (const reason of reasons ?? []) documents += await store.redrive({ ...filter, reason });
    const unfit = documents === 0 && appIds !== undefined ? await statesOf(store, appIds, new Set()) : [];
    if (options.json) {
      await printJson(terminal, { product_line: productLine, redriven: documents });
      return EXIT.done;
    }
    await print(
      terminal,
      documents === 0
        ? terminal.spell('No failed document fits: nothing changed. `xmlfan redo` is for converted ones.')
        : `${count(documents, 'document')} of ${productLine} ${agree(documents, 'is', 'are')} pending again.`,
    );
    const converted = ': `xmlfan redo` has it made anew';
    for (const sentence of describeUnfit(unfit, { converted, failed: ' for another reason' })) note(terminal, sentence);
    if (documents > 0) note(terminal, 'Start `xmlfan run` to take them.');
    return EXIT.done;
  });
}
