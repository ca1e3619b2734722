import { pino } from 'pino';
import type { Logger } from '../domain/logger.ts';
import { LogOutput } from './log-output.ts';

/** The log of a process. It can be made more or less talkative while it is written. */
export interface ProcessLog extends Logger {
  /** The least level that is written: `debug`, `info`, … */
  level: string;
  /** How many lines were dropped, since nobody took them. */
  dropped(): number;
  /** Resolves once every line is written, or after a second in which nobody took them. Nothing is written any more. */
  close(): Promise<void>;
}

/** How long the end of a process waits for the reader of the log to take the next line, in milliseconds. */
const CLOSE_MS = 1000;
const STDOUT = 1;

/**
 * A log that writes JSON lines to standard output, from `level` on. Nobody waits for whoever reads them, and nothing
 * that happens to them ends the process: a line is written beside everything else, or at the latest when it ends.
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

/** Turns debug lines on, or back to the level that was configured; where that is debug, to info. */
export function toggleDebug(log: ProcessLog, configured: string): void {
  const usual = configured === 'debug' ? 'info' : configured;
  log.level = log.level === 'debug' ? usual : 'debug';
  log.info({}, `Lines are written from ${log.level} on`);
}
