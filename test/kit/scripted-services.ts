import type { Account, Session } from '../../src/domain/accounts/account.ts';
import * as errors from '../../src/domain/errors.ts';
import type { Participant } from '../../src/domain/room/participant.ts';
import { type Room, settingsOf } from '../../src/domain/rooms/room.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';
import type { Services } from '../../src/graphql/context.ts';
import { ringingCall } from './calls.ts';

const moment = new Date('2026-01-31T12:00:00.000Z');
const account: Account = {
  id: 'a1',
  name: 'Ann',
  email: 'ann@example.com',
  emailVerified: false,
  passwordHash: 'never shown',
  createdAt: moment,
  disabledAt: null,
  guestOf: null,
  identity: null,
};
const session: Session = {
  id: 's1',
  accountId: 'a1',
  createdAt: moment,
  lastSeenAt: moment,
  expiresAt: moment,
  userAgent: null,
  grant: null,
};
const room: Room = {
  ...settingsOf({ capacity: 8 }),
  id: '0123456789abcdef',
  owner: { id: 'a1', name: 'Ann', isGuest: false },
  revision: 0,
  banned: [],
  createdAt: moment,
  expiresAt: moment,
};
export const participant: Participant = {
  id: 'p1',
  user: { id: 'a1', name: 'Ann "ünïcode"', isGuest: false },
  role: 'HOST',
  joinOrder: 1,
  media: { audio: true, video: false, screen: false },
  handRaised: true,
  handRaisedAt: moment.getTime(),
  connection: 'CONNECTED',
  joinedAt: moment.getTime(),
};
const iceServers = {
  servers: [
    { urls: ['stun:example.com'], username: null, credential: null },
    { urls: ['turn:example.com', 'turns:example.com'], username: 'u', credential: 'c' },
  ],
  expiresAt: moment,
};
const signedIn = { account, session, token: 'token' };

const call = { ...ringingCall(['a1', 'a2'], moment.getTime()), shownAt: moment.getTime() };
const contact = {
  ...{ user: { id: 'a2', name: 'Bob', isGuest: false }, email: null, state: 'ACCEPTED' },
  since: moment.getTime(),
};
const reach = { allowCallsFrom: 'CONTACTS', showPresence: true, callWaiting: false };

/** The result of each method on success. */
const answers: Record<string, unknown> = {
  'accounts.find': account,
  'accounts.register': signedIn,
  'accounts.login': signedIn,
  'accounts.logout': 's1',
  'ownAccount.updateProfile': account,
  'ownAccount.changePassword': account,
  'ownAccount.delete': 'a1',
  'emailVerification.verify': account,
  'passwordReset.request': undefined,
  'passwordReset.reset': account,
  'sessions.list': [session, { ...session, id: 's2', userAgent: 'test' }],
  'sessions.revoke': session,
  'sessions.revokeOthers': 2,
  'sessions.issueConnectionToken': { token: 'connection', expiresAt: moment },
  'guests.enter': signedIn,
  'rooms.lookUp': room,
  'rooms.listOwned': { rooms: [room, { ...room, name: 'Two' }], hasNextPage: true },
  'rooms.create': room,
  'signaling.participantsFor': [participant],
  'moderation.closeRoom': room,
  'moderation.updateRoom': { ...room, access: 'KNOCK' },
  'moderation.remove': participant,
  'moderation.requestMute': undefined,
  'signaling.leave': participant,
  'signaling.setMedia': participant,
  'signaling.raiseHand': participant,
  'signaling.sendMessage': { cursor: 'cursor-3', at: 1_700_000_000_000 },
  'signaling.isOccupied': true,
  'rooms.lookUpFrom': room,
  'moderation.unban': room,
  'moderation.bansOf': [participant.user],
  'moderation.admit': undefined,
  'moderation.deny': undefined,
  'emailVerification.request': undefined,
  'signaling.sendDescription': 'cursor-1',
  'signaling.sendCandidates': 'cursor-2',
  'contacts.page': {
    contacts: [{ cursor: 'c1', contact }],
    hasNextPage: false,
    endCursor: 'c1',
  },
  'contacts.request': contact,
  'contacts.answer': null,
  'contacts.remove': true,
  'contacts.block': { ...contact, state: 'BLOCKED' },
  'contacts.unblock': 'a2',
  'presence.presenceOf': 'ONLINE',
  'reachability.own': reach,
  'reachability.update': reach,
  'callHistory.page': { calls: [call], hasNextPage: true },
  'callHistory.seenUntil': moment,
  'callHistory.markSeen': moment,
  'pushSubscriptions.save': undefined,
  'pushSubscriptions.remove': true,
  'ringing.ring': call,
  'ringing.accept': { ...call, state: 'ACTIVE' },
  'ringing.decline': call,
  'ringing.cancel': call,
  'pushedCalls.find': { callId: 'c1', state: 'RINGING', remainingMs: 20_000 },
  'pushedCalls.decline': { callId: 'c1', state: 'DECLINED', remainingMs: 0 },
  'administration.rooms': { rooms: [room, { ...room, name: 'Two' }], hasNextPage: true },
  'administration.room': room,
  'administration.participants': [participant],
  'administration.closeRoom': undefined,
  'administration.removeParticipant': undefined,
  'iceRequests.answer': iceServers,
  'outside.exchange': signedIn,
  'outside.reauthenticate': session,
  'people.upsert': account,
  'people.endSessions': 2,
  'people.delete': 'a1',
};

