import { expect, it } from 'vitest';
import type { Knock } from '../../src/client/call-events.ts';
import { Lobby } from '../../src/client/lobby.ts';

const PLACE = { cursor: '1', at: '2026-01-01T00:00:00Z' };

function knock(knockId: string): Knock {
  return { knockId, user: { id: knockId, name: knockId, nameKey: 'k', isGuest: false } };
}

const received = (one: Knock) => ({ __typename: 'KnockReceived', ...PLACE, ...one }) as const;
const ended = (knockId: string) => ({ __typename: 'KnockEnded', ...PLACE, knockId }) as const;

it('tells of each knock once, however often it is told', () => {
  const lobby = new Lobby();
  expect(lobby.receive(received(knock('a')))).toEqual(knock('a'));
  expect(lobby.receive(received(knock('a')))).toBeNull();
  expect(lobby.receive(received(knock('b')))).toEqual(knock('b'));
  expect(lobby.knocks).toEqual([knock('a'), knock('b')]);
  expect(lobby.receive(ended('a'))).toBeNull();
  expect(lobby.knocks).toEqual([knock('b')]);
});

it('knows of nobody once somebody else is host', () => {
  const lobby = new Lobby();
  lobby.receive(received(knock('a')));
  lobby.clear();
  expect(lobby.knocks).toEqual([]);
});
