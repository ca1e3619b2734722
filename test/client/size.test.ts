import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';

const CLIENT = join(import.meta.dirname, '../../src/client/index.ts');

/** Bytes that a page loads, gzipped, for what it imports of the SDK; everything that the SDK needs is in them. */
async function sizeOf(imported: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'peerql-size-'));
  try {
    const input = join(folder, 'entry.js');
    await writeFile(input, `export { ${imported} } from ${JSON.stringify(CLIENT)};`);
    const built = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        target: 'es2022',
        modulePreload: false,
        rollupOptions: { input, preserveEntrySignatures: 'strict' },
      },
    });
    const [first] = Array.isArray(built) ? built : [built];
    if (first === undefined || !('output' in first)) throw new Error('Nothing was built.');
    const code = first.output.map((part) => (part.type === 'chunk' ? part.code : '')).join('');
    expect(code).toContain('export');
    return gzipSync(code).byteLength;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// 22 KB, 3 KB for connections that are watched and made anew, and for sockets that are opened early, 2 KB for devices that
// do what was asked last, 1 KB for options that are checked before a join, 1 KB for the codec that costs least and for
// captures that the system takes away for a while, and 5 KB for ringing: contacts, calls, and the documents of both.
it('loads less than 35 KB for calls, and of a document alone nothing of the rest', async () => {
  const [all, one] = [await sizeOf('createClient'), await sizeOf('RoomEventsDocument')];
  expect(all).toBeLessThan(35_000);
  expect(all).toBeGreaterThan(one);
  expect(one).toBeLessThan(2_000);
}, 120_000);
