import { pino } from 'pino';
import type { Logger } from '../domain/logger.ts';
import { LogOutput } from './log-output.ts';

/** The log of a process. Its level can be changed while it runs. */
export interface ProcessLog extends Logger {
  /** The lowest level that is written: `debug`, `info`, … */
  level: string;
  /** How many lines were dropped because nobody read them. */
  dropped(): number;
  /** Stops the log. Resolves once every line is written, or after a second in which nobody read any. */
  close(): Promise<void>;
}

/** How long the end of a process waits until the reader of the log takes the next line, in milliseconds. */
const CLOSE_MS = 1000;
const STDOUT = 1;

/**
 * A log that writes JSON lines to standard output, from `level` on. Lines are written in the background, or at the
 * latest when the process ends. Nobody waits for their reader, and no error of the output ends the process.
 */
export function createLog(level: string): ProcessLog {
  const output = new LogOutput(process.stdout, STDOUT);
  const log = pino({ level, base: null }, output);
  return Object.assign(log, {
    dropped: () => output.dropped,
    async close() {
      log.level = 'silent';
      await output.settled(CLOSE_MS);
    },
  });
}

/** Switches between debug and the configured level; if that is debug, between debug and info. */
export function toggleDebug(log: ProcessLog, configured: string): void {
  const usual = configured === 'debug' ? 'info' : configured;
  log.level = log.level === 'debug' ? usual : 'debug';
  log.info({}, `The log level is now ${log.level}`);
}
