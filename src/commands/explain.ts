import type { AnyContract } from '../contract/contract.ts';
import { InputError } from '../errors.ts';
import type { ExplainedRow, ExplainedTable, Explanation } from '../mapping/explain/explanation.ts';
import { withDocuments, type DocumentOptions, type StoredDocument } from './documents.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { Unusable, XmlFile } from './input.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { note, print, printJson, type Terminal } from './terminal.ts';

interface ExplainOptions extends DocumentOptions, JsonOption {
  readonly table?: string;
  readonly column?: string;
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
    .option('--json', 'as JSON')
    .action(acting(explain));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['explain --contract contracts/personal-loan.json one.xml', 'all rows of a document'],
    [
      'explain --contract contracts/personal-loan.json one.xml --column birth_date',
      'how one column came by its value, or why it has none',
    ],
    ['explain --product-line personal-loan --app-id 17 --table contacts', 'a document of the database in XMLFAN_STORE'],
  ]);
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
  const { openExplanation } = await import('../mapping/explain/explain.ts');
  const { renderExplanation } = await import('./explanation.ts');
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
    const explanation = only(explainDocument(document, new Date()), options);
    if (options.json) await printJson(terminal, { document: name, ...explanation });
    else
      await print(
        terminal,
        renderExplanation(name, explanation, terminal, { isDetailed: options.column !== undefined }),
      );
  }
  return unread > 0 ? EXIT.incomplete : EXIT.done;
}

/** Where documents have no id of their own, files are numbered. */
function ofFile(contract: AnyContract, xml: Uint8Array, number: number): { xml: Uint8Array; appId?: string } {
  return contract.format === 2 && contract.documentId === null ? { xml, appId: String(number) } : { xml };
}

/** What the options name of it. Throws an `InputError` if there is no such table or column. */
function only(explanation: Explanation, { table, column }: ExplainOptions): Explanation {
  const tables = choose('--table', table, explanation.tables, (one) => one.table);
  if (column === undefined) return { ...explanation, tables };
  const names = tables.flatMap(({ rows, left }) =>
    [...rows, ...left].flatMap(({ columns }) => columns.map((one) => one.column)),
  );
  if (names.length > 0) choose('--column', column, [...new Set(names)], (name) => name);
  return {
    ...explanation,
    tables: tables.map((one) => onlyColumn(one, column)).filter(({ rows, left }) => rows.length + left.length > 0),
  };
}

function onlyColumn(table: ExplainedTable, column: string): ExplainedTable {
  const keep = <Row extends ExplainedRow>(rows: readonly Row[]): readonly Row[] =>
    rows
      .map((row) => ({ ...row, columns: row.columns.filter((one) => same(one.column, column)) }))
      .filter(({ columns }) => columns.length > 0);
  return { ...table, rows: keep(table.rows), left: keep(table.left) };
}

function choose<One>(
  option: string,
  wanted: string | undefined,
  all: readonly One[],
  nameOf: (one: One) => string,
): readonly One[] {
  if (wanted === undefined || all.length === 0) return all;
  const chosen = all.filter((one) => same(nameOf(one), wanted));
  if (chosen.length > 0) return chosen;
  const known = all.map(nameOf).join(', ');
  throw new InputError('Nothing to explain:', [
    { place: option, message: `${JSON.stringify(wanted)} is not there`, advice: `There are ${known}.` },
  ]);
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
