#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { runProgram } from './commands/program.ts';
import { outliveReaders, processTerminal } from './commands/terminal.ts';

// halves the start of commands, whose code is loaded when they are called
enableCompileCache();
outliveReaders(processTerminal);
process.exitCode = await runProgram(process.argv.slice(2), processTerminal);
