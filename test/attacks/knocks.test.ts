import { print } from 'graphql';
import { expect } from 'vitest';
import {
  DenyParticipantDocument,
  RoomEventsDocument,
  type RoomEventsSubscription,
} from '../../src/client/generated/graphql.ts';
import { mutate } from '../kit/mutate.ts';
import { createRoom, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

type RoomEvent = RoomEventsSubscription['roomEvents'];

const EVENTS = print(RoomEventsDocument);
const DENY = print(DenyParticipantDocument);

/** The events of a room on one socket. */
function eventsOf(wire: Wire): RoomEvent[] {
  return wire.frames.flatMap(({ id, type, payload }) =>
    id === 'room' && type === 'next'
      ? [(payload as { data: { roomEvents: RoomEvent } }).data.roomEvents]
      : [],
  );
}

/** What somebody who comes to the door is answered first. */
async function knock(server: AttackedServer, token: string, roomId: string, headers: object) {
  const wire = await Wire.ready(server.socketUrl, token, { headers: { ...headers } });
  wire.subscribe('room', EVENTS, { roomId, clientKey: crypto.randomUUID() });
  await wire.next(({ id }) => id === 'room');
  const [first] = eventsOf(wire);
  const refused = first?.__typename === 'JoinRefused' ? first.error.__typename : undefined;
  return { wire, answer: refused ?? first?.__typename ?? 'none' };
}

/** A room that is entered by knocking, and its host, who turns everybody away or does nothing. */
async function door(server: AttackedServer, does: 'denies' | 'nothing') {
  const ann = await register(server.graphqlUrl, 'Ann');
  server.keepsSecret(ann.token, ann.password);
  const { id: roomId } = await createRoom(server.graphqlUrl, ann, {
    access: 'KNOCK',
    allowGuests: true,
  });
  const host = await Wire.ready(server.socketUrl, ann.token, { headers: asStranger() });
  host.subscribe('room', EVENTS, { roomId, clientKey: 'host' });
  await host.next(({ id }) => id === 'room');
  const rings = () => eventsOf(host).filter(({ __typename }) => __typename === 'KnockReceived');
  let denied = 0;
  host.ws.on('message', () => {
    if (does === 'nothing') return;
    for (const event of rings().slice(denied)) {
      denied += 1;
      if (event.__typename !== 'KnockReceived') continue;
      host.subscribe(`deny-${denied}`, DENY, { input: { roomId, knockId: event.knockId } });
    }
  });
  return { roomId, host, rings };
}

async function guest(server: AttackedServer, roomId: string, headers: Record<string, string>) {
  const input = { roomId, name: 'Somebody', delivery: 'BEARER' };
  const { token } = await mutate(server.graphqlUrl, 'enterAsGuest', input, 'token', headers);
  server.keepsSecret(String(token));
  return String(token);
}

const count = (answers: readonly string[], answer: string) =>
  answers.filter((one) => one === answer).length;

attacks({ GUESTS_PER_ADDRESS: '100000' }, (attack) => {
  attack(
    'a guest who is turned away knocks again as another guest, over and over',
    async (server) => {
      const { roomId, host, rings } = await door(server, 'denies');
      const address = asStranger();
      const answers: string[] = [];
      for (let names = 0; names < 15; names += 1) {
        const { wire, answer } = await knock(
          server,
          await guest(server, roomId, address),
          roomId,
          address,
        );
        answers.push(answer);
        if (answer === 'KnockPending') await wire.next(({ type }) => type === 'complete');
        wire.end();
      }
      const rung = rings().length;
      host.end();
      // After 10 seconds, and again after twice as long each time.
      expect(rung).toBeLessThanOrEqual(2);
      return `the host is rung ${rung} times by 15 guests, then RateLimitedError`;
    },
  );

  attack('an account that knocks from one address after the other', async (server) => {
    const { roomId, host, rings } = await door(server, 'nothing');
    const eve = await register(server.graphqlUrl, 'Eve');
    server.keepsSecret(eve.token, eve.password);
    const answers: string[] = [];
    for (let addresses = 0; addresses < 40; addresses += 1) {
      const { wire, answer } = await knock(server, eve.token, roomId, asStranger());
      answers.push(answer);
      wire.end();
    }
    const rung = rings().length;
    host.end();
    // Six at once, and one more in ten seconds.
    expect(rung).toBeLessThanOrEqual(8);
    expect(count(answers, 'RateLimitedError')).toBeGreaterThanOrEqual(32);
    return `the host is rung ${rung} times by 40 knocks, then RateLimitedError`;
  });

  attack('guests of one address who fill the lobby', async (server) => {
    const { roomId, host, rings } = await door(server, 'nothing');
    const address = asStranger();
    const waiting: Wire[] = [];
    const answers: string[] = [];
    for (let guests = 0; guests < 30; guests += 1) {
      const token = await guest(server, roomId, address);
      const { wire, answer } = await knock(server, token, roomId, address);
      waiting.push(wire);
      answers.push(answer);
    }
    expect(count(answers, 'KnockPending')).toBe(20);
    expect(count(answers, 'RateLimitedError')).toBe(10);
    const elsewhere = asStranger();
    const bob = await register(server.graphqlUrl, 'Bob');
    server.keepsSecret(bob.token, bob.password);
    const { wire, answer } = await knock(server, bob.token, roomId, elsewhere);
    expect(answer).toBe('KnockPending');
    const rung = rings().length;
    for (const each of [...waiting, wire, host]) each.end();
    return `20 of 30 wait, and whoever comes from elsewhere; the host is rung ${rung} times`;
  });
});
