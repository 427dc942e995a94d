import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli } from './options.ts';
import { print, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

interface InitOptions extends LineAndStoreOptions {
  readonly destination?: true;
  readonly grantTo?: string;
}

export function addInit({ program, acting }: Cli): void {
  const command = program
    .command('init')
    .summary("create xmlfan's own tables where they are missing")
    .description(
      'Creates the tables that xmlfan owns (log, runs, instances) where they are missing, adds what those of an older version lack, and touches nothing else. ' +
        'Duplicate rows of an existing log are listed and stop it.',
    )
    .option('--destination', "create the source table and the contract's tables too, where missing")
    .option('--grant-to <user>', 'give this user of the database, made where missing, the rights that a run needs')
    .action(acting(init));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    [
      'init --store sqlite:my.db --contract contracts/personal-loan.json --destination',
      'a new database, ready for import and run',
    ],
    ['init --product-line personal-loan', 'own tables only, in the database of XMLFAN_STORE'],
    ['init --product-line personal-loan --grant-to id-xmlfan', 'and the rights of the identity that runs work as'],
  ]);
}

/** Creates the tables xmlfan owns, and with `--destination` those of the contract, where they are missing. */
async function init(terminal: Terminal, options: InitOptions): Promise<ExitStatus> {
  const { withLine } = await import('./lines.ts');
  return withLine(terminal, options, { create: true, unprepared: true }, async ({ store, tables }) => {
    const { created, duplicateLogRows } = await store.init();
    if (duplicateLogRows.length > 0) return refuse(terminal, duplicateLogRows);
    const source = options.destination ? await store.createSource() : [];
    const destination = options.destination ? await store.createDestination(tables) : [];
    await tell(terminal, [...created, ...source, ...destination]);
    if (options.grantTo !== undefined) {
      await store.grant(tables, options.grantTo);
      await print(terminal, `${options.grantTo} may do what a run does.`);
    }
    return EXIT.done;
  });
}

/** Tables are told by name, what was added to older ones as `TABLE: column NAME`. */
async function tell(terminal: Terminal, made: readonly string[]): Promise<void> {
  if (made.length === 0) return print(terminal, 'Nothing to create: all tables are there.');
  const added = made.filter((name) => name.includes(': ')).length;
  const tables = made.length - added;
  const parts = [
    ...(tables > 0 ? [`created ${count(tables, 'table')}`] : []),
    ...(added > 0 ? [`added ${count(added, 'column')} to tables of an older version`] : []),
  ].join(', ');
  return print(
    terminal,
    [`${parts.charAt(0).toUpperCase()}${parts.slice(1)}:`, ...made.map((name) => `  ${name}`)].join('\n'),
  );
}

async function refuse(terminal: Terminal, duplicates: readonly { appId: string; rows: number }[]): Promise<ExitStatus> {
  const { renderTable } = await import('./table.ts');
  await print(
    terminal,
    'The log holds documents more than once, so it cannot get the unique index that keeps documents from being done twice.',
  );
  await print(
    terminal,
    renderTable(
      [
        { title: 'app_id', align: 'right' },
        { title: 'log rows', align: 'right' },
      ],
      duplicates.map(({ appId, rows }) => [appId, String(rows)]),
    ),
  );
  await print(terminal, 'Nothing was created. Delete the log rows that are too many, then run init again.');
  return EXIT.failed;
}
