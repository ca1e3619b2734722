import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { LONG } from '../kit/long.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace, until } from '../kit/waiting.ts';

const SLICE_MS = 50;
/** 30 offers of 30 kB, 0.9 MB: a minute and more of the slowest line, five heartbeats' patience and longer. */
const FLOOD = 30;

let server: TestServer;
let line: Server;

afterEach(async () => {
  line.close();
  await server.close();
});

/** Carries everything to the server at once, and what comes back at a rate. Resolves to its URL. */
async function slowLine(bytesPerSecond: number): Promise<string> {
  const target = Number(new URL(server.url).port);
  line = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    client.pipe(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      clearInterval(timer);
      upstream.destroy();
    });
    const slice = Math.ceil((bytesPerSecond * SLICE_MS) / 1000);
    const timer = setInterval(() => {
      const chunk = upstream.read(Math.min(slice, upstream.readableLength)) as Buffer | null;
      if (chunk !== null) client.write(chunk);
    }, SLICE_MS);
    upstream.pause();
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(line.address() as AddressInfo).port}/graphql`;
}

test.each(LONG ? [12_000, 25_000] : [25_000])(
  'a reader of %i bytes a second is slow and alive: it keeps its socket and gets everything',
  async (bytesPerSecond) => {
    server = await startServer({
      env: {
        // Patience for 3 s of silence: what is sent takes many times that.
        HEARTBEAT_SECONDS: '1',
        GRACE_SECONDS: '300',
        SIGNALS_PER_SECOND: '1000',
        SIGNAL_BURST: '1000',
      },
    });
    const [ann, bob] = [
      await register(server.graphqlUrl, 'Ann'),
      await register(server.graphqlUrl, 'Bob'),
    ];
    const { id: roomId } = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    const reader = new Participant(await slowLine(bytesPerSecond), bob);
    await host.join({ roomId, clientKey: 'ann' });
    await reader.join({ roomId, clientKey: 'bob' });
    for (let index = 0; index < FLOOD; index += 1) {
      const { __typename } = await host.offer(roomId, reader.id, `${index} `.padEnd(30_000, 'x'));
      expect(__typename).toBe('SendOfferSuccess');
    }
    const received = () =>
      reader.events.filter(({ __typename }) => __typename === 'OfferReceived').length;
    await until(
      () => received() === FLOOD,
      () => `all offers; ${received()} have come`,
      240_000,
    );
    await pace(100);
    // Whoever is cut comes back as somebody who reconnects: here nobody was.
    expect(JSON.stringify(host.events)).not.toContain('RECONNECTING');
    await Promise.all([host.dispose(), reader.dispose()]);
  },
  300_000,
);
