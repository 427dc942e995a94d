import { Option } from 'commander';
import type { AnyContract } from '../contract/contract.ts';
import { InputError, type Fault } from '../errors.ts';
import type { CanonicalTables } from '../mapping/canonical.ts';
import type { CountedIssue } from '../mapping/issues.ts';
import type { Outcome, Stage } from '../mapping/outcome.ts';
import type { Place } from '../store/matches.ts';
import type { IssueTotal } from '../store/port.ts';
import { withDocuments, type DocumentOptions, type StoredDocument } from './documents.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { Unusable, XmlFile } from './input.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli } from './options.ts';
import { note, print, widthOf, type Terminal } from './terminal.ts';
import { shellWord } from '../words.ts';

const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface MapOptions extends DocumentOptions {
  readonly out?: string;
  readonly format?: ExportFormat;
  readonly overwrite?: true;
}

export function addMap({ program, acting }: Cli): void {
  const command = program
    .command('map')
    .summary('show what a contract makes of XML files, or of documents in the database, or write it to files')
    .description(
      'Maps documents and prints one line of JSON for each: {file, app_id, outcome, stage?, reason?, sentence?, tables, quality_issues}; nothing is written. ' +
        'A rejected document is a result, not a failure of the command; a document that cannot be read is reported, and the exit status is 3. ' +
        'With --out the rows go into files, one a table, and rejected documents, which are not in them, make the exit status 3 as well. ' +
        'Documents of files that carry no id are numbered 1, 2, 3 in the order given.',
    )
    .argument('[xml...]', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .option('--app-id <id...>', 'documents of the source table, in place of files')
    .option('--out <folder>', 'write one file a table here; they have their names only when all are complete')
    .addOption(
      new Option(
        '--format <name>',
        'of these files: csv (NULL is empty), jsonl, or parquet with typed columns',
      ).choices(EXPORT_FORMATS),
    )
    .option('--overwrite', 'replace files that are there already')
    .action(acting(map));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['map --contract contracts/personal-loan.json one.xml two.xml.gz', 'the rows of two documents'],
    [
      'map --contract contracts/personal-loan.json documents/ | jq -r \'select(.outcome == "rejected") | .file + ": " + .sentence\'',
      'rejected documents of a folder',
    ],
    ['map --contract orders.yaml documents/ --out rows --format parquet', 'files instead of a database'],
    ['map --product-line personal-loan --app-id 17', 'a document of the database in XMLFAN_STORE'],
  ]);
}

/** What `map` prints of one document. */
interface MappedFile {
  /** Null for a document of the source table. */
  readonly file: string | null;
  readonly app_id: string | null;
  readonly outcome: Outcome['outcome'];
  readonly stage?: Stage;
  readonly reason?: string;
  /** The reason in words for people. */
  readonly sentence?: string;
  readonly tables: CanonicalTables;
  readonly quality_issues: readonly CountedIssue[];
}

/** Prints what the contract makes of each document, or writes it to files, values in canonical form. */
async function map(terminal: Terminal, paths: readonly string[], options: MapOptions): Promise<ExitStatus> {
  checkFileOptions(options);
  return withDocuments(terminal, paths, options, async (contract, inputs) => {
    const sink = await openSink(terminal, contract, options);
    try {
      return await mapAll(terminal, contract, inputs, sink);
    } catch (error) {
      await sink.abandon();
      throw error;
    }
  });
}

function checkFileOptions({ out, format, overwrite }: MapOptions): void {
  const faults: Fault[] = [];
  if (out === undefined && (format !== undefined || overwrite === true))
    faults.push({ place: '--out', message: 'is missing', advice: 'Name the folder that the files go to.' });
  if (out !== undefined && format === undefined)
    faults.push({ place: '--format', message: 'is missing', advice: `Choose ${EXPORT_FORMATS.join(', ')}.` });
  if (faults.length > 0) throw new InputError('The files cannot be written:', faults);
}

/** Where what becomes of documents goes. */
interface Sink {
  /** False if the document is missing from what was asked for. */
  readonly take: (path: string | null, result: Outcome, now: Date) => Promise<boolean>;
  readonly end: () => Promise<void>;
  readonly abandon: () => Promise<void>;
}

