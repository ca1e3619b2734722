import { pino } from 'pino';

/** Writes structured lines, as pino does: fields first, then the message. No secret, SDP or candidate is ever given to it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log that writes JSON lines to standard output, from `level` on. */
export function createLog(level: string): Log {
  return pino({ level, base: null });
}
