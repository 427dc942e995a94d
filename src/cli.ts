#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { createProgram } from './commands/program.ts';
import { exitStatusOf } from './commands/exit.ts';
import { outliveReaders } from './commands/output.ts';

// halves the start of commands, whose code is loaded when they are called
enableCompileCache();
outliveReaders();
const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitStatusOf(error, { debug: program.opts<{ logLevel?: string }>().logLevel === 'debug' });
}
