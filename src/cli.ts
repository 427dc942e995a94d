#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Halves the start: what is loaded from here on comes compiled from a cache.
enableCompileCache();
const { runProgram } = await import('./commands/program.ts');
const { outliveReaders, processTerminal } = await import('./commands/terminal.ts');

outliveReaders(processTerminal);
process.exitCode = await runProgram(process.argv.slice(2), processTerminal);
