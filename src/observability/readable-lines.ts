import { prettyFactory } from 'pino-pretty';

/** What a terminal would take for a command: all control characters but the tab and the line break. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is searched for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const pretty = prettyFactory({
  translateTime: 'SYS:HH:MM:ss',
  singleLine: true,
});

/**
 * Turns a log line of JSON into what a person reads on a terminal: the time, the level, the message, then the fields. A
 * mail is shown as it is written, so that its link is a line of its own. Control characters are replaced, since some of
 * what is logged comes from clients.
 */
export function readable(line: string): string {
  try {
    return pretty(shownMail(JSON.parse(line, (_, value) => shown(value))));
  } catch {
    return line;
  }
}

function shown(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(CONTROL, '\ufffd') : value;
}

/** Puts the fields of a development mail (see mail/log.ts) into the message. */
function shownMail({ to, subject, text, ...line }: Record<string, unknown>): object {
  if (typeof text !== 'string') return { ...line, to, subject, text };
  return { ...line, msg: `${line.msg}\n\nTo: ${to}\nSubject: ${subject}\n\n${text}` };
}
