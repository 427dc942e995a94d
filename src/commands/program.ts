import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addContractCommands } from './contract-commands.ts';
import { addDatabaseCommands } from './database-commands.ts';
import { LOG_LEVELS, parseLogLevel, type LogLevel } from '../log.ts';
import { note } from './output.ts';
import { addRunCommands } from './run-commands.ts';
import { addServeCommand } from './serve-command.ts';

/** The whole command line of xmlfan. It throws a `CommanderError` where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('xmlfan')
    .description(
      'Turns XML documents of a database column into rows of tables, as a mapping contract says, in parallel, each exactly once.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpCommand(
      new Command('help').argument('[command]').description('print the help of a command').helpGroup('Other:'),
    )
    .addOption(logLevelOption())
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeErr: (text) => note(text.trimEnd()) })
    .showHelpAfterError('(add --help to see what it takes)')
    .exitOverride();
  addRunCommands(program);
  addServeCommand(program);
  addDatabaseCommands(program);
  addContractCommands(program);
  return program.addHelpText('after', FOOTER);
}

const FOOTER = `
Settings come from the environment: XMLFAN_STORE, CONTRACTS_DIR, WORKERS, LOG_LEVEL and others, see the README.
Exit status: 0 done, 1 failed or cancelled or a check failed, 2 wrong input, 130 stopped by Ctrl-C.

A first try:
  $ xmlfan init     --store sqlite:my.db --contract my-contract.json --destination
  $ xmlfan import   --store sqlite:my.db --contract my-contract.json my-documents/
  $ xmlfan run      --store sqlite:my.db --contract my-contract.json
  $ xmlfan verify   --store sqlite:my.db --contract my-contract.json`;

function logLevelOption(): Option {
  return new Option(
    '--log-level <level>',
    `how much to log on stderr: ${LOG_LEVELS.join(', ')} (default: LOG_LEVEL, else info)`,
  ).argParser((text): LogLevel => {
    const level = parseLogLevel(text);
    if (level === undefined) throw new InvalidArgumentError(`Allowed choices are ${LOG_LEVELS.join(', ')}.`);
    return level;
  });
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
