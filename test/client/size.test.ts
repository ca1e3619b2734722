import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';

const CLIENT = join(import.meta.dirname, '../../src/client/index.ts');

/**
 * Bytes, gzipped, for what a page imports of the SDK; everything that the SDK needs is in them: what is loaded with the
 * page, and what is loaded only when it is used.
 */
async function sizesOf(imported: string): Promise<{ first: number; later: number }> {
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
    const chunks = first.output.flatMap((part) => (part.type === 'chunk' ? [part] : []));
    const [entry] = chunks.filter(({ isEntry }) => isEntry);
    if (entry === undefined) throw new Error('There is no entry.');
    const atOnce = new Set([entry.fileName]);
    for (const name of atOnce) {
      for (const one of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) {
        atOnce.add(one);
      }
    }
    const bytes = (wanted: boolean) =>
      chunks
        .filter(({ fileName }) => atOnce.has(fileName) === wanted)
        .reduce((sum, { code }) => sum + gzipSync(code).byteLength, 0);
    expect(entry.code).toContain('export');
    return { first: bytes(true), later: bytes(false) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// 22 KB, 3 KB for connections that are watched and made anew, and for sockets that are opened early, 2 KB for devices
// that do what was asked last, 1 KB for options that are checked before a join, 1 KB for the codec that costs least and
// for captures that the system takes away for a while, 5 KB for ringing: contacts and calls, and 6 KB for messages over
// the data channel and video that nobody looks at, 1 KB for effects on the camera, 0.1 KB for which calls were seen,
// 0.4 KB for the offer that goes out with the join, and is made before it; 5 KB less since its own operations are
// texts. Files, safety codes, the check of a connection, and what prints the documents of others are loaded when they
// are used.
it('loads less than 37 KB for calls, and of a document alone nothing of the rest', async () => {
  const [all, one] = [await sizesOf('createClient'), await sizesOf('RoomEventsDocument')];
  const rooms = await sizesOf('createRoomClient');
  process.stdout.write(
    `The SDK: ${JSON.stringify(all)} bytes, of rooms alone ${rooms.first} at first\n`,
  );
  expect(all.first).toBeLessThan(37_000);
  expect(all.later).toBeLessThan(13_500);
  expect(rooms.first).toBeLessThan(29_500);
  expect(all.first).toBeGreaterThan(one.first);
  expect(one).toEqual({ first: expect.any(Number), later: 0 });
  expect(one.first).toBeLessThan(2_000);
}, 120_000);
