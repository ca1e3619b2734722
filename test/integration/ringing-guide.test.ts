import { afterAll, beforeAll, expect, test } from 'vitest';
import { possibleTypes } from '../../src/client/possible-types.ts';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { snippet, writeSnippet } from '../kit/snippets.ts';
import { until } from '../kit/waiting.ts';

interface Shown {
  readonly id: string;
  readonly caller: { readonly name: string };
  readonly room: { readonly id: string };
}

interface Answer {
  readonly message?: string;
  readonly call?: { readonly id: string; readonly state: string; readonly room: { id: string } };
}

/** What a snippet of docs/ringing.md makes for one library. */
interface Guide {
  connect(url: string, token: string | null, types: typeof possibleTypes): object;
  beReachable(
    client: object,
    who: { userId: string; clientKey: string },
    shown: (calls: readonly Shown[]) => void,
  ): { unsubscribe(): void };
  ring(client: object, userId: string): Promise<Answer>;
  accept(client: object, callId: string, clientKey: string): Promise<Answer>;
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test.each(['apollo', 'urql'])(
  'the ringing guide for %s: a call rings, is accepted on one device, and stops on the other',
  async (library) => {
    const file = writeSnippet(library, snippet('docs/ringing.md', `ringing-${library}`), server);
    const guide: Guide = await import(file.path);
    const ann = await register(server.graphqlUrl, 'Ann');
    const bob = await registerReachable(server.graphqlUrl, 'Bob');
    const device = (person: typeof ann, clientKey: string) => {
      const client = guide.connect(server.socketUrl, person.token, possibleTypes);
      const seen: { calls: readonly Shown[] | null } = { calls: null };
      const who = { userId: person.accountId, clientKey };
      const subscription = guide.beReachable(client, who, (calls) => {
        seen.calls = calls;
      });
      return { client, seen, subscription };
    };
    const [anns, phone, laptop] = [
      device(ann, 'anns'),
      device(bob, 'phone'),
      device(bob, 'laptop'),
    ];
    const shows = (count: number) =>
      until(
        () => [phone, laptop].every(({ seen }) => seen.calls?.length === count),
        `${count} calls on both`,
      );
    await shows(0);
    await until(() => anns.seen.calls !== null, 'Ann');
    const nobody = await guide.ring(anns.client, '0123456789abcdef');
    expect(nobody.message).toContain('nobody');
    const rang = await guide.ring(anns.client, bob.accountId);
    expect(rang.call).toMatchObject({ state: 'RINGING' });
    await shows(1);
    expect(phone.seen.calls).toMatchObject([{ id: rang.call?.id, caller: { name: 'Ann' } }]);
    const answered = await guide.accept(phone.client, rang.call?.id ?? '', 'phone');
    expect(answered.call?.room.id).toBe(rang.call?.room.id);
    await shows(0);
    await mutate(
      ...([server.graphqlUrl, 'leaveRoom', { roomId: rang.call?.room.id }, '__typename'] as const),
      ann.headers,
    );
    for (const { subscription } of [anns, phone, laptop]) subscription.unsubscribe();
    file.remove();
  },
);
