import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import example from '../../examples/own-login/package.json' with { type: 'json' };
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { ExampleProgram } from '../kit/example-program.ts';
import { freePort } from '../kit/free-port.ts';
import { Npx, OUTSIDE, Packed } from '../kit/packed.ts';

const ROOT = join(import.meta.dirname, '../..');
const MEDIA_MS = 60_000;

describeInBrowser(
  'an application with a login of its own (docs/your-own-users/vite-react.md)',
  () => {
    let packages: Packed[];
    let folder: string;
    /** Of the login, of the page. */
    let ports: { login: number; app: number };

    beforeAll(async () => {
      const [server, client] = [await Packed.make(), await Packed.make('dist/client')];
      packages = [server, client];
      const others = Object.entries({ ...example.dependencies, ...example.devDependencies })
        .filter(([, range]) => !range.startsWith('file:'))
        .map(([name, range]) => `${name}@${range}`);
      const installed = await server.install(client.tarball, ...others);
      folder = join(installed, 'own-login');
      const filter = (path: string) => !/node_modules|\/dist$/.test(path);
      await cp(join(ROOT, 'examples/own-login'), folder, { recursive: true, filter });
      ports = { login: await freePort(), app: await freePort() };
      const issuers = join(folder, 'issuers.json');
      const text = await readFile(issuers, 'utf8');
      await writeFile(issuers, text.replace('4000', String(ports.login)));
      for (const args of [['typescript/bin/tsc'], ['vite/bin/vite.js', 'build']]) {
        await run(args, { VITE_LOGIN_URL: `http://localhost:${ports.login}` });
      }
    });
    afterAll(async () => {
      for (const each of packages ?? []) await each.remove();
    });

    const program = (args: readonly string[]) => [
      join(folder, '../node_modules', args[0] ?? ''),
      ...args.slice(1),
    ];

    async function run(args: readonly string[], env: Record<string, string>): Promise<void> {
      const options = { cwd: folder, env: { ...OUTSIDE, NODE_ENV: '', ...env } };
      await promisify(execFile)(process.execPath, program(args), options).catch((error) => {
        throw new Error(`${error.stdout}${error.stderr}`);
      });
    }

    test('two of its users are in a call, by nothing but their login', async () => {
      const app = `http://localhost:${ports.app}`;
      const login = new ExampleProgram(folder, ['login.js'], {
        LOGIN_PORT: String(ports.login),
        APP_URL: app,
      });
      await login.up();
      const env = {
        HOST: '127.0.0.1',
        PORT: '0',
        STUN_URLS: ',',
        DATA_DIR: join(folder, 'data'),
        TRUSTED_ISSUERS: join(folder, 'issuers.json'),
      };
      const check = new Npx(join(folder, '..'), ['check'], env);
      await check.exit();
      expect(check.output).toContain(`http://localhost:${ports.login} answers`);
      const peerql = new Npx(join(folder, '..'), [], env);
      const vite = ['vite/bin/vite.js', 'preview', '--port', String(ports.app), '--strictPort'];
      const PEERQL_URL = await peerql.up();
      const page = new ExampleProgram(folder, program(vite), { PEERQL_URL });
      const browser = await launchBrowser('granted');
      try {
        expect(await page.up()).toBe(app);
        const ann = await signIn(browser, 'ann', app);
        await ann.getByRole('button', { name: 'Start a call' }).click();
        await ann.getByText('connected').waitFor();
        const bob = await signIn(browser, 'bob', ann.url());
        await Promise.all([seesAndHears(ann, 'Bob'), seesAndHears(bob, 'Ann')]);
      } finally {
        await browser.close();
        for (const each of [page, login]) await each.stop();
        await peerql.stop();
      }
    });
  },
);

/** By the provider's page for development, which takes any password. */
async function signIn(browser: Browser, login: string, address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(address);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill('whatever');
  await page.locator('[type=submit]').click();
  // It asks whether the application may know who it is.
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Hello, ').waitFor();
  return page;
}

/** Waits until pictures and sound of the other play. */
async function seesAndHears(page: Page, name: string): Promise<void> {
  const tile = page.locator('figure', { hasText: name });
  await tile.waitFor({ timeout: MEDIA_MS });
  await page.waitForFunction(
    () => {
      const video = document.querySelector('video');
      if (!(video?.srcObject instanceof MediaStream)) return false;
      const flowing = video.srcObject
        .getTracks()
        .filter(({ muted, readyState }) => !muted && readyState === 'live');
      return video.currentTime > 0.5 && video.videoWidth > 0 && flowing.length === 2;
    },
    null,
    { timeout: MEDIA_MS },
  );
}
