import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { addExamples, type Cli } from './options.ts';
import { note, pathIn, print, type Terminal } from './terminal.ts';
import { agree, count } from '../words.ts';

export function addUpgrade({ program, acting }: Cli): void {
  const command = program
    .command('upgrade')
    .summary('write a contract of format 1 as one of format 2')
    .description(
      'Prints a contract of format 1 without contacts as one of format 2, and lists what has no equal there, which is left out. ' +
        'Compare the rows of both with `map` before you use it.',
    )
    .requiredOption('--contract <file>', 'contract of format 1')
    .action(acting(upgradeContract));
  addExamples(command, [
    ['upgrade --contract old.json > new.yaml', 'then validate new.yaml, and map documents with both'],
  ]);
}

async function upgradeContract(
  terminal: Terminal,
  { contract: file }: { readonly contract: string },
): Promise<ExitStatus> {
  const { loadContract } = await import('../contract-files.ts');
  const contract = loadContract(pathIn(terminal, file));
  if (contract.format === 2) {
    const advice = 'Use it as it is.';
    throw new InputError('There is nothing to upgrade:', [{ place: file, message: 'is of format 2 already', advice }]);
  }
  const { upgrade } = await import('../contract/upgrade/upgrade.ts');
  const { text, missing } = upgrade(contract);
  await print(terminal, text.trimEnd());
  if (missing.length > 0)
    note(
      terminal,
      `${count(missing.length, 'part')} of it ${agree(missing.length, 'has', 'have')} no equal:\n${missing.map((part) => `  ${part}`).join('\n')}`,
    );
  return EXIT.done;
}