async function openSink(terminal: Terminal, contract: AnyContract, options: MapOptions): Promise<Sink> {
  const { out, format, overwrite = false } = options;
  if (out !== undefined && format !== undefined) {
    const { openFileSink } = await import('./file-sink.ts');
    return openFileSink(terminal, contract, { out, format, overwrite });
  }
  const { canonicalOf } = await import('../mapping/canonical.ts');
  const { sentenceOf } = await import('../mapping/reason.ts');
  const { countIssues } = await import('../mapping/issues.ts');
  return {
    async take(file, result, now) {
      const tables = result.outcome === 'mapped' ? canonicalOf(contract, result.tables, now) : {};
      const { appId, outcome, issues } = result;
      const rejected =
        result.outcome === 'rejected'
          ? { stage: result.stage, reason: result.reason, sentence: sentenceOf(result.reason) }
          : {};
      const line: MappedFile = {
        file,
        app_id: appId,
        outcome,
        ...rejected,
        tables,
        quality_issues: countIssues(issues),
      };
      await print(terminal, JSON.stringify(line));
      return true;
    },
    end: async () => undefined,
    abandon: async () => undefined,
  };
}

async function mapAll(
  terminal: Terminal,
  contract: AnyContract,
  inputs: AsyncIterable<StoredDocument | XmlFile | Unusable>,
  sink: Sink,
): Promise<ExitStatus> {
  const { openMapping, placesOf } = await import('../mapping/map-document.ts');
  const { openNumbered } = await import('./numbering.ts');
  const { addIssues } = await import('../store/notes.ts');
  const mapStored = openMapping(contract);
  const mapFile = openNumbered(contract, mapStored);
  const patterns = new Set<string>();
  let issues: readonly IssueTotal[] = [];
  let example: { readonly which: string; readonly column: string | null } | null = null;
  let [missing, mapped] = [0, 0];
  for await (const input of inputs) {
    if ('problem' in input) {
      note(terminal, `${input.path}: ${input.problem}`);
      missing += 1;
      continue;
    }
    const now = new Date();
    const result = 'bytes' in input ? mapFile(input.bytes, now) : mapStored(input.document, now);
    if (result.outcome === 'mapped') {
      mapped += 1;
      patterns.add(result.matches);
    }
    if (!(await sink.take(input.path, result, now))) missing += 1;
    const [issue] = result.issues;
    if (issue !== undefined) example ??= { which: whichOf(input), column: issue.column };
    issues = addIssues(issues, [{ appId: result.appId ?? String(input.path), issues: result.issues }]);
  }
  await sink.end();
  if (example !== null)
    await tellIssues(terminal, issues, `--product-line ${contract.productLine} ${example.which}`, example.column);
  await tellUnmatched(terminal, mapped, placesOf(contract), patterns);
  return missing > 0 ? EXIT.incomplete : EXIT.done;
}

/** How a document is named on a command line. */
function whichOf(input: StoredDocument | XmlFile): string {
  return 'document' in input ? `--app-id ${input.document.appId}` : shellWord(input.path);
}

async function tellIssues(
  terminal: Terminal,
  issues: readonly IssueTotal[],
  which: string,
  column: string | null,
): Promise<void> {
  const { hintToExplain, renderIssueTable } = await import('./render.ts');
  const table = renderIssueTable(
    issues.map(({ appIds, ...issue }) => ({ ...issue, app_ids: appIds })),
    widthOf({ stdout: terminal.stderr }),
  );
  note(terminal, `Quality issues\n${table}\n${hintToExplain(which, column)}`);
}

async function tellUnmatched(
  terminal: Terminal,
  mapped: number,
  places: readonly Place[],
  patterns: ReadonlySet<string>,
): Promise<void> {
  const { addMatches } = await import('../store/matches.ts');
  const { neverMatched } = await import('../run/report.ts');
  const { renderNeverMatched } = await import('./render.ts');
  const unmatched = addMatches(
    null,
    [...patterns].map((digits) => ({ places, digits })),
  );
  const text = renderNeverMatched(
    neverMatched(mapped, [{ unmatched }]),
    Infinity,
    widthOf({ stdout: terminal.stderr }),
  );
  if (text !== '') note(terminal, text);
}
