#!/usr/bin/env node
import { createProgram } from './commands/program.ts';
import { exitStatusOf } from './commands/exit.ts';
import { endQuietlyWhenPipeCloses } from './commands/output.ts';

endQuietlyWhenPipeCloses();
const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitStatusOf(error, { debug: program.opts<{ logLevel?: string }>().logLevel === 'debug' });
}
