import { JwtRingTokens } from '../crypto/ring-tokens.ts';
import { BackgroundWork } from '../domain/accounts/background-work.ts';
import { Acquaintances } from '../domain/people/acquaintances.ts';
import { AddressRequests } from '../domain/people/address-requests.ts';
import { CallHistory } from '../domain/people/call-history.ts';
import { ContactChanges } from '../domain/people/contact-changes.ts';
import { ContactList } from '../domain/people/contact-list.ts';
import { Contacts } from '../domain/people/contacts.ts';
import { PushSubscriptions } from '../domain/people/push-subscriptions.ts';
import { Pushes } from '../domain/people/pushes.ts';
import { Reachability } from '../domain/people/reachability.ts';
import type { Services } from '../graphql/context.ts';
import { RememberedContacts } from '../store/remembered-contacts.ts';
import type { Infrastructure, Surroundings } from './infrastructure.ts';

/** What is stored about people: contacts, reachability, calls that have ended, push subscriptions. */
export function peopleServices(
  surroundings: Surroundings,
  infrastructure: Infrastructure,
  { sessions, ownAccount }: Pick<Services, 'sessions' | 'ownAccount'>,
) {
  const { config } = surroundings;
  const { store, commonClock } = infrastructure;
  const known = contactServices(surroundings, infrastructure);
  const callHistory = new CallHistory({
    calls: store.calls,
    accounts: store.accounts,
    clock: commonClock,
    keptMs: config.limits.callHistoryMs,
  });
  const pushing = pushServices(surroundings, infrastructure, sessions);
  ownAccount.onDeleted(async ({ id }) => {
    await known.contacts.forget(id);
    await known.reachability.forget(id);
    await callHistory.forget(id);
    await pushing.pushSubscriptions.forget(id);
  });
  return { ...known, ...pushing, callHistory };
}

function contactServices(
  { config, clock, log, cleanUp }: Surroundings,
  { store, followUps, throttle }: Infrastructure,
) {
  const { limits } = config;
  const { accounts } = store;
  // The embedded store belongs to this server.
  const contacts =
    config.mongoUri === null ? new RememberedContacts(store.contacts) : store.contacts;
  const background = new BackgroundWork({
    clock,
    onFailure: (error) => log.warn({ err: error }, 'A contact request could not be delivered'),
  });
  cleanUp.add(() => background.settled());
  const list = new ContactList({ contacts, accounts });
  const changes = new ContactChanges({ contacts, accounts, list, followUps });
  const parts = { contacts, accounts, list, changes, clock };
  const reachability = new Reachability(store.reach);
  reachability.onPresenceShown((userId) => changes.tellContactsOf(userId));
  return {
    reachability,
    acquaintances: new Acquaintances({ ...parts, reachability }),
    contactChanges: changes,
    contacts: new Contacts({
      ...parts,
      addressRequests: new AddressRequests({
        ...parts,
        background,
        // Where no mail can be sent, nobody could verify an address.
        verifiedOnly: config.smtpUrl !== null,
        maxWaiting: limits.contactRequestsWaiting,
      }),
      requests: {
        accounts: throttle('contact-requests', limits.contactRequestsPerUser),
        addresses: throttle('contact-requests-per-address', limits.contactRequestsPerAddress),
      },
      limits: {
        contacts: limits.contactsPerUser,
        blocked: limits.blocksPerUser,
        waiting: limits.contactRequestsWaiting,
      },
    }),
  };
}

function pushServices(
  { config: { limits }, clock, log, cleanUp }: Surroundings,
  { store, push, secrets, commonClock }: Infrastructure,
  sessions: Services['sessions'],
) {
  const ringTokens = new JwtRingTokens(secrets, commonClock);
  const pushSubscriptions = new PushSubscriptions({
    subscriptions: store.pushSubscriptions,
    sessions,
    clock,
    perUser: limits.pushSubscriptionsPerUser,
    isOn: push !== null,
    mayCall: (endpoint) => push?.mayCall(endpoint) ?? false,
  });
  sessions.onEnded((end) => {
    pushSubscriptions.endSession(end).catch((error: unknown) => {
      // It is not used without its session, and is deleted later.
      log.warn({ err: error }, 'The push subscriptions of a session could not be deleted');
    });
  });
  const pushes = new Pushes({
    subscriptions: pushSubscriptions,
    sender: push?.sender ?? null,
    // How long a call rings is said by it.
    clock: commonClock,
    log,
    tokens: ringTokens,
    limits: {
      atOnce: limits.pushesAtOnce,
      backlog: limits.pushBacklog,
      firstRetryMs: limits.pushRetryMs,
    },
  });
  cleanUp.add(() => pushes.close());
  return { pushSubscriptions, pushes, ringTokens, pushKey: push?.key ?? null };
}
