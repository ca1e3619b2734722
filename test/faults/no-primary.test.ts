import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoginDocument, MeDocument, RegisterDocument } from '../../src/client/generated/graphql.ts';
import { KeptLog } from '../kit/log.ts';
import { findMongod, Mongod, replicaSetUri } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace, until } from '../kit/waiting.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

const binary = findMongod();
/** How long there is no primary, in seconds. */
const AWAY_SECONDS = 20;
/** Ten seconds of patience, and the hashing of many passwords on a busy machine. */
const PROMPTLY_MS = 17_000;
const VISIBLE_WITHIN_MS = 10_000;
/** Longer than any signal may take while MongoDB is away: nothing waits for it. */
const SIGNAL_MS = 2000;
/** More at once than the server has connections to MongoDB. */
const AT_ONCE = 12;

const CALLS = 'query { calls(first: 5) { edges { node { id state reason } } } }';
type Calls = { calls: { edges: { node: { id: string; state: string; reason: string } }[] } };

interface Told {
  readonly what: string;
  readonly code: unknown;
  readonly tookMs: number;
}

/** What a call over HTTP answers, and after how long. */
async function ask(what: string, asking: ReturnType<typeof post>): Promise<Told> {
  const began = performance.now();
  const { errors, data } = await asking;
  const code = errors?.[0]?.extensions?.code ?? JSON.stringify(data);
  return { what, code, tookMs: performance.now() - began };
}

