#!/usr/bin/env node
import { run } from './cli/run.ts';
import { Terminal } from './cli/terminal.ts';

const { stdout, stderr } = process;
// If the reader of the output is gone, or its disk is full, the process continues.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const terminal = new Terminal({ env: process.env, stdout, stderr });
const exitCode = await run(process.argv.slice(2), terminal);
// Exits even if something is still open: nobody needs it any more.
process.exit(exitCode);
