import type { CanonicalTables } from '../mapping/canonical.ts';
import type { Outcome, QualityIssue, Stage } from '../mapping/outcome.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { readXmlFiles } from './input.ts';
import { addExamples, type Cli } from './options.ts';
import { note, pathIn, print, type Terminal } from './terminal.ts';

interface MapOptions {
  readonly contract: string;
}

export function addMap({ program, acting }: Cli): void {
  const command = program
    .command('map')
    .summary('show what a contract makes of XML files; no database needed')
    .description(
      'Maps XML files and prints one line of JSON a document: {file, app_id, outcome, stage?, reason?, tables, quality_issues}. ' +
        'A rejected document is a result, not a failure of the command; a file that cannot be read is reported, and the exit status is 3.',
    )
    .argument('<xml...>', 'XML files (gzipped ones too), folders with such files, or - for standard input')
    .requiredOption('--contract <file>', 'contract file, JSON or YAML')
    .action(acting(map));
  addExamples(command, [
    ['map --contract contracts/personal-loan.json one.xml two.xml.gz', 'the rows of two documents'],
    [
      'map --contract contracts/personal-loan.json documents/ | jq -r \'select(.outcome == "rejected") | .file + ": " + .reason\'',
      'rejected documents of a folder',
    ],
  ]);
}

/** What `map` prints of one document. */
interface MappedFile {
  readonly file: string;
  readonly app_id: string | null;
  readonly outcome: Outcome['outcome'];
  readonly stage?: Stage;
  readonly reason?: string;
  readonly tables: CanonicalTables;
  readonly quality_issues: readonly QualityIssue[];
}

/** Prints what the contract makes of each file, one line of JSON a file, values in canonical form. */
async function map(terminal: Terminal, paths: readonly string[], options: MapOptions): Promise<ExitStatus> {
  const { loadContract } = await import('../contract-files.ts');
  const { canonicalTables } = await import('../mapping/canonical.ts');
  const { compile } = await import('../mapping/compile.ts');
  const contract = loadContract(pathIn(terminal, options.contract));
  const mapper = compile(contract);
  let unread = 0;
  for await (const input of readXmlFiles(terminal, paths)) {
    if ('problem' in input) {
      note(terminal, `${input.path}: ${input.problem}`);
      unread += 1;
      continue;
    }
    const now = new Date();
    const result = mapper.map({ xml: input.bytes }, now);
    const tables = result.outcome === 'mapped' ? canonicalTables(contract, result.tables, now) : {};
    await print(terminal, JSON.stringify(describe(input.path, result, tables)));
  }
  return unread > 0 ? EXIT.incomplete : EXIT.done;
}

function describe(file: string, result: Outcome, tables: CanonicalTables): MappedFile {
  const rejected = result.outcome === 'rejected' ? { stage: result.stage, reason: result.reason } : {};
  return { file, app_id: result.appId, outcome: result.outcome, ...rejected, tables, quality_issues: result.issues };
}
