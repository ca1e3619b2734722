import { chown, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { Container } from '../kit/container.ts';
import { mutate } from '../kit/mutate.ts';
import { OneMachine } from '../kit/one-machine.ts';
import { register } from '../kit/people.ts';

/** `.ci/image` makes a network of one machine: this name leads to its public address. */
const DOMAIN = process.env.MACHINE_DOMAIN;
const OWNER = 1000;
const user = `${OWNER}:0`;

describe.skipIf(DOMAIN === undefined)('one machine', { timeout: 180_000 }, () => {
  let folder: string;
  let dataDir: string;
  let machine: OneMachine;
  let server: Container;
  let browser: Browser | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerql-machine-'));
    dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o770 });
    await chown(dataDir, OWNER, 0);
    machine = await OneMachine.setUp(DOMAIN ?? '', join(folder, 'one-machine'));
    const env = { ...machine.env, PORT: '5000' };
    server = new Container({ user, dataDir, env });
    await machine.start();
    await server.up();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
    await machine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('serves the page over TLS with the certificate of its name', async () => {
    const ca = await machine.authority();
    const status = await new Promise((resolve, reject) => {
      get(`https://${DOMAIN}/health/ready`, { ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
  });

  test('two people sign up, and see each other through the relay alone', async () => {
    browser = await launchBrowser('granted');
    const people: Visitor[] = [];
    for (const name of ['Ann', 'Bob']) {
      const person = await Visitor.open(browser, name, { ignoreHTTPSErrors: true });
      await person.page.addInitScript(() => {
        globalThis.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(given?: RTCConfiguration) {
            super({ ...given, iceTransportPolicy: 'relay' });
          }
          override setConfiguration(given?: RTCConfiguration): void {
            super.setConfiguration({ ...given, iceTransportPolicy: 'relay' });
          }
        };
      });
      people.push(person);
    }
    const [ann, bob] = people as [Visitor, Visitor];
    const link = await ann.host(`https://${DOMAIN}/`, 'Tea');
    await bob.accept(link);
    await ann.join();
    await bob.join();
    await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);
    // Each with credentials of an account of its own.
    const accounts = machine.relayedUsers().map((user) => user.split(':')[1]);
    expect(new Set(accounts).size).toBe(2);
    await ann.close();
    await bob.close();
  });

  test('makes backups, keeps the newest, and starts elsewhere from one of them', async () => {
    const graphqlUrl = 'http://127.0.0.1:5000/graphql';
    const cleo = await register(graphqlUrl, 'Cleo');
    await cp(await machine.backupScript(), join(dataDir, 'backup'));
    await mkdir(join(dataDir, 'backups'));
    await chown(join(dataDir, 'backups'), OWNER, 0);
    const env = { ...machine.env, BACKUP_DIR: '/data/backups', BACKUPS_KEPT: '2' };
    const thrice = 'for n in 1 2 3; do sh /data/backup && sleep 1.1; done';
    const backup = new Container({ user, dataDir, env }, ['sh', '-c', thrice]);
    expect({ code: await backup.ended, output: backup.output }).toMatchObject({ code: 0 });
    await backup.remove();
    const made = [...backup.output.matchAll(/Backed up to \/data\/backups\/(\S+):/g)];
    expect(made).toHaveLength(3);
    const names = made.map(([, name = '']) => name);
    expect((await readdir(join(dataDir, 'backups'))).sort()).toEqual(names.slice(1));

    const other = join(folder, 'other');
    await mkdir(other, { mode: 0o770 });
    await cp(join(dataDir, 'backups', names[2] ?? ''), join(other, 'copy.sqlite'));
    for (const path of [other, join(other, 'copy.sqlite')]) await chown(path, OWNER, 0);
    const given = { user, dataDir: other, env: machine.env };
    const restore = new Container(given, ['peerql', 'restore', '/data/copy.sqlite']);
    expect({ code: await restore.ended, output: restore.output }).toMatchObject({ code: 0 });
    await restore.remove();
    const again = new Container(given);
    const input = { email: cleo.email, password: cleo.password, delivery: 'BEARER' };
    const login = await mutate(`${await again.up()}/graphql`, 'login', input, 'token');
    await again.remove();
    expect(login.__typename).toBe('LoginSuccess');
  });
});
