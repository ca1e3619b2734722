/** Writes structured lines, as pino does: fields first, then the message. No secret, SDP or candidate is ever given to it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether lines of a level are written now. Callers ask before they make an expensive line. */
  isLevelEnabled(level: LogLevel): boolean;
}

type LogLevel = 'debug' | 'info' | 'warn' | 'error';
