import type { RedoReport } from '../run/redo.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { listenForInterrupt, note, print, printJson, type Terminal } from './terminal.ts';
import { agree, count } from '../words.ts';

interface RedoOptions extends LineAndStoreOptions, JsonOption {
  readonly appId?: readonly string[];
  readonly appIdStart?: string;
  readonly appIdEnd?: string;
  readonly all?: true;
  readonly reason?: string;
  readonly changed?: true;
  readonly yes?: true;
}

export function addRedo({ program, acting }: Cli): void {
  const command = program
    .command('redo')
    .summary('let the next run make documents anew, converted ones too')
    .description(
      'Deletes the rows of documents and moves their log rows to the history, so that the next run makes them anew: after a mended contract or a ' +
        'corrected document. Only tells what would go and what would stay, unless --yes is given. Rows that tell no document are never touched. ' +
        'All conditions that are given must hold.',
    )
    .option('--app-id <id...>', 'these documents')
    .option('--app-id-start <id>', 'lowest document id')
    .option('--app-id-end <id>', 'highest document id')
    .option('--reason <text>', 'failed documents whose reason, or its sentence, starts so')
    .option('--changed', 'documents whose source or contract is another than the one they were made of')
    .option('--all', 'every document')
    .option('--yes', 'do it')
    .option('--json', 'print what goes and what stays as JSON')
    .action(acting(redo));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['redo --product-line personal-loan --app-id 17 18', 'what would go and what would stay'],
    ['redo --product-line personal-loan --changed --yes', 'after documents were replaced or the contract was mended'],
    ['redo --product-line personal-loan --app-id-start 1000 --app-id-end 1999 --yes', 'a range of documents'],
  ]);
}

/** Has documents made anew by the next run, or tells what that would delete. */
async function redo(terminal: Terminal, options: RedoOptions): Promise<ExitStatus> {
  const { withLine } = await import('./lines.ts');
  const { documentIds, documentRange } = await import('./ids.ts');
  const { redo: redoDocuments } = await import('../run/redo.ts');
  const { reasonsMeant } = await import('./reasons.ts');
  const { appId, appIdStart, appIdEnd, all, reason, changed } = options;
  return withLine(terminal, options, {}, async (line) => {
    const [meant, ...others] = reason === undefined ? [] : await reasonsMeant(line.store, reason);
    const request = {
      ...(appId && { appIds: documentIds(line, '--app-id', appId) }),
      ...((appIdStart ?? appIdEnd) !== undefined && { range: documentRange(line, options) }),
      ...(reason !== undefined && { reason: others.length > 0 ? reason : (meant ?? reason) }),
      ...(all && { all }),
      ...(changed && { changed }),
    };
    const interrupt = listenForInterrupt(terminal, (text) => note(terminal, text));
    const { signal } = interrupt;
    const report = await redoDocuments(line, request, { dryRun: options.yes !== true, signal });
    interrupt.stopListening();
    if (options.json) await printJson(terminal, { product_line: line.productLine, ...report });
    else await tell(terminal, line.productLine, report);
    if (signal.aborted) return EXIT.interrupted;
    return report.without_source.documents + report.referred_to.documents > 0 ? EXIT.incomplete : EXIT.done;
  });
}

async function tell(terminal: Terminal, productLine: string, report: RedoReport): Promise<void> {
  const { dry_run: dry, documents, rows, stays } = report;
  const lines = [
    documents === 0
      ? `No document of ${productLine} fits: nothing changes.`
      : `${count(documents, 'document')} of ${productLine} ${dry ? 'would be' : agree(documents, 'is', 'are')} made anew by the next run.`,
    ...(rows.length > 0 ? [dry ? 'What would be deleted:' : 'What was deleted:'] : []),
    ...rows.map(({ table, rows: number }) => `  ${table}: ${count(number, 'row')}`),
    ...(stays.length > 0 ? ['What stays:'] : []),
    ...stays.map(({ table, meaning }) => `  ${table}: ${meaning}`),
  ];
  await print(terminal, lines.join('\n'));
  await tellLeftAlone(terminal, report);
  if (documents > 0) note(terminal, dry ? 'Nothing was changed: --yes does it.' : 'Start `xmlfan run` to make them.');
}

async function tellLeftAlone(
  terminal: Terminal,
  { without_source: withoutSource, referred_to: referredTo, unknown_origin: unknown, unfit }: RedoReport,
): Promise<void> {
  const { describeUnfit } = await import('../run/document-states.ts');
  const groups = [
    { ...withoutSource, why: 'their source is gone, so no run could make them anew' },
    { ...referredTo, why: 'rows that the contract does not name refer to theirs' },
  ];
  for (const { documents, app_ids: ids, why } of groups) {
    if (documents === 0) continue;
    const more = documents > ids.length ? ', …' : '';
    note(terminal, `${count(documents, 'document')} left alone, since ${why}: ${ids.join(', ')}${more}.`);
  }
  const others = ', and does not fit what else is asked for';
  for (const sentence of describeUnfit(unfit, { converted: others, failed: others })) note(terminal, sentence);
  if (unknown > 0)
    note(
      terminal,
      `Of ${count(unknown, 'other document')} nobody noted what the rows were made of: name ${agree(unknown, 'it', 'them')} by --app-id or a range.`,
    );
}
