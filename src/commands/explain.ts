import { InvalidArgumentError } from 'commander';
import type { AnyContract } from '../contract/contract.ts';
import { InputError } from '../errors.ts';
import { SPAN } from '../span.ts';
import type { LogRow } from '../store/port.ts';
import { withDocuments, type DocumentOptions, type StoredDocument } from './documents.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { Unusable, XmlFile } from './input.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { note, print, printJson, type Terminal } from './terminal.ts';

interface ExplainOptions extends DocumentOptions, JsonOption {
  readonly table?: string;
  readonly column?: string;
  readonly row?: string;
  readonly left?: string;
}

export function addExplain({ program, acting }: Cli): void {
  const command = program
    .command('explain')
    .summary('tell why the rows of a document are what they are')
    .description(
      'Tells for each column of the rows that a run writes where in the document its value was read, and why there is none; ' +
        'and which elements and rows are left out, by which rule. With --column also the mapping, the raw text and each step to the value. ' +
        'Nothing is written.',
    )
    .argument('[xml...]', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .option('--app-id <id...>', 'documents of the source table, in place of files')
    .option('--table <name>', 'of this table alone')
    .option('--column <name>', 'of this column alone, in detail')
    .option(
      '--row <numbers>',
      `rows of each table by number, 7 or 101-200 (default: the first ${MOST_ROWS})`,
      readNumbers,
    )
    .option('--left <numbers>', 'the same of what is left out; with --row alone none of it', readNumbers)
    .option('--json', 'as JSON')
    .action(acting(explain));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['explain --contract contracts/personal-loan.json one.xml', 'all rows of a document'],
    [
      'explain --contract contracts/personal-loan.json one.xml --column birth_date',
      'how one column came by its value, or why it has none',
    ],
    [
      'explain --contract contracts/personal-loan.json one.xml --table app_contact_base --row 21-40',
      'the next rows of a table',
    ],
    [
      'explain --product-line personal-loan --app-id 17 --table app_contact_base',
      'a document of the database in XMLFAN_STORE',
    ],
  ]);
}

/** Rows that are told of if nobody says which. */
const MOST_ROWS = 20;

function readNumbers(text: string): string {
  if (SPAN.test(text)) return text;
  throw new InvalidArgumentError('Expected a number, or two as in 101-200.');
}

async function explain(terminal: Terminal, paths: readonly string[], options: ExplainOptions): Promise<ExitStatus> {
  return withDocuments(terminal, paths, options, (contract, inputs) => explainAll(terminal, contract, inputs, options));
}

async function explainAll(
  terminal: Terminal,
  contract: AnyContract,
  inputs: AsyncIterable<StoredDocument | XmlFile | Unusable>,
  options: ExplainOptions,
): Promise<ExitStatus> {
  const { spansOf } = await import('../mapping/explain/excerpt.ts');
  const { excerptFaults, openExplanation } = await import('../mapping/explain/explain.ts');
  const { renderExplanation } = await import('./explanation.ts');
  const faults = excerptFaults(contract, options, { table: '--table', column: '--column' });
  if (faults.length > 0) throw new InputError('Nothing to explain:', faults);
  const { table, column, row, left } = options;
  const excerpt = {
    ...(table !== undefined && { table }),
    ...(column !== undefined && { column }),
    ...spansOf({ row, left }, MOST_ROWS),
  };
  const explainDocument = openExplanation(contract);
  let [unread, number] = [0, 0];
  for await (const input of inputs) {
    if ('problem' in input) {
      note(terminal, `${input.path}: ${input.problem}`);
      unread += 1;
      continue;
    }
    number += 1;
    const document = 'bytes' in input ? ofFile(contract, input.bytes, number) : input.document;
    const name = 'bytes' in input ? input.path : `app_id ${input.document.appId}`;
    const log = 'readLog' in input ? await input.readLog() : null;
    const explanation = explainDocument(document, new Date(), excerpt);
    if (options.json) await printJson(terminal, { document: name, ...(log && { log: inJson(log) }), ...explanation });
    else
      await print(
        terminal,
        renderExplanation(name, log, explanation, terminal, {
          isDetailed: options.column !== undefined,
          tellsLeft: (options.table ?? options.column) !== undefined,
        }),
      );
  }
  return unread > 0 ? EXIT.incomplete : EXIT.done;
}

function inJson({ status, failureReason }: LogRow): object {
  return { status, failure_reason: failureReason };
}

/** Where documents have no id of their own, files are numbered. */
function ofFile(contract: AnyContract, xml: Uint8Array, number: number): { xml: Uint8Array; appId?: string } {
  return contract.format === 2 && contract.documentId === null ? { xml, appId: String(number) } : { xml };
}
