#!/usr/bin/env node
import * as module from 'node:module';

if (!module.isBuiltin('node:sqlite')) {
  process.stderr.write(`xmlfan needs Node.js 22.13 or newer; this is ${process.version}.\n`);
  process.exit(2);
}
// Halves the start: what is loaded from here on comes compiled from a cache.
module.enableCompileCache();
const { runProgram } = await import('./commands/program.ts');
const { outliveReaders, processTerminal } = await import('./commands/terminal.ts');

outliveReaders(processTerminal);
process.exitCode = await runProgram(process.argv.slice(2), processTerminal);
