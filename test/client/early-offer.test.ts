import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createRoomClient } from '../../src/client/index.ts';
import { ScriptedSocketServer } from '../kit/scripted-socket.ts';

interface Made {
  readonly configuration: RTCConfiguration;
  readonly sdp: string;
  closed: boolean;
}

const servers: ScriptedSocketServer[] = [];
let made: Made[] = [];

beforeEach(() => {
  made = [];
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      readonly sdp: string;
      closed = false;
      constructor(readonly configuration: RTCConfiguration) {
        made.push(this);
        this.sdp = `v=0\r\ns=${made.length}\r\nm=audio 9\r\n`;
      }
      addTransceiver() {}
      createDataChannel() {
        return {};
      }
      async createOffer() {
        return { type: 'offer', sdp: this.sdp };
      }
      close() {
        this.closed = true;
      }
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  for (const server of servers.splice(0)) server.close();
});

/** A client of a server that refuses every join, and the numbers of the offers that joins brought along. */
async function start() {
  const offers: unknown[] = [];
  const full = { __typename: 'RoomFullError', message: 'Full.', capacity: 2 };
  const server = await ScriptedSocketServer.start({
    onAsked: ({ variables, next }) => {
      offers.push(/s=(\d)/.exec(String(variables.offer))?.[1]);
      next({ roomEvents: { __typename: 'JoinRefused', cursor: '0', error: full } });
    },
  });
  servers.push(server);
  const account = { id: '1', name: 'Ann' };
  const signedIn = { __typename: 'ExchangeTokenSuccess', account, expiresAt: '', token: 'new' };
  const client = createRoomClient({
    url: server.options.url.replace('ws:', 'http:'),
    webSocket: WebSocket,
    auth: 'bearer',
    fetch: async () => Response.json({ data: { exchangeToken: signedIn } }),
  });
  const join = (options = {}) =>
    expect(client.joinRoom('room', options)).rejects.toMatchObject({ code: 'ROOM_FULL' });
  return { client, join, offers };
}

it('is made by `connect`, once, and goes out with the next join only', async () => {
  const { client, join, offers } = await start();
  await client.connect();
  await client.connect();
  expect(made).toHaveLength(1);
  await join();
  await join();
  expect(offers).toEqual(['1', '2']);
  expect(made).toMatchObject([{ closed: true }, { closed: true }]);
});

it('is of no use to a join with a configuration of its own, and is discarded by it', async () => {
  const { client, join, offers } = await start();
  await client.connect();
  await join({ rtcConfiguration: { iceServers: [] } });
  // The second only tried whether the browser takes that configuration.
  expect(offers).toEqual(['3']);
  expect(made).toMatchObject([{ closed: true }, { closed: true }, { closed: true }]);
});

it('is discarded when its socket is used for something else, or lost', async () => {
  const { client } = await start();
  await client.connect();
  client.openRoom('room').leave();
  await vi.waitUntil(() => made[0]?.closed);
  await client.connect();
  expect(made).toMatchObject([{ closed: true }, { closed: false }]);
  for (const server of servers.splice(0)) server.close();
  await vi.waitUntil(() => made[1]?.closed);
});

it('is discarded when somebody signs in', async () => {
  const { client } = await start();
  await client.connect();
  expect(made).toMatchObject([{ closed: false }]);
  await client.exchangeToken('theirs');
  await vi.waitUntil(() => made[0]?.closed);
});

it('is discarded after five minutes', async () => {
  const { client } = await start();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await client.connect();
  await vi.advanceTimersByTimeAsync(299_000);
  expect(made).toMatchObject([{ closed: false }]);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(made).toMatchObject([{ closed: true }]);
});

it('is not needed where the browser has no WebRTC', async () => {
  vi.stubGlobal('RTCPeerConnection', undefined);
  const { client } = await start();
  await expect(client.connect()).resolves.toBeUndefined();
});
