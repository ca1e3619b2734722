import { pino } from 'pino';
import type { Logger } from '../domain/logger.ts';

/** The log of a process. It can be made more or less talkative while it is written. */
export interface ProcessLog extends Logger {
  /** The least level that is written: `debug`, `info`, … */
  level: string;
  /** Resolves once every line is written, or after a second in which nobody took them. Nothing is written any more. */
  close(): Promise<void>;
}

/** What may wait for a reader of standard output that does not keep up, in characters; later lines are dropped. */
const BACKLOG_LIMIT = 16 * 1024 * 1024;
/** How long the end of a process waits for that reader to take the next line, in milliseconds. */
const CLOSE_MS = 1000;

/**
 * A log that writes JSON lines to standard output, from `level` on. Nobody waits for whoever reads them: a line is
 * written beside everything else, or at the latest when the process ends.
 */
export function createLog(level: string): ProcessLog {
  const output = pino.destination({ sync: false, maxLength: BACKLOG_LIMIT });
  const log = pino({ level, base: null }, output);
  const close = () =>
    new Promise<void>((resolve) => {
      log.level = 'silent';
      const end = () => {
        clearTimeout(timer);
        output.destroy();
        resolve();
      };
      const timer = setTimeout(end, CLOSE_MS);
      output.on('write', () => timer.refresh());
      output.once('close', end);
      // A reader that is gone takes nothing any more either.
      output.once('error', end);
      output.end();
    });
  return Object.assign(log, { close });
}

/** Turns debug lines on, or back to the level that was configured; where that is debug, to info. */
export function toggleDebug(log: ProcessLog, configured: string): void {
  const usual = configured === 'debug' ? 'info' : configured;
  log.level = log.level === 'debug' ? usual : 'debug';
  log.info({}, `Lines are written from ${log.level} on`);
}
