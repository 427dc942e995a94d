import type { Command } from 'commander';
import { shellWord } from '../words.ts';

/** Scripts of this package that start the program from its sources. */
const FROM_SOURCES: ReadonlySet<string | undefined> = new Set(['xmlfan', 'start']);

/** How this program was started: by npm in the folder of its sources, or as a command of its own. */
export function programName({ npm_lifecycle_event: script }: NodeJS.ProcessEnv): string {
  return FROM_SOURCES.has(script) ? 'npm run -s xmlfan --' : 'xmlfan';
}

/**
 * Makes the commands that a text names in backticks ones to copy: they are called as this program was, and name its database and
 * contract as `args` do. An address of SQL Server may hold a password, and is left to the environment.
 */
export function openSpelling(
  program: Pick<Command, 'commands'>,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): (text: string) => string {
  const [store, contract, line] = ['--store', '--contract', '--product-line'].map((name) => optionOf(args, name));
  const kept = [store?.value.startsWith('sqlite:') === true ? store : undefined, contract ?? line];
  return (text) =>
    text.replaceAll(/`xmlfan ([a-z]+)([^`]*)`/g, (_, name: string, others: string) => {
      const options = program.commands.find((command) => command.name() === name)?.options ?? [];
      const fitting = kept.filter((option) => options.some(({ long }) => long === option?.name));
      const words = contract === undefined ? others : others.replace('CONTRACT', shellWord(contract.value));
      const rest = fitting.includes(contract ?? line) ? words.replace(/ --product-line \S+/, '') : words;
      const added = fitting.flatMap((option) =>
        option === undefined || rest.includes(option.name) ? [] : [` ${option.name} ${shellWord(option.value)}`],
      );
      return `\`${programName(env)} ${name}${added.join('')}${rest}\``;
    });
}

interface Given {
  readonly name: string;
  readonly value: string;
}

/** The last value that an option was given, as `--name value` or `--name=value`. */
function optionOf(args: readonly string[], name: string): Given | undefined {
  const at = args.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  const value = args[at] === name ? args[at + 1] : args[at]?.slice(name.length + 1);
  return value === undefined ? undefined : { name, value };
}
