import type { Argument, Command, Option } from 'commander';
import { Argument as CommanderArgument } from 'commander';
import { EXIT, type ExitStatus } from './exit.ts';
import { addExamples, type Cli } from './options.ts';
import { pathIn, print, type Terminal } from './terminal.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

type Shell = (typeof SHELLS)[number];

/** Adds the command that prints a shell's script, and the one that the script asks for what may come next. */
export function addCompletion({ program, acting }: Cli): void {
  const command = program
    .command('completion')
    .summary('print a script that completes commands and options')
    .description(
      'Prints a script that lets a shell complete commands, options, product lines and files behind `xmlfan` with the Tab key. In a folder of the sources, `npm link` makes that a command.',
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
    .option('--last <word>', 'the word to complete, apart from those before it')
    .action(
      acting((terminal, words: readonly string[], { last }: { readonly last?: string }) =>
        complete(terminal, program, last === undefined ? words : [...words, last]),
      ),
    );
}

async function printScript(terminal: Terminal, shell: Shell): Promise<ExitStatus> {
  const { SCRIPTS } = await import('./completion-scripts.ts');
  await print(terminal, SCRIPTS[shell]);
  return EXIT.done;
}

/** What may stand in the place of the last word. */
interface Choice {
  readonly values: readonly (readonly [value: string, description: string])[];
  /** It may be a file where none of the values fits. */
  readonly files?: true;
  /** More of the word may follow. */
  readonly open?: true;
}

/** Prints what the scripts read. */
async function complete(terminal: Terminal, program: Command, words: readonly string[]): Promise<ExitStatus> {
  const before = joinWords(words);
  const last = before.pop() ?? '';
  const [, name = '', start = last] = /^(--[^=]+)=(.*)$/s.exec(last) ?? [];
  const { values, files, open } = await choose(terminal, program, name === '' ? before : [...before, name], start);
  for (const [value, description] of values)
    if (value.startsWith(start)) await print(terminal, description === '' ? value : `${value}\t${description}`);
  await print(terminal, `:${(open ? DIRECTIVES.open : 0) + (files ? 0 : DIRECTIVES.noFile)}`);
  return EXIT.done;
}

/** As the scripts add them up. */
const DIRECTIVES = { open: 2, noFile: 4 } as const;

/** Puts together what bash has split: `--store=sqlite:a` comes as `--store`, `=`, `sqlite`, `:`, `a`. */
function joinWords(words: readonly string[]): string[] {
  const joined: string[] = [];
  words.forEach((word, at) => {
    const before = words[at - 1];
    const isJoined = word === '=' || word === ':' || before === '=' || before === ':';
    if (isJoined && joined.length > 0) joined.push(`${joined.pop()}${word}`);
    else joined.push(word);
  });
  return joined;
}

async function choose(terminal: Terminal, program: Command, before: readonly string[], last: string): Promise<Choice> {
  const command = findCommand(program, before);
  const options = [...new Set([command, program].flatMap((of) => [...program.createHelp().visibleOptions(of)]))];
  const valueOf = options.find((option) => takesValue(option) && isNamed(option, before.at(-1) ?? ''));
  if (valueOf !== undefined) return chooseValue(terminal, valueOf, last);
  if (last.startsWith('-')) {
    const described = options.map((option) => [option.long ?? option.short ?? '', option.description] as const);
    return { values: [...new Map(described)] };
  }
  if (command === program) return { values: commandsOf(program) };
  if (command.name() === 'help') return { values: before.at(-1) === 'help' ? commandsOf(program) : [] };
  const [argument] = command.registeredArguments;
  return argument === undefined ? { values: [] } : chooseArgument(argument);
}

function commandsOf(program: Command): Choice['values'] {
  const known = program.createHelp().visibleCommands(program);
  return known.map((command) => [command.name(), command.summary() || command.description()]);
}

/** The command that has been named; the program as long as none has. */
function findCommand(program: Command, words: readonly string[]): Command {
  const named = words.find(
    (word, i) =>
      !word.startsWith('-') &&
      !program.options.some((option) => takesValue(option) && isNamed(option, words[i - 1] ?? '')),
  );
  const known = program.createHelp().visibleCommands(program);
  return known.find((command) => command.name() === named) ?? program;
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function isNamed(option: Option, word: string): boolean {
  return word !== '' && (option.long === word || option.short === word);
}

async function chooseValue(terminal: Terminal, option: Option, last: string): Promise<Choice> {
  if (option.attributeName() === 'productLine') return { values: await productLines(terminal) };
  if (option.attributeName() === 'store') return chooseStore(terminal, last);
  if (/[<[](file|folder|path)/.test(option.flags)) return { values: [], files: true };
  return { values: (option.argChoices ?? []).map((choice) => [choice, '']) };
}

const SQLITE = 'sqlite:';

/** Shells know files, but not behind `sqlite:`. */
async function chooseStore(terminal: Terminal, last: string): Promise<Choice> {
  if (!last.startsWith(SQLITE))
    return {
      values: [
        [SQLITE, 'file'],
        ['mssql://', 'SQL Server'],
      ],
      open: true,
    };
  const { readdir } = await import('node:fs/promises');
  const folder = last.slice(SQLITE.length, last.lastIndexOf('/') + 1);
  const entries = await readdir(pathIn(terminal, folder === '' ? '.' : folder), { withFileTypes: true }).catch(
    () => [],
  );
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  const values = names.toSorted().map((name) => [`${SQLITE}${folder}${name}`, ''] as const);
  return { values, open: true };
}

function chooseArgument(argument: Argument): Choice {
  if (['path', 'xml', 'contract', 'sample'].includes(argument.name())) return { values: [], files: true };
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
