import { InvalidArgumentError } from 'commander';
import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { readXmlFiles } from './input.ts';
import { addExamples, type Cli } from './options.ts';
import { note, print, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

interface Options {
  readonly rows?: string;
  readonly tables?: readonly NamedTable[];
  readonly xsd?: readonly string[];
  readonly store?: string;
}

interface NamedTable {
  readonly name: string;
  readonly path: string;
}

export function addDraft({ program, acting }: Cli): void {
  const command = program
    .command('draft')
    .summary('write a first contract from sample documents')
    .description(
      'Prints a contract of format 2 for sample documents: a table for what repeats, a column for every other value, types, lengths and `required` from what was seen, ' +
        'with counts as comments, and what is left out and why. It converts the samples as it stands; `try` shows the rows while you change it.',
    )
    .argument('<sample...>', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .option(
      '--rows <element>',
      'elements that are the rows of the only top table, by their path or its end: /feed/entry',
    )
    .option('--tables <name=element...>', 'tables for elements of which the samples have only one each', namedTable)
    .option(
      '--xsd <file...>',
      'XML Schema: what may repeat or must be there, and types; files that it includes are read too',
    )
    .option(
      '--store <url>',
      'a database (sqlite:PATH, mssql://USER:PASSWORD@HOST/DATABASE or a connection string) whose tables the rows are meant for: names, types and keys are theirs',
    )
    .action(acting(draft));
  addExamples(command, [
    ['draft samples/ > orders.yaml', 'a contract for the documents of a folder'],
    ['draft samples/ --store sqlite:my.db > orders.yaml', 'for tables that are there'],
    ['draft export.xml.gz --rows /export/customer --tables phones=customer/phone', 'only customers, each with phones'],
  ]);
}

function namedTable(text: string, earlier: readonly NamedTable[] = []): readonly NamedTable[] {
  const [, name, path] = /^([\p{L}_][\p{L}\p{N}_]{0,119})=(.+)$/u.exec(text) ?? [];
  if (name !== undefined && path !== undefined) return [...earlier, { name, path }];
  throw new InvalidArgumentError('Write NAME=PATH, such as order_lines=Order/Line.');
}

async function draft(
  terminal: Terminal,
  paths: readonly string[],
  { rows, tables = [], xsd, store }: Options,
): Promise<ExitStatus> {
  const { openDraft } = await import('../draft/draft.ts');
  const schema =
    xsd === undefined ? undefined : await (await import('./schema-files.ts')).readSchemaFiles(terminal, xsd);
  const known = store === undefined ? undefined : await readTables(store);
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
  await print(terminal, drafter.finish({ rows, tables, schema, known }).trimEnd());
  return unread > 0 ? EXIT.incomplete : EXIT.done;
}

async function readTables(address: string) {
  const { checkSqliteFile } = await import('./store-address.ts');
  const { openDatabase } = await import('../store/open.ts');
  checkSqliteFile(address, { create: false });
  const database = await openDatabase(address, { leaseSeconds: 120, aliveSeconds: 900 });
  try {
    return await database.existingTables();
  } finally {
    await database.close();
  }
}
