import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

const RING_SECONDS = 5;
const ENV = {
  RING_SECONDS: String(RING_SECONDS),
  GRACE_SECONDS: '2',
  RINGS_PER_PAIR: '100',
  RINGS_PER_USER: '1000',
  RINGS_PER_ADDRESS: '10000',
};

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: ENV });
}, 60_000);
afterAll(() => server.close());

let ann: Person;
let bob: Person;
const phones: Phone[] = [];
beforeEach(async () => {
  await Promise.all(phones.splice(0).map((phone) => phone.dispose()));
  [ann, bob] = await Promise.all([person('Ann'), person('Bob')]);
});
afterAll(() => Promise.all(phones.map((phone) => phone.dispose())));

const person = (name: string) => registerReachable(server.graphqlUrl, name);

/** A device of somebody that can be reached. */
async function phoneOf(who: Person, clientKey = `${who.name}’s phone`): Promise<Phone> {
  const phone = new Phone(server.socketUrl, who);
  phones.push(phone);
  await phone.attend({ clientKey });
  return phone;
}

async function ring(from: Phone, ...to: Person[]): Promise<string> {
  const answer = await from.ring({ userIds: to.map(({ accountId }) => accountId) });
  if (answer.call === undefined) throw new Error(JSON.stringify(answer));
  return answer.call.id;
}

