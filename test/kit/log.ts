import type { Logger } from '../../src/domain/logger.ts';

type Level = Exclude<keyof Logger, 'isLevelEnabled'>;

/** One line of a log. */
export interface Line {
  readonly level: Level;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** A log that keeps its lines. */
export class KeptLog implements Logger {
  readonly lines: Line[] = [];

  debug(fields: object, message: string): void {
    this.#keep('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.#keep('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#keep('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#keep('error', fields, message);
  }

  isLevelEnabled(): boolean {
    return true;
  }

  #keep(level: Level, fields: object, message: string): void {
    this.lines.push({ level, fields: { ...fields }, message });
  }
}