describe.skipIf(binary === null)('a replica set without a primary for 20 seconds', () => {
  let members: Mongod[];
  let server: TestServer;
  let receiver: WebhookReceiver;
  let crowd: Person[];
  const log = new KeptLog();
  beforeAll(async () => {
    // Only the first can be elected, so that there is no primary while it is none.
    members = await Mongod.startReplicaSet(binary ?? '', 3, 1);
    receiver = await WebhookReceiver.start();
    const env = {
      MONGO_URI: replicaSetUri(members, 'without'),
      WEBHOOK_URLS: receiver.url,
      WEBHOOK_SECRET,
      RING_SECONDS: '60',
      // All of them are at one address, and an attempt counts until it is answered.
      ADDRESS_FAILURES: '1000',
    };
    server = await startServer({ env, overrides: { log } });
    const names = Array.from({ length: AT_ONCE }, (_, n) => `Kim ${n}`);
    crowd = await Promise.all(names.map((name) => register(server.graphqlUrl, name)));
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    await receiver?.kill();
    await Promise.all((members ?? []).map((member) => member.dispose()));
  });

  const readiness = async () => {
    const answer = await fetch(`${server.url}/health/ready`);
    return { status: answer.status, text: await answer.text() };
  };
  /** Registering, signing in and asking who one is, many at once. */
  const askAll = (round: number) =>
    Promise.all(
      crowd.flatMap(({ email, password, headers }, n) => {
        const { graphqlUrl } = server;
        const input = { email, password, delivery: 'BEARER' as const };
        const fresh = { ...input, name: 'New', email: `new-${round}-${n}@example.com` };
        return [
          ask('register', post(graphqlUrl, RegisterDocument, { input: fresh })),
          ask('login', post(graphqlUrl, LoginDocument, { input })),
          ask('me', post(graphqlUrl, MeDocument, {}, headers)),
        ];
      }),
    );

  test.each([
    ['steps down', () => members[0]?.stepDown(AWAY_SECONDS), () => {}],
    ['stands still', () => members[0]?.freeze(), () => members[0]?.thaw()],
  ] as const)(
    'that %s: calls go on, the rest says soon to try again, nothing is lost',
    async (how, lose, bring) => {
      const { graphqlUrl, socketUrl } = server;
      const [ann, bob, cem, dee, eli] = await Promise.all([
        register(graphqlUrl, 'Ann'),
        register(graphqlUrl, 'Bob'),
        register(graphqlUrl, 'Cem'),
        registerReachable(graphqlUrl, 'Dee'),
        registerReachable(graphqlUrl, 'Eli'),
      ]);
      const { id: roomId } = await createRoom(graphqlUrl, ann);
      const [host, guest, goer] = [ann, bob, cem].map((one) => new Participant(socketUrl, one));
      if (!host || !guest || !goer) throw new Error('Somebody is missing.');
      await host.join({ roomId, clientKey: 'host' });
      await guest.join({ roomId, clientKey: 'guest' });
      await goer.join({ roomId, clientKey: 'goer' });
      const [dees, elis] = [new Phone(socketUrl, dee), new Phone(socketUrl, eli)];
      await Promise.all([dees.attend({ clientKey: 'dee' }), elis.attend({ clientKey: 'eli' })]);
      const callId = (await dees.ring({ userIds: [eli.accountId] })).call?.id ?? '';
      await elis.nextOf(callId, 'CallRinging');
      await until(async () => (await readiness()).status === 200, 'the server to be ready');

      await lose();
      const lostAt = performance.now();
      const awayMs = () => performance.now() - lostAt;
      let slowestMs = 0;
      let sent = 0;
      const talking = (async () => {
        while (awayMs() < AWAY_SECONDS * 1000) {
          const sentAt = performance.now();
          sent += 1;
          const sdp = `v=0 ${how} ${sent}`;
          expect((await host.offer(roomId, guest.id, sdp)).__typename).toBe('SendOfferSuccess');
          await guest.next('OfferReceived', (event) => event.sdp === sdp);
          slowestMs = Math.max(slowestMs, performance.now() - sentAt);
          await pace(20);
        }
      })();
      const asked = [askAll(1)];
      // What is decided meanwhile is stored later.
      goer.unsubscribe();
      await host.next('ParticipantLeft', ({ participant }) => participant.id === goer.id);
      const cancelledAt = performance.now();
      const cancelling = dees.cancel(callId).then(({ __typename }) => ({
        __typename,
        tookMs: performance.now() - cancelledAt,
      }));
      await elis.nextOf(callId, 'CallEnded');
      expect(performance.now() - cancelledAt).toBeLessThan(SIGNAL_MS);
      await until(
        async () =>
          /store does not answer: (it takes no writes|a write was not ack|no server of it)/.test(
            (await readiness()).text,
          ),
        'readiness to say why',
        VISIBLE_WITHIN_MS,
      );
      expect(awayMs()).toBeLessThan(VISIBLE_WITHIN_MS);
      asked.push(askAll(2));
      await talking;
      await bring();
      const answers = (await Promise.all(asked)).flat();
      expect(answers.filter(({ code }) => code !== 'UNAVAILABLE')).toEqual([]);
      const late = answers.filter(({ tookMs }) => tookMs > PROMPTLY_MS);
      expect(late).toEqual([]);
      const cancelled = await cancelling;
      process.stdout.write(
        `without a primary (${how}): ${sent} signals, the slowest ${Math.round(slowestMs)} ms; ${answers.length} requests, the slowest ${Math.round(Math.max(...answers.map(({ tookMs }) => tookMs)))} ms; cancelled in ${Math.round(cancelled.tookMs)} ms\n`,
      );
      expect(slowestMs).toBeLessThan(SIGNAL_MS);
      expect(cancelled.__typename).toBe('CancelCallSuccess');
      expect(cancelled.tookMs).toBeLessThan(SIGNAL_MS);

      await until(async () => (await readiness()).status === 200, 'the server to be ready', 30_000);
      for (const one of [ann, bob, cem, dee, eli]) {
        const me = await post(graphqlUrl, MeDocument, {}, one.headers);
        expect(me.data?.me?.email).toBe(one.email);
      }
      await register(graphqlUrl, 'Fay');
      await receiver.until(
        () =>
          receiver.received.some(
            ({ message, body }) => message.type === 'participant.left' && body.includes(goer.id),
          ) &&
          receiver.received.some(
            ({ message, body }) => message.type === 'call.ended' && body.includes(callId),
          ),
      );
      await until(async () => {
        const { data } = await post<Calls, undefined>(graphqlUrl, CALLS, undefined, eli.headers);
        return (
          data?.calls.edges.some(({ node }) => node.id === callId && node.state === 'ENDED') ===
          true
        );
      }, 'the call in the history');
      await Promise.all([host, guest, goer, dees, elis].map((one) => one.dispose()));
    },
    120_000,
  );
});
