import type { AnyContract } from '../contract/contract.ts';
import type { CanonicalTables } from '../mapping/canonical.ts';
import type { Outcome, QualityIssue, Stage } from '../mapping/outcome.ts';
import type { Place } from '../store/matches.ts';
import type { IssueTotal } from '../store/port.ts';
import { withDocuments, type DocumentOptions, type StoredDocument } from './documents.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { Unusable, XmlFile } from './input.ts';
import { addExamples, addLineOptions, addStoreOptions, lineFlag, type Cli } from './options.ts';
import { note, print, type Terminal } from './terminal.ts';
import { shellWord } from './words.ts';

export function addMap({ program, acting }: Cli): void {
  const command = program
    .command('map')
    .summary('show what a contract makes of XML files, or of documents in the database')
    .description(
      'Maps documents and prints one line of JSON for each: {file, app_id, outcome, stage?, reason?, sentence?, tables, quality_issues}; nothing is written. ' +
        'A rejected document is a result, not a failure of the command; a document that cannot be read is reported, and the exit status is 3.',
    )
    .argument('[xml...]', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .option('--app-id <id...>', 'documents of the source table, in place of files')
    .action(acting(map));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['map --contract contracts/personal-loan.json one.xml two.xml.gz', 'the rows of two documents'],
    [
      'map --contract contracts/personal-loan.json documents/ | jq -r \'select(.outcome == "rejected") | .file + ": " + .sentence\'',
      'rejected documents of a folder',
    ],
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
  readonly quality_issues: readonly QualityIssue[];
}

/** Prints what the contract makes of each document, one line of JSON for each, values in canonical form. */
async function map(terminal: Terminal, paths: readonly string[], options: DocumentOptions): Promise<ExitStatus> {
  return withDocuments(terminal, paths, options, (contract, inputs) =>
    mapAll(terminal, contract, inputs, lineFlag(options, contract.productLine)),
  );
}

async function mapAll(
  terminal: Terminal,
  contract: AnyContract,
  inputs: AsyncIterable<StoredDocument | XmlFile | Unusable>,
  flag: string,
): Promise<ExitStatus> {
  const { canonicalOf } = await import('../mapping/canonical.ts');
  const { sentenceOf } = await import('../mapping/reason.ts');
  const { openMapping, placesOf } = await import('../mapping/map-document.ts');
  const { addIssues } = await import('../store/notes.ts');
  const mapDocument = openMapping(contract);
  const patterns = new Set<string>();
  let issues: readonly IssueTotal[] = [];
  let example: { readonly which: string; readonly column: string | null } | null = null;
  let [unread, mapped] = [0, 0];
  for await (const input of inputs) {
    if ('problem' in input) {
      note(terminal, `${input.path}: ${input.problem}`);
      unread += 1;
      continue;
    }
    const now = new Date();
    const result = mapDocument('bytes' in input ? { xml: input.bytes } : input.document, now);
    if (result.outcome === 'mapped') {
      mapped += 1;
      patterns.add(result.matches);
    }
    const tables = result.outcome === 'mapped' ? canonicalOf(contract, result.tables, now) : {};
    await print(terminal, JSON.stringify(describe(input.path, result, tables, sentenceOf)));
    const [issue] = result.issues;
    if (issue !== undefined) example ??= { which: whichOf(input), column: issue.column };
    issues = addIssues(issues, [{ appId: result.appId ?? String(input.path), issues: result.issues }]);
  }
  if (example !== null) await tellIssues(terminal, issues, `${flag} ${example.which}`, example.column);
  await tellUnmatched(terminal, mapped, placesOf(contract), patterns);
  return unread > 0 ? EXIT.incomplete : EXIT.done;
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
  const table = renderIssueTable(issues.map(({ appIds, ...issue }) => ({ ...issue, app_ids: appIds })));
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
  const text = renderNeverMatched(neverMatched(mapped, [{ unmatched }]), Infinity);
  if (text !== '') note(terminal, text);
}

function describe(
  file: string | null,
  result: Outcome,
  tables: CanonicalTables,
  sentenceOf: (reason: string) => string,
): MappedFile {
  const rejected =
    result.outcome === 'rejected'
      ? { stage: result.stage, reason: result.reason, sentence: sentenceOf(result.reason) }
      : {};
  return { file, app_id: result.appId, outcome: result.outcome, ...rejected, tables, quality_issues: result.issues };
}
