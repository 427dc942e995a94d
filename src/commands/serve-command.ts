import type { Command } from 'commander';
import { addExamples, addStoreOptions, exiting, wholeNumber } from './options.ts';
import type { ServeOptions } from './serve.ts';

/** Adds the command that serves the HTTP API. */
export function addServeCommand(program: Command): void {
  program.commandsGroup('Runs:');
  const command = addStoreOptions(
    program
      .command('serve')
      .summary('serve the HTTP API and carry its runs out')
      .description(
        'Serves the same HTTP API as the Functions app, without Azure: this process carries the runs out that it is asked for.\n' +
          'Product lines are the contracts of CONTRACTS_DIR. Other machines are served only with XMLFAN_API_KEY.',
      )
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--port <n>', 'port; 0 = any that is free', wholeNumber(0, 65_535), 7071),
  );
  command.action(
    exiting(async (options: ServeOptions, self: Command) =>
      (await import('./serve.ts')).serve(options, self.optsWithGlobals()),
    ),
  );
  addExamples(command, [['serve --store sqlite:my.db', 'then: curl localhost:7071/api/health']]);
}
