import { pino } from 'pino';

/** Writes structured lines, as pino does: fields first, then the message. No secret, SDP or candidate is ever given to it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether lines of a level are written now; those that are dear to make are not made otherwise. */
  isLevelEnabled(level: LogLevel): boolean;
}

type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A log that can be made more or less talkative while it is written. */
export interface LevelledLog extends Log {
  /** The least level that is written: `debug`, `info`, … */
  level: string;
}

/** A log that writes JSON lines to standard output, from `level` on. */
export function createLog(level: string): LevelledLog {
  return pino({ level, base: null });
}

/** Turns debug lines on, or back to the level that was configured; where that is debug, to info. */
export function toggleDebug(log: LevelledLog, configured: string): void {
  const usual = configured === 'debug' ? 'info' : configured;
  log.level = log.level === 'debug' ? usual : 'debug';
  log.info({}, `Lines are written from ${log.level} on`);
}
