import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** With SCREENSHOTS=folder, a screenshot of every checked screen is saved there. */
const FOLDER = process.env.SCREENSHOTS;
/** Does not wait for videos to load, which axe would do to look for autoplaying sound. */
const RUN_AXE = 'axe.run({ preload: false })';
const SIZES = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'phone', width: 390, height: 844 },
] as const;

/**
 * Checks what a page shows, at desktop and phone size, dark and light: nothing is wider than the window, and axe finds
 * nothing serious.
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  const axe = await readFile(AXE, 'utf8');
  const faults: string[] = [];
  for (const { name: size, ...viewport } of SIZES) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const here = `${name}-${size}-${colorScheme}`;
      await settle(page);
      if (FOLDER !== undefined) {
        await mkdir(FOLDER, { recursive: true });
        await page.screenshot({ path: join(FOLDER, `${here}.png`) });
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) faults.push(`${here}: ${wide} px wider than the window`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>(RUN_AXE);
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue;
        for (const node of nodes) faults.push(`${here}: ${id}: ${node.html.slice(0, 160)}`);
      }
    }
  }
  expect(faults).toEqual([]);
}

/** Waits until the new size and colours are drawn. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished.catch(() => {})),
    );
  });
}
