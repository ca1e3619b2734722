import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import semver from 'semver';
import { afterAll } from 'vitest';
import example from '../../examples/angular/package.json' with { type: 'json' };
import { describeInBrowser } from '../kit/browser.ts';
import { FrameworkPages } from '../kit/framework-pages.ts';
import { frameworkSuite } from '../kit/framework-suite.ts';
import { OUTSIDE, Packed } from '../kit/packed.ts';
import { ROOT } from '../kit/pages.ts';

/** Which Node.js Angular's compiler takes. */
const TAKES = '^22.22.3 || ^24.15.0 || >=26';
const isTaken = semver.satisfies(process.version, TAKES);
/** A Node.js that it takes, as a package without an install script. */
const NODE = `node-${platform()}-${arch()}`;

describeInBrowser('the example with Angular, with the packages as npm would publish them', () => {
  const packages: Packed[] = [];

  const pages = new FrameworkPages(async (folder) => {
    const [client, elements] = [
      await Packed.make('dist/client'),
      await Packed.make('dist/elements'),
    ];
    packages.push(client, elements);
    const others = Object.entries({ ...example.dependencies, ...example.devDependencies })
      .filter(([, range]) => !range.startsWith('file:'))
      .map(([name, range]) => `${name}@${range}`);
    if (!isTaken) others.push(`${NODE}@24`);
    const project = await client.install('--ignore-scripts', elements.tarball, ...others);
    const filter = (path: string) => !/node_modules|\/dist$|package\.json$/.test(path);
    await cp(join(ROOT, 'examples/angular'), project, { recursive: true, filter });
    const host = join(ROOT, 'test/e2e/fixtures/frameworks/angular/host.ts');
    await cp(host, join(project, 'src/host.ts'));
    const node = isTaken ? process.execPath : join(project, 'node_modules', NODE, 'bin/node');
    const ng = [join(project, 'node_modules/@angular/cli/bin/ng.js'), 'build'];
    const env = { ...OUTSIDE, NODE_ENV: '' };
    await promisify(execFile)(node, [...ng, '--browser=src/host.ts'], { cwd: project, env }).catch(
      (error) => {
        throw new Error(`${error.stdout}${error.stderr}`);
      },
    );
    await cp(join(project, 'dist'), join(folder, 'angular'), { recursive: true });
  });

  afterAll(async () => {
    for (const each of packages) await each.remove();
  });

  frameworkSuite(pages, 'angular/index.html');
});