describe('a call', () => {
  test('rings on all devices, is accepted on one, and ends when one side hangs up', async () => {
    const [anns, bobs, other] = [await phoneOf(ann), await phoneOf(bob), await phoneOf(bob, 'tab')];
    const id = await ring(anns, bob);
    for (const phone of [bobs, other]) {
      const { call } = await phone.nextOf(id, 'CallRinging');
      expect(call).toMatchObject({
        state: 'RINGING',
        media: 'VIDEO',
        caller: { id: ann.accountId, name: 'Ann' },
        legs: [{ user: { id: bob.accountId }, state: 'RINGING' }],
      });
      expect(call?.remainingMs).toBeGreaterThan(0);
      expect(call?.remainingMs).toBeLessThanOrEqual(RING_SECONDS * 1000);
    }
    const accepted = await bobs.accept(id);
    expect(accepted.call).toMatchObject({ state: 'ACTIVE', legs: [{ state: 'ACCEPTED' }] });
    expect((await bobs.accept(id)).__typename).toBe('AcceptCallSuccess');
    expect((await other.accept(id, 'tab')).__typename).toBe('AnsweredElsewhereError');
    expect((await other.decline(id)).__typename).toBe('AnsweredElsewhereError');
    expect((await anns.cancel(id)).__typename).toBe('CallAnsweredError');
    await other.nextOf(id, 'CallUpdated');
    // Both join the room of the call; the caller hangs up.
    const roomId = accepted.call?.room.id ?? '';
    const inside = [ann, bob].map((who) => new Participant(server.socketUrl, who));
    for (const each of inside) await each.join({ roomId, clientKey: 'phone' });
    inside[0]?.unsubscribe();
    for (const phone of [anns, bobs, other]) {
      expect((await phone.nextOf(id, 'CallEnded')).reason).toBe('HUNG_UP');
    }
    // The room was made for the call, and ends with it.
    await inside[1]?.next('RoomClosed');
    expect(other.typesOf(id)).toEqual(['CallRinging', 'CallUpdated', 'CallEnded']);
    await Promise.all(inside.map((each) => each.dispose()));
  });

  test('is declined on all devices at once; the caller is told', async () => {
    const [anns, bobs, other] = [await phoneOf(ann), await phoneOf(bob), await phoneOf(bob, 'tab')];
    const id = await ring(anns, bob);
    await bobs.nextOf(id, 'CallRinging');
    expect((await bobs.decline(id)).call).toMatchObject({ state: 'ENDED', reason: 'DECLINED' });
    expect((await bobs.decline(id)).__typename).toBe('DeclineCallSuccess');
    for (const phone of [anns, other]) {
      expect((await phone.nextOf(id, 'CallEnded')).reason).toBe('DECLINED');
    }
    expect((await other.accept(id, 'tab')).__typename).toBe('CallEndedError');
    // Whoever is told may call again at once.
    expect((await bobs.ring({ userIds: [ann.accountId] })).__typename).toBe('RingSuccess');
  });

  test('knocks while the callee is in another one, if they let it, and takes them out of that', async () => {
    const cem = await person('Cem');
    const input = { callWaiting: true };
    await mutate(server.graphqlUrl, 'updateReachability', input, '__typename', bob.headers);
    const [anns, bobs, cems] = [await phoneOf(ann), await phoneOf(bob), await phoneOf(cem)];
    const first = await ring(anns, bob);
    expect((await bobs.nextOf(first, 'CallRinging')).waiting).toBe(false);
    await bobs.accept(first);
    const second = await ring(cems, bob);
    expect((await bobs.nextOf(second, 'CallRinging')).waiting).toBe(true);
    // A device that comes later finds both, the first one first.
    const late = new Phone(server.socketUrl, bob);
    phones.push(late);
    const { calls } = await late.attend();
    expect(calls?.map(({ id, state }) => [id, state])).toEqual([
      [first, 'ACTIVE'],
      [second, 'RINGING'],
    ]);
    expect((await bobs.accept(second)).call?.state).toBe('ACTIVE');
    for (const phone of [anns, bobs, late]) {
      expect((await phone.nextOf(first, 'CallEnded')).reason).toBe('HUNG_UP');
    }
    await cems.next('CallUpdated', ({ call }) => call?.id === second && call.state === 'ACTIVE');
  });

  test('is cancelled by its caller alone', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    const id = await ring(anns, bob);
    expect((await bobs.cancel(id)).__typename).toBe('CallEndedError');
    expect((await anns.cancel(id)).call).toMatchObject({ state: 'ENDED', reason: 'CANCELLED' });
    expect((await bobs.nextOf(id, 'CallEnded')).reason).toBe('CANCELLED');
    expect((await anns.cancel(id)).__typename).toBe('CancelCallSuccess');
    expect((await bobs.accept(id)).__typename).toBe('CallEndedError');
    const again = await ring(anns, bob);
    await bobs.nextOf(again, 'CallRinging');
  });

  test('of which accept and cancel come at once has one outcome for both', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    for (let round = 0; round < 3; round += 1) {
      const id = await ring(anns, bob);
      await bobs.nextOf(id, 'CallRinging');
      const [accepted, cancelled] = await Promise.all([bobs.accept(id), anns.cancel(id)]);
      const outcome = [accepted.__typename, cancelled.__typename];
      if (accepted.__typename === 'AcceptCallSuccess') {
        expect(outcome).toEqual(['AcceptCallSuccess', 'CallAnsweredError']);
        // Nobody enters its room, so it ends after the grace.
        expect((await anns.nextOf(id, 'CallEnded')).reason).toBe('ABANDONED');
      } else expect(outcome).toEqual(['CallEndedError', 'CancelCallSuccess']);
      await bobs.nextOf(id, 'CallEnded');
    }
  }, 60_000);

  test('that nobody answers is missed after its time', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    const id = await ring(anns, bob);
    const { call } = await bobs.nextOf(id, 'CallRinging');
    const { at, reason } = await bobs.nextOf(id, 'CallEnded');
    expect(reason).toBe('MISSED');
    expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(call?.expiresAt ?? ''));
    expect((await anns.nextOf(id, 'CallEnded')).call?.legs).toMatchObject([{ state: 'MISSED' }]);
  });

  test('finds who is in a call busy, and who has no device unreachable', async () => {
    const cem = await person('Cem');
    const [anns, bobs, cems] = [await phoneOf(ann), await phoneOf(bob), await phoneOf(cem)];
    const id = await ring(anns, bob);
    const busy = await cems.ring({ userIds: [bob.accountId] });
    expect(busy.call).toMatchObject({ state: 'ENDED', reason: 'BUSY', legs: [{ state: 'BUSY' }] });
    const second = await anns.ring({ userIds: [cem.accountId] });
    expect(second.__typename).toBe('AlreadyInCallError');
    const dan = await person('Dan');
    const nobody = await cems.ring({ userIds: [dan.accountId] });
    expect(nobody.call).toMatchObject({ state: 'ENDED', reason: 'UNREACHABLE' });
    await bobs.decline(id);
  });

  test('of two who ring each other is one call, in one room', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    const answers = await Promise.all([
      anns.ring({ userIds: [bob.accountId] }),
      bobs.ring({ userIds: [ann.accountId] }),
    ]);
    const [id, other] = answers.map(({ call }) => call?.id);
    expect(id).toBe(other);
    const until = (phone: Phone) =>
      phone.next('CallUpdated', ({ call }) => call?.id === id && call?.state === 'ACTIVE');
    await Promise.all([until(anns), until(bobs)]);
  });

  test('says how long it rings to who is called, also after another has answered', async () => {
    const cem = await person('Cem');
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    await phoneOf(cem);
    const id = await ring(anns, bob, cem);
    await bobs.accept(id);
    const tab = new Phone(server.socketUrl, cem);
    phones.push(tab);
    const { calls: [call] = [] } = await tab.attend({ clientKey: 'tab' });
    expect(call).toMatchObject({ id, state: 'ACTIVE' });
    expect(call?.remainingMs).toBeGreaterThan(0);
    const declined = await tab.decline(id);
    expect(declined.call).toMatchObject({ state: 'ACTIVE', remainingMs: 0 });
  });

  test('of several people goes on for those who have accepted', async () => {
    const cem = await person('Cem');
    const [anns, bobs, cems] = [await phoneOf(ann), await phoneOf(bob), await phoneOf(cem)];
    const id = await ring(anns, bob, cem);
    await bobs.nextOf(id, 'CallRinging');
    await bobs.decline(id);
    expect((await bobs.nextOf(id, 'CallEnded')).call?.state).toBe('RINGING');
    expect((await cems.accept(id)).call?.state).toBe('ACTIVE');
    await anns.next('CallUpdated', ({ call }) => call?.state === 'ACTIVE');
    expect(anns.typesOf(id)).not.toContain('CallEnded');
  });

  test('in a given room does not end that room; a repeated ring is the same call', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    const room = await createRoom(server.graphqlUrl, ann);
    const input = { userIds: [bob.accountId], roomId: room.id, media: 'AUDIO', ringId: 'once' };
    const first = await anns.ring(input);
    expect(first.call).toMatchObject({ media: 'AUDIO', room: { id: room.id } });
    expect((await anns.ring(input)).call?.id).toBe(first.call?.id);
    await bobs.decline(first.call?.id ?? '');
    const unknown = await anns.ring({ ...input, ringId: 'twice', roomId: '0123456789abcdef' });
    expect(unknown.__typename).toBe('RoomNotFoundError');
    const visitor = new Participant(server.socketUrl, ann);
    const snapshot = await visitor.join({ roomId: room.id, clientKey: 'tab' });
    expect(snapshot.__typename).toBe('RoomSnapshot');
    await visitor.dispose();
  });
});

