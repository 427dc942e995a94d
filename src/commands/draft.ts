import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { readXmlFiles } from './input.ts';
import { addExamples, type Cli } from './options.ts';
import { note, print, type Terminal } from './terminal.ts';
import { count } from './words.ts';

export function addDraft({ program, acting }: Cli): void {
  const command = program
    .command('draft')
    .summary('write a first contract from sample documents')
    .description(
      'Prints a contract of format 2 for sample documents: a table for what repeats, a column for every other value, types, lengths and `required` from what was seen, ' +
        'with counts as comments, and what is left out and why. It converts the samples as it stands; `try` shows the rows while you change it.',
    )
    .argument('<sample...>', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .action(acting(draft));
  addExamples(command, [['draft samples/ > orders.yaml', 'a contract for the documents of a folder']]);
}

async function draft(terminal: Terminal, paths: readonly string[]): Promise<ExitStatus> {
  const { openDraft } = await import('../draft/draft.ts');
  const drafter = openDraft();
  let [read, unread] = [0, 0];
  for await (const input of readXmlFiles(terminal, paths)) {
    const problem = 'problem' in input ? input.problem : drafter.add(input.bytes);
    if (problem === null) read += 1;
    else {
      unread += 1;
      note(terminal, `left out ${input.path}: ${problem}`);
    }
  }
  if (read === 0) {
    const advice = 'Name at least one well-formed XML document.';
    throw new InputError('There is nothing to draft from:', [
      { place: 'samples', message: `none of ${count(unread, 'file')} can be read`, advice },
    ]);
  }
  await print(terminal, drafter.finish().trimEnd());
  return unread > 0 ? EXIT.incomplete : EXIT.done;
}
