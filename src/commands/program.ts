import { Command, InvalidArgumentError, Option } from 'commander';
import { LOG_LEVELS, parseLogLevel, type LogLevel } from '../log.ts';
import { addCheck } from './check.ts';
import { addCompare } from './compare.ts';
import { addCompletion } from './completion.ts';
import { addControls } from './control.ts';
import { addDdl } from './ddl.ts';
import { addDraft } from './draft.ts';
import { addExplain } from './explain.ts';
import { describeError, EXIT, EXIT_STATUSES, type ExitStatus } from './exit.ts';
import { addGenerate } from './generate.ts';
import { addImport } from './import.ts';
import { addInit } from './init.ts';
import { addMap } from './map.ts';
import type { Cli, GlobalOptions } from './options.ts';
import { addRedo } from './redo.ts';
import { addRedrive } from './redrive.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { openSpelling, programName } from './spelling.ts';
import { addStatus } from './status.ts';
import { note, processTerminal, type Terminal } from './terminal.ts';
import { addTry } from './try.ts';
import { addUpgrade } from './upgrade.ts';
import { addValidate } from './validate.ts';
import { addVerify } from './verify.ts';
import { readVersion } from '../version.ts';

/** Runs the program as a shell would, and returns the status to exit with. Only a second Ctrl-C ends the process. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const here: Terminal = { ...terminal, spell: (text) => spell(text) };
  const program = createProgram(here, (ended) => (status = ended));
  const spell = openSpelling(program, args, terminal.env);
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    const told = describeError(error, { debug: program.opts<GlobalOptions>().logLevel === 'debug' });
    if (told.message !== '') note(here, told.message);
    return told.status;
  }
}

/** Each in the order of its group in the help. */
const COMMANDS: Readonly<Record<string, readonly ((cli: Cli) => void)[]>> = {
  'Runs:': [addRun, addStatus, addControls, addServe],
  'Database:': [addInit, addCheck, addImport, addVerify, addCompare, addRedrive, addRedo],
  'Contracts and documents:': [addDraft, addUpgrade, addValidate, addTry, addDdl, addMap, addExplain, addGenerate],
  'Other:': [addCompletion, addHelp],
};

/**
 * The whole command line of xmlfan; `ended` is given the exit status of a command.
 * It throws a `CommanderError` where commander would end the process.
 */
export function createProgram(
  terminal: Terminal = processTerminal,
  ended: (status: ExitStatus) => void = () => undefined,
): Command {
  const program = new Command('xmlfan')
    .description(
      'Turns XML documents of a database column into rows of tables, as a mapping contract says, in parallel, each exactly once.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addOption(logLevelOption())
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text.replaceAll('$ xmlfan ', `$ ${programName(terminal.env)} `)),
      writeErr: (text) => note(terminal, text.trimEnd()),
      getOutHelpWidth: () => terminal.stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => terminal.stderr.columns ?? HELP_WIDTH,
    })
    .showHelpAfterError('(add --help to see what it takes)')
    .exitOverride();
  const cli: Cli = {
    program,
    acting:
      (action) =>
      async (...args) =>
        ended(await action(terminal, ...args)),
  };
  for (const [group, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const add of commands) add(cli);
  }
  return program.addHelpText('after', FOOTER);
}

/** Unlike commander's own it names a command that is not there. */
function addHelp({ program }: Cli): void {
  program
    .command('help')
    .argument('[command]')
    .description('print the help of a command')
    .action((name?: string) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command === undefined) program.error(`error: unknown command '${name}'`);
      else command.outputHelp();
    });
}

const HELP_WIDTH = 80;

const FOOTER = `
Settings come from the environment: XMLFAN_STORE, CONTRACTS_DIR, WORKERS, LOG_LEVEL and others, see the README.
${EXIT_STATUSES}

A first try:
  $ xmlfan draft    my-documents/ > my-contract.yaml
  $ xmlfan init     --store sqlite:my.db --contract my-contract.yaml --destination
  $ xmlfan import   --store sqlite:my.db --contract my-contract.yaml my-documents/
  $ xmlfan run      --store sqlite:my.db --contract my-contract.yaml
  $ xmlfan verify   --store sqlite:my.db --contract my-contract.yaml`;

function logLevelOption(): Option {
  return new Option('--log-level <level>', 'how much to log on stderr (default: LOG_LEVEL, else info)')
    .choices(LOG_LEVELS)
    .argParser((text): LogLevel => {
      const level = parseLogLevel(text);
      if (level === undefined) throw new InvalidArgumentError(`Allowed choices are ${LOG_LEVELS.join(', ')}.`);
      return level;
    });
}
