import { JwtSigner } from '../crypto/tokens.ts';
import { Accounts } from '../domain/accounts/accounts.ts';
import { Authentication } from '../domain/accounts/authentication.ts';
import { BackgroundWork } from '../domain/accounts/background-work.ts';
import { EmailVerification } from '../domain/accounts/email-verification.ts';
import { MailGuard } from '../domain/accounts/mail-guard.ts';
import { OneTimeTokens } from '../domain/accounts/one-time-tokens.ts';
import { OutsideSessions } from '../domain/accounts/outside-sessions.ts';
import { OwnAccount } from '../domain/accounts/own-account.ts';
import { PasswordReset } from '../domain/accounts/password-reset.ts';
import { People } from '../domain/accounts/people.ts';
import { Sessions } from '../domain/accounts/sessions.ts';
import { SignInGuard } from '../domain/accounts/sign-in-guard.ts';
import { CallBudgets } from '../domain/call-budgets.ts';
import { Guests } from '../domain/rooms/guests.ts';
import { Rooms } from '../domain/rooms/rooms.ts';
import { ByteBudgets } from '../domain/signaling/byte-budgets.ts';
import { ChatHistory } from '../domain/signaling/chat-history.ts';
import { IceRequests } from '../domain/signaling/ice-requests.ts';
import { IceServerIssuer } from '../domain/signaling/ice-servers.ts';
import { Joining } from '../domain/signaling/joining.ts';
import { Moderation } from '../domain/signaling/moderation.ts';
import { RoomAdministration } from '../domain/signaling/room-administration.ts';
import { RoomClosing } from '../domain/signaling/room-closing.ts';
import { SendBudgets } from '../domain/signaling/send-budgets.ts';
import { Signaling } from '../domain/signaling/signaling.ts';
import type { Services } from '../graphql/context.ts';
import { RememberedRooms } from '../store/remembered-rooms.ts';
import { callServices } from './call-services.ts';
import type { Infrastructure, Surroundings } from './infrastructure.ts';
import { peopleServices } from './people-services.ts';

/**
 * The second step of a start: the domain, on top of what was opened. @param ownUrl the server's own URL; known once it
 * listens
 */
export function createServices(
  surroundings: Surroundings,
  infrastructure: Infrastructure,
  ownUrl: () => string,
): Services {
  const accounts = accountServices(surroundings, infrastructure, ownUrl);
  const { joins, ...rooms } = roomServices(surroundings, infrastructure, accounts);
  const people = peopleServices(surroundings, infrastructure, accounts);
  const calls = callServices(surroundings, infrastructure, {
    ...accounts,
    ...rooms,
    ...people,
    joins,
  });
  accounts.ownAccount.onDeleted(async ({ id, guestOf }) => {
    if (guestOf === null) await rooms.moderation.closeRoomsOf(id);
    await infrastructure.webhooks?.forget(id);
  });
  accounts.ownAccount.onRenamed(async ({ id, name, guestOf }) => {
    await rooms.signaling.rename({ id, name, isGuest: guestOf !== null });
    // A guest owns no room.
    if (guestOf === null) await rooms.moderation.renameOwner({ id, name });
  });
  return { ...accounts, ...rooms, ...people, ...calls, budgets: callBudgets(surroundings) };
}

function callBudgets({ config: { limits }, clock }: Surroundings): CallBudgets {
  const rates = {
    query: { perSecond: limits.queriesPerSecond, burst: limits.queryBurst },
    mutation: { perSecond: limits.mutationsPerSecond, burst: limits.mutationBurst },
    told: { perSecond: limits.toldPerSecond, burst: limits.toldBurst },
  };
  const { accountsPerAddress, throttleKeys } = limits;
  return new CallBudgets({ rates, accountsPerAddress, remembered: throttleKeys }, clock);
}

