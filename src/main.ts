#!/usr/bin/env node
import { run } from './cli/run.ts';
import { Terminal } from './cli/terminal.ts';

const { stdout, stderr } = process;
// A reader that is gone or a disk that is full ends nobody's work.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const terminal = new Terminal({ env: process.env, stdout, stderr });
const exitCode = await run(process.argv.slice(2), terminal);
// Exits although something may still be open: nobody needs it any more.
process.exit(exitCode);
