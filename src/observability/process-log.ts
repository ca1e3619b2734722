import { type DestinationStream, pino } from 'pino';
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

interface LogOptions {
  /** The lowest level that is written at first. */
  readonly logLevel: string;
  readonly production: boolean;
}

/** How long the end of a process waits until the reader of the log takes the next line, in milliseconds. */
const CLOSE_MS = 1000;
const STDOUT = 1;

/** One for all logs: a process that runs one server after the other has only one standard output. */
let output: LogOutput | null = null;

/**
 * A log that writes lines to standard output, from `logLevel` on: JSON, or on a terminal, unless in production, what is
 * easier to read. Lines are written in the background, or at the latest when the process ends. Nobody waits for their
 * reader, and no error of the output ends the process.
 */
export async function openLog({ logLevel, production }: LogOptions): Promise<ProcessLog> {
  output ??= new LogOutput(process.stdout, STDOUT);
  const own = output;
  const log = pino({ level: logLevel, base: null }, await toTerminal(own, production));
  return Object.assign(log, {
    dropped: () => own.dropped,
    async close() {
      log.level = 'silent';
      await own.settled(CLOSE_MS);
    },
  });
}

/** Only a terminal pays for what makes lines readable. */
async function toTerminal(output: LogOutput, production: boolean): Promise<DestinationStream> {
  if (production || !process.stdout.isTTY) return output;
  const { readable } = await import('./readable-lines.ts');
  return { write: (line) => output.write(readable(line)) };
}

/** Switches between debug and the configured level; if that is debug, between debug and info. */
export function toggleDebug(log: ProcessLog, configured: string): void {
  const usual = configured === 'debug' ? 'info' : configured;
  log.level = log.level === 'debug' ? usual : 'debug';
  log.info({}, `The log level is now ${log.level}`);
}