function accountServices(
  { config, clock, log, cleanUp }: Surroundings,
  {
    store,
    secrets,
    shared,
    passwords,
    followUps,
    verifier,
    mailer,
    places,
    throttle,
  }: Infrastructure,
  ownUrl: () => string,
) {
  const { limits } = config;
  const oneTimeTokens = new OneTimeTokens({ tokens: store.oneTimeTokens, clock });
  const sessions = new Sessions({
    sessions: store.sessions,
    accounts: store.accounts,
    tokens: new JwtSigner(secrets, clock),
    oneTimeTokens,
    clock,
    ttlMs: limits.sessionMs,
    perAccount: limits.sessionsPerUser,
    otherNodes: shared?.sessionEnds ?? null,
  });
  const background = new BackgroundWork({
    clock,
    onFailure: (error) => log.warn({ err: error }, 'A mail could not be sent'),
  });
  cleanUp.add(() => background.settled());
  const parts = {
    accounts: store.accounts,
    sessions,
    oneTimeTokens,
    passwords,
    passwordMinLength: limits.passwordMinLength,
    guard: new SignInGuard({
      accounts: throttle('account-failures', limits.accountFailures),
      addresses: throttle('address-failures', limits.addressFailures),
      registrations: throttle('registrations', limits.registrationsPerAddress),
      places,
    }),
    mailer,
    mails: new MailGuard({
      emails: throttle('mails-per-email', limits.mailsPerEmail),
      addresses: throttle('mails-per-address', limits.mailsPerAddress),
      places,
    }),
    background,
    frontend: () => config.publicUrl ?? ownUrl(),
    clock,
    followUps,
  };
  const emailVerification = new EmailVerification(parts);
  const ownAccount = new OwnAccount(parts);
  const vouched = { ...parts, ownAccount, outsideTokens: store.outsideTokens, verifier };
  const people = new People(vouched);
  const outside = new OutsideSessions({ ...vouched, people, ttlMs: limits.externalSessionMs });
  return {
    sessions,
    authentication: new Authentication({ sessions, outside }),
    outside,
    people,
    emailVerification,
    accounts: new Accounts({ ...parts, verification: emailVerification }),
    ownAccount,
    passwordReset: new PasswordReset(parts),
  };
}

function roomServices(
  { config, clock }: Surroundings,
  { store, shared, live, observability, followUps, throttle }: Infrastructure,
  { sessions, accounts }: Pick<Services, 'sessions' | 'accounts'>,
) {
  const { limits } = config;
  const account = (id: string) => accounts.find(id);
  const rooms = new Rooms({
    // Other nodes of a cluster change rooms too.
    rooms: shared === null ? new RememberedRooms(store.rooms, clock) : store.rooms,
    unknown: {
      accounts: throttle('unknown-rooms', limits.unknownRooms),
      addresses: throttle('unknown-rooms-per-address', limits.unknownRoomsPerAddress),
    },
    clock,
    limits: {
      defaultCapacity: Math.min(limits.roomCapacity, limits.maxRoomCapacity),
      maxCapacity: limits.maxRoomCapacity,
      ttlMs: limits.roomTtlMs,
      namedTtlMs: limits.namedRoomTtlMs,
      perOwner: limits.roomsPerUser,
      bans: limits.roomBans,
    },
    relays: config.turn !== null,
    // The embedded store belongs to one server; a MongoDB may be used by others, also without Redis.
    isAlone: config.mongoUri === null,
  });
  const guests = new Guests({
    rooms,
    accounts: store.accounts,
    sessions,
    entrances: throttle('guests', limits.guestsPerAddress),
    clock,
    followUps,
  });
  const ice = new IceServerIssuer(config, clock);
  const signals = new SendBudgets(limits.signalsPerSecond, limits.signalBurst);
  const bytes = new ByteBudgets({
    participant: { perSecond: limits.signalBytesPerSecond, burst: limits.signalBytesBurst },
    account: { perSecond: limits.userBytesPerSecond, burst: limits.userBytesBurst },
    process: limits.sentBytes,
    keptMs: limits.replayMs + limits.graceMs,
    unread: limits.unreadBytes,
  });
  const joins = new SendBudgets(limits.joinsPerSecond, limits.joinBurst);
  const signaling = new Signaling({
    live,
    joins,
    bytes,
    rooms,
    sessions,
    clock,
    signals,
    messages: new SendBudgets(limits.chatPerSecond, limits.chatBurst),
    limits: {
      maxSdpBytes: limits.sdpBytes,
      maxCandidateBytes: limits.candidateBytes,
      maxCandidates: limits.candidates,
      maxMessageBytes: limits.chatBytes,
    },
  });
  const closing = new RoomClosing({ live, guests, followUps });
  const joining = new Joining({
    live,
    rooms,
    sessions,
    ice,
    history: new ChatHistory(account),
    clock,
    signals,
    joins,
    bytes,
    mailboxEvents: limits.mailboxEvents,
    mailboxBytes: limits.mailboxBytes,
    maxSdpBytes: limits.sdpBytes,
    observer: observability.presence,
  });
  return {
    joins,
    rooms,
    guests,
    iceRequests: new IceRequests({ ice, live }),
    signaling,
    joining,
    moderation: new Moderation({ live, rooms, closing, signals, clock, account }),
    administration: new RoomAdministration({ live, rooms, closing }),
  };
}
