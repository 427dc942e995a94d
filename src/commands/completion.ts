import type { Argument, Command, Option } from 'commander';
import { Argument as CommanderArgument } from 'commander';
import { EXIT, type ExitStatus } from './exit.ts';
import { addExamples, type Cli } from './options.ts';
import { pathIn, print, type Terminal } from './terminal.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Adds the command that prints a shell's script, and the one that the script asks for what may come next. */
export function addCompletion({ program, acting }: Cli): void {
  const command = program
    .command('completion')
    .summary('print a script that completes commands and options')
    .description(
      'Prints a script that lets a shell complete commands, options, product lines and files with the Tab key.',
    )
    .addArgument(new CommanderArgument('<shell>', 'whose script').choices(SHELLS))
    .action(acting(printScript));
  addExamples(command, [
    ['completion bash > ~/.local/share/bash-completion/completions/xmlfan', 'for good, in bash'],
    ['completion zsh > "${fpath[1]}/_xmlfan"', 'the same in zsh'],
    ['completion fish > ~/.config/fish/completions/xmlfan.fish', 'the same in fish'],
    ['completion powershell >> $PROFILE', 'the same in PowerShell'],
  ]);
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(acting((terminal, words: readonly string[]) => complete(terminal, program, words)));
}

/** The scripts are the library's; each calls `xmlfan complete -- WORDS`. */
async function printScript(terminal: Terminal, shell: (typeof SHELLS)[number]): Promise<ExitStatus> {
  const { script } = await import('@bomb.sh/tab');
  if (shell === 'bash') await print(terminal, BASH_BEFORE);
  script(shell, 'xmlfan', 'xmlfan');
  if (shell === 'bash') await print(terminal, BASH_AFTER);
  return EXIT.done;
}

/** A function of bash-completion that the script calls, for shells without that package. */
const BASH_BEFORE = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
}`;
/** Files where xmlfan has nothing to offer, which the script leaves out. */
const BASH_AFTER = 'complete -o default -F __xmlfan_complete xmlfan';

/** What may stand in the place of the last word, and whether that may be a file. */
interface Choice {
  readonly values: readonly (readonly [value: string, description: string])[];
  readonly files?: true;
}

/** What the scripts read: a line for each value, then what the shell may do besides. */
async function complete(terminal: Terminal, program: Command, words: readonly string[]): Promise<ExitStatus> {
  const last = words.at(-1) ?? '';
  const { values, files } = await choose(terminal, program, words.slice(0, -1), last);
  for (const [value, description] of values)
    if (value.startsWith(last)) await print(terminal, `${value}\t${description}`);
  await print(terminal, `:${files ? DIRECTIVES.files : DIRECTIVES.noFiles}`);
  return EXIT.done;
}

/** As the scripts understand them, which are made after those of the Go library cobra. */
const DIRECTIVES = { files: 0, noFiles: 4 } as const;

async function choose(terminal: Terminal, program: Command, before: readonly string[], last: string): Promise<Choice> {
  const command = findCommand(program, before);
  const options = [command, program].flatMap((of) => [...program.createHelp().visibleOptions(of)]);
  const valueOf = options.find((option) => takesValue(option) && isNamed(option, before.at(-1) ?? ''));
  if (valueOf !== undefined) return chooseValue(terminal, valueOf);
  if (last.startsWith('-'))
    return { values: options.map((option) => [option.long ?? option.short ?? '', option.description]) };
  if (command === program)
    return {
      values: program
        .createHelp()
        .visibleCommands(program)
        .map((known) => [known.name(), known.summary()]),
    };
  const [argument] = command.registeredArguments;
  return argument === undefined ? { values: [] } : chooseArgument(argument);
}

/** The command that has been named; the program as long as none has. */
function findCommand(program: Command, words: readonly string[]): Command {
  const named = words.find(
    (word, i) =>
      !word.startsWith('-') &&
      !program.options.some((option) => takesValue(option) && isNamed(option, words[i - 1] ?? '')),
  );
  return program.commands.find((command) => command.name() === named) ?? program;
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function isNamed(option: Option, word: string): boolean {
  return word !== '' && (option.long === word || option.short === word);
}

async function chooseValue(terminal: Terminal, option: Option): Promise<Choice> {
  if (option.attributeName() === 'productLine') return { values: await productLines(terminal) };
  if (option.attributeName() === 'store')
    return {
      values: [
        ['sqlite:', 'file'],
        ['mssql://', 'SQL Server'],
      ],
      files: true,
    };
  if (/[<[](file|folder|path)/.test(option.flags)) return { values: [], files: true };
  return { values: (option.argChoices ?? []).map((choice) => [choice, '']) };
}

function chooseArgument(argument: Argument): Choice {
  if (['path', 'xml', 'contract'].includes(argument.name())) return { values: [], files: true };
  return { values: (argument.argChoices ?? []).map((choice) => [choice, '']) };
}

/** None where settings or contracts are wrong: that is told by the command itself. */
async function productLines(terminal: Terminal): Promise<Choice['values']> {
  const { loadContractFolder } = await import('../contract-files.ts');
  const { parseSettings } = await import('../settings.ts');
  try {
    const { contracts } = loadContractFolder(pathIn(terminal, parseSettings(terminal.env).contractsDir));
    return contracts.map(({ productLine }) => [productLine, '']);
  } catch {
    return [];
  }
}
