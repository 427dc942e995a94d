import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { LogLevel } from '../log.ts';
import type { ExitStatus } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What commands are added to. A command's file holds its definition and loads whatever its action needs when that is called. */
export interface Cli {
  readonly program: Command;
  /** Makes an action of commander: it is given the terminal first, and its status becomes the program's. */
  readonly acting: <Args extends readonly unknown[]>(
    action: (terminal: Terminal, ...args: Args) => Promise<ExitStatus>,
  ) => (...args: Args) => Promise<void>;
}

/** Where the database is: `--store`, or the original's options for SQL Server. */
export interface StoreOptions {
  readonly store?: string;
  readonly server?: string;
  readonly database?: string;
  readonly username?: string;
  readonly password?: string;
  readonly connectionTimeout?: number;
  readonly minPoolSize?: number;
  readonly maxPoolSize?: number;
  readonly enablePooling?: true;
  readonly enableMars?: true;
  readonly disableMars?: true;
}

/** Which contract: a product line of the contracts folder, or a file. */
export interface LineOptions {
  readonly productLine?: string;
  readonly contract?: string;
}

export interface JsonOption {
  readonly json?: true;
}

/** Options that stand before or after any command. */
export interface GlobalOptions {
  readonly logLevel?: LogLevel;
}

/** Adds the options of a command that works on a database. */
export function addStoreOptions(command: Command): Command {
  return command
    .option(
      '--store <url>',
      'sqlite:PATH, mssql://USER:PASSWORD@HOST/DATABASE or a connection string (default: XMLFAN_STORE)',
    )
    .addOption(original('--server <name>', 'server, e.g. db.example.com,1433').conflicts('store'))
    .addOption(original('--database <name>', 'database').conflicts('store'))
    .addOption(original('--username <name>', 'SQL login; without it Windows logs in').conflicts('store'))
    .addOption(original('--password <text>', 'its password; better kept in XMLFAN_STORE').conflicts('store'))
    .addOption(original('--connection-timeout <seconds>', 'time to connect').argParser(wholeNumber(1, 600)))
    .addOption(original('--min-pool-size <n>', 'connections kept open').argParser(wholeNumber(0, 1000)))
    .addOption(original('--max-pool-size <n>', 'most connections').argParser(wholeNumber(1, 1000)))
    .addOption(original('--enable-pooling', 'accepted: connections are always pooled'))
    .addOption(original('--enable-mars', 'accepted: not needed'))
    .addOption(original('--disable-mars', 'accepted: not needed'));
}

function original(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup('SQL Server, as the original had it:');
}

/** Adds the two ways to name a contract. */
export function addLineOptions(command: Command, { optional = false } = {}): Command {
  const all = optional ? ' (default: every one there)' : '';
  return command
    .option('--product-line <name>', `product line: a contract of the contracts folder${all}`)
    .addOption(new Option('--contract <file>', 'contract file, JSON or YAML').conflicts('productLine'));
}

/** Parser of an option that takes a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Examples at the end of a command's help, each a command line and what it does. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, meaning: string])[],
): Command {
  const lines = examples.map(([line, meaning]) => `  # ${meaning}\n  $ xmlfan ${line}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
