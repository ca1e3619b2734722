import { join } from 'node:path';
import { describe } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { buildExample } from '../kit/example-page.ts';
import { FrameworkPages } from '../kit/framework-pages.ts';
import { frameworkSuite } from '../kit/framework-suite.ts';

// Angular, which needs a newer Node.js: test/package/angular.test.ts.
const FRAMEWORKS = ['react', 'vue', 'svelte', 'solid'];

describeInBrowser('the example of each framework', () => {
  const pages = new FrameworkPages(async (folder) => {
    for (const name of FRAMEWORKS) {
      const root = join(import.meta.dirname, 'fixtures/frameworks', name);
      await buildExample(name, join(folder, name), root);
    }
  });

  describe.each(FRAMEWORKS)('%s', (name) => frameworkSuite(pages, `${name}/index.html`));
});
