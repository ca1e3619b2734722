import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { type SnippetFile, snippet, writeSnippet } from '../kit/snippets.ts';
import { until } from '../kit/waiting.ts';
import { WEBHOOK_SECRET } from '../kit/webhook-receiver.ts';

interface Guide {
  start(options: object): Server;
}
interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** What the push services got. */
const sent: { fcm: Sent[]; apns: Sent[] } = { fcm: [], apns: [] };
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const devices = new Map<string, { platform: string; token: string }[]>();

let fcm: Server;
let apns: Http2Server;
let receiver: Server;
let server: TestServer;
let file: SnippetFile;

beforeAll(async () => {
  fcm = createServer(async (request, response) => {
    const body = await json(request);
    sent.fcm.push({ path: request.url ?? '', headers: request.headers, body });
    response.end('{}');
  });
  apns = createHttp2Server();
  apns.on('stream', async (stream, headers) => {
    const body = await json(stream);
    sent.apns.push({ path: headers[':path'] ?? '', headers, body });
    stream.respond({ ':status': 200 });
    stream.end();
  });
  const [fcmUrl, apnsUrl] = [await listen(fcm), await listen(apns)];
  const source = snippet('docs/phones.md', 'phones');
  const port = await startReceiver(source, fcmUrl, apnsUrl);
  server = await startServer({
    env: { WEBHOOK_URLS: `http://127.0.0.1:${port}/`, WEBHOOK_SECRET },
  });
});

afterAll(async () => {
  await server.close();
  for (const one of [receiver, fcm, apns]) one.close();
  file.remove();
});

async function startReceiver(source: string, fcmUrl: string, apnsUrl: string): Promise<number> {
  const nowhere = { url: 'http://localhost:5000' } as TestServer;
  file = writeSnippet('phones', source, nowhere);
  const guide: Guide = await import(file.path);
  receiver = guide.start({
    secret: WEBHOOK_SECRET,
    devicesOf: async (userId: string) => devices.get(userId) ?? [],
    fcm: { url: fcmUrl, project: 'app-1', accessToken: async () => 'an access token' },
    apns: {
      ...{ url: apnsUrl, keyId: 'KEY1234567', teamId: 'TEAM123456', bundleId: 'com.example.app' },
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
  });
  await listen(receiver);
  return (receiver.address() as AddressInfo).port;
}

async function listen(one: Server | Http2Server): Promise<string> {
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

test('a call reaches phones by FCM and APNs, and stops there', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await registerReachable(server.graphqlUrl, 'Bob');
  devices.set(bob.accountId, [
    { platform: 'android', token: 'android-1' },
    { platform: 'ios', token: 'ios-1' },
  ]);
  const input = { userIds: [bob.accountId], media: 'AUDIO' };
  const rang = await mutate(server.graphqlUrl, 'ring', input, 'call { id state }', ann.headers);
  const { id: callId } = rang.call as { id: string };
  await until(() => sent.fcm.length === 1 && sent.apns.length === 1, 'both to be told');
  const content = {
    ...{ type: 'call.ringing', callId, roomId: expect.any(String), media: 'AUDIO' },
    ...{ callerId: ann.accountId, callerName: 'Ann' },
  };
  const [toAndroid, toIos] = [sent.fcm[0], sent.apns[0]];
  expect(toAndroid).toMatchObject({
    path: '/v1/projects/app-1/messages:send',
    headers: { authorization: 'Bearer an access token' },
    body: { message: { token: 'android-1', data: content, android: { priority: 'HIGH' } } },
  });
  const [, ttl = ''] = /"ttl":"(\d+)s"/.exec(JSON.stringify(toAndroid?.body)) ?? [];
  expect(Number(ttl)).toBeGreaterThan(0);
  expect(Number(ttl)).toBeLessThanOrEqual(30);
  expect(toIos).toMatchObject({
    path: '/3/device/ios-1',
    headers: {
      ...{ 'apns-topic': 'com.example.app.voip', 'apns-push-type': 'voip', 'apns-priority': '10' },
      'apns-expiration': expect.stringMatching(/^\d{10}$/),
    },
    body: { aps: {}, ...content },
  });
  const [head = '', claims = '', signature = ''] = String(toIos?.headers.authorization)
    .replace('bearer ', '')
    .split('.');
  const decoded = [head, claims].map((part) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()),
  );
  expect(decoded).toMatchObject([{ alg: 'ES256', kid: 'KEY1234567' }, { iss: 'TEAM123456' }]);
  const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
  const given = Buffer.from(signature, 'base64url');
  const signed = Buffer.from(`${head}.${claims}`);
  expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, given)).toBe(true);

  await mutate(server.graphqlUrl, 'cancelCall', { callId }, 'call { id }', ann.headers);
  await until(() => sent.fcm.length === 2 && sent.apns.length === 2, 'both to be told the end');
  for (const one of [sent.fcm[1], sent.apns[1]]) {
    expect(JSON.stringify(one?.body)).toContain('"type":"call.missed"');
  }
});

test('whoever does not know the secret is refused, and nobody is called', async () => {
  const { port } = receiver.address() as AddressInfo;
  const before = sent.fcm.length;
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
    },
    body: JSON.stringify({ type: 'call.ringing', data: { user: { id: [...devices.keys()][0] } } }),
  });
  expect(response.status).toBe(401);
  expect(sent.fcm).toHaveLength(before);
});