/** Calls that are not in the script. They fail in the same way everywhere, so they prove nothing. */
export const unknownCalls = new Set<string>();

const failures = [
  () => new errors.NotInRoomError(),
  () => new errors.PeerNotInRoomError(),
  () => new errors.RateLimitedError(1500),
  () => new errors.InvalidInputError([{ path: 'a.b', message: 'is wrong' }]),
  () => new errors.UnauthenticatedError(),
  () => new errors.UnavailableError('Away for a moment.'),
  () => new errors.BadCredentialsError(),
  () => new Error('Something nobody expected, with a secret in it.'),
];

/**
 * Services that do nothing and answer by a script: at once or later, with success or an error, always the same for the
 * same method and arguments. So two executors with a different order of calls see the same results.
 */
export function scriptedServices(seed: number): Services {
  const of = (service: string) =>
    new Proxy(
      {},
      {
        get:
          (_target, method) =>
          (...args: unknown[]) =>
            answer(`${service}.${String(method)}`, args, seed),
      },
    );
  // It is called before everything else, and answers at once.
  const budgets = { pay() {} };
  const plain: Readonly<Record<string, unknown>> = { budgets, pushKey: 'a key' };
  const get = (_target: object, service: string) => plain[service] ?? of(service);
  return new Proxy({}, { get }) as Services;
}

function answer(name: string, args: unknown[], seed: number): unknown {
  const draw = hash(`${seed} ${name} ${JSON.stringify(args)}`);
  const fails = draw % 4 === 0;
  const later = (draw >>> 3) % 2 === 0;
  const failure = failures[(draw >>> 5) % failures.length];
  if (!(name in answers)) {
    unknownCalls.add(name);
    throw new Error(`The script does not know ${name}.`);
  }
  if (fails && failure !== undefined) {
    if (later) return Promise.reject(failure());
    throw failure();
  }
  return later ? Promise.resolve(answers[name]) : answers[name];
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

const placed = { cursor: 'epoch-1', position: 1, at: moment.getTime() };

/** One event of every type. */
export const sampleEvents: readonly RoomEvent[] = [
  {
    type: 'RoomSnapshot',
    ...placed,
    room,
    self: participant,
    participants: [participant],
    iceServers,
    messages: [{ ...placed, from: 'p2', user: participant.user, text: 'Hello' }],
    recovered: false,
    offeredTo: null,
  },
  { type: 'ParticipantJoined', ...placed, to: null, except: null, participant },
  { type: 'ParticipantUpdated', ...placed, to: null, except: null, participant },
  { type: 'ParticipantLeft', ...placed, to: null, except: null, participant, reason: 'LEFT' },
  { type: 'OfferReceived', ...placed, to: 'p1', from: 'p2', sdp: 'v=0' },
  { type: 'AnswerReceived', ...placed, to: 'p1', from: 'p2', sdp: 'v=0' },
  {
    type: 'IceCandidatesReceived',
    ...placed,
    to: 'p1',
    from: 'p2',
    candidates: [{ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }, { candidate: '' }],
  },
  {
    type: 'MessageReceived',
    ...placed,
    to: null,
    except: 'p2',
    from: 'p2',
    user: participant.user,
    text: 'Hello',
    private: false,
  },
  {
    type: 'MessageReceived',
    ...placed,
    to: 'p1',
    from: 'p2',
    user: participant.user,
    text: 'Psst',
    private: true,
  },
  { type: 'MuteRequested', ...placed, to: 'p1', from: 'p2', by: 'p2' },
  {
    type: 'KnockReceived',
    ...placed,
    to: 'p1',
    from: null,
    knockId: 'k1',
    user: participant.user,
  },
  { type: 'KnockEnded', ...placed, to: 'p1', from: null, knockId: 'k1' },
  { type: 'RoomUpdated', ...placed, to: null, except: null, room },
  { type: 'KnockPending', ...placed, knockId: 'k1', hostTold: true },
  { type: 'KnockAnswered', ...placed, knockId: 'k1', admitted: true },
  { type: 'RoomClosed', ...placed, to: null, except: null, reason: 'CLOSED_BY_OWNER' },
  { type: 'JoinRefused', ...placed, error: new errors.RoomFullError(8) },
];