describe('a device', () => {
  test('resumes after a cut without a gap, and is told what still rings', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    const after = bobs.events.at(-1)?.cursor ?? '';
    bobs.cut();
    await bobs.until(() => bobs.outcome !== 'open', 'the cut');
    const id = await ring(anns, bob);
    const back = new Phone(server.socketUrl, bob);
    phones.push(back);
    const snapshot = await back.attend({ clientKey: 'Bob’s phone', after });
    expect(snapshot).toMatchObject({ recovered: true, calls: [{ id, state: 'RINGING' }] });
    const { call } = await back.nextOf(id, 'CallRinging');
    expect(call?.remainingMs).toBeLessThanOrEqual(RING_SECONDS * 1000);
    expect((await back.accept(id)).__typename).toBe('AcceptCallSuccess');
  });

  test('that was away for longer than the grace is gone; a ring finds nobody', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    bobs.cut();
    const id = await ring(anns, bob);
    expect((await anns.nextOf(id, 'CallEnded')).reason).toBe('MISSED');
    const answer = await anns.ring({ userIds: [bob.accountId] });
    expect(answer.call?.reason).toBe('UNREACHABLE');
  });

  test('of the caller that goes away takes its ring with it', async () => {
    const [anns, bobs] = [await phoneOf(ann), await phoneOf(bob)];
    const id = await ring(anns, bob);
    await bobs.nextOf(id, 'CallRinging');
    anns.unsubscribe();
    expect((await bobs.nextOf(id, 'CallEnded')).reason).toBe('CANCELLED');
  });

  test('ends with the session that it came with', async () => {
    const anns = await phoneOf(ann);
    const url = server.graphqlUrl;
    const body = JSON.stringify({ query: 'mutation { logout { __typename } }' });
    const headers = { 'content-type': 'application/json', ...ann.headers };
    await fetch(url, { method: 'POST', headers, body });
    await anns.until(() => anns.outcome !== 'open', 'the end');
  });
});

