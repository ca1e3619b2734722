import { expect, it } from 'vitest';
import { Chat } from '../../src/client/chat.ts';

function said(cursor: string) {
  const user = { id: 'u', name: 'Ann', nameKey: 'k', isGuest: false };
  return { cursor, at: '2026-01-01T00:00:00Z', from: 'p', user, text: cursor, private: false };
}

it('keeps each message once, in the order in which it came', () => {
  const chat = new Chat();
  expect(chat.add(said('b'))).toMatchObject({ id: 'b', text: 'b' });
  expect(chat.add(said('a'))).toMatchObject({ id: 'a' });
  const before = chat.messages;
  expect(chat.add(said('b'))).toBeNull();
  expect(chat.messages).toBe(before);
  expect(chat.messages.map(({ id }) => id)).toEqual(['b', 'a']);
});

it('lets the older half go at the thousand and first', () => {
  const chat = new Chat();
  for (let index = 0; index < 1_000; index += 1) chat.add(said(String(index)));
  expect(chat.messages).toHaveLength(1_000);
  chat.add(said('1000'));
  expect(chat.messages).toHaveLength(501);
  expect(chat.messages[0]?.id).toBe('500');
  expect(chat.messages.at(-1)?.id).toBe('1000');
});
