import { beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/accounts/sessions.ts';
import { InvalidInputError } from '../../../src/domain/errors.ts';
import type { Mailbox } from '../../../src/domain/mailbox.ts';
import { ByteBudgets } from '../../../src/domain/signaling/byte-budgets.ts';
import type { RoomEvent } from '../../../src/domain/signaling/event.ts';
import { SendBudgets } from '../../../src/domain/signaling/send-budgets.ts';
import { House } from '../../roles/house.ts';
import type { LogUnderTest } from '../../roomlog/kit.ts';
import { memoryRooms } from '../../roomlog/memory-kit.ts';

const PLENTY = { perSecond: 1e9, burst: 1e9 };
const BYTES = { participant: PLENTY, account: PLENTY, process: 1e12, keptMs: 1000, unread: 1e9 };
/** What an event takes beside its text. */
const EVENT_BYTES = 256;
/** The most that {@link House} lets an SDP have. */
const MOST = 1000;

let under: LogUnderTest;
let house: House;
let ann: Reader;
let roomId: string;

interface Reader {
  readonly mailbox: Mailbox<RoomEvent>;
  readonly events: RoomEvent[];
}

async function join(
  caller: Caller,
  offer: string | null = null,
  clientKey = 'tab',
): Promise<Reader> {
  const request = { roomId, clientKey, after: null, takeOver: false, media: null, offer };
  const mailbox = await house.joining.join(caller, request);
  const events: RoomEvent[] = [];
  mailbox.attach({
    deliver: (event) => {
      events.push(event);
      return true;
    },
    ended: () => {},
    overflowed: () => {},
  });
  return { mailbox, events };
}

/** A house in which ann is at home. */
async function move(budgets: ConstructorParameters<typeof House>[1] = {}): Promise<void> {
  under = memoryRooms();
  house = new House(under, budgets);
  const host = house.signIn('ann');
  ({ id: roomId } = await house.rooms.create(host, { capacity: 50 }));
  ann = await join(host);
}

beforeEach(() => move());

const offers = ({ events }: Reader) =>
  events.flatMap((event) => (event.type === 'OfferReceived' ? [event.sdp] : []));
const offeredTo = ({ events }: Reader) =>
  events.flatMap((event) => (event.type === 'RoomSnapshot' ? [event.offeredTo] : []));
const idOf = ({ events }: Reader) =>
  events.flatMap((event) => (event.type === 'RoomSnapshot' ? [event.self.id] : []))[0];

test('the snapshot says to whom the offer of the join went', async () => {
  const bob = await join(house.signIn('bob'), 'v=0');
  expect(offeredTo(bob)).toEqual([idOf(ann)]);
  expect(offers(ann)).toEqual(['v=0']);
  expect(offeredTo(await join(house.signIn('cem')))).toEqual([null]);
});

test.each([
  ['a', 'x'.repeat(MOST)],
  ['an even longer, in bytes,', '€'.repeat(333)],
])('%s whole SDP is delivered', async (_what, sdp) => {
  await join(house.signIn('bob'), sdp);
  expect(offers(ann)).toEqual([sdp]);
});

test.each([
  ['is too long', 'x'.repeat(MOST + 1)],
  ['has too many bytes', '€'.repeat(334)],
  ['is empty', ''],
  ['is no Unicode', '\ud800'],
])('a join whose offer %s is refused before anything happens', async (_what, sdp) => {
  await move({ signals: new SendBudgets(1, 2) });
  const joining = join(house.signIn('bob'), sdp);
  await expect(joining).rejects.toBeInstanceOf(InvalidInputError);
  await expect(joining).rejects.toMatchObject({ issues: [{ path: 'offer' }] });
  expect(ann.events.map(({ type }) => type)).toEqual(['RoomSnapshot']);
  // It has cost nothing: a join and its offer cost a signal each.
  expect(offeredTo(await join(house.signIn('bob'), 'v=0'))).toEqual([idOf(ann)]);
});

test('who has to knock offers to nobody, also once they are let in', async () => {
  const host = house.signIn('ann');
  await house.moderation.updateRoom(host, roomId, { access: 'KNOCK' });
  const bob = await join(house.signIn('bob'), 'v=0');
  const [pending] = bob.events;
  if (pending?.type !== 'KnockPending') throw new Error(`There is no knock: ${pending?.type}`);
  await house.moderation.admit(host, roomId, pending.knockId);
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(offeredTo(bob)).toEqual([null]);
  expect(offers(ann)).toEqual([]);
});

test('it costs a signal: who has only one left joins without the offer', async () => {
  await move({ signals: new SendBudgets(0.001, 2) });
  expect(offeredTo(await join(house.signIn('bob'), 'v=0'))).toEqual([idOf(ann)]);
  await move({ signals: new SendBudgets(0.001, 1) });
  expect(offeredTo(await join(house.signIn('bob'), 'v=0'))).toEqual([null]);
  expect(offers(ann)).toEqual([]);
});

test.each([
  // The first is paid from the budget for rooms where one is not yet.
  ['one participant', ['participant', ['1', '2', '3']]],
  ['one user', ['account', ['1', '2']]],
] as const)(
  'it costs its bytes: at what %s may send it is delivered, past it not, and the join is not refused',
  async (_who, [whose, delivered]) => {
    const burst = 2 * (EVENT_BYTES + 100);
    await move({ bytes: new ByteBudgets({ ...BYTES, [whose]: { perSecond: 0.001, burst } }) });
    const bob = house.signIn('bob');
    for (const sdp of ['1', '2', '3', '4']) {
      const reader = await join(bob, sdp.repeat(100));
      reader.mailbox.unsubscribe();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(offers(ann)).toEqual(delivered.map((sdp) => sdp.repeat(100)));
    expect(ann.events.filter(({ type }) => type === 'ParticipantJoined')).toHaveLength(4);
  },
);

test('it is not sent to who has not read enough: then to the next, or to nobody', async () => {
  const cem = house.signIn('cem');
  await move({ bytes: new ByteBudgets({ ...BYTES, unread: 1000 }) });
  const slow = await house.joining.join(cem, {
    ...{ roomId, clientKey: 'tab', after: null, takeOver: false, media: null, offer: null },
  });
  ann.mailbox.unsubscribe();
  await new Promise<void>((resolve) => setImmediate(resolve));
  // Nobody reads this mailbox, so all of it waits.
  for (let sent = 0; slow.unreadBytes <= 2000; sent += 1) {
    await house.signaling.setMedia(cem, roomId, { audio: sent % 2 === 0 });
  }
  const bob = await join(house.signIn('bob'), 'v=0');
  expect(offeredTo(bob)).toEqual([null]);
  const dan = await join(house.signIn('dan'), 'v=0');
  expect(offeredTo(dan)).toEqual([idOf(bob)]);
  expect(offers(bob)).toEqual(['v=0']);
});