describe('contacts', () => {
  const act = (who: Person, name: string, input: object) =>
    mutate(server.graphqlUrl, name, input, '__typename', who.headers);

  test('alone ring each other, see each other’s presence, and have the same history', async () => {
    const [eve, fay] = await Promise.all(
      ['Eve', 'Fay'].map((name) => register(server.graphqlUrl, name)),
    );
    if (!eve || !fay) throw new Error('Somebody is missing.');
    const eves = await phoneOf(eve);
    const userIds = [fay.accountId];
    expect((await eves.ring({ userIds })).__typename).toBe('UserNotFoundError');
    await act(eve, 'requestContact', { userId: fay.accountId });
    await act(fay, 'answerContact', { userId: eve.accountId, accepted: true });
    const updated = await eves.next(
      'ContactUpdated',
      ({ contact }) => contact?.state === 'ACCEPTED',
    );
    expect(updated).toMatchObject({ userId: fay.accountId, contact: { presence: 'OFFLINE' } });
    const fays = new Phone(server.socketUrl, fay);
    phones.push(fays);
    expect((await fays.attend({ clientKey: 'phone' })).contacts).toEqual([
      { user: { id: eve.accountId }, state: 'ACCEPTED', presence: 'ONLINE' },
    ]);
    const presence = (is: string) =>
      eves.next('PresenceChanged', (one) => one.user?.id === fay.accountId && one.presence === is);
    await presence('ONLINE');
    const id = await ring(eves, fay);
    await fays.accept(id);
    await presence('IN_CALL');
    await fays.nextOf(id, 'CallEnded');
    type Kept = { calls: { edges: { node: { id: string; reason: string } }[] } };
    for (const who of [eve, fay]) {
      const query = '{ calls { edges { node { id reason } } } }';
      const kept = async () =>
        (await post<Kept, object>(server.graphqlUrl, query, {}, who.headers)).data?.calls.edges;
      await until(async () => (await kept())?.length === 1, 'the history');
      expect(await kept()).toEqual([{ node: { id, reason: 'ABANDONED' } }]);
    }
    // Blocked is as not there.
    await act(fay, 'blockUser', { userId: eve.accountId });
    expect((await eves.ring({ userIds })).__typename).toBe('UserNotFoundError');
  });
});

