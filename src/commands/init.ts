import { EXIT, type ExitStatus } from './exit.ts';
import { withLine, type LineAndStoreOptions } from './lines.ts';
import { print } from './output.ts';
import { renderTable } from './table.ts';
import { count } from './words.ts';

export interface InitOptions extends LineAndStoreOptions {
  readonly destination?: true;
}

/** Creates the tables xmlfan owns, and with `--destination` those of the contract, where they are missing. */
export async function init(options: InitOptions): Promise<ExitStatus> {
  return withLine(options, { create: true, unprepared: true }, async ({ store, tables }) => {
    const { created, duplicateLogRows } = await store.init();
    if (duplicateLogRows.length > 0) return refuse(duplicateLogRows);
    const source = options.destination ? await store.createSource() : [];
    const destination = options.destination ? await store.createDestination(tables) : [];
    await tell([...created, ...source, ...destination]);
    return EXIT.done;
  });
}

async function tell(created: readonly string[]): Promise<void> {
  await print(
    created.length === 0 ? 'Nothing to create: all tables are there.' : `Created ${count(created.length, 'table')}:`,
  );
  for (const table of created) await print(`  ${table}`);
}

async function refuse(duplicates: readonly { appId: string; rows: number }[]): Promise<ExitStatus> {
  await print(
    'The log holds documents more than once, so it cannot get the unique index that keeps documents from being done twice.',
  );
  await print(
    renderTable(
      [
        { title: 'app_id', align: 'right' },
        { title: 'log rows', align: 'right' },
      ],
      duplicates.map(({ appId, rows }) => [appId, String(rows)]),
    ),
  );
  await print('Nothing was created. Delete the log rows that are too many, then run init again.');
  return EXIT.failed;
}
