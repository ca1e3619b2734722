import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Container, type ContainerOptions, healthCheck } from '../kit/container.ts';
import { freePort } from '../kit/free-port.ts';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';

/** What an operator gives it after SIGTERM: as long as compose.yaml does. */
const GRACE_SECONDS = 20;
const SHUTDOWN_SECONDS = 2;
/** A user that no file names. */
const UID = 54_321;

// `.ci/image` builds the image and sets the variable.
describe.skipIf(process.env.IMAGE_STORE === undefined)('the image', { timeout: 120_000 }, () => {
  let dataDir: string;
  const containers: Container[] = [];
  const silent: Server[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'peerql-image-'));
  });
  afterEach(async () => {
    for (const container of containers.splice(0)) await container.remove();
    for (const server of silent.splice(0)) server.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(
    group: number,
    more: ContainerOptions['env'] = {},
    command: readonly string[] = [],
  ): Promise<Container> {
    await chown(dataDir, UID, group);
    const env = {
      JWT_SECRET: 'a secret of more than 32 bytes for the image',
      SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS),
      ...more,
    };
    const container = new Container({ user: `${UID}:${group}`, dataDir, env }, command);
    containers.push(container);
    return container;
  }

  test.each([
    ['group 0', 0],
    ['a group without a name', UID],
  ])('runs as a user without a name in %s, and writes only its data', async (_, group) => {
    const container = await start(group);
    const graphqlUrl = `${await container.up()}/graphql`;
    await register(graphqlUrl);

    expect(await container.execute('cat', '/proc/1/cmdline')).toMatch(/^node\0/);
    expect(await container.execute('id', '-u')).toBe(String(UID));
    await expect(container.execute('touch', '/app/file')).rejects.toThrow('Read-only file system');
    const files = await readdir(dataDir);
    expect(files).toContain('peerql.sqlite');
    for (const file of files) {
      expect(await stat(join(dataDir, file))).toMatchObject({ uid: UID, gid: group });
    }
  });

  test('says who it is and that it is well, and makes a backup', async () => {
    const port = await freePort();
    const container = await start(0, { PORT: String(port) });
    const url = await container.up();
    await register(`${url}/graphql`);
    await container.execute(...(await healthCheck()));
    expect(await container.execute('peerql', '--version')).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await container.execute('peerql', 'backup', '/data/copy.sqlite')).toContain('checked');
    expect((await stat(join(dataDir, 'copy.sqlite'))).size).toBeGreaterThan(0);
    expect(await (await fetch(url)).text()).toContain('<title>PeerQL');
  });

  test('SIGTERM in a call: tells its clients to come back, ends in time, and keeps what it has', async () => {
    const container = await start(0);
    const url = await container.up();
    const [graphqlUrl, socketUrl] = [`${url}/graphql`, `${url.replace('http', 'ws')}/graphql`];
    const [ann, bob] = [await register(graphqlUrl, 'Ann'), await register(graphqlUrl, 'Bob')];
    const { id: roomId } = await createRoom(graphqlUrl, ann);
    const [one, other] = [new Participant(socketUrl, ann), new Participant(socketUrl, bob)];
    await one.join({ roomId, clientKey: 'one' });
    await other.join({ roomId, clientKey: 'other' });
    expect((await one.offer(roomId, other.id, 'v=0')).__typename).toBe('SendOfferSuccess');
    await other.next('OfferReceived');

    const began = Date.now();
    const [exitCode, ...closes] = await Promise.all([
      container.stop(GRACE_SECONDS),
      one.closed(),
      other.closed(),
    ]);
    expect({ exitCode, closes }).toEqual({ exitCode: 0, closes: [1012, 1012] });
    expect(Date.now() - began).toBeLessThan(GRACE_SECONDS * 1000);
    await Promise.all([one.dispose(), other.dispose()]);

    const again = await start(0);
    const { email, password } = ann;
    const input = { email, password, delivery: 'BEARER' };
    const login = await mutate(`${await again.up()}/graphql`, 'login', input, 'token');
    expect(login.__typename).toBe('LoginSuccess');
  });

  test('SIGTERM during the start ends it at once', async () => {
    // A database that never answers: the start waits for it.
    const port = await freePort();
    const database = createServer((socket) => socket.on('error', () => {}));
    silent.push(database);
    const asked = once(database, 'connection');
    await new Promise<void>((resolve) => database.listen(port, '127.0.0.1', resolve));
    const container = await start(0, { MONGO_URI: `mongodb://127.0.0.1:${port}/peerql` });
    await asked;
    expect(await container.stop(GRACE_SECONDS)).toBe(0);
    expect(container.output).not.toContain('PeerQL is up');
  });

  test('refuses to start without its secret, in one line', async () => {
    const container = await start(0, { JWT_SECRET: '' });
    expect(await container.ended).toBe(1);
    expect(container.output).toMatch(/^PeerQL cannot start\. .*JWT_SECRET.*\n$/);
  });
});