describe('limits', () => {
  let limited: TestServer;
  beforeAll(async () => {
    limited = await startServer({
      env: {
        RING_SECONDS: '5',
        RING_CALLEES: '2',
        RINGS_PER_USER: '4',
        RINGS_PER_PAIR: '2',
        RINGS_PER_ADDRESS: '9',
        DEVICES_PER_USER: '1',
      },
    });
  }, 60_000);
  afterAll(() => limited.close());

  test('at and past each of them', async () => {
    const url = limited.graphqlUrl;
    const names = ['Ann', 'Bob', 'Cem', 'Dan', 'Eve', 'Fay'];
    const people = await Promise.all(names.map((name) => registerReachable(url, name)));
    const ids = people.map(({ accountId }) => accountId);
    const [a, b, c, d] = await Promise.all(
      people.slice(0, 4).map(async (who) => {
        const phone = new Phone(limited.socketUrl, who);
        phones.push(phone);
        await phone.attend();
        return phone;
      }),
    );
    if (!a || !b || !c || !d) throw new Error('Somebody is missing.');
    const [, bobs, cems, dans, eves, fays] = ids;
    const tooMany = await a.ring({ userIds: [bobs, cems, dans] });
    expect(tooMany).toMatchObject({ __typename: 'InvalidInputError' });
    for (const userIds of [[], [ids[0]], [bobs, bobs]]) {
      const refused = await a.ring({ userIds });
      expect(refused.issues).toMatchObject([{ path: 'userIds' }]);
    }
    // Twice the same callee, and not a third time.
    expect((await a.ring({ userIds: [eves] })).__typename).toBe('RingSuccess');
    expect((await a.ring({ userIds: [eves] })).__typename).toBe('RingSuccess');
    const pair = await a.ring({ userIds: [eves] });
    expect(pair.__typename).toBe('RateLimitedError');
    expect(pair.retryAfter).toBeGreaterThan(1);
    // Two more of the caller, and not a fifth.
    expect((await a.ring({ userIds: [fays, dans] })).__typename).toBe('RingSuccess');
    expect((await b.ring({ userIds: [fays] })).__typename).toBe('RingSuccess');
    expect((await a.ring({ userIds: [cems] })).__typename).toBe('RateLimitedError');
    // Four more from this address, and no tenth.
    for (const userIds of [[fays], [eves], [eves], [fays]]) {
      expect((await c.ring({ userIds })).__typename).toBe('RingSuccess');
    }
    expect((await d.ring({ userIds: [eves] })).__typename).toBe('RateLimitedError');
    // One more device ends the first.
    const second = new Phone(limited.socketUrl, people[1] ?? ann);
    phones.push(second);
    await second.attend();
    await b.until(() => b.outcome === 'complete', 'the end of the first device');
  });
});

test('receivers of webhooks are told, and so may reach whoever has no device here', async () => {
  const receiver = await WebhookReceiver.start();
  const hooked = await startServer({
    env: { RING_SECONDS: '5', WEBHOOK_URLS: receiver.url, WEBHOOK_SECRET },
  });
  try {
    const [a, b] = [
      await registerReachable(hooked.graphqlUrl, 'Ann'),
      await registerReachable(hooked.graphqlUrl, 'Bob'),
    ];
    const anns = new Phone(hooked.socketUrl, a);
    phones.push(anns);
    await anns.attend();
    const { call } = await anns.ring({ userIds: [b.accountId] });
    expect(call?.state).toBe('RINGING');
    await anns.nextOf(call?.id ?? '', 'CallEnded');
    await receiver.until(() => receiver.received.length >= 3);
    const told = receiver.received.map(({ message }) => message);
    expect(told.map(({ type }) => type)).toEqual(['call.ringing', 'call.missed', 'call.ended']);
    expect(told[0]?.data).toMatchObject({
      callId: call?.id,
      roomId: call?.room.id,
      caller: { id: a.accountId, name: 'Ann' },
      user: { id: b.accountId, name: 'Bob' },
    });
    expect(told[2]?.data).toMatchObject({ reason: 'MISSED' });
  } finally {
    await hooked.close();
    await receiver.kill();
  }
});
