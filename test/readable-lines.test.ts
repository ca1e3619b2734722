import { expect, test } from 'vitest';
import { readable } from '../src/observability/readable-lines.ts';

const line = (fields: object) => `${JSON.stringify({ level: 30, time: 0, ...fields })}\n`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');

test('a line begins with the time, the level and the message', () => {
  expect(plain(readable(line({ msg: 'Done', operation: 'register', ms: 1.5 })))).toMatch(
    /^\[\d\d:\d\d:\d\d\] INFO: Done \{"operation":"register","ms":1.5\}\n$/,
  );
});

test('an error comes with its stack', () => {
  const { message, stack } = new Error('the disk is full');
  const text = plain(readable(line({ msg: 'Failed', err: { type: 'Error', message, stack } })));
  expect(text).toContain('the disk is full');
  expect(text).toMatch(/\n +at /);
});

test('what a client sends cannot command the terminal', () => {
  const hostile = '\u001b]0;title\u0007\u009b2J\r\u007f';
  for (const fields of [
    { msg: hostile },
    { msg: 'x', to: hostile, subject: hostile, text: hostile },
    { msg: 'x', field: { deep: [hostile] } },
    { msg: 'x', err: { type: hostile, message: hostile, stack: hostile } },
  ]) {
    const text = plain(readable(line(fields)));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(text).toContain(']0;title');
  }
});

test('what is no JSON is shown as it is', () => {
  expect(readable('no line\n')).toBe('no line\n');
});
